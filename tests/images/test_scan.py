"""The scan: every content looked at once, remembered, and no file that can stop it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.images import cases

from tamesu.images import workers
from tamesu.images.facts import Facts
from tamesu.images.faults import OF_THE_FILE
from tamesu.images.fingerprint import FileMark, fingerprint_images
from tamesu.images.helper import FAULT_VARIABLE
from tamesu.images.scan import scan_images


def scan_all(root: Path, names: Sequence[str], **options: Any) -> Facts:
    """`scan_images` with fresh marks, into a folder beside the data."""
    marks = fingerprint_images(root, names, root.parent / "marks.json")
    return scan_images(root, names, marks, **({"folder": root.parent / "facts", "workers": 1} | options))


def assert_same(a: Facts, b: Facts) -> None:
    for field in fields(Facts):
        np.testing.assert_array_equal(
            np.array(getattr(a, field.name), object), np.array(getattr(b, field.name), object), field.name
        )


def make_photos(root: Path, count: int) -> list[str]:
    """Different pictures of different sizes as JPEG and PNG."""
    root.mkdir(exist_ok=True)
    names = []
    for number in range(count):
        name, kind = (f"{number}.jpg", "JPEG") if number % 2 else (f"{number}.png", "PNG")
        (root / name).write_bytes(cases.encode(cases.picture(40 + 7 * (number % 9), 64, seed=number), kind))
        names.append(name)
    return names


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data"


def forbid_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a helper that is started fails the test."""
    monkeypatch.setattr(subprocess, "Popen", lambda *_words, **_options: pytest.fail("a helper was started"))


def test_every_case_of_the_design_in_one_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root.mkdir()
    names = [*cases.make_folder(root), "nothing-there.jpg", "../outside.jpg"]
    facts = scan_all(root, names, workers=2)
    wanted = {name: found[1:] for name, found in cases.CONTENT_CASES.items()} | cases.FILE_CASES
    wanted |= {"nothing-there.jpg": ("quarantine", "IMG_MISSING"), "../outside.jpg": ("quarantine", "IMG_OUTSIDE_FOLDER")}
    assert len(facts) == len(names)
    for i, name in enumerate(names):
        outcome, code = wanted[name]
        if name in cases.AS_MASK:
            continue
        assert facts.readable[i] == (outcome != "quarantine"), name
        assert (code in facts.codes[i]) if code != "-" else not facts.codes[i], name
        if facts.readable[i]:
            assert facts.heights[i] > 0
            assert facts.formats[i] in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF")
        else:
            assert not facts.likeness[i].any()
            assert (facts.heights[i], facts.formats[i], facts.brightness[i]) == (0, "", 0)
    assert facts.heights[names.index("large-108mpx.png")] == 9000
    forbid_helpers(monkeypatch)
    assert_same(scan_all(root, names), facts)


def test_facts_beside_pillow(root: Path) -> None:
    names = make_photos(root, 10)
    facts = scan_all(root, names)
    for i, name in enumerate(names):
        with Image.open(root / name) as image:
            assert (facts.widths[i], facts.heights[i]) == image.size
            assert (facts.formats[i], facts.modes[i]) == (image.format, image.mode)
            np.testing.assert_allclose(facts.colours[i], np.asarray(image).reshape(-1, 3).mean(0), atol=0.5)
        assert facts.sizes_bytes[i] == (root / name).stat().st_size
        assert facts.readable[i]
    assert set(facts.taken) == set(facts.cameras) == {""}


def test_nothing_depends_on_helpers_or_order(root: Path) -> None:
    names = make_photos(root, 150)
    one, two = scan_all(root, names), scan_all(root, names[::-1], workers=2, folder=root.parent / "other")
    np.testing.assert_array_equal(one.likeness, two.likeness[::-1])
    np.testing.assert_array_equal(one.hashes, two.hashes[::-1])
    np.testing.assert_array_equal(one.sharpness, two.sharpness[::-1])
    assert one.codes == two.codes[::-1]


def test_looked_at_once_and_copies_too(root: Path) -> None:
    names = make_photos(root, 6)
    (root / "copy.png").write_bytes((root / names[0]).read_bytes())
    calls: list[tuple[int, int]] = []
    wanted = [*names, "copy.png", names[0]]
    first = scan_all(root, wanted, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(n, 6) for n in range(1, 7)]
    np.testing.assert_array_equal(first.likeness[0], first.likeness[6])
    marks = fingerprint_images(root, wanted, root.parent / "marks.json")
    for name in (*names, "copy.png"):
        (root / name).unlink()  # the memory alone must do
    calls.clear()
    assert_same(scan_images(root, wanted, marks, folder=root.parent / "facts"), first)
    assert not calls


def test_only_what_is_new_is_looked_at(root: Path) -> None:
    names = make_photos(root, 5)
    scan_all(root, names)
    (root / names[2]).write_bytes(cases.encode(cases.picture(30, 50, seed=77), "PNG"))
    calls: list[int] = []
    facts = scan_all(root, names, progress=lambda _done, total: calls.append(total))
    assert calls == [1]
    assert (facts.heights[2], facts.widths[2]) == (30, 50)
    assert_same(facts, scan_all(root, names, folder=root.parent / "other"))


def test_faults_of_one_file_are_not_remembered(root: Path) -> None:
    names = make_photos(root, 3)
    marks = fingerprint_images(root, names, root.parent / "marks.json")
    whole = (root / names[0]).read_bytes()
    (root / names[0]).write_bytes(b"other content")
    (root / names[1]).rename(root / "away")
    options = {"folder": root.parent / "facts", "workers": 1}
    facts = scan_images(root, names, marks, **options)
    assert facts.codes == (("IMG_CHANGED",), ("IMG_MISSING",), ())
    assert {code for codes in facts.codes for code in codes} <= OF_THE_FILE
    (root / names[0]).write_bytes(whole)
    (root / "away").rename(root / names[1])
    assert scan_images(root, names, marks, **options).readable.all()
    appeared = scan_images(root, names, [FileMark(0, 0, None), *marks[1:]], **options)
    assert appeared.codes == (("IMG_CHANGED",), (), ())


def test_a_damaged_memory_is_made_anew(root: Path) -> None:
    names = make_photos(root, 4)
    facts = scan_all(root, names)
    (memory,) = (root.parent / "facts").iterdir()
    whole = memory.read_bytes()
    for damage in (whole[:50], whole[:-1], b"", bytes(len(whole)), whole[:300] + b"\xff" + whole[301:]):
        memory.write_bytes(damage)
        assert_same(scan_all(root, names), facts)
        assert memory.read_bytes()[65:300] == whole[65:300]


@pytest.mark.parametrize(("kind", "code"), [("abort", "CRASHED"), ("eat", "CRASHED"), ("hang", "TIMEOUT")])
def test_a_broken_decoder_costs_one_image(root: Path, monkeypatch: pytest.MonkeyPatch, kind: str, code: str) -> None:
    names = make_photos(root, 40)
    monkeypatch.setattr(workers, "MEMORY_BYTES", 1 << 30)  # so that eating is quick
    monkeypatch.setenv(FAULT_VARIABLE, f"{kind}:{names[3]},{kind}:{names[20]}")
    facts = scan_all(root, names, limit_s=1.0 if kind == "hang" else 20.0)
    assert np.flatnonzero(~facts.readable).tolist() == [3, 20]
    assert code in facts.codes[3][0]
    monkeypatch.delenv(FAULT_VARIABLE)
    assert scan_all(root, names).codes == facts.codes  # remembered


def test_an_interrupt_keeps_what_is_done(root: Path) -> None:
    names = make_photos(root, 40)

    def interrupt(done: int, total: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan_all(root, names, progress=interrupt)
    calls: list[int] = []
    assert scan_all(root, names, progress=lambda done, total: calls.append(total)).readable.all()
    assert calls[0] == 20


PROGRAM = """
import json, sys
from pathlib import Path
from tamesu.images import scan
from tamesu.images.fingerprint import fingerprint_images
root, names = Path(sys.argv[1]), json.loads(sys.argv[2])
scan.SAVE_EVERY_S, scan.SAVE_SHARE = 0.0, 1e9
marks = fingerprint_images(root, names, root.parent / "marks.json")
def tell(done, total): print(done, flush=True)
scan.scan_images(root, names, marks, folder=root.parent / "facts", workers=2, progress=tell)
"""


def test_a_killed_scan_leaves_something_to_go_on_from(root: Path) -> None:
    names = make_photos(root, 40)
    arguments = [sys.executable, "-c", PROGRAM, str(root), json.dumps(names)]
    environment = os.environ | {FAULT_VARIABLE: f"hang:{names[39]}"}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        for _ in range(39):
            process.stdout.readline()
        process.kill()
    calls: list[int] = []
    assert scan_all(root, names, progress=lambda done, total: calls.append(total)).readable.all()
    assert set(calls) <= {1, 2}  # the one that hung, and perhaps the one after which the kill came


def test_a_folder_that_cannot_be_written(root: Path) -> None:
    names = make_photos(root, 2)
    assert scan_all(root, names, folder=root / names[0] / "facts").readable.all()


def test_no_images(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root.mkdir()
    forbid_helpers(monkeypatch)
    assert len(scan_all(root, [])) == 0
    assert scan_all(root, ["a.jpg"]).codes == (("IMG_MISSING",),)


def test_real_images(shared: Path, tmp_path: Path) -> None:
    root = shared / "data" / "odd_files"
    names = sorted(path.name for path in root.iterdir() if path.suffix != ".md")
    marks = fingerprint_images(root, names, tmp_path / "marks")
    facts = scan_images(root, names, marks, folder=tmp_path, workers=1)
    assert facts.readable.all()
    assert {"GIF", "PNG", "JPEG"} <= set(facts.formats)
    assert facts.likeness.any(1).all()
