"""Everything the audit wants to know of one image, from its bytes; runs in the helper process."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.images.decode import decode_image
from tamesu.images.exif_facts import read_taking
from tamesu.images.landmarks import describe_landmarks
from tamesu.images.likeness import describe_likeness, hash_image
from tamesu.images.shrink import shrink_image

BORDER = 16  # the border is so many-th of each side
NUMBERS = ("brightness", "contrast", "sharpness", "saturation", "colours", "borders")


def look_at_image(content: bytes, short_px: int, limit_px: int, listen: Callable[[], str] | None = None) -> dict[str, Any]:
    """One image's facts, ready for JSON.

    Args:
        content: the file.
        short_px: at which short side, at most, the pixels are measured.
        limit_px: see `decode_image`.
        listen: see `decode_image`.

    Returns:
        `notes`, `size` (height and width of the whole image, upright), `format`, `mode`, `taken`, `camera`, `likeness`,
        `landmarks` and `landmark_places` (base64), `hash`, and what `measure_pixels` says; see `facts.Facts`.

    Raises:
        UnreadableImageError: as `decode_image`.
    """
    decoded = decode_image(content, limit_px=limit_px, at_least_px=short_px, listen=listen)
    pixels = shrink_image(decoded, short_px)
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    taken, camera = read_taking(decoded.exif)
    landmarks, places = describe_landmarks(grey)
    return {
        "notes": decoded.notes,
        "size": decoded.full_size,
        "format": decoded.format,
        "mode": decoded.mode,
        "taken": taken,
        "camera": camera,
        "likeness": base64.b64encode(describe_likeness(grey).tobytes()).decode(),
        "hash": int(hash_image(grey)),
        "landmarks": base64.b64encode(landmarks.tobytes()).decode(),
        "landmark_places": base64.b64encode(places.tobytes()).decode(),
    } | measure_pixels(pixels, grey)


def measure_pixels(pixels: NDArray[np.uint8], grey: NDArray[np.uint8]) -> dict[str, float | list[float]]:
    """Brightness, contrast, sharpness and colours of an image.

    Args:
        pixels: (h, w, 3) RGB.
        grey: (h, w), of the same image.

    Returns:
        `brightness`, `contrast`, `sharpness`, `saturation` and, as red, green and blue, `colours` and `borders`: see
        `facts.Facts`. The border is a sixteenth of each side wide, at least a pixel.

    Examples:
        >>> found = measure_pixels(np.full((16, 16, 3), (9, 5, 1), np.uint8), np.full((16, 16), 5, np.uint8))
        >>> found["brightness"], found["saturation"], found["borders"]
        (5.0, 8.0, [9.0, 5.0, 1.0])
    """
    height, width = grey.shape
    brightness, contrast = cv2.meanStdDev(grey)
    _, edges = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_32F))
    red, green, blue = cv2.split(pixels)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    whole = np.array(cv2.sumElems(pixels)[:3])
    rows, columns = max(1, round(height / BORDER)), max(1, round(width / BORDER))
    inner = pixels[rows : height - rows, columns : width - columns]
    outside = whole - (np.array(cv2.sumElems(inner)[:3]) if inner.size else 0)
    return {
        "brightness": float(brightness[0, 0]),
        "contrast": float(contrast[0, 0]),
        "sharpness": float(edges[0, 0]) ** 2,
        "saturation": float(cv2.mean(spread)[0]),
        "colours": (whole / (height * width)).tolist(),
        "borders": (outside / (height * width - inner.size // 3)).tolist(),
    }
