"""Heads: features (B, D) → logits (B, outputs), cosines or features; decoders: maps → a map of logits.

Which head a recipe's head has follows from what its loss reads (`HEADS`); which decoder a mask or map has stands in the recipe
(`DECODERS`).
"""

from __future__ import annotations

from tamesu.heads.cosine import CosineHead
from tamesu.heads.decoders import FpnDecoder, LinearDecoder, UnetDecoder
from tamesu.heads.embedding import EmbeddingHead
from tamesu.heads.linear import LinearHead
from tamesu.registry import Registry

# What tamesu fills in; a recipe cannot write it.
GIVEN_BY_US = frozenset({"channels", "outputs"})

HEADS = Registry("head", {"logits": LinearHead, "cosines": CosineHead, "features": EmbeddingHead})

DECODERS = Registry("decoder", {"linear": LinearDecoder, "unet": UnetDecoder, "fpn": FpnDecoder})

__all__ = [
    "DECODERS",
    "GIVEN_BY_US",
    "HEADS",
    "CosineHead",
    "EmbeddingHead",
    "FpnDecoder",
    "LinearDecoder",
    "LinearHead",
    "UnetDecoder",
]
