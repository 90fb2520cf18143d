"""PNG chunks: what is kept, what is dropped, what is wrong."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms
from tests.images import cases

from tamesu.images.faults import UnreadableImageError
from tamesu.images.png import read_png, scan_png

LIMIT = 10**9
ROWS = cases.rows(cases.picture())


def code_of(content: bytes) -> str:
    with pytest.raises(UnreadableImageError) as caught:
        read_png(content, LIMIT)
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (b"gAMA", (10000).to_bytes(4, "big")),
        (b"tEXt", b"Comment\0short"),
        (b"zTXt", b"Comment\0\0" + zlib.compress(b"short")),
        (b"zTXt", b"Comment\0\0no zlib"),
        (b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(b"short")),
        (b"iTXt", b"Comment\0\0\0\0\0short"),
        (b"iCCP", b"sRGB\0\0" + zlib.compress(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())),
        (b"prVt", b"anything"),
    ],
)
def test_chunks_without_pixels_change_nothing(name: bytes, body: bytes) -> None:
    raw = read_png(cases.png(64, 48, 2, 8, ROWS, cases.chunk(name, body)), LIMIT)
    np.testing.assert_array_equal(raw.pixels, cases.picture())
    assert raw.notes == []


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        (b"tEXt", b"Comment\0" + b"x" * (1 << 20), "IMG_METADATA_DROPPED"),
        (b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(b"x" * (2 << 20)), "IMG_METADATA_DROPPED"),
        (b"iCCP", b"name\0\0no zlib", "IMG_BAD_PROFILE"),
        (b"eXIf", b"no tiff", "IMG_BAD_EXIF"),
    ],
)
def test_chunks_that_are_noted(name: bytes, body: bytes, code: str) -> None:
    raw = read_png(cases.png(64, 48, 2, 8, ROWS, cases.chunk(name, body)), LIMIT)
    np.testing.assert_array_equal(raw.pixels, cases.picture())
    assert raw.notes == [code]


def test_what_is_wrong() -> None:
    whole = cases.png(64, 48, 2, 8, ROWS)
    assert code_of(whole[:20]) == "IMG_UNREADABLE"
    assert code_of(whole[:36]) == "IMG_UNREADABLE"
    assert code_of(whole[:60]) == "IMG_TRUNCATED"
    assert code_of(cases.png(64, 48, 2, 8, ROWS, cases.chunk(b"tEXt", b"x" * 99))[:90]) == "IMG_UNREADABLE"
    assert code_of(cases.png(64, 48, 5, 8, ROWS)) == "IMG_UNREADABLE"
    assert code_of(cases.png(64, 48, 3, 8, ROWS)) == "IMG_UNREADABLE"  # a palette image without palette
    head = whole[:33]
    assert code_of(head + cases.chunk(b"IEND", b"")) == "IMG_UNREADABLE"
    assert code_of(head + cases.chunk(b"IDAT", zlib.compress(ROWS)[:-300]) + whole[-12:]) == "IMG_TRUNCATED"
    rotten = bytearray(zlib.compress(ROWS))
    rotten[0] ^= 0xFF
    assert code_of(head + cases.chunk(b"IDAT", bytes(rotten)) + whole[-12:]) == "IMG_UNREADABLE"


def test_cut_behind_the_pixels() -> None:
    raw = read_png(cases.png(64, 48, 2, 8, ROWS, end=cases.chunk(b"tEXt", b"Comment\0later")[:-5]), LIMIT)
    assert raw.notes == ["IMG_NO_END_MARKER"]


def test_pixels_in_many_chunks() -> None:
    packed = zlib.compress(ROWS)
    whole = cases.png(64, 48, 2, 8, ROWS)
    many = b"".join(cases.chunk(b"IDAT", packed[i : i + 100]) for i in range(0, len(packed), 100))
    np.testing.assert_array_equal(read_png(whole[:33] + many + whole[-12:], LIMIT).pixels, cases.picture())


@pytest.mark.parametrize(
    ("mode", "shape"), [("1", (48, 64)), ("L", (48, 64)), ("P", (48, 64, 3)), ("LA", (48, 64, 4)), ("RGBA", (48, 64, 4))]
)
def test_modes(mode: str, shape: tuple[int, ...]) -> None:
    image = Image.fromarray(cases.picture()).convert(mode)
    raw = read_png(cases.encode(image, "PNG"), LIMIT)
    assert raw.mode == mode
    wanted = image.convert("RGBA" if mode == "LA" else "RGB" if mode == "P" else "L" if mode == "1" else mode)
    assert raw.pixels.shape == shape
    np.testing.assert_array_equal(raw.pixels, np.asarray(wanted))


def test_bytes_behind_the_end_are_not_looked_at() -> None:
    header = scan_png(cases.png(64, 48, 2, 8, ROWS) + b"more" * 99)
    assert header.ended
    assert header.dropped == 0
