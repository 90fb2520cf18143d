"""Index and shards on disk."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tamesu.images.store import Entry, Store

ENTRIES = [
    Entry(
        "a" * 64,
        notes=("IMG_TURNED", "IMG_LARGE"),
        height=2,
        width=3,
        mean=(0.1, 1 / 3, 255.0),
        crc=2**32 - 1,
        shard="s.u8",
        offset=4,
    ),
    Entry("b" * 64, code="IMG_TOO_LARGE", detail="9 x 9"),
    Entry("c" * 64, height=2, width=3, mean=(1.0, 2.0, 3.0), crc=7),
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "deep" / "224px")
    (store.folder / "s.u8").write_bytes(bytes(22))
    store.write_index(ENTRIES)
    return store


def test_what_is_written_is_read(store: Store) -> None:
    assert list(store.read_index().values()) == ENTRIES
    assert (ENTRIES[0].size_bytes, ENTRIES[0].end) == (18, 22)


def test_pixels_that_are_gone_are_not_promised(store: Store) -> None:
    (store.folder / "s.u8").write_bytes(bytes(21))
    assert list(store.read_index().values()) == ENTRIES[1:]
    (store.folder / "s.u8").unlink()
    assert list(store.read_index().values()) == ENTRIES[1:]


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone", "not json"])
def test_a_damaged_index_is_none(store: Store, damage: str) -> None:
    index = store.folder / "index"
    content = bytearray(index.read_bytes())
    if damage == "gone":
        index.unlink()
    else:
        content[-9] ^= 1
        index.write_bytes({"cut": content[:-1], "flip": content, "empty": b"", "not json": b"e3b0\n"}[damage])
    assert store.read_index() == {}


def test_tidy_removes_only_what_nobody_needs(store: Store) -> None:
    (store.folder / "s.u8").write_bytes(bytes(99))
    (store.folder / "orphan.u8").write_bytes(bytes(5))
    (store.folder / ".index.1.tmp").write_bytes(b"x")
    (store.folder / "other").write_bytes(b"x")
    store.tidy(ENTRIES)
    assert {path.name: path.stat().st_size for path in store.folder.iterdir() if path.name != "index"} == {
        "s.u8": 22,
        "other": 1,
    }
    assert store.used_bytes() == 22


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = Store(tmp_path / "file" / "cache")
    assert not store.is_writable
    assert store.read_index() == {}
    assert store.used_bytes() == 0
    with store.lock() as locked:
        assert not locked


def test_the_lock_keeps_others_waiting(store: Store) -> None:
    found: list[bool] = []

    def wait() -> None:
        with Store(store.folder).lock() as locked:
            found.append(locked)

    with store.lock() as locked:
        assert locked
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(0.2)
        assert not found
    thread.join(10)
    assert found == [True]


def test_shard_names_never_repeat(store: Store) -> None:
    assert len({store.new_shard() for _ in range(100)}) == 100
