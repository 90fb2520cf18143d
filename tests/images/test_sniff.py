"""Formats by their first bytes."""

from __future__ import annotations

import pytest
from tests.images import cases

from tamesu.images.faults import UnreadableImageError
from tamesu.images.sniff import sniff_format


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF"])
def test_what_pillow_writes_is_known(kind: str) -> None:
    assert sniff_format(cases.encode(cases.picture(), kind)) == kind


@pytest.mark.parametrize("kind", [b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0", b"MM\0*\0\0\0\x08"])
def test_both_byte_orders_and_big_tiff(kind: bytes) -> None:
    assert sniff_format(kind) == "TIFF"


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"", "IMG_EMPTY", ""),
        (b"GIF89a", "IMG_UNREADABLE", ""),
        (bytes(500), "IMG_NOT_AN_IMAGE", ""),
        (b"RIFF\0\0\0\0AVI LIST", "IMG_NOT_AN_IMAGE", ""),
        (b"\0\0\0\x18ftypisom" + bytes(20), "IMG_NOT_AN_IMAGE", ""),
        (b"\0\0\0\x18ftypmif1" + bytes(20), "IMG_NO_DECODER", "HEIC"),
        (bytes(128) + b"DICM" + bytes(100), "IMG_NO_DECODER", "DICOM"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "IMG_NO_DECODER", "JPEG 2000"),
        (b"8BPS\0\1\0\0\0\0", "IMG_FORMAT_NOT_ALLOWED", "PSD"),
        (b"%PDF-1.7\n", "IMG_FORMAT_NOT_ALLOWED", "PDF"),
        (b"\xc5\xd0\xd3\xc6 \0\0\0", "IMG_FORMAT_NOT_ALLOWED", "PostScript"),
    ],
)
def test_the_rest_is_refused_with_a_reason(content: bytes, code: str, detail: str) -> None:
    with pytest.raises(UnreadableImageError) as caught:
        sniff_format(content)
    assert (caught.value.code, caught.value.detail) == (code, detail)


def test_avif_under_a_general_brand() -> None:
    assert sniff_format(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif" + bytes(4)) == "AVIF"
