"""Pillow as reader: its formats are an allow-list, its errors are ours."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, features
from tests.images import cases

from tamesu.images import pillow
from tamesu.images.faults import UnreadableImageError
from tamesu.images.pillow import READERS, open_with_pillow, read_with_pillow
from tamesu.images.sniff import MAGIC

LIMIT = 10**9


def test_readers_are_the_formats_we_know() -> None:
    assert set(READERS) == set(MAGIC.values()) | {"WEBP", "AVIF"}


@pytest.mark.parametrize("kind", READERS)
def test_header_before_pixels(kind: str) -> None:
    content = cases.encode(cases.picture(), kind)
    assert open_with_pillow(kind, content, LIMIT).size == (64, 48)
    with pytest.raises(UnreadableImageError, match="IMG_TOO_LARGE: 64 x 48"):
        open_with_pillow(kind, content, 64 * 48 - 1)
    with pytest.raises(UnreadableImageError, match="IMG_UNREADABLE"):
        open_with_pillow(kind, b"rubbish" * 9, LIMIT)


def test_large_images_do_not_ask_pillow_for_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)  # would warn, and warnings are errors here
    assert read_with_pillow("BMP", cases.encode(cases.picture(), "BMP"), LIMIT).pixels.shape == (48, 64, 3)


@pytest.mark.parametrize(
    ("mode", "kind", "notes"),
    [("RGB", "BMP", []), ("L", "TIFF", ["IMG_CONVERTED"]), ("LA", "TIFF", []), ("YCbCr", "TIFF", ["IMG_CONVERTED"])],
)
def test_modes(mode: str, kind: str, notes: list[str]) -> None:
    image = Image.fromarray(cases.picture()).convert(mode)
    raw = read_with_pillow(kind, cases.encode(image, kind), LIMIT)
    assert (raw.mode, raw.notes) == (mode, notes)
    wanted = np.asarray(image.convert("RGBA" if mode == "LA" else "L" if mode == "L" else "RGB"))
    np.testing.assert_array_equal(raw.pixels, wanted)


def test_big_endian_samples_become_native() -> None:
    deep = cases.deep(1)[..., 0]
    image = Image.frombytes("I;16B", (30, 20), deep.astype(">u2").tobytes())
    raw = read_with_pillow("TIFF", cases.encode(image, "TIFF"), LIMIT)
    assert raw.pixels.dtype.isnative
    np.testing.assert_array_equal(raw.pixels, deep)


@pytest.mark.parametrize(("feature", "kind"), [("avif", "AVIF"), ("webp", "WEBP")])
def test_a_pillow_built_without_a_format(monkeypatch: pytest.MonkeyPatch, feature: str, kind: str) -> None:
    content = cases.encode(cases.picture(), kind)
    monkeypatch.setattr(features, "check", lambda name: name != feature)
    with pytest.raises(UnreadableImageError, match=f"IMG_NO_DECODER: {kind}"):
        open_with_pillow(kind, content, LIMIT)


def test_a_pillow_built_without_colour_management(monkeypatch: pytest.MonkeyPatch) -> None:
    content = cases.CONTENT_CASES["lab.tif"][0]()
    monkeypatch.setattr(features, "check", lambda name: name != "littlecms2")
    with pytest.raises(UnreadableImageError, match="IMG_NO_DECODER: Lab"):
        read_with_pillow("TIFF", content, LIMIT)


def test_memory_errors_are_not_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(image: object) -> None:
        raise MemoryError

    monkeypatch.setattr(pillow, "_to_array", fail)
    with pytest.raises(MemoryError):
        read_with_pillow("BMP", cases.encode(cases.picture(), "BMP"), LIMIT)


def test_a_broken_second_frame_is_a_second_frame() -> None:
    whole = cases.frames("GIF")
    raw = read_with_pillow("GIF", whole[:-200], LIMIT)
    assert "IMG_MULTI_FRAME" in raw.notes
    np.testing.assert_array_equal(raw.pixels, read_with_pillow("GIF", whole, LIMIT).pixels)
