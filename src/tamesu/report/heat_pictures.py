"""Pictures and heat over them, as small files inside the page."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from tamesu.report.html import data_uri
from tamesu.report.ramp import color_ramp

# Of the longest side: shown at 108, and sharp on a fine screen.
SHOWN_PX = 144
QUALITY = 70
# How much of the ramp's colour covers the grey picture where it is cold, and where it is hot.
COLD, HOT = 0.3, 0.65
# Of the light of red, green and blue in grey (ITU-R BT.601).
GREY = np.array([0.299, 0.587, 0.114], np.float32)


def encode_picture(picture: NDArray[np.uint8]) -> str:
    """A square picture, uint8 (size, size, 3), as a data URI; larger ones are made smaller."""
    from PIL import Image

    image = Image.fromarray(picture)
    if max(image.size) > SHOWN_PX:
        image = image.resize((SHOWN_PX, SHOWN_PX), Image.Resampling.BOX)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return data_uri(buffer.getvalue(), "jpeg")


def lay_over(picture: NDArray[np.uint8], heat: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Heat over a picture, which turns grey so that all colour is heat.

    Args:
        picture: uint8 (size, size, 3).
        heat: 0 to 1, (size, size).

    Examples:
        >>> lay_over(np.zeros((1, 1, 3), np.uint8), np.ones((1, 1))).tolist()
        [[[166, 156, 58]]]
    """
    grey = (picture.astype(np.float32) @ GREY)[..., None]
    hot = np.clip(np.nan_to_num(np.asarray(heat, np.float32)), 0.0, 1.0)
    cover = (COLD + (HOT - COLD) * hot)[..., None]
    return np.asarray(np.rint(grey * (1 - cover) + color_ramp(hot) * cover), np.uint8)
