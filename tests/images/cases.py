"""The image cases of RELIABILITY.md 4.2, made by script: name → bytes, and what must come of each.

Cases about files (links, pipes, folders) are in `FILE_CASES`; `make_folder` puts both kinds on disk.
"""

from __future__ import annotations

import functools
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

Builder = Callable[[], bytes]
CONTENT_CASES: dict[str, tuple[Builder, str, str]] = {}

# name in RELIABILITY.md → (outcome, code); the files are made in `make_folder` and in test_read, test_listing
FILE_CASES: dict[str, tuple[str, str]] = {
    ".-good.jpg": ("ok", "SKIPPED_JUNK"),
    "Thumbs.db": ("ok", "SKIPPED_JUNK"),
    ".DS-Store": ("ok", "SKIPPED_JUNK"),
    "folder": ("note", "SKIPPED_NOT_A_FILE"),
    "broken-link": ("quarantine", "IMG_MISSING"),
    "loop-link": ("quarantine", "IMG_MISSING"),
    "outside-link": ("quarantine", "IMG_OUTSIDE_FOLDER"),
    "loopdir": ("note", "SKIPPED_LINK_LOOP"),
    "pipe": ("quarantine", "IMG_NOT_A_FILE"),
    "no-permission": ("quarantine", "IMG_NO_PERMISSION"),
    "copies-conflict": ("ask", "DATA_DUPLICATES"),
}
AS_MASK = {"mask-palette.png"}


def case(name: str, outcome: str, code: str = "-") -> Callable[[Builder], Builder]:
    """Decorator that adds a builder to the table."""

    def add(build: Builder) -> Builder:
        CONTENT_CASES[name] = (functools.cache(build), outcome, code)
        return build

    return add


def picture(height: int = 48, width: int = 64, channels: int = 3, seed: int = 0) -> np.ndarray:
    """Smooth colours with noise, uint8, (height, width, channels)."""
    rng = np.random.default_rng(seed)
    ramp = np.linspace(0, 200, width)[None, :, None] + np.linspace(0, 30, height)[:, None, None]
    return (ramp + rng.integers(0, 25, (height, width, channels))).clip(0, 255).astype(np.uint8)


def encode(image: Image.Image | np.ndarray, kind: str, **options: object) -> bytes:
    """An image as a file of a format, by Pillow."""
    buffer = io.BytesIO()
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(**options: object) -> bytes:
    """A healthy JPEG of some 10 kB."""
    return encode(picture(128, 160), "JPEG", **options)


def chunk(name: bytes, body: bytes) -> bytes:
    """One PNG chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, color: int, bits: int, raw: bytes, before: bytes = b"", end: bytes | None = None) -> bytes:
    """A PNG by hand: `raw` are the filtered rows, `before` further chunks between header and pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0))
    end = chunk(b"IEND", b"") if end is None else end
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", zlib.compress(raw, 1)) + end


def rows(samples: np.ndarray) -> bytes:
    """Rows of a PNG, each with filter 0; samples (height, width, ...) of one or two bytes."""
    big = samples.astype(samples.dtype.newbyteorder(">"))
    return b"".join(b"\0" + row.tobytes() for row in big)


def with_segment(content: bytes, marker: int, body: bytes) -> bytes:
    """A JPEG with a segment put in behind its first marker."""
    return content[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + content[2:]


def exif_block(orientation: int) -> bytes:
    """A big-endian EXIF block, by Pillow."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes().removeprefix(b"Exif\0\0")


UPRIGHT_SIZE = (32, 48)
STORED = {  # how an upright picture has to be turned to be stored under an orientation
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def upright() -> Image.Image:
    """48 x 32: a red block top left, a green one top right, blue below."""
    pixels = np.zeros((*UPRIGHT_SIZE, 3), np.uint8)
    pixels[..., 2] = 200
    pixels[:16, :24] = (220, 0, 0)
    pixels[:16, 24:] = (0, 220, 0)
    return Image.fromarray(pixels)


def stored(orientation: int) -> Image.Image:
    """The picture as a camera held that way stores it."""
    turn = STORED[orientation]
    return upright() if turn is None else upright().transpose(turn)


@case("good.jpg", "ok")
def _() -> bytes:
    return jpeg()


@case("zero-bytes.jpg", "quarantine", "IMG_EMPTY")
def _() -> bytes:
    return b""


@case("one-byte.png", "quarantine", "IMG_UNREADABLE")
def _() -> bytes:
    return b"\x89"


@case("html-error-page.jpg", "quarantine", "IMG_NOT_AN_IMAGE")
def _() -> bytes:
    return b"<!DOCTYPE html><html><body>404 Not Found</body></html>"


@case("json-error.png", "quarantine", "IMG_NOT_AN_IMAGE")
def _() -> bytes:
    return b'{"error": "rate limit"}'


@case("git-lfs-pointer.jpg", "quarantine", "IMG_LFS_POINTER")
def _() -> bytes:
    return b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"


@case("text-only.tif", "quarantine", "IMG_UNREADABLE")
def _() -> bytes:
    return b"II*\0just some text"


@case("jpeg-cut-half.jpg", "quarantine", "IMG_TRUNCATED")
def _() -> bytes:
    return jpeg()[: len(jpeg()) // 2]


@case("jpeg-cut-90.jpg", "quarantine", "IMG_TRUNCATED")
def _() -> bytes:
    return jpeg()[: len(jpeg()) * 9 // 10]


@case("jpeg-cut-header.jpg", "quarantine", "IMG_UNREADABLE")
def _() -> bytes:
    return jpeg()[:100]


@case("jpeg-no-eoi.jpg", "note", "IMG_NO_END_MARKER")
def _() -> bytes:
    return jpeg()[:-2]


@case("jpeg-zero-tail.jpg", "quarantine", "IMG_TRUNCATED")
def _() -> bytes:
    half = len(jpeg()) // 2
    return jpeg()[:half] + bytes(len(jpeg()) - half)


@case("jpeg-garbage-tail.jpg", "ok")
def _() -> bytes:
    return jpeg() + bytes(4096)


@case("jpeg-bitrot.jpg", "note", "IMG_DECODER_WARNING")
def _() -> bytes:
    content, rng = bytearray(jpeg()), np.random.default_rng(1)
    for place in rng.integers(len(content) // 3, len(content) - 10, 30):
        content[place] = rng.integers(0, 255)
    return bytes(content)


@case("png-cut-idat.png", "quarantine", "IMG_TRUNCATED")
def _() -> bytes:
    content = encode(picture(), "PNG")
    return content[: len(content) // 2]


@case("png-bad-ihdr-crc.png", "quarantine", "IMG_BAD_CHECKSUM")
def _() -> bytes:
    content = bytearray(encode(picture(), "PNG"))
    content[30] ^= 1
    return bytes(content)


@case("png-bad-idat-crc.png", "quarantine", "IMG_BAD_CHECKSUM")
def _() -> bytes:
    content = bytearray(png(64, 48, 2, 8, rows(picture())))
    content[-13] ^= 1
    return bytes(content)


@case("png-no-iend.png", "note", "IMG_NO_END_MARKER")
def _() -> bytes:
    return png(64, 48, 2, 8, rows(picture()), end=b"")


@case("png-width-zero.png", "quarantine", "IMG_BAD_SIZE")
def _() -> bytes:
    return png(0, 48, 2, 8, bytes(48))


@case("png-short-rows.png", "quarantine", "IMG_TRUNCATED")
def _() -> bytes:
    return png(64, 64, 2, 8, rows(picture(64)[:20]))


@case("gif-cut.gif", "quarantine", "IMG_TRUNCATED")
def _() -> bytes:
    content = encode(picture(), "GIF")
    return content[: len(content) // 2]


@case("webp-cut.webp", "quarantine", "IMG_TRUNCATED")
def _() -> bytes:
    content = encode(picture(), "WEBP")
    return content[: len(content) // 2]


@case("tiff-cyclic-pages.tif", "note", "IMG_MULTI_FRAME")
def _() -> bytes:
    content = bytearray(encode(picture(), "TIFF"))
    (start,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, start)
    struct.pack_into("<I", content, start + 2 + 12 * count, start)
    return bytes(content)


@case("jpeg-huge-declared.jpg", "quarantine", "IMG_TOO_LARGE")
def _() -> bytes:
    content = bytearray(encode(picture(16, 16), "JPEG"))
    struct.pack_into(">HH", content, content.index(b"\xff\xc0") + 5, 65500, 65500)
    return bytes(content)


@case("bomb-900mpx.png", "quarantine", "IMG_TOO_LARGE")
def _() -> bytes:
    return png(30000, 30000, 0, 1, bytes(3751) * 100)  # the header alone decides; the rest would take a second to make


@case("large-108mpx.png", "note", "IMG_LARGE")
def _() -> bytes:
    return png(12000, 9000, 0, 8, (b"\0" + bytes(range(240)) * 50) * 9000)


@case("text-chunk-bomb.png", "note", "IMG_METADATA_DROPPED")
def _() -> bytes:
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(64 << 20), 1))
    return png(64, 48, 2, 8, rows(picture()), text)


@case("bad-icc.png", "note", "IMG_BAD_PROFILE")
def _() -> bytes:
    profile = chunk(b"iCCP", b"name\0\0" + zlib.compress(b"this is no profile" * 20))
    return png(64, 48, 2, 8, rows(picture()), profile)


@case("bmp-huge-declared.bmp", "quarantine", "IMG_TOO_LARGE")
def _() -> bytes:
    content = bytearray(encode(picture(8, 8), "BMP"))
    struct.pack_into("<II", content, 18, 1 << 31, 1 << 31)
    return bytes(content)


def _orientation_cases() -> None:
    for orientation in range(1, 9):
        build = functools.partial(
            lambda o: with_segment(encode(stored(o), "JPEG", quality=95), 0xE1, b"Exif\0\0" + exif_block(o)), orientation
        )
        outcome = ("ok", "-") if orientation == 1 else ("note", "IMG_TURNED")
        case(f"exif-orientation-{orientation}.jpg", *outcome)(build)
    for bad in (0, 9, 255):
        build = functools.partial(lambda o: with_segment(jpeg(), 0xE1, b"Exif\0\0" + exif_block(o)), bad)
        case(f"exif-orientation-bad-{bad}.jpg", "note", "IMG_BAD_EXIF")(build)


_orientation_cases()


@case("exif-orientation-6.png", "note", "IMG_TURNED")
def _() -> bytes:
    content = encode(stored(6), "PNG")
    return content[:33] + chunk(b"eXIf", exif_block(6)) + content[33:]


@case("exif-garbage.jpg", "note", "IMG_BAD_EXIF")
def _() -> bytes:
    return with_segment(jpeg(), 0xE1, b"Exif\0\0" + bytes(range(7, 90)))


@case("cmyk.jpg", "note", "IMG_CONVERTED")
def _() -> bytes:
    return encode(Image.fromarray(picture()).convert("CMYK"), "JPEG")


@case("cmyk.tif", "note", "IMG_CONVERTED")
def _() -> bytes:
    return encode(Image.fromarray(picture(channels=4), "CMYK"), "TIFF")


@case("gray.jpg", "note", "IMG_CONVERTED")
def _() -> bytes:
    return encode(picture()[..., 0], "JPEG")


@case("one-bit.png", "note", "IMG_CONVERTED")
def _() -> bytes:
    return encode(Image.fromarray(picture()[..., 0] > 100), "PNG")


@case("gray2bit.png", "note", "IMG_CONVERTED")
def _() -> bytes:
    return png(16, 8, 0, 2, b"".join(b"\0" + bytes([0b00011011] * 4) for _ in range(8)))


def ramp16() -> np.ndarray:
    """(64, 1024) uint16, every 64th value."""
    return np.tile(np.arange(0, 65536, 64, dtype=np.uint16), (64, 1))


@case("gray16-ramp.png", "note", "IMG_16BIT_SCALED")
def _() -> bytes:
    return png(1024, 64, 0, 16, rows(ramp16()))


@case("gray16-xray12bit.png", "ask", "IMG_16BIT_RANGE")
def _() -> bytes:
    return png(1024, 64, 0, 16, rows((ramp16() // 16).astype(np.uint16)))


def deep(channels: int) -> np.ndarray:
    """(20, 30, channels) uint16 over the full range."""
    return np.random.default_rng(2).integers(0, 65536, (20, 30, channels)).astype(np.uint16)


@case("rgb16.png", "note", "IMG_16BIT_SCALED")
def _() -> bytes:
    return png(30, 20, 2, 16, rows(deep(3)))


@case("rgba16.png", "note", "IMG_16BIT_SCALED")
def _() -> bytes:
    return png(30, 20, 6, 16, rows(deep(4)))


@case("alpha-all-clear.png", "note", "IMG_ALPHA_FLATTENED")
def _() -> bytes:
    return encode(np.dstack([picture(), np.zeros((48, 64), np.uint8)]), "PNG")


@case("alpha-gradient.png", "note", "IMG_ALPHA_FLATTENED")
def _() -> bytes:
    alpha = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))
    return encode(np.dstack([picture(), alpha]), "PNG")


@case("gray-alpha.png", "note", "IMG_ALPHA_FLATTENED")
def _() -> bytes:
    return encode(Image.fromarray(picture(channels=2), "LA"), "PNG")


@case("palette.png", "note", "IMG_CONVERTED")
def _() -> bytes:
    return encode(Image.fromarray(picture()).quantize(64), "PNG")


@case("palette-trns.png", "note", "IMG_ALPHA_FLATTENED")
def _() -> bytes:
    return encode(Image.fromarray(picture()).quantize(64), "PNG", transparency=bytes(range(0, 256, 4)))


def mask_numbers() -> np.ndarray:
    """(48, 64) uint8 of 0, 1, 2."""
    return (picture()[..., 0] // 86).astype(np.uint8)


@case("mask-palette.png", "ok")
def _() -> bytes:
    image = Image.fromarray(mask_numbers(), "P")
    image.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0])
    return encode(image, "PNG")


@case("lab.tif", "note", "IMG_CONVERTED")
def _() -> bytes:
    return encode(Image.merge("LAB", [Image.fromarray(picture(seed=s)[..., 0]) for s in range(3)]), "TIFF")


@case("float32-nan.tif", "quarantine", "IMG_NOT_FINITE")
def _() -> bytes:
    values = picture()[..., 0].astype(np.float32) / 255
    values[0, 0], values[1, 1] = np.nan, np.inf
    return encode(values, "TIFF")


@case("int32.tif", "ask", "IMG_16BIT_RANGE")
def _() -> bytes:
    return encode(picture()[..., 0].astype(np.int32) * 1000, "TIFF")


@case("control.png", "ok")
def _() -> bytes:
    return encode(picture(), "PNG")


@case("progressive.jpg", "ok")
def _() -> bytes:
    return jpeg(progressive=True)


def frames(kind: str) -> bytes:
    """Two frames in one file."""
    first, second = (Image.fromarray(picture(seed=seed)) for seed in (0, 1))
    return encode(first, kind, save_all=True, append_images=[second])


@case("animated.gif", "note", "IMG_MULTI_FRAME")
def _() -> bytes:
    return frames("GIF")


@case("animated.png", "note", "IMG_MULTI_FRAME")
def _() -> bytes:
    return frames("PNG")


@case("pages.tif", "note", "IMG_MULTI_FRAME")
def _() -> bytes:
    return frames("TIFF")


@case("multi-picture.mpo.jpg", "note", "IMG_MULTI_FRAME")
def _() -> bytes:
    return frames("MPO")


@case("one-pixel.png", "note", "IMG_TINY")
def _() -> bytes:
    return encode(picture(1, 1), "PNG")


@case("line-1x4000.png", "note", "IMG_EXTREME_RATIO")
def _() -> bytes:
    return encode(picture(1, 4000), "PNG")


@case("all-black.png", "note", "IMG_CONSTANT")
def _() -> bytes:
    return encode(np.zeros((48, 64, 3), np.uint8), "PNG")


@case("png-named.jpg", "ok")
def _() -> bytes:
    return encode(picture(seed=1), "PNG")


@case("jpeg-named.png", "ok")
def _() -> bytes:
    return encode(picture(seed=2), "JPEG")


@case("webp-named.jpg", "ok")
def _() -> bytes:
    return encode(picture(seed=3), "WEBP")


@case("avif-named.jpg", "ok")
def _() -> bytes:
    return encode(picture(seed=4), "AVIF")


@case("heic-named.jpg", "quarantine", "IMG_NO_DECODER")
def _() -> bytes:
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(100)


@case("UPPER.JPG", "ok")
def _() -> bytes:
    return encode(picture(seed=5), "JPEG")


@case("no-ending", "ok")
def _() -> bytes:
    return encode(picture(seed=6), "JPEG")


@case("postscript.jpg", "quarantine", "IMG_FORMAT_NOT_ALLOWED")
def _() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n"


@case("script.svg.png", "quarantine", "IMG_NOT_AN_IMAGE")
def _() -> bytes:
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@case("html-comment.jpg", "ok")
def _() -> bytes:
    return with_segment(jpeg(), 0xFE, b"<script>alert(1)</script>")


@case("polyglot.jpg", "ok")
def _() -> bytes:
    return jpeg() + b"<html><script>alert(1)</script></html>"


def make_folder(folder: Path) -> list[str]:
    """Write the cases with contents, and the links, pipe and folder, into a folder; returns the names to ask for."""
    names = list(CONTENT_CASES)
    for name in names:
        (folder / name).write_bytes(CONTENT_CASES[name][0]())
    outside = folder.parent / "outside.jpg"
    outside.write_bytes(jpeg())
    os.symlink(outside, folder / "outside-link")
    os.symlink("nothing.jpg", folder / "broken-link")
    os.symlink("loop-link", folder / "loop-link")
    os.mkfifo(folder / "pipe")
    return [*names, "outside-link", "broken-link", "loop-link", "pipe"]
