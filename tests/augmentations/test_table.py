"""The table: what the issue promises is in it, with symmetries that competition.yaml can name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tamesu.augmentations.table import AUGMENTATIONS
from tamesu.testing.augmentations import AugmentationContract

GEOMETRY = """resize center_crop random_crop random_resized_crop pad horizontal_flip vertical_flip rotate rotate90 transpose
shear translate scale perspective elastic grid_distortion grid_shuffle"""
COLOUR = "brightness contrast saturation hue sepia grayscale channel_shuffle color_jitter invert rgb_shift pca_lighting"


def test_geometry_and_linear_colour_are_there():
    assert set(f"{GEOMETRY} {COLOUR}".split()) <= set(AUGMENTATIONS)


def test_only_flips_and_turns_have_a_symmetry():
    named = {name for name in AUGMENTATIONS if AUGMENTATIONS[name].symmetry is not None}
    assert named == {"horizontal_flip", "vertical_flip", "transpose", "rotate", "rotate90"}


@pytest.mark.parametrize("name", sorted(AUGMENTATIONS))
def test_a_symmetry_bears_the_name_of_its_augmentation(name):
    assert AUGMENTATIONS[name].symmetry in (None, name)


@pytest.mark.parametrize("name", sorted(AUGMENTATIONS))
def test_every_option_has_a_default_within_its_own_range(name):
    written = AUGMENTATIONS.resolve(name, AugmentationContract.options.get(name, {}))
    assert AUGMENTATIONS.check(name, written) == []
    assert written["strength"] == 1.0


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("horizontal_flipp", {}, "CONFIG_UNKNOWN_PART"),
        ("rotate", {"degree": 10}, "CONFIG_UNKNOWN_OPTION"),
        ("rotate", {"degrees": 181}, "CONFIG_RANGE"),
        ("rotate", {"p": "0.5"}, "CONFIG_TYPE"),
        ("color_jitter", {"hue": 0.6}, "CONFIG_RANGE"),
        ("color_jitter", {"brightness": -0.1}, "CONFIG_RANGE"),
        ("random_resized_crop", {"scale": [1.0, 0.3]}, "CONFIG_RANGE"),
        ("center_crop", {"share": 0}, "CONFIG_RANGE"),
        ("resize", {"fit": "squash"}, "CONFIG_TYPE"),
        ("pad", {"share": -0.1}, "CONFIG_RANGE"),
        ("shear", {"x_degrees": 61}, "CONFIG_RANGE"),
        ("scale", {"factors": [0.0, 1.0]}, "CONFIG_RANGE"),
        ("scale", {"factors": [2.0, 1.0]}, "CONFIG_RANGE"),
        ("perspective", {"distortion": 0.41}, "CONFIG_RANGE"),
        ("rotate90", {"quarters": [4]}, "CONFIG_TYPE"),
        ("elastic", {"amplitude": 0.26}, "CONFIG_RANGE"),
        ("elastic", {"nodes": 3}, "CONFIG_RANGE"),
        ("grid_distortion", {"distortion": 0.31}, "CONFIG_RANGE"),
        ("grid_shuffle", {"grid": 1}, "CONFIG_RANGE"),
        ("hue", {"amount": 0.6}, "CONFIG_RANGE"),
        ("rgb_shift", {"shift": -1}, "CONFIG_RANGE"),
    ],
)
def test_wrong_options_are_faults(name, options, code):
    assert [fault.code for fault in AUGMENTATIONS.check(name, options)] == [code]


def test_the_room_loads_no_torch():
    code = "import sys, tamesu.augmentations; print([m for m in ('torch', 'torchvision', 'timm', 'scipy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
