"""Time and camera: as Pillow writes them, and nothing from what is not an EXIF block."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image
from tests.images import cases

from tamesu.images.decode import decode_image
from tamesu.images.exif_facts import read_taking


def make_block(inner: dict[int, object] | None = None, **tags: object) -> bytes:
    """A TIFF structure by Pillow; tags by name, `inner` in the Exif directory."""
    exif = Image.Exif()
    for name, value in tags.items():
        exif[{"make": 0x010F, "model": 0x0110, "changed": 0x0132}[name]] = value
    if inner is not None:
        exif.get_ifd(0x8769).update(inner)
    return exif.tobytes().removeprefix(b"Exif\0\0")


FULL = make_block({0x9003: "2026:11:28 14:50:41"}, make="Aikawa", model="Q 7", changed="2026:12:01 00:00:00")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_from_files_that_pillow_writes(kind: str) -> None:
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + FULL)
    image = Image.fromarray(cases.picture())
    plain = cases.encode(image, kind)
    content = cases.encode(image, kind, exif=exif)
    decoded = decode_image(content)
    assert read_taking(decoded.exif) == ("2026-11-28 14:50:41", "Aikawa Q 7")
    without = decode_image(plain)
    assert read_taking(without.exif) == ("", "")
    np.testing.assert_array_equal(decoded.pixels, without.pixels)
    assert decoded.notes == without.notes


def test_big_and_little_end_first() -> None:
    orders = {}
    for endian, heading in (("<", b"II*\0"), (">", b"MM\0*")):
        exif = Image.Exif()
        exif.endian = endian
        exif.load(heading + struct.pack(endian + "IHI", 8, 0, 0))
        exif[0x0132] = "2020:02:29 23:59:59"
        orders[endian] = exif.tobytes().removeprefix(b"Exif\0\0")
        assert orders[endian][:4] == heading
    assert {read_taking(block) for block in orders.values()} == {("2020-02-29 23:59:59", "")}


@pytest.mark.parametrize(
    ("taken", "changed", "wanted"),
    [
        ("2026:11:28 14:50:41", "2027:01:01 00:00:00", "2026-11-28 14:50:41"),
        ("0000:00:00 00:00:00", "2027:01:01 00:00:00", "2027-01-01 00:00:00"),
        (None, "2027:01:01 00:00:00", "2027-01-01 00:00:00"),
        ("2026-11-28T14:50:41+09:00", None, "2026-11-28 14:50:41"),
        ("2026:02:30 10:00:00", None, ""),
        ("2026:11:28 25:00:00", None, ""),
        ("    :  :     :  :  ", None, ""),
        ("0001:01:01 00:00:00", None, ""),
        ("yesterday", "0000:00:00 00:00:00", ""),
    ],
)
def test_times(taken: str | None, changed: str | None, wanted: str) -> None:
    block = make_block({} if taken is None else {0x9003: taken}, **({} if changed is None else {"changed": changed}))
    assert read_taking(block)[0] == wanted


@pytest.mark.parametrize(
    ("make", "model", "wanted"),
    [
        ("Canon", "Canon EOS 5D", "Canon EOS 5D"),
        ("SONY  ", "ILCE-7\0rest", "SONY ILCE-7"),
        ("SONY", "", "SONY"),
        ("", "Scanner", "Scanner"),
        ("カメラ", "一号".encode(), "カメラ 一号"),
        ("a\nb\x1b[31m", b"\xff\xfe", "a b [31m"),
        ("M" * 5000, "x", "M" * 64 + " x"),
    ],
)
def test_cameras(make: object, model: object, wanted: str) -> None:
    if isinstance(make, str):
        make = make.encode()
    assert read_taking(make_block(make=make, model=model))[1] == wanted


def test_every_cut_and_every_changed_byte_gives_texts() -> None:
    rng = np.random.default_rng(0)
    blocks = [FULL[:length] for length in range(len(FULL))]
    for _ in range(3000):
        broken = bytearray(FULL)
        for place in rng.integers(0, len(FULL), rng.integers(1, 6)):
            broken[place] = rng.choice([0, 1, 127, 255, rng.integers(0, 256)])
        blocks.append(bytes(broken))
    for block in blocks:
        taken, camera = read_taking(block)
        assert len(taken) in (0, 19)
        assert camera.isprintable()
        assert len(camera) <= 129


def test_hostile_offsets() -> None:
    for start in (0, 4, 8, 2**31, 2**32 - 1):
        assert read_taking(b"II*\0" + struct.pack("<I", start)) == ("", "")
    # an Exif directory that is the directory itself, one beyond the end, and a text of 4 GB
    head = b"II*\0" + struct.pack("<IH", 8, 2)
    for inner in (8, 0, 2**32 - 1):
        block = head + struct.pack("<HHII", 0x8769, 4, 1, inner) + struct.pack("<HHII", 0x010F, 2, 2**32 - 1, 0)
        assert read_taking(block) == ("", "")
