"""Heads: features (B, D) → logits (B, outputs). One file each; the table is `HEADS`."""

from __future__ import annotations

from tamesu.heads.linear import LinearHead
from tamesu.registry import Registry

# What tamesu fills in; a recipe cannot write it.
GIVEN_BY_US = frozenset({"features", "outputs"})

HEADS = Registry("head", {"linear": LinearHead})

__all__ = ["GIVEN_BY_US", "HEADS", "LinearHead"]
