"""WebP: sizes from every kind of header, frames, alpha."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image
from tests.images import cases

from tamesu.images.faults import UnreadableImageError
from tamesu.images.webp import read_webp, walk_chunks

LIMIT = 10**9


@pytest.mark.parametrize(
    "options", [{}, {"lossless": True}, {"exif": b"Exif\0\0" + cases.exif_block(1)}, {"icc_profile": b"x" * 200}]
)
def test_size_is_known_before_decoding(options: dict[str, object]) -> None:
    content = cases.encode(cases.picture(), "WEBP", **options)
    with pytest.raises(UnreadableImageError, match="IMG_TOO_LARGE: 64 x 48"):
        read_webp(content, 100)
    raw = read_webp(content, LIMIT)
    assert (raw.pixels.shape, raw.mode, raw.notes) == ((48, 64, 3), "RGB", [])
    if "lossless" in options:
        np.testing.assert_array_equal(raw.pixels, cases.picture())


def test_alpha() -> None:
    layers = cases.picture(channels=4)
    raw = read_webp(cases.encode(Image.fromarray(layers), "WEBP", lossless=True, exact=True), LIMIT)
    np.testing.assert_array_equal(raw.pixels, layers)


def test_first_of_two_frames() -> None:
    raw = read_webp(cases.frames("WEBP"), LIMIT)
    assert raw.notes == ["IMG_MULTI_FRAME"]
    assert np.abs(raw.pixels[..., :3].astype(int) - cases.picture()).mean() < 12


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"RIFF\x04\0\0\0WEBP", "IMG_UNREADABLE"),
        (b"RIFF\x10\0\0\0WEBPVP8 \x04\0\0\0\0\0\0\0", "IMG_UNREADABLE"),
        (b"RIFF\x10\0\0\0WEBPVP8L\xff\0\0\0\0\0\0\0", "IMG_TRUNCATED"),
        (b"RIFF\xff\0\0\0WEBPVP8 ", "IMG_TRUNCATED"),
    ],
)
def test_refused(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableImageError, match=code):
        read_webp(content, LIMIT)


def test_rotten_pixels() -> None:
    content = bytearray(cases.encode(cases.picture(), "WEBP", lossless=True))
    content[30:60] = bytes(30)
    with pytest.raises(UnreadableImageError, match=r"IMG_(UNREADABLE|TRUNCATED)"):
        read_webp(bytes(content), LIMIT)


def test_padding() -> None:
    body = b"abc\0"
    content = b"RIFF" + struct.pack("<I", 4 + 8 + 4 + 8) + b"WEBP" + b"ODD " + struct.pack("<I", 3) + body + b"NEXT" + bytes(4)
    assert list(walk_chunks(content)) == [(b"ODD ", b"abc"), (b"NEXT", b"")]
