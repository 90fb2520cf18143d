"""What lies in a folder: images and tables, and where tamesu may write."""

from __future__ import annotations

import os
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tamesu.errors import Fault, InputError, Where
from tamesu.images.listing import ENDINGS as IMAGE_ENDINGS

TABLE_ENDINGS = frozenset({".csv", ".tsv", ".parquet"})
OWN_FOLDERS = frozenset({"recipes", "plugins", "folds", "runs", "verdicts", "ensembles", "submissions", "reports"})
# Deeper, or many in one folder, tables are measurements of single images, not lists of images.
TABLE_DEPTH = 3
TABLES_PER_FOLDER = 20


@dataclass(frozen=True, slots=True)
class Places:
    """The competition's folder and the host's files, and how one is written from the other.

    Attributes:
        folder: the competition's folder; it may not exist yet.
        data: where the host's files are.
        written: `data` as it stands in competition.yaml, relative to `folder`.
        prefix: what stands before a path relative to `data` ("data/", or "").
        own_prefix: what stands before a path relative to `folder`; None when such a path cannot be written, since
            nothing in competition.yaml may climb out of what `data:` names.
    """

    folder: Path
    data: Path
    written: str
    prefix: str
    own_prefix: str | None = ""

    def in_folder(self, name: str) -> str:
        """A file of the competition's folder as competition.yaml names it, relative to what `data:` names."""
        return (self.own_prefix or "") + name

    def widen(self) -> Places:
        """The same places with `data:` naming the nearest folder that holds both, so that files of either can be named."""
        folder, data = self.folder.resolve(), self.data.resolve()
        above = Path(os.path.commonpath([folder, data]))
        written = PurePosixPath(os.path.relpath(above, folder)).as_posix()
        prefixes = [path.relative_to(above).as_posix() + "/" for path in (data, folder)]
        prefix, own_prefix = ("" if text == "./" else text for text in prefixes)
        return Places(self.folder, self.data, written, prefix, own_prefix)


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a data folder, sorted; paths with `/`, relative to it.

    Attributes:
        images: files with an image's ending.
        tables: CSV, TSV and Parquet files.
        others: how many other files there are.
        links: folders that are links and were not entered.
        unnameable: image files whose names are not UTF-8, so that no table can hold them.
    """

    images: tuple[str, ...]
    tables: tuple[str, ...]
    others: int = 0
    links: tuple[str, ...] = ()
    unnameable: int = 0


def find_places(folder: Path, data: Path | None) -> Places:
    """Where to write and where to read.

    Args:
        folder: the competition's folder, made later if absent.
        data: where the host's files are; `folder/data` when None and there, else `folder` itself.

    Raises:
        InputError: the data folder is not there; `folder` is a file, the root of the disk, the home folder, or may not be
            written to.
    """
    faults = []
    if data is None:
        data = folder / "data" if (folder / "data").is_dir() else folder
    if not data.is_dir():
        faults.append(Fault("INTAKE_NO_DATA", "refuse", Where(data)))
    elif not may_write(folder):
        faults.append(Fault("INTAKE_READ_ONLY", "refuse", Where(folder), {"data": data}))
    if folder.resolve() in (Path(folder.resolve().anchor), Path.home()) or (folder.exists() and not folder.is_dir()):
        faults.append(Fault("INTAKE_NOT_A_FOLDER", "refuse", Where(folder)))
    if faults:
        raise InputError(faults)
    inside = Path(os.path.abspath(data)).is_relative_to(os.path.abspath(folder))
    if inside and data.resolve().is_relative_to(folder.resolve()):
        below = data.resolve().relative_to(folder.resolve()).as_posix()
        return Places(folder, data, ".", "" if below == "." else below + "/")
    # A link inside the folder is the user's own way of naming the place, and stays right when the link is moved.
    start, end = (os.path.abspath(folder), os.path.abspath(data)) if inside else (folder.resolve(), data.resolve())
    return Places(folder, data, PurePosixPath(os.path.relpath(end, start)).as_posix(), "", None)


def may_write(folder: Path) -> bool:
    """Whether files may be made in a folder, or in the nearest one above it that exists.

    The permission bits count for root too: a folder nobody may write to was meant to stay as it is.
    """
    while not folder.exists():
        folder = folder.absolute().parent
    return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & 0o222)


def scan_folder(places: Places) -> Listing:
    """Every image and table under the data folder; hidden files, link loops and tamesu's own folders are left out.

    Raises:
        InputError: images lie in a folder into which tamesu will write its own files.
    """
    images: list[str] = []
    tables: list[str] = []
    links: list[str] = []
    others = unnameable = 0
    clashes: set[str] = set()
    shared = places.data.resolve() == places.folder.resolve()
    for parent, folders, files in os.walk(places.data):
        base = PurePosixPath(Path(parent).relative_to(places.data).as_posix())
        own = shared and bool(base.parts) and base.parts[0] in OWN_FOLDERS
        links += [str(base / name) for name in folders if os.path.islink(os.path.join(parent, name))]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for name in files:
            ending = os.path.splitext(name)[1].lower()
            if name.startswith(".") or (own and ending not in IMAGE_ENDINGS):
                continue
            if ending in IMAGE_ENDINGS:
                path = str(base / name)
                if own:
                    clashes.add(base.parts[0])
                elif not is_utf8(path):
                    unnameable += 1
                else:
                    images.append(path)
            elif ending in TABLE_ENDINGS and len(base.parts) < TABLE_DEPTH and is_utf8(str(base / name)):
                tables.append(str(base / name))
            else:
                others += 1
    if clashes:
        raise InputError(
            [Fault("INTAKE_OWN_NAME", "refuse", Where(places.data / name), {"name": name}) for name in sorted(clashes)]
        )
    per_folder = Counter(os.path.dirname(table) for table in tables)
    kept = sorted(table for table in tables if per_folder[os.path.dirname(table)] <= TABLES_PER_FOLDER)
    return Listing(tuple(sorted(images)), tuple(kept), others, tuple(sorted(links)), unnameable)


def is_utf8(name: str) -> bool:
    """Whether a file name can be written in a UTF-8 file."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def short_side(places: Places, listing: Listing, count: int = 64) -> int | None:
    """The median shorter side of some images, in pixels, from their headers alone; None when none can be read."""
    from PIL import Image

    sides = []
    # A very large image is the business of `tamesu check`; here only its size is asked.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in spread(listing.images, count):
            try:
                with Image.open(places.data / path, formats=("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP")) as image:
                    sides.append(min(image.size))
            except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
                continue
    return sorted(sides)[len(sides) // 2] if sides else None


def spread(items: tuple[str, ...], count: int) -> tuple[str, ...]:
    """At most `count` items, evenly spaced over the whole.

    Examples:
        >>> spread(("a", "b", "c", "d", "e"), 2)
        ('a', 'c')
    """
    if len(items) <= count:
        return items
    return tuple(items[index * len(items) // count] for index in range(count))
