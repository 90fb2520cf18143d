"""Opening a file that a table or a folder names, without being led astray by it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from tamesu.images.faults import UnreadableImageError

LIMIT_BYTES = 2_000_000_000
MISSING = {errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENAMETOOLONG}


def read_image_file(root: Path, relative: str, *, limit_bytes: int = LIMIT_BYTES, first_bytes: int = -1) -> bytes:
    """All bytes of a regular file under `root`, or its first ones.

    Links are followed as long as they stay under `root`; `root` itself may be a link. A pipe, device or folder is
    never read, and opening one never waits.

    Args:
        root: the data folder.
        relative: the file's path under it, with `/`.
        limit_bytes: a larger file is refused unread.
        first_bytes: read no more than these; -1 for all.

    Raises:
        UnreadableImageError: IMG_MISSING (also a broken link or one onto itself), IMG_OUTSIDE_FOLDER, IMG_NOT_A_FILE,
            IMG_NO_PERMISSION, IMG_FILE_TOO_LARGE, IMG_READ_ERROR (the disk or network gave an error).

    Examples:
        >>> read_image_file(Path("/nowhere"), "a.jpg")
        Traceback (most recent call last):
        tamesu.images.faults.UnreadableImageError: IMG_MISSING
    """
    try:
        real_root = os.path.realpath(root)
        real = os.path.realpath(os.path.join(real_root, relative), strict=True)
        if not is_inside(real, real_root):
            raise UnreadableImageError("IMG_OUTSIDE_FOLDER")
        # O_NONBLOCK: opening a pipe without a writer would wait for ever; it changes nothing for a regular file.
        handle = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableImageError("IMG_NOT_A_FILE")
            if status.st_size > limit_bytes:
                raise UnreadableImageError("IMG_FILE_TOO_LARGE", f"{status.st_size:,}")
            return file.read(first_bytes)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name, or one that cannot be encoded
        raise UnreadableImageError(_explain(error)) from error


def explain_absence(root: Path, relative: str) -> tuple[str, str]:
    """Why a file could not be fingerprinted: code and detail of `read_image_file`'s error.

    Returns:
        IMG_CHANGED for a file that can be read now: it came after the fingerprint.

    Examples:
        >>> explain_absence(Path("/nowhere"), "a.jpg")
        ('IMG_MISSING', '')
    """
    try:
        read_image_file(root, relative)
    except UnreadableImageError as error:
        return error.code, error.detail
    return "IMG_CHANGED", ""


def is_inside(path: str, folder: str) -> bool:
    """Whether a resolved path lies under a resolved folder.

    Examples:
        >>> is_inside("/data/train/a.jpg", "/data"), is_inside("/database/a.jpg", "/data")
        (True, False)
    """
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _explain(error: OSError | ValueError) -> str:
    """The code for an error of the operating system."""
    if isinstance(error, PermissionError):
        return "IMG_NO_PERMISSION"
    if isinstance(error, (IsADirectoryError, NotADirectoryError)):
        return "IMG_MISSING" if isinstance(error, NotADirectoryError) else "IMG_NOT_A_FILE"
    if isinstance(error, ValueError) or error.errno in MISSING:
        return "IMG_MISSING"
    # ENXIO: a socket, or a device that is not there
    return "IMG_NOT_A_FILE" if error.errno == errno.ENXIO else "IMG_READ_ERROR"
