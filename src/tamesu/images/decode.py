"""The one decode function: any image file's bytes to RGB uint8. Scan, training, test and pages all use it.

OpenCV reads JPEG, PNG and WebP (speed; libpng checks every checksum), Pillow the rest and what OpenCV refuses.
Every choice that a file leaves open is made here or in `depth`, once:
which frame (the first), which way up (EXIF, once), which depth (8 bits, scaled by the type's range), which background
(white). Colour profiles are not applied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import PIL
from numpy.typing import NDArray

from tamesu.images.depth import flatten_alpha, scale_to_8_bit
from tamesu.images.exif import SIDEWAYS, UPRIGHT, turn_upright
from tamesu.images.faults import UnreadableImageError
from tamesu.images.jpeg import read_jpeg
from tamesu.images.pillow import open_with_pillow
from tamesu.images.png import read_png, scan_png
from tamesu.images.raw import Raw, check_size
from tamesu.images.simple import read_avif, read_bmp, read_gif
from tamesu.images.sniff import sniff_format
from tamesu.images.tiff import read_tiff
from tamesu.images.webp import read_webp

# Raise by hand when pixels, notes or refusals change for any file: caches of decoded images are named by it.
DECODE_VERSION = 1

LIMIT_PX = 200_000_000
LARGE_PX = 80_000_000
TINY_PX = 8
EXTREME_RATIO = 8  # the cache keeps a long side of at most 8 short sides

# JPEG stands apart: it alone can be read at a fraction of its scale.
READERS: dict[str, Callable[[bytes, int], Raw]] = {
    "PNG": read_png,
    "WEBP": read_webp,
    "TIFF": read_tiff,
    "GIF": read_gif,
    "BMP": read_bmp,
    "AVIF": read_avif,
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """An image ready for use.

    Attributes:
        pixels: (height, width, 3) uint8 RGB, upright.
        full_size: height and width of the whole image, upright; larger than `pixels` only when `at_least_px` was given.
        notes: codes of `faults.OUTCOMES` whose outcome is note or ask, in the order found, each once.
        format: JPEG, PNG, WEBP, TIFF, GIF, BMP or AVIF, by content.
        mode: what the file stores, in Pillow's words (`RGB`, `L`, `P`, `CMYK`, `I;16`, ...).
        exif: the EXIF block, not checked, as a TIFF structure; of a TIFF the whole file; empty when there is none.
    """

    pixels: NDArray[np.uint8]
    full_size: tuple[int, int]
    notes: tuple[str, ...]
    format: str
    mode: str
    exif: bytes = b""


def decode_image(
    content: bytes,
    *,
    limit_px: int = LIMIT_PX,
    at_least_px: int | None = None,
    listen: Callable[[], str] | None = None,
) -> Decoded:
    """RGB uint8 of any image file.

    Args:
        content: the file's bytes.
        limit_px: refuse an image that declares more pixels, before any is decoded.
        at_least_px: a JPEG may come at 1/2, 1/4 or 1/8 of its scale while its short side keeps this; None for full size.
        listen: returns what the C libraries have written to stderr since its last call; what libjpeg says there is
            the only sign of changed bytes inside a JPEG. None: nobody listens, and IMG_DECODER_WARNING never comes.

    Returns:
        The pixels and what was noted about them.

    Raises:
        UnreadableImageError: the image cannot be used; its code says why.

    Examples:
        >>> import cv2
        >>> png = cv2.imencode(".png", np.arange(768, dtype=np.uint16).reshape(16, 16, 3) * 85)[1].tobytes()
        >>> image = decode_image(png)
        >>> image.pixels.shape, str(image.pixels.dtype), image.notes, image.format
        ((16, 16, 3), 'uint8', ('IMG_16BIT_SCALED',), 'PNG')
    """
    format_name = sniff_format(content)
    if listen is not None:
        listen()
    if format_name == "JPEG":
        raw = read_jpeg(content, limit_px, at_least_px)
    else:
        raw = READERS[format_name](content, limit_px)
    notes = raw.notes
    if listen is not None and format_name == "JPEG" and "Corrupt JPEG data" in listen():
        notes.append("IMG_DECODER_WARNING")
    pixels = _to_rgb(scale_to_8_bit(raw.pixels, notes), notes)
    height, width = raw.full_size or pixels.shape[:2]
    if raw.orientation is not None and raw.orientation != UPRIGHT:
        pixels = turn_upright(pixels, raw.orientation)
        if raw.orientation in SIDEWAYS:
            height, width = width, height
        notes.append("IMG_TURNED")
    _note_size(height, width, notes)
    if height * width > 1 and is_constant(pixels):
        notes.append("IMG_CONSTANT")
    pixels = np.ascontiguousarray(pixels)
    return Decoded(pixels, (height, width), tuple(dict.fromkeys(notes)), format_name, raw.mode, raw.exif)


def decoder_version() -> str:
    """What names the makers of pixels: our version, and those of the two libraries.

    Examples:
        >>> decoder_version().startswith(f"v{DECODE_VERSION}-cv")
        True
    """
    return f"v{DECODE_VERSION}-cv{cv2.__version__}-pillow{PIL.__version__}"


def _to_rgb(pixels: NDArray[np.uint8], notes: list[str]) -> NDArray[np.uint8]:
    """(h, w), (h, w, 3) or (h, w, 4) to (h, w, 3)."""
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], 3, axis=2)
    return flatten_alpha(pixels, notes) if pixels.shape[2] == 4 else pixels


def _note_size(height: int, width: int, notes: list[str]) -> None:
    """Remark on sizes that training code stumbles on."""
    short, long = min(height, width), max(height, width)
    if height * width > LARGE_PX:
        notes.append("IMG_LARGE")
    if long < TINY_PX:
        notes.append("IMG_TINY")
    if long > EXTREME_RATIO * short:
        notes.append("IMG_EXTREME_RATIO")


def is_constant(pixels: NDArray[np.uint8]) -> bool:
    """Whether all pixels of an (h, w, 3) image have one colour.

    Examples:
        >>> is_constant(np.zeros((4, 4, 3), np.uint8))
        True
    """
    first = pixels[0, 0]
    # The last pixel rules out nearly every image at no cost.
    return bool((pixels[-1, -1] == first).all()) and bool((pixels == first).all())


def decode_mask(content: bytes, *, limit_px: int = LIMIT_PX) -> NDArray[np.int32]:
    """The numbers of a segmentation mask: palette indices or grey values as stored, never colours.

    Returns:
        (height, width) int32; 0 and 1 for a 1-bit mask.

    Raises:
        UnreadableImageError: IMG_NOT_A_MASK for an image with colour channels; else as `decode_image`.
    """
    format_name = sniff_format(content)
    if format_name == "PNG":
        header = scan_png(content)
        check_size(header.width, header.height, limit_px)
        if header.dropped:
            content = header.strip()
    image = open_with_pillow(format_name, content, limit_px)
    if image.mode not in ("1", "L", "P", "I", "I;16", "I;16B"):
        raise UnreadableImageError("IMG_NOT_A_MASK", image.mode)
    try:
        return np.asarray(image).astype(np.int32)
    except MemoryError:
        raise
    except Exception as error:  # whatever a reader of foreign bytes stumbles on, the file is at fault
        raise UnreadableImageError("IMG_UNREADABLE") from error
