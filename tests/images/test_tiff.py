"""TIFF directories, pages and depths."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest
from tests.images import cases

from tamesu.images.faults import UnreadableImageError
from tamesu.images.tiff import TiffDirectory, read_tiff

LIMIT = 10**9


@pytest.mark.parametrize("options", [{}, {"big_tiff": True}, {"compression": "tiff_lzw"}, {"compression": "jpeg"}])
def test_directory(options: dict[str, object]) -> None:
    content = cases.encode(cases.picture(), "TIFF", **options)
    directory = TiffDirectory(content)
    assert (directory.first(256, 0), directory.first(257, 0), directory.tags[258]) == (64, 48, (8, 8, 8))
    assert directory.first(999, 7) == 7
    assert 0 < directory.reaches() <= len(content)
    assert not directory.has_more_pages
    assert np.abs(read_tiff(content, LIMIT).pixels.astype(int) - cases.picture()).mean() < 10


def test_big_endian_by_hand() -> None:
    fields = [
        (256, 3, 1, 2 << 16),
        (257, 3, 1, 1 << 16),
        (258, 3, 1, 8 << 16),
        (262, 3, 1, 1 << 16),
        (273, 4, 1, 100),
        (279, 4, 1, 2),
    ]
    directory = struct.pack(">H", len(fields)) + b"".join(struct.pack(">HHII", *field) for field in fields) + bytes(4)
    content = (b"MM\0*\0\0\0\x08" + directory).ljust(100, b"\0") + bytes([10, 200])
    assert read_tiff(content, LIMIT).pixels.tolist() == [[10, 200]]
    with pytest.raises(UnreadableImageError, match="IMG_TRUNCATED"):
        read_tiff(content[:-1], LIMIT)


@pytest.mark.parametrize(
    "content", [b"II*\0", b"II*\0\0\0\0\0\0\0", b"II*\0\xff\xff\0\0", b"II*\0\x08\0\0\0\0\0", b"II*\0\x08\0\0\0\x05\0\0"]
)
def test_no_directory(content: bytes) -> None:
    with pytest.raises(UnreadableImageError, match="IMG_UNREADABLE"):
        read_tiff(content, LIMIT)


def test_a_tag_without_values() -> None:
    content = bytearray(cases.encode(cases.picture()[..., 0], "TIFF"))
    place = content.index(struct.pack("<HHI", 258, 3, 1))
    struct.pack_into("<I", content, place + 4, 0)
    assert 258 not in TiffDirectory(bytes(content)).tags
    assert read_tiff(bytes(content), LIMIT).mode == "1"  # the standard's default


def test_sizes() -> None:
    content = bytearray(cases.encode(cases.picture(), "TIFF"))
    with pytest.raises(UnreadableImageError, match="IMG_TOO_LARGE"):
        read_tiff(bytes(content), 100)


@pytest.mark.parametrize("channels", [3, 4])
def test_deep_colour_keeps_every_bit(channels: int) -> None:
    deep = cases.deep(channels)
    order = [2, 1, 0, 3][:channels]
    raw = read_tiff(cv2.imencode(".tif", deep[..., order])[1].tobytes(), LIMIT)
    np.testing.assert_array_equal(raw.pixels, deep)


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, -1), (8, 1)])
def test_deep_colour_is_upright_once(orientation: int, turns: int) -> None:
    deep = cases.deep(3)
    numbers = [(256, 30), (257, 20), (258, 16), (262, 2), (274, orientation), (277, 3)]
    fields = [struct.pack("<HHII", tag, 3, 1, value) for tag, value in numbers]
    fields[2] = struct.pack("<HHII", 258, 3, 3, 200)
    fields.insert(4, struct.pack("<HHII", 273, 4, 1, 300))
    fields += [struct.pack("<HHII", 278, 3, 1, 20), struct.pack("<HHII", 279, 4, 1, deep.nbytes)]
    head = b"II*\0\x08\0\0\0" + struct.pack("<H", len(fields)) + b"".join(fields) + bytes(4)
    content = (head.ljust(200, b"\0") + struct.pack("<3H", 16, 16, 16)).ljust(300, b"\0") + deep.astype("<u2").tobytes()
    raw = read_tiff(content, LIMIT)
    np.testing.assert_array_equal(raw.pixels, np.rot90(deep, turns))
    assert raw.notes == ([] if orientation == 1 else ["IMG_TURNED"])


def test_impossible_orientation() -> None:
    content = cases.encode(cases.picture(), "TIFF", tiffinfo={274: 9})
    assert "IMG_BAD_EXIF" in read_tiff(content, LIMIT).notes
