"""The contract itself: it passes what keeps it and names what breaks it."""

from __future__ import annotations

import importlib.util
from typing import ClassVar

import numpy as np
import pytest

from tamesu.augmentations.colour import ColorJitter
from tamesu.augmentations.flips import HorizontalFlip
from tamesu.augmentations.table import AUGMENTATIONS
from tamesu.augmentations.turns import Rotate
from tamesu.testing.augmentations import AugmentationContract

# Pasting needs a folder of objects, so its own test holds the contract; albumentations is an extra.
MISSING = set() if importlib.util.find_spec("albumentations") else {"albumentations"}
BUILDABLE = sorted(set(AUGMENTATIONS) - {"paste_object"} - MISSING)


@pytest.mark.parametrize("name", BUILDABLE)
class TestEveryAugmentation(AugmentationContract):
    """The whole table with its defaults."""


@pytest.mark.parametrize("name", BUILDABLE)
class TestStrongOptions(AugmentationContract):
    """The whole table, pushed."""

    options: ClassVar = {
        **AugmentationContract.options,
        "resize": {"fit": "stretch"},
        "center_crop": {"share": 0.4},
        "random_crop": {"share": 0.5},
        "random_resized_crop": {"scale": [0.1, 0.9], "ratio": [0.4, 3.0]},
        "horizontal_flip": {"p": 1.0},
        "vertical_flip": {"p": 1.0},
        "rotate": {"degrees": 180, "p": 0.8},
        "pad": {"share": 0.5},
        "rotate90": {"quarters": [1, 3], "p": 1.0},
        "transpose": {"p": 1.0},
        "shear": {"x_degrees": 35, "y_degrees": 25},
        "translate": {"share": 0.4},
        "scale": {"factors": [0.5, 2.0]},
        "perspective": {"distortion": 0.4, "p": 1.0},
        "elastic": {"nodes": 9, "amplitude": 0.25, "p": 1.0},
        "grid_distortion": {"steps": 7, "distortion": 0.3, "p": 1.0},
        "grid_shuffle": {"grid": 4, "p": 1.0},
        "brightness": {"amount": 1.5},
        "contrast": {"amount": 1.0},
        "saturation": {"amount": 2.0, "p": 0.5},
        "hue": {"amount": 0.5},
        "sepia": {"p": 1.0},
        "grayscale": {"p": 1.0},
        "channel_shuffle": {"p": 1.0},
        "invert": {"p": 0.6},
        "rgb_shift": {"shift": 200},
        "pca_lighting": {"deviation": 1.0},
        "shadow": {"shape": "blob", "darkness": [0.9, 1.0], "softness": 0.5, "p": 1.0},
        "glare": {"size": [0.5, 1.0], "streak": 1.0, "p": 1.0},
        "vignette": {"darkness": [1.0, 1.0], "p": 1.0},
        "fog": {"density": [1.0, 1.0], "p": 1.0},
        "rain": {"density": [1.0, 1.0], "slant_degrees": 60, "p": 1.0},
        "dust": {"count": 300, "size": [0.001, 0.2], "p": 1.0},
        "scratches": {"count": 40, "tone": "dark", "p": 1.0},
        "torchvision": {"transform": "GaussianNoise", "sigma": 0.3, "p": 1.0},
        "albumentations": {"transform": "ISONoise", "p": 1.0},
        "gamma": {"gamma": [0.1, 8.0], "p": 1.0},
        "posterize": {"bits": 1, "p": 1.0},
        "solarize": {"threshold": 0.0, "p": 1.0},
        "equalize": {"p": 1.0},
        "autocontrast": {"p": 1.0},
        "clahe": {"clip": 40.0, "tiles": 16, "p": 1.0},
        "sharpness": {"amount": 5.0, "p": 1.0},
        "tone_curve": {"amount": 0.33, "p": 1.0},
        "gaussian_blur": {"sigma": [5.0, 20.0], "p": 1.0},
        "motion_blur": {"length": [10.0, 20.0], "p": 1.0},
        "defocus_blur": {"radius": [5.0, 20.0], "p": 1.0},
        "gaussian_noise": {"deviation": [100.0, 255.0], "p": 1.0},
        "iso_noise": {"grain": [50.0, 255.0], "colour": 255.0, "p": 1.0},
        "poisson_noise": {"gain": [50.0, 255.0], "p": 1.0},
        "speckle_noise": {"share": [1.0, 255.0], "p": 1.0},
        "jpeg_compression": {"quality": [1, 1], "p": 1.0},
        "downscale": {"scale": [0.001, 0.01], "p": 1.0},
        "random_erasing": {"area": [1.0, 1.0], "aspect": [0.1, 10.0], "fill": "noise", "p": 1.0},
        "cutout": {"holes": 64, "size": 1.0, "fill": "noise", "p": 1.0},
        "grid_mask": {"period": [0.001, 0.05], "share": 0.99, "p": 1.0},
        "rand_augment": {"ops": 8, "magnitude": 30.0},
        "trivial_augment": {"fixed": True},
        "auto_augment": {"policy": "svhn"},
        "augmix": {"chains": 8, "depth": 8, "severity": 10.0, "alpha": 0.01},
        "color_jitter": {"brightness": 0.5, "contrast": 0.9, "saturation": 1.0, "hue": 0.5, "p": 0.7},
    }


class StubbornFlip(HorizontalFlip):
    """Flips at strength 0 too."""

    @property
    def chance(self):
        return self.p


class SharedAngle(Rotate):
    """Turns the whole batch by the angle of its first sample."""

    def matrices(self, u, sizes, size_px):
        return super().matrices(np.broadcast_to(u[:1], u.shape), sizes, size_px)


class SilentZoom(HorizontalFlip):
    """Enlarges and does not say so."""

    def matrices(self, u, sizes, size_px):
        return np.broadcast_to(np.diag([1 + self.strength, 1 + self.strength, 1]), (len(u), 3, 3)), sizes


class GrowingJitter(ColorJitter):
    """Keeps a state."""

    calls = 0

    def colours(self, u, means):
        GrowingJitter.calls += 1
        return super().colours(u * 0.9**GrowingJitter.calls, means)


class HiddenMirror(HorizontalFlip):
    """Changes labels and denies it."""

    may_change_labels = False


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (StubbornFlip, "identity_at_strength_0"),
        (SharedAngle, "sample_does_not_depend_on_its_batch"),
        (SilentZoom, "zoom_is_a_bound"),
        (GrowingJitter, "same_numbers_same_result"),
        (HiddenMirror, "says_what_it_is"),
    ],
)
def test_a_broken_part_is_named(monkeypatch, part, rule):
    monkeypatch.setattr(AUGMENTATIONS, "_parts", {**AUGMENTATIONS._parts, "mine": part})
    assert rule in [line.split(":")[0] for line in AugmentationContract().broken("mine")]


def test_a_kept_contract_has_no_line():
    assert AugmentationContract().broken("random_resized_crop") == []
