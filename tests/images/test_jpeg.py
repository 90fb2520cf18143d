"""JPEG segments and the search for missing pixels."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image, ImageCms
from tests.images import cases

from tamesu.images.faults import UnreadableImageError
from tamesu.images.jpeg import read_jpeg, scan_jpeg

LIMIT = 10**9


def patch_frame(content: bytes, layout: str, place: int, *values: int) -> bytes:
    """A JPEG with other numbers in its frame header."""
    changed = bytearray(content)
    struct.pack_into(layout, changed, content.index(b"\xff\xc0") + place, *values)
    return bytes(changed)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}, {"optimize": True}])
def test_header(options: dict[str, object]) -> None:
    header = scan_jpeg(cases.jpeg(**options))
    assert (header.width, header.height, header.components, header.bits, header.ended) == (160, 128, 3, 8, True)


def test_restarts_and_fill_bytes_are_passed_over() -> None:
    content = cases.jpeg(restart_marker_blocks=1)
    filled = content.replace(b"\xff\xda", b"\xff\xff\xff\xda", 1)
    np.testing.assert_array_equal(read_jpeg(filled, LIMIT).pixels, read_jpeg(content, LIMIT).pixels)


def test_a_segment_that_swallows_the_end() -> None:
    content = bytearray(cases.jpeg())
    place = content.index(b"\xff\xda") + 400
    content[place : place + 4] = b"\xff\xc4\xff\xff"
    assert scan_jpeg(bytes(content)).ended


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (patch_frame(cases.jpeg(), ">B", 4, 12), "IMG_NO_DECODER", "JPEG, 12 bit"),
        (patch_frame(cases.jpeg(), ">B", 1, 0xC3), "IMG_NO_DECODER", "JPEG, lossless"),
        (patch_frame(cases.jpeg(), ">H", 5, 0), "IMG_BAD_SIZE", "160 x 0"),
        (b"\xff\xd8\xff\xd9" + bytes(9), "IMG_UNREADABLE", ""),
        (b"\xff\xd8" + bytes(500), "IMG_UNREADABLE", ""),
        (patch_frame(cases.jpeg(), ">B", 9, 2), "IMG_UNREADABLE", ""),
        (cases.jpeg()[:-2] + bytes(64), "IMG_TRUNCATED", ""),
        (cases.jpeg(progressive=True)[:-2] + b"\xff\xda\0\x02" + b"\x55" * 99, "IMG_TRUNCATED", ""),
    ],
)
def test_refused(content: bytes, code: str, detail: str) -> None:
    with pytest.raises(UnreadableImageError) as caught:
        read_jpeg(content, LIMIT)
    assert (caught.value.code, caught.value.detail) == (code, detail)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_missing_end_in_every_mode(mode: str) -> None:
    content = cases.encode(Image.fromarray(cases.picture()).convert(mode), "JPEG")
    raw = read_jpeg(content[:-2], LIMIT)
    assert "IMG_NO_END_MARKER" in raw.notes
    assert raw.mode == mode
    np.testing.assert_array_equal(raw.pixels, read_jpeg(content, LIMIT).pixels)
    with pytest.raises(UnreadableImageError, match="IMG_TRUNCATED"):
        read_jpeg(content[:-200], LIMIT)


def test_profiles() -> None:
    good = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert read_jpeg(cases.jpeg(icc_profile=good), LIMIT).notes == []
    assert read_jpeg(cases.jpeg(icc_profile=b"rubbish"), LIMIT).notes == ["IMG_BAD_PROFILE"]


@pytest.mark.parametrize(("at_least", "scale"), [(None, 1), (65, 1), (64, 2), (33, 2), (32, 4), (16, 8), (1, 8)])
def test_the_smallest_scale_that_is_enough(at_least: int | None, scale: int) -> None:
    raw = read_jpeg(cases.jpeg(), LIMIT, at_least)
    assert raw.pixels.shape == (128 // scale, 160 // scale, 3)
    assert raw.full_size == (128, 160)
    means = read_jpeg(cases.jpeg(), LIMIT).pixels.reshape(128 // scale, scale, 160 // scale, scale, 3).mean((1, 3))
    assert np.abs(raw.pixels - means).mean() < 2
