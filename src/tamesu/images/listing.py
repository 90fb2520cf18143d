"""Which files of a folder are images to look at: by name only, and without being led in circles."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from tamesu.errors import Fault
from tamesu.images.faults import image_fault
from tamesu.images.read import is_inside

ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".avif"})
JUNK = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "__macosx", ".ipynb_checkpoints"})


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds.

    Attributes:
        files: paths of image files under the root, with `/`, sorted; links to files under the root are among them.
        junk: paths that operating systems leave behind (SKIPPED_JUNK); nobody needs to hear of them.
        faults: things with an image's name that are not files, links that lead out or in circles.
    """

    files: tuple[str, ...]
    junk: tuple[str, ...]
    faults: tuple[Fault, ...]


def is_junk(name: str) -> bool:
    """Whether a file or folder of this name is left behind by an operating system or a notebook.

    Examples:
        >>> is_junk("._good.jpg"), is_junk("Thumbs.db"), is_junk("good.jpg")
        (True, True, False)
    """
    return name.startswith("._") or name.lower() in JUNK


def list_images(root: Path, folder: str = "") -> Listing:
    """The image files under a folder, by their endings in any case; contents are not looked at.

    Folder links are followed as long as they stay under `root`, each real folder once: one that is met again, or leads
    back up, is SKIPPED_LINK_LOOP.

    Args:
        root: the data folder.
        folder: where to begin, a path under `root`; all of it when empty.

    Raises:
        OSError: the first folder is not there or cannot be listed.
    """
    files: list[str] = []
    junk: list[str] = []
    faults: list[Fault] = []
    real_root = os.path.realpath(root)
    start = os.path.join(real_root, folder) if folder else real_root
    # Links wait until all real folders are seen, so that a folder is listed under its own name.
    waiting, linked = [(start, folder.rstrip("/"))], list[tuple[str, str]]()
    seen = {os.path.realpath(start)}
    while waiting or linked:
        path, prefix = waiting.pop() if waiting else linked.pop(0)
        if path != start:
            if (real := os.path.realpath(path)) in seen:
                faults.append(image_fault("SKIPPED_LINK_LOOP", prefix))
                continue
            seen.add(real)
        try:
            found = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError:
            if path == start:
                raise
            faults.append(image_fault("IMG_NO_PERMISSION", prefix))
            continue
        for entry in found:
            relative = f"{prefix}/{entry.name}" if prefix else entry.name
            if is_junk(entry.name):
                junk.append(relative)
                continue
            kind = _judge(entry, real_root)
            if kind == "folder":
                (linked if entry.is_symlink() else waiting).append((entry.path, relative))
            elif kind == "file":
                files.append(relative)
            elif kind:
                faults.append(image_fault(kind, relative))
    return Listing(tuple(sorted(files)), tuple(sorted(junk)), tuple(sorted(faults, key=lambda fault: str(fault.where))))


def _judge(entry: os.DirEntry[str], real_root: str) -> str:
    """`folder`, `file`, a code, or nothing for what is no image by its name."""
    has_ending = os.path.splitext(entry.name)[1].lower() in ENDINGS
    try:
        status = entry.stat()
    except OSError:  # a link to nothing, or onto itself
        return "IMG_MISSING" if has_ending else ""
    is_folder = stat.S_ISDIR(status.st_mode)
    if not (has_ending or is_folder):
        return ""
    if not is_inside(os.path.realpath(entry.path), real_root):
        return "IMG_OUTSIDE_FOLDER"
    if is_folder:
        return "SKIPPED_NOT_A_FILE" if has_ending else "folder"
    return "file" if stat.S_ISREG(status.st_mode) else "IMG_NOT_A_FILE"
