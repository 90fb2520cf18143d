"""What files said is read again exactly when they are others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tamesu.artifacts.files import write_text
from tamesu.web.memory import HeavyMemory, Memory, stamp_of


def read(path: Path) -> str:
    CALLS.append(path.name)
    return path.read_text()


CALLS: list[str] = []


def test_a_file_is_read_once_until_it_is_another(tmp_path: Path) -> None:
    CALLS.clear()
    memory, path = Memory(), tmp_path / "a"
    path.write_text("one")
    assert [memory.read(path, read) for _ in range(3)] == ["one"] * 3
    assert CALLS == ["a"]
    path.write_text("three")
    assert memory.read(path, read) == "three"


def test_an_exchange_of_equal_size_and_time_is_noticed(tmp_path: Path) -> None:
    memory, path = Memory(), tmp_path / "a"
    write_text(path, "one")
    os.utime(path, (1, 1))
    assert memory.read(path, read) == "one"
    write_text(path, "two")
    os.utime(path, (1, 1))
    assert memory.read(path, read) == "two"


def test_errors_are_not_remembered_and_missing_files_have_no_stamp(tmp_path: Path) -> None:
    memory, path = Memory(), tmp_path / "a"
    assert stamp_of(path) is None
    with pytest.raises(FileNotFoundError):
        memory.read(path, read)
    path.write_text("here")
    assert memory.read(path, read) == "here"


def test_one_file_of_several_more_or_less_is_noticed(tmp_path: Path) -> None:
    memory = Memory()
    for name in "ab":
        (tmp_path / name).write_text(name)
    count = iter(range(9))
    assert memory.read_all("k", tmp_path.glob("*"), lambda: next(count)) == 0
    assert memory.read_all("k", tmp_path.glob("*"), lambda: next(count)) == 0
    (tmp_path / "c").write_text("c")
    assert memory.read_all("k", tmp_path.glob("*"), lambda: next(count)) == 1
    (tmp_path / "a").unlink()
    assert memory.read_all("k", tmp_path.glob("*"), lambda: next(count)) == 2


def test_what_was_asked_for_long_ago_is_forgotten_first() -> None:
    memory, made = Memory(most=2), []

    def ask(key: str) -> None:
        memory.keep(key, 0, lambda: made.append(key))

    for key in "abacab":
        ask(key)
    # a and b are made; a is asked again; c pushes b out; a is still there; b is made again.
    assert made == ["a", "b", "c", "b"]


def test_what_is_large_is_kept_by_its_bytes_and_made_by_one_at_a_time() -> None:
    memory, made = HeavyMemory(100), []

    def ask(key: str, size: int, stamp: int = 0) -> bytes:
        def make() -> bytes:
            made.append(key)
            return bytes(size)

        return memory.keep(key, stamp, make, len)

    ask("a", 40), ask("b", 40), ask("a", 40)
    assert made == ["a", "b"]
    # Of the two, b was asked for longer ago.
    ask("c", 40), ask("a", 40), ask("b", 40)
    assert made == ["a", "b", "c", "b"]
    ask("b", 40, stamp=1)
    # Too large to be kept, and nothing stays beside it.
    assert len(ask("d", 101)) == len(ask("d", 101)) == 101
    assert made[-3:] == ["b", "d", "d"]
