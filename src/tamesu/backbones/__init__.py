"""Backbones: normalised images (B, C, H, W) → feature map (B, C', h, w). Any timm name; the table is `BACKBONES`."""

from __future__ import annotations

from tamesu.backbones.backbone import Backbone
from tamesu.backbones.table import GIVEN_BY_US, BackboneTable
from tamesu.backbones.timm_backbone import TimmBackbone

# Only what is not timm's stands here; a name that is not here is looked up in timm.
BACKBONES = BackboneTable({})

__all__ = ["BACKBONES", "GIVEN_BY_US", "Backbone", "BackboneTable", "TimmBackbone"]
