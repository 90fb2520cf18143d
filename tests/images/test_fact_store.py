"""The memory of facts: what was put in comes out, and nothing of a damaged file does."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tamesu.images import fact_store
from tamesu.images.fact_store import ROW, FactStore


def make_answer(seed: int) -> dict[str, Any]:
    """A helper's answer with numbers of its own."""
    rng = np.random.default_rng(seed)
    likeness = rng.integers(-127, 128, 1024).astype(np.int8)
    return {
        "notes": ["IMG_TURNED", "IMG_CONVERTED"][: seed % 3],
        "size": [100 + seed, 200 + seed],
        "format": "JPEG" if seed % 2 else "PNG",
        "mode": "RGB",
        "taken": f"2026-11-28 14:50:{seed % 60:02}" if seed % 2 else "",
        "camera": f"Aikawa, {seed % 5} 号",
        "likeness": base64.b64encode(likeness.tobytes()).decode(),
        "hash": int(rng.integers(0, 2**64, dtype=np.uint64)),
        "landmarks": base64.b64encode(rng.integers(0, 2**64, 64, dtype=np.uint64).tobytes()).decode(),
        "landmark_places": base64.b64encode(rng.integers(0, 256, (64, 2), dtype=np.uint8).tobytes()).decode(),
        "brightness": 100.5 + seed,
        "contrast": 3.5,
        "sharpness": 1e4,
        "saturation": 7.0,
        "colours": [1.0, 2.0, 3.0 + seed],
        "borders": [4.0, 5.0, 6.0],
    }


def key(seed: int) -> str:
    return hashlib.sha256(str(seed).encode()).hexdigest()


def make_store(path: Path, count: int) -> FactStore:
    store = FactStore(path)
    store.reserve(count + 1)
    for seed in range(count):
        store.add(key(seed), make_answer(seed))
    store.add(key(-1), {"code": "IMG_TRUNCATED", "detail": ""})
    store.write()
    return store


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "facts"
    make_store(path, 7)
    again = FactStore(path)
    assert len(again) == 8
    assert key(3) in again
    assert key(99) not in again
    order = [6, 0, 3, 3, -1, 5]
    facts = again.gather([key(seed) for seed in order], range(6), {})
    assert facts.readable.tolist() == [True, True, True, True, False, True]
    assert facts.codes[4] == ("IMG_TRUNCATED",)
    for i, seed in enumerate(order):
        if seed < 0:
            continue
        wanted = make_answer(seed)
        assert facts.codes[i] == tuple(wanted["notes"])
        assert [facts.heights[i], facts.widths[i]] == wanted["size"]
        assert (facts.formats[i], facts.modes[i], facts.taken[i], facts.cameras[i]) == tuple(
            wanted[name] for name in ("format", "mode", "taken", "camera")
        )
        for name in ("brightness", "contrast", "sharpness", "saturation"):
            assert getattr(facts, name)[i] == wanted[name]
        assert facts.colours[i].tolist() == wanted["colours"]
        assert facts.landmarks[i].tobytes() == base64.b64decode(wanted["landmarks"])
        assert facts.landmark_places[i].tobytes() == base64.b64decode(wanted["landmark_places"])
        assert facts.borders[i].tolist() == wanted["borders"]
        assert facts.likeness[i].tobytes() == base64.b64decode(wanted["likeness"])
        assert int(facts.hashes[i]) == wanted["hash"]
    kinds = {name: str(getattr(facts, name).dtype) for name in ("heights", "sizes_bytes", "colours", "likeness", "hashes")}
    assert kinds == {"heights": "int32", "sizes_bytes": "int64", "colours": "float32", "likeness": "int8", "hashes": "uint64"}
    assert facts.sizes_bytes.tolist() == list(range(6))
    assert facts.likeness.flags.c_contiguous


def test_rows_are_added_to_what_was_there(tmp_path: Path) -> None:
    make_store(tmp_path / "facts", 3)
    store = FactStore(tmp_path / "facts")
    store.reserve(1)
    store.add(key(50), make_answer(50))
    store.write()
    again = FactStore(tmp_path / "facts")
    facts = again.gather([key(0), key(50)], [1, 1], {})
    assert facts.brightness.tolist() == [100.5, 150.5]
    assert facts.cameras.tolist() == ["Aikawa, 0 号", "Aikawa, 0 号"]


def test_what_is_lost_is_empty(tmp_path: Path) -> None:
    store = make_store(tmp_path / "facts", 2)
    facts = store.gather([None, key(1), key(77)], [0, 5, 6], {0: "IMG_MISSING", 2: "IMG_CHANGED"})
    assert facts.readable.tolist() == [False, True, False]
    assert facts.codes == (("IMG_MISSING",), ("IMG_TURNED",), ("IMG_CHANGED",))
    for i in (0, 2):
        assert not facts.likeness[i].any()
        assert (facts.heights[i], facts.formats[i], facts.taken[i], facts.cameras[i]) == (0, "", "", "")
    nothing = FactStore(tmp_path / "other").gather([None], [0], {0: "IMG_MISSING"})
    assert nothing.codes == (("IMG_MISSING",),)
    assert nothing.likeness.shape == (1, 1024)
    empty = FactStore(tmp_path / "other").gather([], [], {})
    assert len(empty) == 0
    assert empty.colours.shape == (0, 3)


def test_a_damaged_or_foreign_file_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "facts"
    make_store(path, 3)
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    damages = [b"", b"\n", b"rubbish", b"\x93NUMPY", whole[:-1], whole[:70], whole + b"x", whole[65:]]
    for place in rng.integers(0, len(whole), 30):
        damages.append(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
    for body in (b"[]\n", b"{}\n", b'{"layout":[],"texts":[]}\n', b"no line end"):
        damages.append(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    for damage in damages:
        path.write_bytes(damage)
        assert len(FactStore(path)) == 0
    path.write_bytes(whole)
    assert len(FactStore(path)) == 4
    monkeypatch.setattr(fact_store, "ROW", np.dtype([*((name, ROW[name]) for name in ROW.names or ()), ("more", "<i4")]))
    assert len(FactStore(path)) == 0
    assert len(FactStore(tmp_path)) == 0  # a folder


def test_ten_thousand_rows(tmp_path: Path) -> None:
    store, count = FactStore(tmp_path / "facts"), 10_000
    store.reserve(count)
    answer = make_answer(1)
    for seed in range(count):
        store.add(key(seed), answer | {"brightness": float(seed)})
    store.write()
    facts = FactStore(tmp_path / "facts").gather([key(seed) for seed in range(count)][::-1], [1] * count, {})
    np.testing.assert_array_equal(facts.brightness, np.arange(count)[::-1])
