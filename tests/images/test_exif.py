"""Orientation: read like Pillow reads it, applied like Pillow applies it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps
from tests.images import cases

from tamesu.images.exif import is_profile_broken, make_exif, read_orientation, take_orientation, turn_upright


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_as_pillow_turns(orientation: int) -> None:
    image = Image.fromarray(cases.picture())
    image.getexif()[0x0112] = orientation
    wanted = np.asarray(ImageOps.exif_transpose(image))
    turned = turn_upright(cases.picture(), orientation)
    np.testing.assert_array_equal(turned, wanted)
    assert turned.flags.c_contiguous


def test_both_byte_orders() -> None:
    assert read_orientation(cases.exif_block(7)) == 7
    assert read_orientation(make_exif(7)) == 7
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + make_exif(3))
    assert exif[0x0112] == 3


def test_without_the_tag() -> None:
    exif = Image.Exif()
    exif[0x010F] = "maker"
    assert read_orientation(exif.tobytes().removeprefix(b"Exif\0\0")) is None


@pytest.mark.parametrize(
    "block", [b"", b"rubbish!", make_exif(1)[:12], make_exif(1)[:6], make_exif(0), make_exif(9), b"MM\0*\0\0\xff\xff"]
)
def test_unreadable_blocks(block: bytes) -> None:
    notes: list[str] = []
    assert take_orientation(block, notes) is None
    assert notes == ["IMG_BAD_EXIF"]


def test_no_block_is_no_fault() -> None:
    notes: list[str] = []
    assert take_orientation(None, notes) is None
    assert not notes


def test_profiles() -> None:
    good = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert not is_profile_broken(good)
    assert is_profile_broken(good[:-1])
    assert is_profile_broken(good[:100])
    assert is_profile_broken(good[:36] + b"xxxx" + good[40:])
