"""The facts of the images as a table of numbers, each with its family and whether a network could see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.results.audit.data import AuditData

# What each family of facts holds. A network sees the first ones in the pixels, if only as blur or blocks; never the last ones.
FAMILIES: dict[str, tuple[str, ...]] = {
    "size": ("width", "height", "aspect"),
    "light": ("brightness", "contrast", "sharpness", "saturation"),
    "colour": ("red", "green", "blue"),
    "border": ("border_red", "border_green", "border_blue"),
    "compression": ("bytes_per_pixel",),
    "bytes": ("bytes",),
    "format": ("format", "mode", "camera"),
    "time": ("day", "hour"),
    "order": ("position",),
}
SEEN = ("size", "light", "colour", "border", "compression")
CODED = FAMILIES["format"]
TAKEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)")


@dataclass(frozen=True, slots=True, eq=False)
class FactTable:
    """Facts of images, one row an image.

    Attributes:
        names: of the columns, see `FAMILIES`.
        values: float64 (rows, columns); NaN where a file is not readable or does not tell.
        texts: of the columns that hold texts: what each number from 0 stands for, the most frequent first.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    texts: dict[str, tuple[str, ...]]

    def take(self, *families: str) -> NDArray[np.float64]:
        """The columns of some families, (rows, columns), in the order of `FAMILIES`."""
        return self.values[:, [self.names.index(name) for name in self.within(*families)]]

    def within(self, *families: str) -> tuple[str, ...]:
        """Names of the columns of some families."""
        return tuple(name for family, names in FAMILIES.items() if family in families for name in names)

    def column(self, name: str) -> NDArray[np.float64]:
        """One column, (rows,)."""
        return self.values[:, self.names.index(name)]


def tabulate_facts(data: AuditData) -> FactTable:
    """The facts of all rows.

    Widths, heights in pixels; aspect is width over height; `bytes_per_pixel` is that of the file; colours and borders from 0 to
    255; `day` in days since 1970, `hour` from 0 to 24; `position` from 0 (first row) to 1 within its own table, since the order
    of two tables tells nothing of the other's.
    """
    facts = data.facts
    widths, heights = facts.widths.astype(np.float64), facts.heights.astype(np.float64)
    day, hour = read_times(facts.taken)
    texts: dict[str, tuple[str, ...]] = {}
    columns: dict[str, NDArray[Any]] = {
        "width": widths,
        "height": heights,
        "aspect": widths / np.maximum(heights, 1),
        "brightness": facts.brightness,
        "contrast": facts.contrast,
        "sharpness": facts.sharpness,
        "saturation": facts.saturation,
        **{name: facts.colours[:, place] for place, name in enumerate(FAMILIES["colour"])},
        **{name: facts.borders[:, place] for place, name in enumerate(FAMILIES["border"])},
        "bytes_per_pixel": facts.sizes_bytes / np.maximum(widths * heights, 1),
        "bytes": facts.sizes_bytes,
        "day": day,
        "hour": hour,
        "position": place_rows(data.train_rows, len(data)),
    }
    for name, cells in zip(CODED, (facts.formats, facts.modes, facts.cameras), strict=True):
        texts[name], columns[name] = code_texts(cells)
    names = tuple(name for family in FAMILIES.values() for name in family)
    values = np.stack([np.asarray(columns[name], np.float64) for name in names], axis=1)
    values[~facts.readable] = np.nan
    return FactTable(names, values, texts)


def code_texts(cells: NDArray[np.str_]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Texts as numbers, the most frequent being 0; NaN for an empty one.

    Examples:
        >>> words, codes = code_texts(np.array(["PNG", "JPEG", "", "JPEG"]))
        >>> words, codes.tolist()
        (('JPEG', 'PNG'), [1.0, 0.0, nan, 0.0])
    """
    words, inverse, counts = np.unique(cells, return_inverse=True, return_counts=True)
    order = np.argsort(np.where(words == "", 1, -counts), kind="stable")
    places = np.empty(len(words))
    places[order] = np.arange(len(words))
    codes = np.where(cells == "", np.nan, places[inverse])
    return tuple(str(words[place]) for place in order if words[place]), codes


def read_times(taken: NDArray[np.str_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Days since 1970 and hours of the day; NaN where no time is told or it is none.

    Examples:
        >>> day, hour = read_times(np.array(["1970-01-03 06:30:00", "", "2026-13-01 00:00:00"]))
        >>> day.tolist(), hour.tolist()
        ([2.0, nan, nan], [6.5, nan, nan])
    """
    days, hours = np.full(len(taken), np.nan), np.full(len(taken), np.nan)
    for row, text in enumerate(taken.tolist()):
        if (found := TAKEN.match(text)) is None:
            continue
        year, month, day, hour, minute = found.groups()
        try:
            days[row] = np.datetime64(f"{year}-{month}-{day}", "D").astype(np.int64)
        except ValueError:
            continue
        hours[row] = int(hour) + int(minute) / 60
    return days, hours


def place_rows(train_rows: int, rows: int) -> NDArray[np.float64]:
    """Where each row stands in its own table, from 0 to 1.

    Examples:
        >>> place_rows(3, 5).tolist()
        [0.0, 0.5, 1.0, 0.0, 1.0]
    """
    return np.concatenate([np.linspace(0.0, 1.0, train_rows), np.linspace(0.0, 1.0, rows - train_rows)])
