"""Penalties: laws between outputs, without a target → one value per sample. One file each; the table is `PENALTIES`."""

from __future__ import annotations

from tamesu.penalties.conservation import Conservation
from tamesu.penalties.edge_smoothness import EdgeSmoothness
from tamesu.penalties.formula import Formula
from tamesu.penalties.left_right_consistency import LeftRightConsistency
from tamesu.penalties.penalty import Penalty, check_fields
from tamesu.penalties.total_kept import TotalKept
from tamesu.registry import Registry

PENALTIES = Registry(
    "penalty",
    {
        "conservation": Conservation,
        "edge_smoothness": EdgeSmoothness,
        "left_right_consistency": LeftRightConsistency,
        "total_kept": TotalKept,
    },
)

__all__ = [
    "PENALTIES",
    "Conservation",
    "EdgeSmoothness",
    "Formula",
    "LeftRightConsistency",
    "Penalty",
    "TotalKept",
    "check_fields",
]
