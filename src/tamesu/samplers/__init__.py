"""Samplers: which labels a row has → how often it is used in an epoch. The table is `SAMPLERS`. No torch."""

from __future__ import annotations

from tamesu.registry import Registry
from tamesu.samplers.all_rows import AllRows
from tamesu.samplers.balanced import Balanced, SquareRoot
from tamesu.samplers.copies import draw_copies
from tamesu.samplers.repeat_factor import RepeatFactor
from tamesu.samplers.sampler import Sampler

SAMPLERS = Registry(
    "sampler",
    {
        "all": AllRows,
        "balanced": Balanced,
        "square_root": SquareRoot,
        "repeat_factor": RepeatFactor,
    },
)

__all__ = ["SAMPLERS", "AllRows", "Balanced", "RepeatFactor", "Sampler", "SquareRoot", "draw_copies"]
