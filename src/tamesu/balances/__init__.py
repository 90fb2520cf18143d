"""Balances: the terms of the loss → one total. One file each; the table is `BALANCES`."""

from __future__ import annotations

from tamesu.balances.balance import Balance
from tamesu.balances.fixed import Fixed
from tamesu.balances.gradnorm import GradNorm
from tamesu.balances.uncertainty import Uncertainty
from tamesu.registry import Registry

# What tamesu fills in; a recipe cannot write it.
GIVEN_BY_US = frozenset({"terms"})

BALANCES = Registry(
    "balance",
    {
        "fixed": Fixed,
        "uncertainty": Uncertainty,
        "gradnorm": GradNorm,
    },
)

__all__ = ["BALANCES", "GIVEN_BY_US", "Balance", "Fixed", "GradNorm", "Uncertainty"]
