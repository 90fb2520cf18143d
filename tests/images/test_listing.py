"""Listing a folder: junk, links, loops."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.images import cases

from tamesu.images.listing import is_junk, list_images


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    folder = tmp_path / "data"
    for sub in ("train/cat", "train/dog", "folder.jpg"):
        (folder / sub).mkdir(parents=True)
    for name in (
        "train/cat/1.jpg",
        "train/cat/2.PNG",
        "train/dog/3.webp",
        "train/table.csv",
        "._good.jpg",
        "Thumbs.db",
        ".DS_Store",
    ):
        (folder / name).write_bytes(b"x")
    os.symlink("nothing.jpg", folder / "broken.jpg")
    os.symlink("loop.jpg", folder / "loop.jpg")
    os.symlink("/etc/hostname", folder / "outside.jpg")
    os.symlink(tmp_path / "outside", folder / "outside")
    os.symlink("../..", folder / "train" / "a-loopdir")
    os.symlink("1.jpg", folder / "train" / "cat" / "link.jpg")
    os.mkfifo(folder / "pipe.jpg")
    return folder


def test_all_kinds_at_once(root: Path) -> None:
    listing = list_images(root)
    assert listing.files == ("train/cat/1.jpg", "train/cat/2.PNG", "train/cat/link.jpg", "train/dog/3.webp")
    assert listing.junk == (".DS_Store", "._good.jpg", "Thumbs.db")
    found = {str(fault.where): (fault.outcome, fault.code) for fault in listing.faults}
    assert found == {
        "broken.jpg": cases.FILE_CASES["broken-link"],
        "loop.jpg": cases.FILE_CASES["loop-link"],
        "outside.jpg": cases.FILE_CASES["outside-link"],
        "outside": cases.FILE_CASES["outside-link"],
        "pipe.jpg": cases.FILE_CASES["pipe"],
        "folder.jpg": cases.FILE_CASES["folder"],
        "train/a-loopdir": ("quarantine", "IMG_OUTSIDE_FOLDER"),
    }


def test_a_link_back_up_is_followed_once(root: Path) -> None:
    (root / "train" / "a-loopdir").unlink()
    os.symlink("..", root / "train" / "a-loopdir")
    listing = list_images(root)
    assert [(str(f.where), (f.outcome, f.code)) for f in listing.faults if "loopdir" in str(f.where)] == [
        ("train/a-loopdir", cases.FILE_CASES["loopdir"])
    ]
    assert "train/cat/1.jpg" in listing.files


def test_a_part_of_the_folder_and_a_linked_folder(root: Path) -> None:
    assert list_images(root, "train/dog").files == ("train/dog/3.webp",)
    os.symlink("../train/dog", root / "folder.jpg" / "x")
    os.symlink("train/dog", root / "a")
    listing = list_images(root)
    assert "train/dog/3.webp" in listing.files  # under its own name, though `a` comes first
    assert ("a", "SKIPPED_LINK_LOOP") in {(str(fault.where), fault.code) for fault in listing.faults}
    with pytest.raises(FileNotFoundError):
        list_images(root, "nothing")


def test_junk() -> None:
    assert all(map(is_junk, ["._good.jpg", "Thumbs.db", ".DS_Store", "__MACOSX", "desktop.ini"]))
    assert not any(map(is_junk, ["good.jpg", "_good.jpg", ".hidden.jpg"]))
