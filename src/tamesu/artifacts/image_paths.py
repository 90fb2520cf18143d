"""From a row of the table to its image: a path that stays inside its folder, found by one listing of each folder."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tamesu.artifacts.row_faults import fault_of_rows, show_examples
from tamesu.artifacts.tables import IMAGE_ENDINGS
from tamesu.errors import Fault, InputError, Outcome, Where, nearest

PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|([{}])")
DRIVE = re.compile(r"[A-Za-z]:[/\\]")
SLASHES = re.compile(r"[/\\]")

# How a file was found, and what is said of it.
FOUND_CODES: tuple[tuple[str, str, Outcome], ...] = (
    ("unclear", "TABLE_ENDING_UNCLEAR", "ask"),
    ("missing", "TABLE_FILE_MISSING", "quarantine"),
    ("ending", "TABLE_ENDING_ADDED", "note"),
    ("form", "NAME_NFC_NFD_PAIR", "note"),
    ("bytes", "NAME_NOT_UTF8", "note"),
)


@dataclass(frozen=True, slots=True)
class Template:
    """An image path with `{column}` placeholders, as text between the columns.

    Attributes:
        texts: one more than there are columns.
        columns: the columns whose cells stand between the texts.
    """

    texts: tuple[str, ...]
    columns: tuple[str, ...]

    def fill(self, columns: Mapping[str, Sequence[str]]) -> list[str]:
        """The path of every row; braces inside a cell are letters like any other.

        Examples:
            >>> parse_template("train/{id}.jpg", Where()).fill({"id": ["a", "{b}"]})
            ['train/a.jpg', 'train/{b}.jpg']
        """
        cells = zip(*(columns[name] for name in self.columns), strict=True)
        first, rest = self.texts[0], self.texts[1:]
        return [first + "".join([cell + text for cell, text in zip(row, rest, strict=True)]) for row in cells]


def parse_template(template: str, where: Where) -> Template:
    """The parts of an image path; `{{` and `}}` stand for braces of the path itself.

    Raises:
        InputError: TABLE_IMAGE_TEMPLATE: no placeholder at all, or a brace without its other half.

    Examples:
        >>> parse_template("images/{patient}/{id}.png", Where())
        Template(texts=('images/', '/', '.png'), columns=('patient', 'id'))
    """
    texts, columns, end = [""], [], 0
    for found in PLACEHOLDER.finditer(template):
        texts[-1] += template[end : found.start()]
        end = found.end()
        if found[1] is not None:
            columns.append(found[1])
            texts.append("")
        elif found[2] is not None:
            raise InputError(Fault("TABLE_IMAGE_TEMPLATE", "refuse", where, {"template": template}))
        else:
            texts[-1] += found[0][0]
    texts[-1] += template[end:]
    if not columns:
        raise InputError(Fault("TABLE_IMAGE_TEMPLATE", "refuse", where, {"template": template}))
    return Template(tuple(texts), tuple(columns))


def leaves_folder(cell: str) -> bool:
    r"""True when a cell put into a path would lead out of the folder the path begins with.

    Examples:
        >>> [leaves_folder(cell) for cell in ["../../etc/passwd", "/etc/passwd", "C:\\x", "a/../b"]]
        [True, True, True, True]
        >>> [leaves_folder(cell) for cell in ["a/b", "back\\slash", "..jpg", "%2e%2e", "$(rm)", "-rf"]]
        [False, False, False, False, False, False]
    """
    if "." not in cell and "/" not in cell and "\\" not in cell:
        return False
    return cell.startswith(("/", "\\")) or bool(DRIVE.match(cell)) or ".." in SLASHES.split(cell)


@dataclass(slots=True)
class Listing:
    """The names in one folder, and ways to look them up that are built when a name is not there as written.

    Attributes:
        folder: the folder as it is called on disk; it may differ from what was asked for in its NFC/NFD form.
        names: every name in it.
        plain: NFC form of a name → names. A name that is not UTF-8 stands under its Shift-JIS reading.
        bare: the same without a known image ending.
    """

    folder: str
    names: frozenset[str]
    plain: dict[str, list[str]] = field(default_factory=dict)
    bare: dict[str, list[str]] = field(default_factory=dict)

    def index(self) -> None:
        """Build `plain` and `bare`, once."""
        if self.plain:
            return
        for name in sorted(self.names):
            text = unicodedata.normalize("NFC", readable_name(name))
            self.plain.setdefault(text, []).append(name)
            if (stem := strip_ending(text)) != text:
                self.bare.setdefault(stem, []).append(name)

    def find(self, name: str) -> tuple[str, list[str]]:
        """The files that may be meant by a name that is not there as written.

        Returns:
            How they were found (`form`, `bytes`, `ending`), and their names; none when nothing fits.
        """
        self.index()
        text = unicodedata.normalize("NFC", name)
        if found := self.plain.get(text, []):
            return ("form" if is_utf8(found[0]) else "bytes"), found
        stem = strip_ending(text)
        found = self.bare.get(text, []) or (self.bare.get(stem, []) + self.plain.get(stem, []) if stem != text else [])
        return "ending", found


def list_folder(data_folder: Path, folder: str) -> Listing:
    """The names in a folder, in one reading; empty when it is not there. The folder's own name may be in the other form."""
    for form in dict.fromkeys([folder, unicodedata.normalize("NFC", folder), unicodedata.normalize("NFD", folder)]):
        try:
            with os.scandir(data_folder / form) as entries:
                return Listing(form, frozenset(entry.name for entry in entries))
        except (OSError, ValueError):  # no such folder; a zero byte in a Parquet cell
            continue
    return Listing(folder, frozenset())


def strip_ending(name: str) -> str:
    """A name without a known image ending.

    Examples:
        >>> strip_ending("a.JPG"), strip_ending("a.b")
        ('a', 'a.b')
    """
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and f".{ending.lower()}" in IMAGE_ENDINGS else name


def is_utf8(name: str) -> bool:
    """True when a file name from the disk is UTF-8; other bytes come as lone surrogates."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def readable_name(name: str) -> str:
    """A file name or path as text; bytes that are not UTF-8 are read as Shift-JIS, or else spelled out."""
    if is_utf8(name):
        return name
    if "/" in name:
        return "/".join(map(readable_name, name.split("/")))
    content = os.fsencode(name)
    try:
        return content.decode("cp932")
    except UnicodeDecodeError:
        return content.decode("utf-8", "backslashreplace")


def find_images(
    template: str,
    columns: Mapping[str, Sequence[str]],
    lines: Sequence[int],
    data_folder: Path,
    table: str,
    where: Where,
) -> tuple[list[str], list[Fault]]:
    """The image of every row.

    Args:
        template: path with `{column}` placeholders, relative to `data_folder`.
        columns: the table's columns.
        lines: the line each row begins on.
        data_folder: where the host's files are.
        table: the table's name in messages.
        where: the place of the template, for messages.

    Returns:
        One path per row with `/`, relative to `data_folder`; as written when there is no such file. And the faults:
        TABLE_PATH_OUTSIDE, TABLE_NO_FILE_FOUND (refuse), TABLE_ENDING_UNCLEAR (ask), TABLE_FILE_MISSING (quarantine),
        TABLE_ENDING_ADDED, NAME_NFC_NFD_PAIR, NAME_NOT_UTF8 (note).

    Raises:
        InputError: TABLE_IMAGE_TEMPLATE, or TABLE_NO_COLUMN with the nearest name.
    """
    parsed = parse_template(template, where)
    unknown = [name for name in dict.fromkeys(parsed.columns) if name not in columns]
    if unknown:
        known = show_examples(columns, limit=30)
        raise InputError(
            [
                Fault("TABLE_NO_COLUMN", "refuse", where, {"name": u, "table": table, "known": known}, nearest(u, columns))
                for u in unknown
            ]
        )
    outside = sorted({row for name in parsed.columns for row, cell in enumerate(columns[name]) if leaves_folder(cell)})
    if outside:
        examples = [columns[name][row] for row in outside for name in parsed.columns]
        at = [lines[row] for row in outside]
        return parsed.fill(columns), [fault_of_rows("TABLE_PATH_OUTSIDE", "refuse", table, at, examples)]
    return match_files(parsed.fill(columns), lines, data_folder, table)


def match_files(wanted: list[str], lines: Sequence[int], data_folder: Path, table: str) -> tuple[list[str], list[Fault]]:
    """The file of every wanted path: exact, or in the other Unicode form, or with another ending; see `find_images`."""
    listings: dict[str, Listing] = {}
    paths: list[str] = []
    found: dict[str, list[int]] = {"form": [], "bytes": [], "ending": [], "unclear": [], "missing": []}
    for row, path in enumerate(wanted):
        folder, slash, name = path.rpartition("/")
        listing = listings.get(folder)
        if listing is None:
            listing = listings[folder] = list_folder(data_folder, folder)
        if name in listing.names:
            paths.append(path if folder == listing.folder else f"{listing.folder}{slash}{name}")
            continue
        how, files = listing.find(name)
        found["missing" if not files else how if len(files) == 1 else "unclear"].append(row)
        paths.append(f"{listing.folder}{slash}{files[0]}" if files else path)
    if wanted and len(found["missing"]) == len(wanted):
        folder = wanted[0].rpartition("/")[0] or "."
        beside = show_examples(sorted(readable_name(name) for name in listings[wanted[0].rpartition("/")[0]].names)) or "-"
        values = {"folder": repr(readable_name(folder)), "beside": beside, "total": len(wanted)}
        return wanted, [fault_of_rows("TABLE_NO_FILE_FOUND", "refuse", table, [lines[0]], wanted, **values)]
    found["form"] = sorted({*found["form"], *find_twins(wanted)})
    return paths, name_faults(found, wanted, paths, lines, table)


def find_twins(paths: Iterable[str]) -> list[int]:
    r"""Rows whose path equals another row's but for its Unicode form (NFC or NFD).

    Examples:
        >>> find_twins(["\u30ac.jpg", "\u30ab\u3099.jpg", "a.jpg"])
        [0, 1]
    """
    rows: dict[str, dict[str, int]] = {}
    for row, path in enumerate(paths):
        if not path.isascii():
            rows.setdefault(unicodedata.normalize("NFC", path), {})[path] = row
    return sorted(row for spellings in rows.values() if len(spellings) > 1 for row in spellings.values())


def name_faults(
    found: Mapping[str, list[int]], wanted: Sequence[str], paths: Sequence[str], lines: Sequence[int], table: str
) -> list[Fault]:
    """One fault per way in which files were found or not."""
    faults = []
    for how, code, outcome in FOUND_CODES:
        if rows := found[how]:
            pairs = [f"{wanted[row]} -> {readable_name(paths[row])}" if how != "missing" else wanted[row] for row in rows[:4]]
            at = [lines[row] for row in rows]
            faults.append(fault_of_rows(code, outcome, table, at, pairs, total=len(wanted)))
    return faults
