"""The cache: the same pixels with and without it, after damage, crashes, kills and changes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from tests.images import cases

from tamesu.errors import DamagedError
from tamesu.images import cache, workers
from tamesu.images.cache import Images, open_images
from tamesu.images.decode import decoder_version
from tamesu.images.faults import OUTCOMES, UnreadableImageError
from tamesu.images.fingerprint import FileMark, fingerprint_images
from tamesu.images.helper import FAULT_VARIABLE
from tamesu.images.store import Entry, Store

PLENTY = 1 << 30


def open_all(root: Path, names: Sequence[str], **options: Any) -> Images:
    """`open_images` with fresh marks and small defaults."""
    marks = fingerprint_images(root, names, root.parent / "marks.json")
    given = {"short_px": 32, "folder": root.parent / "cache", "budget_bytes": PLENTY, "workers": 1, "limit_s": 20.0} | options
    return open_images(root, names, marks, **given)


def make_photos(root: Path, count: int = 6) -> list[str]:
    """Different pictures of different sizes as JPEG and PNG."""
    root.mkdir(exist_ok=True)
    names = []
    for number in range(count):
        name, kind = (f"{number}.jpg", "JPEG") if number % 2 else (f"{number}.png", "PNG")
        pixels = cases.picture(40 + 7 * number, 64, seed=number)
        (root / name).write_bytes(cases.encode(pixels, kind))
        names.append(name)
    return names


def all_pixels(images: Images) -> list[bytes]:
    return [images.pixels(i).tobytes() for i in range(len(images))]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data"


def shards_of(root: Path) -> list[Path]:
    return sorted((root.parent / "cache").rglob("*.u8"))


def test_every_case_of_the_design_in_one_folder(root: Path) -> None:
    root.mkdir()
    names = [*cases.make_folder(root), "nothing-there.jpg", "../outside.jpg"]
    images = open_all(root, names, workers=2)
    wanted = {name: found[1:] for name, found in cases.CONTENT_CASES.items()} | cases.FILE_CASES
    wanted |= {"nothing-there.jpg": ("quarantine", "IMG_MISSING"), "../outside.jpg": ("quarantine", "IMG_OUTSIDE_FOLDER")}
    for i, name in enumerate(names):
        outcome, code = wanted[name]
        if name in cases.AS_MASK:
            continue
        assert images.readable[i] == (outcome != "quarantine"), name
        assert (code in images.codes[i]) if code != "-" else not images.codes[i], name
        if images.readable[i]:
            assert images.pixels(i).shape == (*images.sizes[i], 3)
        else:
            with pytest.raises(UnreadableImageError, match=code):
                images.pixels(i)
    faults = images.faults(names)
    assert {fault.where.file for fault in faults} == {name for i, name in enumerate(names) if images.codes[i]}
    assert all(fault.outcome == OUTCOMES[fault.code] for fault in faults)
    assert all(fault.text(language) for fault in faults for language in ("en", "ja"))
    again = open_all(root, names)
    assert again.codes == images.codes
    np.testing.assert_array_equal(again.readable, images.readable)


def test_pixels_sizes_and_means_agree_with_numpy(root: Path) -> None:
    names = make_photos(root)
    images = open_all(root, names)
    assert len(images) == len(names)
    assert images.sizes.dtype == np.int32
    assert images.means.dtype == np.float32
    for i, name in enumerate(names):
        full = cv2.imread(str(root / name))[..., ::-1]
        pixels = images.pixels(i)
        assert pixels.shape == (*images.sizes[i], 3)
        assert min(pixels.shape[:2]) == 32
        np.testing.assert_allclose(images.means[i], pixels.reshape(-1, 3).mean(0), atol=1e-4)
        # INTER_AREA keeps the mean of the whole
        np.testing.assert_allclose(images.means[i], full.reshape(-1, 3).mean(0), atol=1.0)
        assert not pixels.flags.writeable


def test_area_means_at_a_whole_factor(root: Path) -> None:
    root.mkdir()
    pixels = cases.picture(96, 128)
    (root / "a.png").write_bytes(cases.encode(pixels, "PNG"))
    kept = open_all(root, ["a.png"], short_px=48).pixels(0)
    assert np.abs(kept - pixels.reshape(48, 2, 64, 2, 3).mean((1, 3))).max() <= 0.5


def test_nothing_depends_on_helpers_order_or_room(root: Path) -> None:
    names = make_photos(root, 150)
    reference = all_pixels(open_all(root, names))
    for number, options in enumerate(
        [{"workers": 3}, {"budget_bytes": 0}, {"budget_bytes": 100_000, "workers": 2}, {"folder": root / "0.png" / "cache"}]
    ):
        images = open_all(root, names, **({"folder": root.parent / f"cache-{number}"} | options))
        assert all_pixels(images) == reference
    assert not list((root.parent / "cache-1").rglob("*.u8"))
    assert 50_000 < sum(path.stat().st_size for path in (root.parent / "cache-2").rglob("*.u8")) <= 100_000
    backwards = open_all(root, names[::-1], folder=root.parent / "cache-back", workers=2)
    assert all_pixels(backwards) == reference[::-1]


def test_images_without_room_move_in_when_there_is_some(root: Path) -> None:
    names = make_photos(root)
    reference = all_pixels(open_all(root, names, budget_bytes=0))
    assert not shards_of(root)
    assert all_pixels(open_all(root, names)) == reference
    assert sum(path.stat().st_size for path in shards_of(root)) == sum(map(len, reference))


def test_decoded_once(root: Path) -> None:
    names = make_photos(root)
    calls: list[tuple[int, int]] = []
    open_all(root, names, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(n, 6) for n in range(1, 7)]
    calls.clear()
    open_all(root, names, progress=lambda done, total: calls.append((done, total)))
    assert not calls
    for name in names:
        (root / name).unlink()  # the cache alone must do
    marks = [FileMark(1, 1, entry.sha256) for entry in Store(next((root.parent / "cache").iterdir())).read_index().values()]
    images = open_images(root, names, marks, short_px=32, folder=root.parent / "cache", budget_bytes=PLENTY, workers=1)
    assert all(len(pixels) for pixels in all_pixels(images))


def test_copies_take_one_place(root: Path) -> None:
    names = make_photos(root, 1)
    (root / "copy.png").write_bytes((root / names[0]).read_bytes())
    images = open_all(root, [*names, "copy.png", names[0]])
    assert len(set(all_pixels(images))) == 1
    assert sum(path.stat().st_size for path in shards_of(root)) == images.pixels(0).nbytes


def test_a_changed_file_is_decoded_anew(root: Path) -> None:
    names = make_photos(root, 2)
    before = open_all(root, names)
    old = all_pixels(before)
    (root / names[0]).write_bytes(cases.encode(cases.picture(40, 64, seed=99), "PNG"))
    after = open_all(root, names)
    assert after.pixels(0).tobytes() != old[0]
    assert after.pixels(1).tobytes() == old[1]
    assert before.pixels(0).tobytes() == old[0]


def test_a_file_that_changes_behind_our_back_is_never_mixed_up(root: Path) -> None:
    names = make_photos(root, 2)
    marks = fingerprint_images(root, names, root.parent / "marks.json")
    options = {"short_px": 32, "folder": root.parent / "cache", "budget_bytes": 0, "workers": 1}
    images = open_images(root, names, marks, **options)
    (root / names[0]).write_bytes(cases.encode(cases.picture(seed=99), "PNG"))
    with pytest.raises(UnreadableImageError, match="IMG_CHANGED"):
        images.pixels(0)
    fresh = open_images(root, names, marks, **(options | {"folder": root.parent / "other"}))
    assert fresh.codes == [("IMG_CHANGED",), ()]
    appeared = open_images(root, names, [FileMark(0, 0, None), marks[1]], **options)
    assert appeared.codes == [("IMG_CHANGED",), ()]


def test_damaged_pixels_are_noticed_decoded_again_and_put_back(root: Path) -> None:
    names = make_photos(root)
    reference = all_pixels(open_all(root, names))
    (shard,) = shards_of(root)
    whole, rng = shard.read_bytes(), np.random.default_rng(0)
    for _ in range(10):
        broken = bytearray(whole)
        for place in rng.integers(0, len(whole), 5):
            broken[place] ^= 1 << int(rng.integers(0, 8))
        shard.write_bytes(broken)
        assert all_pixels(open_all(root, names)) == reference
        assert shard.read_bytes() == whole
    images = open_all(root, names)
    shard.write_bytes(whole[: len(whole) // 2])  # cut before its first use
    assert all_pixels(images) == reference
    assert all_pixels(images) == reference
    assert all_pixels(open_all(root, names)) == reference
    for path in shards_of(root):
        path.unlink()
    assert all_pixels(open_all(root, names)) == reference


def test_a_damaged_index_is_never_believed(root: Path) -> None:
    names = make_photos(root, 4)
    images = open_all(root, names)
    reference, means = all_pixels(images), images.means
    (index,) = (root.parent / "cache").rglob("index")
    whole, rng = index.read_bytes(), np.random.default_rng(1)
    damages = [whole[:cut] for cut in (0, 10, 100, len(whole) - 1)] + [b"\0" * len(whole), b"{}"]
    for place in rng.integers(0, len(whole), 4):
        damages.append(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
    for damage in damages:
        index.write_bytes(damage)
        again = open_all(root, names)
        assert all_pixels(again) == reference
        np.testing.assert_array_equal(again.means, means)


def test_another_decoder_is_noticed(root: Path) -> None:
    names = make_photos(root, 1)
    images = open_all(root, names)
    (index,) = (root.parent / "cache").rglob("index")
    store = Store(index.parent)
    (entry,) = store.read_index().values()
    store.write_index([Entry(entry.sha256, height=entry.height, width=entry.width, crc=entry.crc ^ 1, shard=entry.shard)])
    with pytest.raises(DamagedError, match="other pixels"):
        open_all(root, names).pixels(0)
    assert images.pixels(0).any()


@pytest.mark.parametrize(
    ("kind", "code"), [("abort", "CRASHED"), ("segfault", "CRASHED"), ("eat", "CRASHED"), ("hang", "TIMEOUT")]
)
def test_a_broken_decoder_costs_one_image(root: Path, monkeypatch: pytest.MonkeyPatch, kind: str, code: str) -> None:
    names = make_photos(root, 40)
    monkeypatch.setattr(workers, "MEMORY_BYTES", 1 << 30)  # so that eating is quick
    monkeypatch.setenv(FAULT_VARIABLE, f"{kind}:{names[3]},{kind}:{names[20]}")
    images = open_all(root, names, limit_s=1.0 if kind == "hang" else 20.0)
    assert [i for i in range(40) if not images.readable[i]] == [3, 20]
    assert code in images.codes[3][0]
    assert images.faults(names)[0].outcome == "quarantine"
    monkeypatch.delenv(FAULT_VARIABLE)
    others = [i for i in range(40) if images.readable[i]]
    reference = open_all(root, names, folder=root.parent / "undisturbed")
    assert [images.pixels(i).tobytes() for i in others] == [reference.pixels(i).tobytes() for i in others]
    assert open_all(root, names).codes[3] == images.codes[3]  # remembered


PROGRAM = """
import json, sys
from pathlib import Path
from tamesu.images import cache, workers
from tamesu.images.fingerprint import fingerprint_images
root, names = Path(sys.argv[1]), json.loads(sys.argv[2])
cache.SAVE_EVERY_S = 0.0
marks = fingerprint_images(root, names, root.parent / "marks.json")
def tell(done, total): print(done, flush=True)
cache.open_images(root, names, marks, short_px=32, folder=root.parent / "cache", budget_bytes=1 << 30, workers=2, progress=tell)
"""


def start_build(root: Path, names: Sequence[str], **environment: str) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-c", PROGRAM, str(root), json.dumps(names)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, env=os.environ | environment)


def test_a_killed_build_leaves_something_to_go_on_from(root: Path) -> None:
    names = make_photos(root, 40)
    with start_build(root, names, **{FAULT_VARIABLE: f"hang:{names[39]}"}) as process:
        assert process.stdout is not None
        for _ in range(39):
            process.stdout.readline()
        # the helpers are its children; they must not outlive it
        listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
    (folder,) = (root.parent / "cache").iterdir()
    (folder / ".index.123.tmp").write_text("half")
    (folder / "orphan.u8").write_bytes(b"x" * 1000)
    calls: list[int] = []
    images = open_all(root, names, progress=lambda done, total: calls.append(total))
    assert set(calls) <= {1, 2}  # the one that hung, and perhaps the one after which the kill came
    assert images.readable.all()
    assert sum(path.stat().st_size for path in shards_of(root)) == sum(map(len, all_pixels(images)))
    assert not list(folder.glob("*.tmp"))
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in listed) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert listed
    assert not [pid for pid in listed if Path(f"/proc/{pid}").exists()]


def test_two_processes_build_one_cache(root: Path) -> None:
    names = make_photos(root, 60)
    processes = [start_build(root, names) for _ in range(2)]
    done = [len(process.communicate()[0].split()) for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(done) == [0, 60]  # the second found everything there
    assert all_pixels(open_all(root, names)) == all_pixels(open_all(root, names, folder=root.parent / "other"))


def test_an_interrupt_keeps_what_is_done(root: Path) -> None:
    names = make_photos(root, 40)

    def interrupt(done: int, total: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_all(root, names, progress=interrupt)
    calls: list[int] = []
    assert open_all(root, names, progress=lambda done, total: calls.append(total)).readable.all()
    assert calls[0] == 20


def test_threads_read_the_same(root: Path) -> None:
    names = make_photos(root, 30)
    reference = all_pixels(open_all(root, names))
    (shard,) = shards_of(root)
    content = bytearray(shard.read_bytes())
    content[100] ^= 255
    shard.write_bytes(content)
    images, found = open_all(root, names, workers=2), []
    threads = [threading.Thread(target=lambda: found.append(all_pixels(images))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [reference] * 4


def test_names_that_are_not_utf8_or_long(root: Path) -> None:
    make_photos(root, 1)
    names = [os.fsdecode(b"\x83e.png"), "x" * 240 + ".png", "a\nb.png", "\u30ac.png", "\u30ab\u3099.png", "-rf", " .png"]
    for name in names:
        os.symlink("0.png", root / name)
    images = open_all(root, names)
    assert images.readable.all()
    assert not images.faults()


def test_a_cache_of_ten_thousand_opens_without_a_look_at_an_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / f"224px-{decoder_version()}")
    shas = [f"{number:064x}" for number in range(10_000)]
    Path(store.new_shard()).write_bytes(bytes(30_000))
    (shard,) = store.shards()
    store.write_index(
        Entry(
            sha, notes=("IMG_TURNED",), height=1, width=1, mean=(0.1, 0.2, 0.3), crc=0xFF41D912, shard=shard.name, offset=3 * n
        )
        for n, sha in enumerate(shas)
    )
    marks, names = [FileMark(1, 1, sha) for sha in shas], [f"{sha}.jpg" for sha in shas]
    monkeypatch.setattr(subprocess, "Popen", lambda *_words, **_options: pytest.fail("a helper was started"))
    monkeypatch.setattr(cache, "read_image_file", lambda *_words, **_options: pytest.fail("a file was read"))
    images = open_images(tmp_path, names, marks, short_px=224, folder=tmp_path, budget_bytes=PLENTY, workers=2)
    assert len(images) == 10_000
    assert images.readable.all()
    assert images.pixels(9_999).tolist() == [[[0, 0, 0]]]


def test_a_full_disk_is_no_reason_to_stop(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = make_photos(root, 4)
    reference = all_pixels(open_all(root, names, folder=root.parent / "other"))

    def refuse(self: Store, entries: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "write_index", refuse)
    monkeypatch.setattr(cache, "_find_room", lambda store, budget_bytes: 10_000)
    assert all_pixels(open_all(root, names)) == reference


def test_no_lock_no_writing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def refuse(handle: int, operation: int) -> None:
        raise OSError(37, "No locks available")

    names = make_photos(root, 4)
    monkeypatch.setattr(fcntl, "flock", refuse)
    images = open_all(root, names)
    assert images.readable.all()
    assert images.pixels(0).any()
    assert not shards_of(root)
    assert not list((root.parent / "cache").rglob("index"))


def test_real_images(shared: Path, tmp_path: Path) -> None:
    root = shared / "data" / "odd_files"
    names = sorted(path.name for path in root.iterdir())
    marks = fingerprint_images(root, names, tmp_path / "marks")
    images = open_images(root, names, marks, short_px=224, folder=tmp_path / "c", budget_bytes=PLENTY, workers=1)
    assert images.readable.all()
    assert (images.sizes.min(1) <= 224).all()
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL  # the helpers' alarm is not ours
