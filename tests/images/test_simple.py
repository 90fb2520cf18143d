"""GIF, BMP, AVIF."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image
from tests.images import cases

from tamesu.images.faults import UnreadableImageError
from tamesu.images.simple import read_avif, read_bmp, read_gif

LIMIT = 10**9


def test_gif_with_transparency_and_without_end() -> None:
    image = Image.fromarray(cases.picture()).quantize(16)
    content = cases.encode(image, "GIF", transparency=3)
    raw = read_gif(content, LIMIT)
    assert raw.pixels.shape == (48, 64, 4)
    np.testing.assert_array_equal(raw.pixels[..., 3] == 0, np.asarray(image) == 3)
    cut = read_gif(content[:-1].ljust(len(content) + 80, b"\0"), LIMIT)
    assert "IMG_NO_END_MARKER" in cut.notes
    np.testing.assert_array_equal(cut.pixels, raw.pixels)


def test_declared_sizes() -> None:
    with pytest.raises(UnreadableImageError, match="IMG_TOO_LARGE: 60000 x 50000"):
        read_gif(b"GIF89a" + struct.pack("<HH", 60000, 50000) + bytes(9), LIMIT)
    with pytest.raises(UnreadableImageError, match="IMG_BAD_SIZE"):
        read_bmp(b"BM" + bytes(100), LIMIT)
    with pytest.raises(UnreadableImageError, match="IMG_UNREADABLE"):
        read_bmp(b"BM" + bytes(10), LIMIT)
    with pytest.raises(UnreadableImageError, match="IMG_TOO_LARGE: 65535 x 65535"):
        read_bmp(b"BM" + bytes(12) + struct.pack("<IHH", 12, 65535, 65535) + bytes(50), LIMIT)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_bmp(mode: str) -> None:
    image = Image.fromarray(cases.picture()).convert(mode)
    raw = read_bmp(cases.encode(image, "BMP"), LIMIT)
    wanted = np.asarray(image.convert("L" if raw.pixels.ndim == 2 else "RGB"))
    np.testing.assert_array_equal(raw.pixels, wanted)
    assert raw.notes == ([] if mode == "RGB" else ["IMG_CONVERTED"])


def test_bmp_from_the_top() -> None:
    content = bytearray(cases.encode(cases.picture(), "BMP"))
    struct.pack_into("<i", content, 22, -48)
    np.testing.assert_array_equal(read_bmp(bytes(content), LIMIT).pixels, cases.picture()[::-1])


def test_avif() -> None:
    content = cases.encode(cases.picture(), "AVIF", quality=100, subsampling="4:4:4")
    raw = read_avif(content, LIMIT)
    assert raw.orientation is None
    assert np.abs(raw.pixels.astype(int) - cases.picture()).mean() < 2
    with pytest.raises(UnreadableImageError, match="IMG_TRUNCATED"):
        read_avif(content[:-10], LIMIT)
    with pytest.raises(UnreadableImageError, match="IMG_TOO_LARGE"):
        read_avif(content, 100)
    turned = Image.Exif()
    turned[0x0112] = 6
    assert read_avif(cases.encode(cases.picture(), "AVIF", exif=turned), LIMIT).orientation == 6
    assert "IMG_MULTI_FRAME" in read_avif(cases.frames("AVIF"), LIMIT).notes
