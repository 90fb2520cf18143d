"""Transforms of other libraries: what they do is theirs; that they are pure functions of a number and move nothing is ours."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torchvision.transforms import v2

from tamesu.augmentations import adapters
from tamesu.augmentations.adapters import OUR_OWN, Albumentations, Torchvision
from tamesu.augmentations.random import sample_keys, uniforms
from tamesu.augmentations.table import AUGMENTATIONS
from tamesu.errors import InputError

needs_albumentations = pytest.mark.skipif(
    importlib.util.find_spec("albumentations") is None, reason="albumentations is an extra"
)
U = uniforms(5, sample_keys([str(i) for i in range(6)]), 1)
PHOTO = (uniforms(1, sample_keys(["photo"]), 48 * 48 * 3)[0] * 120 + np.linspace(0, 130, 48 * 48 * 3)).astype(np.uint8)
PHOTO = PHOTO.reshape(48, 48, 3)
PIXELS = [
    ("ColorJitter", {"brightness": 0.5, "contrast": 0.5, "saturation": 0.5, "hue": 0.3}),
    ("GaussianBlur", {"kernel_size": 5}),
    ("GaussianNoise", {"sigma": 0.1, "mean": 0.0}),
    ("RandomPhotometricDistort", {}),
    ("RandomChannelPermutation", {}),
    ("RandomErasing", {"value": "random"}),
    ("RandomPosterize", {"bits": 3}),
    ("RandomInvert", {}),
]
IMAGE_ONLY = [
    ("RandomSunFlare", {"src_radius": 20}),
    ("RandomRain", {}),
    ("GaussNoise", {}),
    ("ISONoise", {}),
    ("PlasmaShadow", {}),
    ("ChannelShuffle", {}),
    ("Posterize", {}),
    ("GlassBlur", {"iterations": 1}),
]


def run(part):
    operation, images = part.operation(U, 48), []
    for number in range(len(U)):
        image = PHOTO.copy()
        operation.apply(number, image)
        images.append(image)
    return np.array(images)


def make(name, transform, **options):
    if name == "albumentations" and importlib.util.find_spec("albumentations") is None:
        pytest.skip("albumentations is an extra")
    return AUGMENTATIONS.build(name, {"transform": transform, **options})


ALL = [("torchvision", *one) for one in PIXELS] + [("albumentations", *one) for one in IMAGE_ONLY]


@pytest.mark.parametrize(("name", "transform", "options"), ALL)
def test_same_number_same_bytes_in_any_thread_and_no_global_state_moves(name, transform, options):
    part = make(name, transform, **options)
    states = torch.get_rng_state(), np.random.get_state()[1].copy()
    first = run(part)
    with ThreadPoolExecutor(3) as pool:
        again = list(pool.map(lambda _: run(part), range(3)))
    assert all((images == first).all() for images in again)
    assert (torch.get_rng_state() == states[0]).all() and (np.random.get_state()[1] == states[1]).all()
    assert (first != PHOTO).any(), "nothing was changed"
    if "Posterize" not in transform and transform != "RandomInvert":
        assert len({image.tobytes() for image in first}) > 1, "every sample got the same"


def test_torchvision_gives_what_torchvision_gives():
    whole = torch.from_numpy(PHOTO).permute(2, 0, 1)
    for transform, options, function in (
        ("RandomInvert", {}, v2.functional.invert),
        ("RandomPosterize", {"bits": 3}, lambda image: v2.functional.posterize(image, 3)),
        ("RandomSolarize", {"threshold": 100}, lambda image: v2.functional.solarize(image, 100)),
        ("ColorJitter", {"brightness": [1.4, 1.4]}, lambda image: v2.functional.adjust_brightness(image, 1.4)),
    ):
        expected = function(whole).permute(1, 2, 0).numpy()
        assert (run(make("torchvision", transform, **options)) == expected).all(), transform


@needs_albumentations
def test_albumentations_gives_what_albumentations_gives():
    import albumentations

    for transform, options in (("InvertImg", {}), ("Posterize", {"num_bits": 3}), ("ToSepia", {})):
        expected = getattr(albumentations, transform)(p=1.0, **options)(image=PHOTO)["image"]
        assert (run(make("albumentations", transform, **options)) == expected).all(), transform


@pytest.mark.parametrize(("name", "transform"), [("torchvision", "RandomInvert"), ("albumentations", "InvertImg")])
def test_strength_is_how_much_of_the_change_is_blended_in(name, transform):
    assert np.abs(run(make(name, transform, strength=0.25)) - (0.75 * PHOTO + 0.25 * (255.0 - PHOTO))).max() <= 0.51


MOVING = [
    ("torchvision", name)
    for name in (
        "RandomRotation",
        "RandomAffine",
        "RandomHorizontalFlip",
        "RandomCrop",
        "RandomPerspective",
        "ElasticTransform",
    )
]
MOVING += [
    ("albumentations", name) for name in ("HorizontalFlip", "Rotate", "ElasticTransform", "CoarseDropout", "OpticalDistortion")
]


@pytest.mark.parametrize(("name", "transform"), MOVING)
def test_what_moves_pixels_is_refused_with_our_own_part(name, transform):
    with pytest.raises(InputError) as caught:
        make(name, transform)
    assert caught.value.codes == ("AUGMENT_MOVES_PIXELS",)
    assert caught.value.faults[0].where.key == "transform"


def test_a_transform_that_moves_pixels_unnoticed_is_found_by_a_mask(monkeypatch):
    class Sideways(v2.Transform):
        def transform(self, inpt, params):
            return torch.roll(inpt, 3, -1) if bool(torch.rand(()) < 0.9) else inpt

    monkeypatch.setattr(v2, "Sideways", Sideways, raising=False)
    with pytest.raises(InputError) as caught:
        Torchvision(transform="Sideways")
    assert caught.value.codes == ("AUGMENT_MOVES_PIXELS",)


def test_our_own_parts_that_are_named_exist():
    assert {name for names in OUR_OWN.values() for name in names.split(", ")} <= set(AUGMENTATIONS)


@pytest.mark.parametrize(
    ("name", "transform", "options", "code", "key"),
    [
        ("torchvision", "ColourJitter", {}, "AUGMENT_UNKNOWN_TRANSFORM", "transform"),
        ("torchvision", "ColorJitter", {"brightnes": 0.3}, "CONFIG_UNKNOWN_OPTION", "brightnes"),
        ("torchvision", "ColorJitter", {"brightness": -1.0}, "AUGMENT_TRANSFORM_OPTIONS", "brightness"),
        ("torchvision", "GaussianBlur", {"kernel_size": 4}, "AUGMENT_TRANSFORM_OPTIONS", "transform"),
        ("torchvision", "GaussianBlur", {}, "AUGMENT_TRANSFORM_OPTIONS", "transform"),
        ("torchvision", "Normalize", {"mean": [0.5], "std": [0.5]}, "AUGMENT_TRANSFORM_OUTPUT", "transform"),
        ("albumentations", "RandomSunFlar", {}, "AUGMENT_UNKNOWN_TRANSFORM", "transform"),
        ("albumentations", "RandomRain", {"drop_lenght": 3}, "CONFIG_UNKNOWN_OPTION", "drop_lenght"),
        ("albumentations", "RandomRain", {"drop_length": "x"}, "AUGMENT_TRANSFORM_OPTIONS", "drop_length"),
        ("albumentations", "Normalize", {}, "AUGMENT_TRANSFORM_OUTPUT", "transform"),
    ],
)
def test_wrong_options_name_their_key(name, transform, options, code, key):
    with pytest.raises(InputError) as caught:
        make(name, transform, **options)
    assert [(fault.code, fault.where.key) for fault in caught.value.faults] == [(code, key)]


def test_the_nearest_name_is_given():
    with pytest.raises(InputError) as caught:
        Torchvision(transform="ColourJitter")
    assert caught.value.faults[0].near == "ColorJitter"


def test_without_albumentations_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "albumentations", None)
    with pytest.raises(InputError) as caught:
        Albumentations(transform="RandomRain")
    assert caught.value.codes == ("AUGMENT_NO_ALBUMENTATIONS",)
    assert "tamesu[albumentations]" in str(caught.value)


def test_the_libraries_are_loaded_when_a_part_is_built():
    code = (
        "import sys; from tamesu.augmentations.table import AUGMENTATIONS\n"
        "AUGMENTATIONS.check('torchvision', {'transform': 'ColorJitter'})\n"
        "print([m for m in ('torch', 'torchvision', 'albumentations') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_long_message_of_a_library_is_one_line():
    assert adapters.shorten(ValueError("a\n  b")) == "ValueError: a b"
    assert len(adapters.shorten(ValueError("x" * 999))) == 300
