"""Marks: hashed like hashlib, remembered, never believed when anything changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from tests.images import cases

from tamesu.images import fingerprint
from tamesu.images.fingerprint import FileMark, find_copies, fingerprint_images


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.jpg").write_bytes(bytes([number]) * 100)
        os.utime(folder / f"{number}.jpg", ns=(10**18, 10**18 + number))
    return folder


NAMES = [f"{number}.jpg" for number in range(5)]


def watch(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are really read."""
    read, found = fingerprint.read_image_file, list[str]()

    def spy(root: Path, relative: str) -> bytes:
        found.append(relative)
        return read(root, relative)

    monkeypatch.setattr(fingerprint, "read_image_file", spy)
    return found


def test_marks_and_memory(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = watch(monkeypatch)
    memory = tmp_path / "deep" / "marks"
    wanted = [FileMark(100, 10**18 + n, hashlib.sha256(bytes([n]) * 100).hexdigest()) for n in range(5)]
    assert fingerprint_images(root, NAMES, memory) == wanted
    assert sorted(read) == NAMES
    read.clear()
    assert fingerprint_images(root, [*NAMES, "3.jpg"], memory) == [*wanted, wanted[3]]
    assert not read
    (root / "3.jpg").write_bytes(b"y" * 100)
    os.utime(root / "3.jpg", ns=(10**18, 10**18))
    assert fingerprint_images(root, NAMES, memory)[3] == FileMark(100, 10**18, hashlib.sha256(b"y" * 100).hexdigest())
    assert read == ["3.jpg"]


def test_young_files_are_hashed_again(root: Path, tmp_path: Path) -> None:
    (root / "0.jpg").write_bytes(b"first")
    before = os.stat(root / "0.jpg")
    first = fingerprint_images(root, ["0.jpg"], tmp_path / "marks")
    (root / "0.jpg").write_bytes(b"other")  # same size, and the same time: a coarse clock
    os.utime(root / "0.jpg", ns=(before.st_atime_ns, before.st_mtime_ns))
    second = fingerprint_images(root, ["0.jpg"], tmp_path / "marks")
    assert first[0].sha256 != second[0].sha256 == hashlib.sha256(b"other").hexdigest()


def test_files_that_cannot_be_read(root: Path, tmp_path: Path) -> None:
    os.mkfifo(root / "pipe")
    os.symlink("/etc/hostname", root / "outside")
    names = ["gone.jpg", "pipe", "outside", "\0", "0.jpg"]
    marks = fingerprint_images(root, names, tmp_path / "marks")
    assert marks[:4] == [FileMark(0, 0, None)] * 4
    assert marks[4].sha256 is not None
    (root / "0.jpg").unlink()
    assert fingerprint_images(root, ["0.jpg"], tmp_path / "marks") == [FileMark(0, 0, None)]


def test_a_damaged_memory_is_made_anew(root: Path, tmp_path: Path) -> None:
    memory = tmp_path / "marks"
    wanted = fingerprint_images(root, NAMES, memory)
    whole = memory.read_bytes()
    for damage in (b"", whole[:50], whole.replace(b"a", b"b"), b"\n{}", whole[:-1]):
        memory.write_bytes(damage)
        assert fingerprint_images(root, NAMES, memory) == wanted
        assert memory.read_bytes() == whole


def test_a_memory_that_cannot_be_written_is_no_reason_to_stop(root: Path) -> None:
    assert fingerprint_images(root, NAMES, root / "0.jpg" / "marks")[0].sha256


def test_real_images_are_hashed_once(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = shared / "data" / "clothing10"
    names = [f"train/{entry.name}" for entry in os.scandir(root / "train")]
    first = fingerprint_images(root, names, tmp_path / "marks")
    monkeypatch.setattr(fingerprint, "_hash_file", lambda *_words: pytest.fail("hashed again"))
    assert fingerprint_images(root, names, tmp_path / "marks") == first
    assert len(first) == 3409


def test_copies_that_contradict_each_other() -> None:
    marks = [FileMark(1, 1, sha) for sha in ("a", "a", "a", "b", "b", "c")] + [FileMark(0, 0, None)] * 2
    names = ["copy_a", "copy_b", "copy_in_test", "same_1", "same_2", "single", "gone_1", "gone_2"]
    faults = find_copies(names, marks, ["cat", "dog", None, "cat", "cat", "cat", "cat", "dog"])
    assert [(str(f.where), (f.outcome, f.code), f.values["detail"]) for f in faults] == [
        ("copy_a", cases.FILE_CASES["copies-conflict"], "copy_b, copy_in_test")
    ]
    assert find_copies(names[:3:2], marks[:3:2], ["cat", None])
