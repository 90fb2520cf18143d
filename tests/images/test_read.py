"""Opening files: nothing hangs, nothing leads out."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.images import cases

from tamesu.images import read
from tamesu.images.faults import UnreadableImageError
from tamesu.images.read import explain_absence, read_image_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    cases.make_folder(folder)
    (folder / "folder.jpg").mkdir()
    return folder


def code_of(root: Path, relative: str, **options: int) -> str:
    with pytest.raises(UnreadableImageError) as caught:
        read_image_file(root, relative, **options)
    return caught.value.code


@pytest.mark.parametrize("name", ["broken-link", "loop-link", "outside-link", "pipe"])
def test_cases_of_the_design(root: Path, name: str) -> None:
    assert code_of(root, name) == cases.FILE_CASES[name][1]


@pytest.mark.parametrize(
    ("relative", "code"),
    [
        ("nothing.jpg", "IMG_MISSING"),
        ("good.jpg/inside.jpg", "IMG_MISSING"),
        ("x" * 300, "IMG_MISSING"),
        ("zero\0byte.jpg", "IMG_MISSING"),
        ("\ud800.jpg", "IMG_MISSING"),
        ("", "IMG_NOT_A_FILE"),
        ("folder.jpg", "IMG_NOT_A_FILE"),
        ("../outside.jpg", "IMG_OUTSIDE_FOLDER"),
        ("/etc/hostname", "IMG_OUTSIDE_FOLDER"),
        ("../data-other/a.jpg", "IMG_OUTSIDE_FOLDER"),
    ],
)
def test_other_paths(root: Path, relative: str, code: str) -> None:
    (root.parent / "data-other").mkdir()
    (root.parent / "data-other" / "a.jpg").write_bytes(b"x")
    assert code_of(root, relative) == code


def test_links_inside_and_a_linked_root(root: Path) -> None:
    os.symlink("good.jpg", root / "inside-link")
    os.symlink(root, root.parent / "linked")
    for folder, name in [(root, "inside-link"), (root.parent / "linked", "good.jpg"), (root, "../data/good.jpg")]:
        assert read_image_file(folder, name) == cases.jpeg()


def test_socket_and_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert code_of(tmp_path, "s") == "IMG_NOT_A_FILE"
    assert code_of(Path("/dev"), "null") == "IMG_NOT_A_FILE"


def test_size_limit(root: Path) -> None:
    size = len(cases.jpeg())
    assert read_image_file(root, "good.jpg", limit_bytes=size) == cases.jpeg()
    assert code_of(root, "good.jpg", limit_bytes=size - 1) == "IMG_FILE_TOO_LARGE"


def test_a_failing_disk(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(read.os, "open", fail)
    assert code_of(root, "good.jpg") == "IMG_READ_ERROR"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own is closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_no_permission(open_folder: Path) -> None:
    (open_folder / "a.jpg").write_bytes(cases.jpeg())
    (open_folder / "a.jpg").chmod(0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)  # permissions do not bite for root
    try:
        assert code_of(open_folder, "a.jpg") == cases.FILE_CASES["no-permission"][1]
    finally:
        os.seteuid(was)


def test_the_first_bytes_alone(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"0123456789")
    assert read_image_file(tmp_path, "a.jpg", first_bytes=4) == b"0123"
    assert read_image_file(tmp_path, "a.jpg", first_bytes=40) == b"0123456789"


def test_absence_is_explained(root: Path) -> None:
    for name in ("outside-link", "broken-link", "pipe"):
        assert explain_absence(root, name) == (cases.FILE_CASES[name][1], "")
    assert explain_absence(root, "good.jpg") == ("IMG_CHANGED", "")
