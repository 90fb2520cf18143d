"""How alike two pictures are: a small picture whose local contrast is evened out, and a 64-bit hash."""

from __future__ import annotations

from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.images.facts import LIKENESS_PX

INNER_PX = 2 * LIKENESS_PX
SIGMA_PX = 6.0  # of the blur at INNER_PX: light that falls off over a fifth of the picture is evened out
SOFTENING = 2.0  # grey levels: keeps the noise of flat places small
SCALE = 32  # one standard deviation in an int8
STRUCTURE = 1e-3  # a standard deviation below this is rounding
HASH_PX, HASH_LOW = 32, 8
ROUNDING = 1e-2  # DCT coefficients of a flat picture are not exactly 0


Number = TypeVar("Number", bound=np.generic)


def describe_likeness(grey: NDArray[np.uint8]) -> NDArray[np.int8]:
    """A picture's features for likeness, unmoved by brightness, contrast and uneven light.

    Args:
        grey: (h, w), at least 1 × 1.

    Returns:
        (1024,): 32 × 32 row by row, each the distance from the local mean in local standard deviations; centred, in units of
        its own standard deviation times 32, clipped to ±127. All 0 for a picture without structure.

    Source: local contrast normalisation (Jarrett et al., ICCV 2009), with a constant added to the local deviation. Measured:
        with it the counters in magtile's file names give its groups at a pairwise F1 of 0.996.

    Examples:
        >>> describe_likeness(np.full((20, 30), 7, np.uint8)).any()
        np.False_
    """
    small = cv2.resize(grey.astype(np.float32), (INNER_PX, INNER_PX), interpolation=cv2.INTER_AREA)
    apart = small - cv2.GaussianBlur(small, (0, 0), SIGMA_PX)
    deviation = np.sqrt(cv2.GaussianBlur(apart * apart, (0, 0), SIGMA_PX)) + SOFTENING
    features = cv2.resize(apart / deviation, (LIKENESS_PX, LIKENESS_PX), interpolation=cv2.INTER_AREA)
    features = features - features.mean()
    spread = float(features.std())
    if spread < STRUCTURE:
        return np.zeros(LIKENESS_PX**2, np.int8)
    return np.asarray(np.rint(features * (SCALE / spread)).clip(-127, 127).ravel(), np.int8)


def mirror_likeness(likeness: NDArray[Number]) -> NDArray[Number]:
    """The likeness of the same pictures, flipped left to right.

    Args:
        likeness: (..., 1024).

    Returns:
        The same shape.

    Examples:
        >>> mirror_likeness(np.arange(1024).astype(np.int8))[:3].tolist()
        [31, 30, 29]
    """
    square = likeness.reshape(*likeness.shape[:-1], LIKENESS_PX, LIKENESS_PX)
    return np.ascontiguousarray(square[..., ::-1]).reshape(likeness.shape)


def hash_image(grey: NDArray[np.uint8]) -> np.uint64:
    """A 64-bit perceptual hash: which low frequencies are stronger than their median.

    Args:
        grey: (h, w), at least 1 × 1.

    Returns:
        One bit per coefficient of the low 8 × 8 DCT, row by row from the highest bit; the first, brightness, is always 0 and
        does not count for the median. 0 for a flat picture.

    Source: pHash (Zauner, 2010), without its lowest term.

    Examples:
        >>> int(hash_image(np.full((20, 30), 7, np.uint8)))
        0
    """
    small = cv2.resize(grey.astype(np.float32), (HASH_PX, HASH_PX), interpolation=cv2.INTER_AREA)
    low: NDArray[Any] = cv2.dct(small)[:HASH_LOW, :HASH_LOW].ravel()
    low[np.abs(low) < ROUNDING] = 0
    bits = low > np.median(low[1:])
    bits[0] = False
    return np.uint64(int.from_bytes(np.packbits(bits).tobytes(), "big"))
