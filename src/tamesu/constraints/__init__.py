"""Constraints: any numbers → values that cannot break a rule. One file each; the table is `CONSTRAINTS`."""

from __future__ import annotations

from tamesu.constraints.angle import Angle
from tamesu.constraints.at_most import AtMost
from tamesu.constraints.box import Box
from tamesu.constraints.constraint import Constraint
from tamesu.constraints.disc import Disc
from tamesu.constraints.linear import LinearMap
from tamesu.constraints.order import Order
from tamesu.constraints.positive import PositiveValues
from tamesu.constraints.simplex import Simplex
from tamesu.constraints.sum_kept import SumKept
from tamesu.constraints.unit_vector import UnitVector
from tamesu.registry import Registry

# What tamesu fills in; a recipe cannot write it.
GIVEN_BY_US = frozenset({"width"})

CONSTRAINTS = Registry(
    "constraint",
    {
        "disc": Disc,
        "box": Box,
        "simplex": Simplex,
        "order": Order,
        "unit_vector": UnitVector,
        "angle": Angle,
        "linear": LinearMap,
        "sum_kept": SumKept,
        "positive": PositiveValues,
        "at_most": AtMost,
    },
)

__all__ = [
    "CONSTRAINTS",
    "GIVEN_BY_US",
    "Angle",
    "AtMost",
    "Box",
    "Constraint",
    "Disc",
    "LinearMap",
    "Order",
    "PositiveValues",
    "Simplex",
    "SumKept",
    "UnitVector",
]
