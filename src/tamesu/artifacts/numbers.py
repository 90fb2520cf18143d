"""Cells as numbers, strictly: digits, a point or (where the table allows it) a comma, an exponent; nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from tamesu.artifacts.tables import NUMBER

THOUSANDS = re.compile(r"[+-]?\d{1,3},\d{3}", re.ASCII)
TRUTH = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers read from cells.

    Attributes:
        values: float64 (rows,); NaN where the cell is missing or bad.
        bad: rows whose cell is no finite number.
        commas: rows whose comma was read as a decimal point.
        maybe_thousands: True when every such comma may as well stand between thousands (`1,234`).
    """

    values: np.ndarray
    bad: list[int]
    commas: list[int]
    maybe_thousands: bool


def read_numbers(
    cells: Sequence[str], missing: Collection[str], commas_are_decimals: bool = False, *, truth: bool = False
) -> Numbers:
    """Numbers of a column.

    Args:
        cells: one text per row.
        missing: texts that mean "not known".
        commas_are_decimals: read `0,5` as 0.5, provided that no cell of the column has a point.
        truth: read `true` and `false`, in any case, as 1 and 0.

    Examples:
        >>> numbers = read_numbers(["1", "0,5", "", "inf"], {""}, commas_are_decimals=True)
        >>> numbers.values.tolist(), numbers.bad, numbers.commas
        ([1.0, 0.5, nan, nan], [3], [1])
    """
    different = set(cells) - set(missing)
    with_comma = {text for text in different if "," in text}
    if not commas_are_decimals or any("." in text for text in different):
        with_comma = set()
    known: dict[str, float] = {}
    for text in different:
        bare = text.strip()
        bare = bare.replace(",", ".") if text in with_comma else bare
        if NUMBER.fullmatch(bare) and math.isfinite(value := float(bare)):
            known[text] = value
        elif truth and bare.lower() in TRUTH:
            known[text] = TRUTH[bare.lower()]
    nan = math.nan
    values = np.array([known.get(cell, nan) for cell in cells], dtype=np.float64)
    refused = different - known.keys()
    bad = [row for row, cell in enumerate(cells) if cell in refused] if refused else []
    read = with_comma & known.keys()
    commas = [row for row, cell in enumerate(cells) if cell in read] if read else []
    return Numbers(values, bad, commas, bool(read) and all(THOUSANDS.fullmatch(text.strip()) for text in read))
