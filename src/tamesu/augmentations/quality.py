"""Parts that make a picture worse as files do: compressed, or made small and large again."""

from __future__ import annotations

from typing import Annotated

import cv2
import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray
from pydantic import AfterValidator

from tamesu.augmentations.operations import PixelPart
from tamesu.augmentations.part import Array, Share, ShareRange, in_order
from tamesu.registry import Probability

Pixels = NDArray[np.uint8]
Quality = Annotated[int, Ge(1), Le(100)]
QualityRange = Annotated[tuple[Quality, Quality], AfterValidator(in_order)]


class JpegCompression(PixelPart):
    """Write the picture as JPEG and read it again.

    Args:
        quality: smallest and largest, from 1 to 100 as libjpeg counts it.
        p: the probability.
        strength: from 0 (the picture) to 1; moves the quality up to 100.
    """

    draws = 1
    rising = (0,)

    def __init__(self, *, quality: QualityRange = (30, 90), p: Probability = 0.3, strength: Probability = 1.0) -> None:
        self.quality = quality
        self.p = p
        self.strength = strength

    def change(self, image: Pixels, u: Array) -> Pixels:
        """See `PixelPart.change`."""
        low, high = self.quality
        quality = round(100 - self.strength * (100 - (high - float(u[0]) * (high - low))))
        written = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        read = cv2.imdecode(written, cv2.IMREAD_COLOR)
        assert read is not None, "what has just been written can be read"
        return np.asarray(cv2.cvtColor(read, cv2.COLOR_BGR2RGB), np.uint8)


class Downscale(PixelPart):
    """Shrink the picture, averaging, and enlarge it again.

    Args:
        scale: smallest and largest share of the side that is left in between.
        p: the probability.
        strength: from 0 (all of it is left) to 1.
    """

    draws = 1
    rising = (0,)

    def __init__(self, *, scale: ShareRange = (0.35, 0.8), p: Probability = 0.3, strength: Probability = 1.0) -> None:
        self.scale = scale
        self.p = p
        self.strength = strength

    def change(self, image: Pixels, u: Array) -> Pixels:
        """See `PixelPart.change`."""
        scale: Share = self.scale[1] - float(u[0]) * (self.scale[1] - self.scale[0])
        side = max(1, round(image.shape[0] * (1.0 - self.strength * (1.0 - scale))))
        small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(small, image.shape[1::-1], interpolation=cv2.INTER_LINEAR))
