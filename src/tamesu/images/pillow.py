"""Pillow as reader: an allow-list of its formats, and what each of its modes becomes."""

from __future__ import annotations

import importlib
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tamesu.images.faults import UnreadableImageError
from tamesu.images.raw import Raw, check_size

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

# Each format's own class is opened, so Pillow never tries another one (its EPS reader would start Ghostscript), and its
# warning at 89 Mpx, a global of the process, stays as the user has it; the limit is ours.
READERS: dict[str, tuple[str, str]] = {
    "JPEG": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
}
AS_STORED = frozenset({"L", "RGB", "RGBA", "I;16", "I;16B", "I;16L", "I", "F"})
WITH_ALPHA = frozenset({"LA", "La", "PA", "RGBa"})


def open_with_pillow(format_name: str, content: bytes, limit_px: int) -> ImageFile:
    """A Pillow image whose header is read and whose pixels are not.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, IMG_BAD_SIZE, IMG_TOO_LARGE; IMG_NO_DECODER when Pillow lacks the format.
    """
    module, name = READERS[format_name]
    if format_name in ("AVIF", "WEBP"):
        from PIL import features

        if not features.check(format_name.lower()):
            raise UnreadableImageError("IMG_NO_DECODER", format_name)
    reader = getattr(importlib.import_module(module), name)
    try:
        image: ImageFile = reader(io.BytesIO(content))
    except MemoryError:
        raise
    except Exception as error:  # whatever a reader of foreign bytes stumbles on, the file is at fault
        raise UnreadableImageError("IMG_UNREADABLE") from error
    check_size(image.width, image.height, limit_px)
    return image


def read_with_pillow(format_name: str, content: bytes, limit_px: int) -> Raw:
    """The samples of an image's first frame, by Pillow.

    Returns:
        Raw with IMG_CONVERTED for palettes, fewer than 8 bits, CMYK, YCbCr and Lab, and IMG_MULTI_FRAME for more than
        one frame. `orientation` is None: the caller knows where its format keeps it.

    Raises:
        UnreadableImageError: IMG_UNREADABLE, IMG_BAD_SIZE, IMG_TOO_LARGE, IMG_NO_DECODER; IMG_TRUNCATED when Pillow
            misses bytes.
    """
    image = open_with_pillow(format_name, content, limit_px)
    mode = image.mode
    try:
        image.load()
        pixels = _to_array(image)
    except (MemoryError, UnreadableImageError):
        raise
    except Exception as error:  # as above
        raise UnreadableImageError("IMG_TRUNCATED" if "truncated" in str(error) else "IMG_UNREADABLE") from error
    notes = [] if mode in AS_STORED - {"L", "I;16", "I;16B", "I;16L"} or mode in WITH_ALPHA else ["IMG_CONVERTED"]
    if format_name != "TIFF" and _has_more_frames(image):
        notes.append("IMG_MULTI_FRAME")
    return Raw(pixels, mode, notes)


def _to_array(image: ImageFile) -> NDArray[Any]:
    """Samples as (h, w), (h, w, 3) or (h, w, 4)."""
    if "transparency" in image.info or image.mode in WITH_ALPHA:
        return np.asarray(image.convert("RGBA"))
    if image.mode in AS_STORED:
        pixels = np.asarray(image)
        return pixels if pixels.dtype.isnative else pixels.astype(pixels.dtype.newbyteorder("="))
    if image.mode == "LAB":
        return _lab_to_rgb(image)
    return np.asarray(image.convert("RGB"))


def _lab_to_rgb(image: ImageFile) -> NDArray[np.uint8]:
    """CIE L*a*b* under D50, as TIFF stores it, to sRGB."""
    from PIL import ImageCms, features

    if not features.check("littlecms2"):
        raise UnreadableImageError("IMG_NO_DECODER", "Lab")
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    return np.asarray(converted)


def _has_more_frames(image: ImageFile) -> bool:
    """Whether a second frame is there; a broken second frame is one too."""
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # the first frame is what we use, and it was read
        return True
