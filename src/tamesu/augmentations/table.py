"""The augmentations by name; a recipe writes them as a list under `augmentations:`."""

from __future__ import annotations

from tamesu.augmentations.colour import ColorJitter
from tamesu.augmentations.geometry import (
    CenterCrop,
    HorizontalFlip,
    RandomCrop,
    RandomResizedCrop,
    Resize,
    Rotate,
    VerticalFlip,
)
from tamesu.registry import Registry

AUGMENTATIONS = Registry(
    "augmentation",
    {
        "resize": Resize,
        "center_crop": CenterCrop,
        "random_crop": RandomCrop,
        "random_resized_crop": RandomResizedCrop,
        "horizontal_flip": HorizontalFlip,
        "vertical_flip": VerticalFlip,
        "rotate": Rotate,
        "color_jitter": ColorJitter,
    },
)
