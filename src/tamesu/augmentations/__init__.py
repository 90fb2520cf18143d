"""Augmentations: each part gives matrices or numbers, a plan composes those of a batch, and pixels are touched once.

plan = make_plan([("random_resized_crop", {}), ("horizontal_flip", {})], size_px=160, fit="crop")
drawn = plan.draw(make_key(seed, fold, epoch), keys[batch], sizes[batch], means[batch])
drawn.apply(i, image, out[i])                                  # in any thread
drawn.move_points(i, points)
"""

from __future__ import annotations

from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.frames import move_boxes, move_points
from tamesu.augmentations.operations import PixelPart
from tamesu.augmentations.part import (
    ColourPart,
    DistortionPart,
    GeometryPart,
    MixingPart,
    PolicyPart,
    TilesPart,
)
from tamesu.augmentations.plan import Plan
from tamesu.augmentations.planning import Classes, make_plan
from tamesu.augmentations.random import make_key, sample_keys, uniforms
from tamesu.augmentations.table import AUGMENTATIONS, GIVEN_BY_US

__all__ = [
    "AUGMENTATIONS",
    "GIVEN_BY_US",
    "Classes",
    "ColourPart",
    "DistortionPart",
    "Drawn",
    "GeometryPart",
    "MixingPart",
    "PixelPart",
    "Plan",
    "PolicyPart",
    "TilesPart",
    "make_key",
    "make_plan",
    "move_boxes",
    "move_points",
    "sample_keys",
    "uniforms",
]
