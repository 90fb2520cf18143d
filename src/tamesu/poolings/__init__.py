"""Poolings: feature map (B, C, h, w) → features (B, D). One file each; the table is `POOLINGS`."""

from __future__ import annotations

from tamesu.poolings.average import AveragePooling
from tamesu.poolings.average_max import AverageMaxPooling
from tamesu.poolings.gem import GeneralizedMeanPooling
from tamesu.poolings.max import MaxPooling
from tamesu.registry import Registry

POOLINGS = Registry(
    "pooling",
    {
        "average": AveragePooling,
        "max": MaxPooling,
        "gem": GeneralizedMeanPooling,
        "average_max": AverageMaxPooling,
    },
)

__all__ = ["POOLINGS", "AverageMaxPooling", "AveragePooling", "GeneralizedMeanPooling", "MaxPooling"]
