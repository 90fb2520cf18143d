"""What file names, ids, columns and EXIF are made of: numbers that count, words that repeat, folders, times.

`exp1_num_524.jpg` has the word `exp`, the number 1, the word `num`, the number 524; names of one pattern give one
field for each place that differs between them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

TOKEN = re.compile(r"\d+|[^\W\d_]+|[\W_]+")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?")
# A pattern of fewer names than this share of all says nothing of the set.
LEAST_SHARE = 0.2
# int64 holds every number of so many digits.
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Field:
    """One place of the names, or one column.

    Attributes:
        name: how it is told: the pattern with this place in braces, such as `exp#_num_{#}`; a column's name.
        source: `name`, `folder`, `column`, `exif_time`, `camera` or `order` (of the rows in the table).
        texts: per row; empty where the row says nothing.
        numbers: int64 per row, where every row that says something has one (times in seconds), 0 elsewhere; None otherwise.
    """

    name: str
    source: str
    texts: tuple[str, ...]
    numbers: NDArray[np.int64] | None

    @property
    def told(self) -> NDArray[np.bool_]:
        """Whether the row says something, (rows,)."""
        return np.array([bool(text) for text in self.texts], np.bool_)


def read_names(names: Sequence[str]) -> list[Field]:
    """The fields of names: folders first, then those of the commonest pattern; places that never differ are none.

    Args:
        names: paths with forward slashes, or ids; the ending does not count.

    Examples:
        >>> [(field.name, field.texts) for field in read_names(["a/exp1_num_7.jpg", "b/exp2_num_9.jpg"])]
        [('{folder 1}', ('a', 'b')), ('exp{#}_num_#', ('1', '2')), ('exp#_num_{#}', ('7', '9'))]
    """
    paths = [PurePosixPath(name) for name in names]
    fields = []
    for depth in range(max((len(path.parts) for path in paths), default=1) - 1):
        texts = tuple(path.parts[depth] if depth < len(path.parts) - 1 else "" for path in paths)
        if len(set(texts)) > 1:
            fields.append(Field(f"{{folder {depth + 1}}}", "folder", texts, None))
    tokens = [TOKEN.findall(strip_ending(path.name)) for path in paths]
    patterns = [tuple("#" if token.isdecimal() else token if is_separator(token) else "a" for token in row) for row in tokens]
    for pattern, count in Counter(patterns).most_common():
        if count < LEAST_SHARE * len(names):
            break
        rows = [row for row, found in enumerate(patterns) if found == pattern]
        words = [{tokens[row][place] for row in rows} for place in range(len(pattern))]
        for place, kind in enumerate(pattern):
            if len(words[place]) < 2 or kind not in ("#", "a"):
                continue
            texts_here = [""] * len(names)
            for row in rows:
                texts_here[row] = tokens[row][place]
            shown = [next(iter(words[at])) if kind == "a" and len(words[at]) == 1 else kind for at, kind in enumerate(pattern)]
            shown[place] = f"{{{shown[place]}}}"
            numbers = read_told(read_counter, texts_here)
            fields.append(Field("".join(shown), "name", tuple(texts_here), numbers))
    return fields


def read_columns(columns: Mapping[str, Sequence[str]], left_out: Sequence[str] = ()) -> list[Field]:
    """The fields of a table: columns whose values repeat or count; not those of fractions.

    Args:
        columns: cells by column.
        left_out: columns that are ids, paths or targets.

    Examples:
        >>> columns = {"id": ("1", "2"), "day": ("2020-05-01", "2020-05-03"), "x": ("0.5", "0.7")}
        >>> [(field.name, field.numbers.tolist()) for field in read_columns(columns, ["id"])]
        [('day', [1588291200, 1588464000])]
    """
    fields = []
    for name, cells in columns.items():
        texts = tuple(cell.strip() for cell in cells)
        if name in left_out or len(set(texts)) < 2:
            continue
        numbers = read_told(read_counter, texts)
        if numbers is None:
            numbers = read_told(read_times, texts)
        if numbers is None and any("." in text and is_number(text) for text in texts):
            continue
        fields.append(Field(name, "column", texts, numbers))
    return fields


def read_exif(taken: Sequence[str], cameras: Sequence[str]) -> list[Field]:
    """The fields of EXIF: when photos were taken, and by which camera, where there are several."""
    fields = []
    if (numbers := read_told(read_times, taken)) is not None:
        fields.append(Field("EXIF DateTimeOriginal", "exif_time", tuple(taken), numbers))
    if len(set(cameras)) > 1:
        fields.append(Field("EXIF Model", "camera", tuple(cameras), None))
    return fields


def strip_ending(name: str) -> str:
    """A file's name without `.jpg`, its letters composed (macOS writes が as か and a mark); digits are no ending.

    Examples:
        >>> strip_ending("p1_7.jpg"), strip_ending("p1.007"), strip_ending(".5")
        ('p1_7', 'p1.007', '.5')
    """
    path = PurePosixPath(unicodedata.normalize("NFC", name))
    return path.name if path.suffix[1:].isdecimal() else path.stem


def read_told(read: Callable[[Sequence[str]], NDArray[np.int64] | None], texts: Sequence[str]) -> NDArray[np.int64] | None:
    """The numbers of texts that are not empty, 0 elsewhere; None where one cannot be read, or fewer than two differ.

    Examples:
        >>> read_told(read_counter, ["7", "", "9"]).tolist(), read_told(read_counter, ["7", ""]), read_told(read_counter, ["a"])
        ([7, 0, 9], None, None)
    """
    told = [row for row, text in enumerate(texts) if text]
    if len({texts[row] for row in told}) < 2:
        return None
    numbers = read([texts[row] for row in told])
    if numbers is None:
        return None
    found = np.zeros(len(texts), np.int64)
    found[told] = numbers
    return found


def read_order(rows: int) -> Field:
    """The order of the rows in their table, which may be that in which the photos were taken."""
    return Field("row number", "order", tuple(str(row + 1) for row in range(rows)), np.arange(rows, dtype=np.int64))


def is_separator(token: str) -> bool:
    """Whether a token stands between words and numbers."""
    return not any(letter.isalnum() for letter in token)


def is_number(text: str) -> bool:
    """Whether a text is a number with or without a fraction."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def read_counter(texts: Sequence[str]) -> NDArray[np.int64] | None:
    """The numbers of texts; None where one is no whole number that int64 holds."""
    if not all(text.isdecimal() and len(text) <= MOST_DIGITS for text in texts):
        return None
    return np.array([int(text) for text in texts], np.int64)


def read_times(texts: Sequence[str]) -> NDArray[np.int64] | None:
    """Times as seconds since 1970, read as UTC; None where one is no date or time in ISO 8601 without a zone.

    Examples:
        >>> read_times(["1970-01-01 00:01:00", "1970-01-02"]).tolist(), read_times(["1970-13-01"])
        ([60, 86400], None)
    """
    seconds = []
    for text in texts:
        if not TIME.fullmatch(text):
            return None
        try:
            seconds.append(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()))
        except ValueError:
            return None
    return np.array(seconds, np.int64)
