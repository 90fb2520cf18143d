"""Poolings: feature map (B, C, h, w) → features (B, D). One file each; the table is `POOLINGS`."""

from __future__ import annotations

from tamesu.poolings.attention import AttentionPooling
from tamesu.poolings.average import AveragePooling
from tamesu.poolings.average_max import AverageMaxPooling
from tamesu.poolings.cls_token import ClsTokenPooling
from tamesu.poolings.concat import ConcatPooling
from tamesu.poolings.gem import GeneralizedMeanPooling
from tamesu.poolings.max import MaxPooling
from tamesu.poolings.multi_head_attention import MultiHeadAttentionPooling
from tamesu.registry import Registry

# What tamesu fills in; a recipe cannot write it.
GIVEN_BY_US = frozenset({"channels"})

POOLINGS = Registry(
    "pooling",
    {
        "average": AveragePooling,
        "max": MaxPooling,
        "gem": GeneralizedMeanPooling,
        "average_max": AverageMaxPooling,
        "attention": AttentionPooling,
        "multi_head_attention": MultiHeadAttentionPooling,
        "cls_token": ClsTokenPooling,
        "concat": ConcatPooling,
    },
)

__all__ = [
    "GIVEN_BY_US",
    "POOLINGS",
    "AttentionPooling",
    "AverageMaxPooling",
    "AveragePooling",
    "ClsTokenPooling",
    "ConcatPooling",
    "GeneralizedMeanPooling",
    "MaxPooling",
    "MultiHeadAttentionPooling",
]
