"""Augmentations: each part gives matrices, a plan composes those of a batch, and pixels are touched once.

plan = make_plan([("random_resized_crop", {}), ("horizontal_flip", {})], size_px=160, fit="crop")
drawn = plan.draw(make_key(seed, fold, epoch), keys[batch], sizes[batch], means[batch])
plan.apply(image, drawn, i, out[i])                            # in any thread
move_points(drawn.forward[i], points)
"""

from __future__ import annotations

from tamesu.augmentations.drawn import Drawn, apply_mask
from tamesu.augmentations.frames import move_boxes, move_points
from tamesu.augmentations.plan import Plan, make_plan
from tamesu.augmentations.random import make_key, sample_keys, uniforms
from tamesu.augmentations.table import AUGMENTATIONS

__all__ = [
    "AUGMENTATIONS",
    "Drawn",
    "Plan",
    "apply_mask",
    "make_key",
    "make_plan",
    "move_boxes",
    "move_points",
    "sample_keys",
    "uniforms",
]
