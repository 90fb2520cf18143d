"""The one writer path: every file tamesu writes goes through `write_bytes` here.

Temp file in the same folder, write, flush, fsync, rename, fsync of the folder: after a kill or a power loss there is
either the old file or the new one, whole. A temp file that a killed process left is named `.<name>.<pid>.tmp`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from tamesu.errors import DamagedError, FolderGoneError

TEMP_SUFFIX = ".tmp"
# One spelling for equal values. Made once: a page of 2,000 runs reckons 6,000 digests.
CANONICAL = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def write_bytes(path: Path, content: bytes | memoryview) -> str:
    """Write a file so that a reader finds the old content or the new, never a part.

    Args:
        path: the file; its folder must exist.
        content: all of it.

    Returns:
        The SHA-256 of the content, in hex.

    Raises:
        FolderGoneError: the folder is not there, or may not be written to.
        OSError: the disk is full or failing; the old file is untouched.
    """
    temp = path.with_name(f".{path.name}.{os.getpid()}{TEMP_SUFFIX}")
    try:
        handle = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
        raise FolderGoneError(f"cannot write in {path.parent}: {error.strerror}") from error
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temp, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temp.unlink()
        raise
    sync_folder(path.parent)
    return hashlib.sha256(content).hexdigest()


def write_text(path: Path, text: str) -> str:
    """`write_bytes` of UTF-8 text; returns the SHA-256."""
    return write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, value: Any) -> str:
    """`write_bytes` of canonical, readable JSON (sorted keys, two spaces, no NaN); returns the SHA-256.

    Raises:
        ValueError: the value holds NaN or infinity, which browsers and other languages refuse.
    """
    return write_text(path, dump_json(value) + "\n")


def dump_json(value: Any) -> str:
    """Readable JSON with one spelling for equal values."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True)


def digest_of(value: Any) -> str:
    """SHA-256 of a JSON value in its one spelling, in hex: equal values have equal digests.

    Examples:
        >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
        True
    """
    return hashlib.sha256(CANONICAL.encode(value).encode("utf-8")).hexdigest()


def escape_surrogates(value: Any) -> Any:
    """A plain value that UTF-8 can hold: lone surrogates, from file names that are none, become escapes.

    Examples:
        >>> escape_surrogates({"a": ["\\udcff", 1, None]})
        {'a': ['\\\\udcff', 1, None]}
    """
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {escape_surrogates(key): escape_surrogates(inner) for key, inner in value.items()}
    return [escape_surrogates(inner) for inner in value] if isinstance(value, list | tuple) else value


def read_checked(path: Path, sha256: str) -> bytes:
    """The bytes of a file that must still be what was written.

    Raises:
        DamagedError: the file is missing, is a link, or its SHA-256 is another.
    """
    try:
        content = read_plain(path)
    except OSError as error:
        raise DamagedError(f"{path}: {error.strerror or 'unreadable'}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DamagedError(f"{path}: the content is not what was written (SHA-256 differs)")
    return content


def read_plain(path: Path) -> bytes:
    """All bytes of a file that is no link, with no more calls than that takes: a page of 2,000 runs reads 6,000 files.

    Raises:
        OSError: it cannot be read; ELOOP when it is a link.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        parts = []
        while part := os.read(handle, 1 << 16):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(handle)


def read_json(path: Path) -> Any:
    """A JSON file of ours.

    Raises:
        DamagedError: it is missing, cut, or not JSON.
    """
    try:
        return parse_json(path.read_bytes())
    except OSError as error:
        raise DamagedError(f"{path}: {error.strerror or 'unreadable'}") from error
    except ValueError as error:
        raise DamagedError(f"{path}: not JSON ({error})") from error


def parse_json(content: bytes) -> Any:
    """What `json.loads` makes of UTF-8, in half the time: equal strings of a file become one.

    Raises:
        ValueError: it is not JSON, or not UTF-8.

    Examples:
        >>> parse_json(b'{"a": [1, 0.1, null]}')
        {'a': [1, 0.1, None]}
    """
    return from_json(content, cache_strings="all")


def find_leftovers(folder: Path) -> Iterator[Path]:
    """Temp files that a killed writer left under `folder`."""
    for path in folder.rglob(f".*{TEMP_SUFFIX}"):
        if path.is_file() and not path.is_symlink():
            yield path


def sync_folder(folder: Path) -> None:
    """fsync a folder, so that a rename in it survives a power loss."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_files(folder: Path, names: Mapping[str, str] | None = None, pattern: str = "*.py") -> str:
    """One digest over the files of a folder that match `pattern` (names and contents); of nothing when it is not there."""
    found = {} if names is None else dict(names)
    if folder.is_dir():
        for path in sorted(folder.glob(pattern)):
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return digest_of(found)


def write_sealed(path: Path, value: Any) -> str:
    """Write a JSON value together with its own digest, so that a flipped bit is found when it is read."""
    return write_json(path, {"content": value, "sha256": digest_of(value)})


def read_sealed(path: Path) -> Any:
    """The value `write_sealed` wrote.

    Raises:
        DamagedError: missing, cut, not JSON, a link, or the digest does not fit.
    """
    try:
        sealed = parse_json(read_plain(path))
    except OSError as error:
        reason = "a link stands where a file of ours was" if error.errno == errno.ELOOP else error.strerror or "unreadable"
        raise DamagedError(f"{path}: {reason}") from error
    except ValueError as error:
        raise DamagedError(f"{path}: not JSON ({error})") from error
    if not isinstance(sealed, dict) or sealed.keys() != {"content", "sha256"}:
        raise DamagedError(f"{path}: not a sealed file of ours")
    if digest_of(sealed["content"]) != sealed["sha256"]:
        raise DamagedError(f"{path}: the content is not what was written (SHA-256 differs)")
    return sealed["content"]
