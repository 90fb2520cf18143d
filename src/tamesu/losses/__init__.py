"""Losses: logits and target → one value per sample. One file each; the table is `LOSSES`."""

from __future__ import annotations

from tamesu.losses.bce import BinaryCrossEntropy
from tamesu.losses.cross_entropy import CrossEntropy
from tamesu.losses.loss import Loss
from tamesu.losses.mse import MeanSquaredError
from tamesu.losses.smooth_l1 import SmoothL1
from tamesu.registry import Registry

# What tamesu fills in; a recipe cannot write it.
GIVEN_BY_US = frozenset({"class_counts"})

LOSSES = Registry(
    "loss",
    {
        "cross_entropy": CrossEntropy,
        "bce": BinaryCrossEntropy,
        "mse": MeanSquaredError,
        "smooth_l1": SmoothL1,
    },
)

__all__ = ["GIVEN_BY_US", "LOSSES", "BinaryCrossEntropy", "CrossEntropy", "Loss", "MeanSquaredError", "SmoothL1"]
