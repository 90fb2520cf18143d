"""Whether one picture is an altered copy of another, from their pixels: laid on each other and correlated."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.images.landmarks import LEAST_SHORT_PX
from tamesu.images.placing import Placement

WORK_PX = 128  # short side at which pictures are laid on each other
# A copy that was cut by 15 % at each side shows half of the original.
LEAST_SHARED = 0.35
BLUR_PX = 1.0  # evens out half a pixel of misplacement, and what JPEG does
SOFTENING = 6.0  # grey levels: keeps what JPEG does to flat places small
# Light is evened out in blocks, and a copy must agree in each: two parts of one kind agree as wholes, and differ in a
# scratch.
BLOCK_PX = 17
STRUCTURE = 0.3  # standard deviation, after normalisation, of a block that shows something
WEAKEST = 0.05  # share of such blocks that may disagree
LEAST_BLOCKS_PX = 64  # pixels with structure, at least
# On clothing10 480 copies of all kinds score 0.92 and more, locally 0.59; the most alike of others 0.90, locally 0.66 and
# mostly below 0.45.
LEAST_SCORE, LEAST_LOCAL = 0.92, 0.5
# Pictures too small for that, such as 8 x 8 digits: two of 1,797 digits of one class correlate by 0.994.
LEAST_SMALL_SCORE = 0.996
ECC_STEPS, ECC_GAIN = 20, 1e-4
ECC_LEAST = 0.3  # correlation before the fine placement below which there is nothing to refine


@dataclass(frozen=True, slots=True)
class Match:
    """How well two pictures agree where they lie on each other.

    Attributes:
        score: correlation there, after local contrast normalisation (of small pictures, of the pixels), -1 to 1.
        local: correlation in the blocks that agree least, at the 5 % quantile; of small pictures, the score.
        shared: share of the larger frame that both show, 0 to 1.
        mirrored: whether one is the mirror image of the other.
        brighter: how much brighter the second is there, in grey levels.
        small: whether the pictures are too small to be laid on each other.
    """

    score: float
    local: float
    shared: float
    mirrored: bool
    brighter: float
    small: bool = False

    @property
    def is_copy(self) -> bool:
        """Whether one is an altered copy of the other."""
        if self.small:
            return self.score >= LEAST_SMALL_SCORE
        return self.score >= LEAST_SCORE and self.local >= LEAST_LOCAL


def prepare_picture(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture's grey at the working size: done once for all its pairs.

    Args:
        pixels: (h, w, 3) RGB; a short side of 128 is enough.

    Returns:
        (h, w) with a short side of 128; of a picture whose short side is below 48, its own size.

    Examples:
        >>> prepare_picture(np.zeros((256, 300, 3), np.uint8)).shape, prepare_picture(np.zeros((8, 9, 3), np.uint8)).shape
        ((128, 150), (8, 9))
    """
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY), np.uint8)
    short = min(grey.shape)
    if short < LEAST_SHORT_PX or short == WORK_PX:
        return grey
    size = (round(grey.shape[1] * WORK_PX / short), round(grey.shape[0] * WORK_PX / short))
    how = cv2.INTER_AREA if short > WORK_PX else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def match_pictures(
    one: NDArray[np.uint8], two: NDArray[np.uint8], *, mirrored: bool, placement: Placement | None = None
) -> Match | None:
    """How well two pictures agree.

    Args:
        one: of `prepare_picture`.
        two: the same of the other.
        mirrored: whether to compare with the mirror image of the second.
        placement: where the first lies in the second, both in short sides; None: frame on frame.

    Returns:
        The match, or None where they share too little or show nothing.

    Source: enhanced correlation coefficient (Evangelidis and Psarakis, PAMI 2008) for the fine placement.

    Examples:
        >>> picture = np.random.default_rng(0).integers(0, 256, (20, 24)).astype(np.uint8)
        >>> found = match_pictures(picture, picture[:, ::-1], mirrored=True)
        >>> round(found.score, 3), found.is_copy
        (1.0, True)
    """
    other = np.ascontiguousarray(two[:, ::-1]) if mirrored else two
    if min(one.shape) < LEAST_SHORT_PX or min(other.shape) < LEAST_SHORT_PX:
        return _match_small(one, other, mirrored)
    if placement is None:
        start = np.array([[other.shape[1] / one.shape[1], 0, 0], [0, other.shape[0] / one.shape[0], 0]], np.float32)
    else:
        scale, (x, y) = placement.scale, placement.shift
        start = np.array([[scale, 0, x * WORK_PX], [0, scale, y * WORK_PX]], np.float32)
    first, second = (np.asarray(cv2.GaussianBlur(grey, (0, 0), BLUR_PX), np.uint8) for grey in (one, other))
    rough = _compare(first, second, start, mirrored)
    if rough is None or rough.is_copy or rough.score < ECC_LEAST:
        return rough
    fine = _refine(first, second, start)
    if fine is None:
        return rough
    better = _compare(first, second, fine, mirrored)
    return rough if better is None or better.score < rough.score else better


def _refine(one: NDArray[np.uint8], two: NDArray[np.uint8], warp: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The affine warp near this one at which the pictures correlate most; found at half the size, for time."""
    small = [cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for grey in (one, two)]
    halved = np.array([1, 1, 0.5], np.float32)
    everywhere = np.ones(small[0].shape, np.uint8)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, ECC_STEPS, ECC_GAIN)
    try:
        _, fine = cv2.findTransformECC(small[0], small[1], warp * halved, cv2.MOTION_AFFINE, criteria, everywhere, 3)
    except cv2.error:  # it did not converge
        return None
    return np.asarray(fine / halved, np.float32)


def _compare(one: NDArray[np.uint8], two: NDArray[np.uint8], warp: NDArray[np.float32], mirrored: bool) -> Match | None:
    """Correlation where the second, seen through `warp` (points of the first to points of the second), covers the first."""
    size = one.shape[::-1]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    inside = np.asarray(cv2.warpAffine(np.full(two.shape, 255, np.uint8), warp, size, flags=flags)) == 255
    grown = abs(float(np.linalg.det(warp[:, :2])))
    area = int(inside.sum())
    shared = min(area / one.size, area * grown / two.size)
    if shared < LEAST_SHARED:
        return None
    seen = np.asarray(cv2.warpAffine(two, warp, size, flags=flags), np.uint8)
    weight = inside.astype(np.float32)
    near = np.maximum(_blur(weight), 1e-3)
    a, b = _even(one, weight, near), _even(seen, weight, near)
    product, power_a, power_b = a * b, a * a, b * b
    whole = float(np.sqrt(float(power_a.sum()) * float(power_b.sum())))
    together, alone_a, alone_b = (_blur(x) for x in (product, power_a, power_b))
    alone_a, alone_b = np.maximum(alone_a, 0), np.maximum(alone_b, 0)
    shown = inside & (np.maximum(alone_a, alone_b) >= STRUCTURE**2)
    if whole == 0 or shown.sum() < LEAST_BLOCKS_PX:
        return None
    blocks = (together / np.sqrt(np.maximum(alone_a * alone_b, 1e-12)))[shown]
    return Match(
        score=float(product.sum()) / whole,
        local=float(np.quantile(blocks, WEAKEST)),
        shared=float(shared),
        mirrored=mirrored,
        brighter=float(seen[inside].mean() - one[inside].mean()),
    )


def _even(grey: NDArray[np.uint8], weight: NDArray[np.float32], near: NDArray[np.float32]) -> NDArray[np.float32]:
    """Local contrast normalisation inside a mask, centred; 0 outside."""
    apart = (grey - _blur(grey * weight) / near) * weight
    even = apart / (np.sqrt(np.maximum(_blur(apart * apart), 0) / near) + SOFTENING)
    return np.asarray((even - even.sum() / weight.sum()) * weight, np.float32)


def _blur(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of each block."""
    return np.asarray(cv2.blur(image, (BLOCK_PX, BLOCK_PX), borderType=cv2.BORDER_REFLECT), np.float32)


def _match_small(one: NDArray[np.uint8], two: NDArray[np.uint8], mirrored: bool) -> Match | None:
    """Correlation of pixels, frame on frame, at the smaller size."""
    height, width = (min(a, b) for a, b in zip(one.shape, two.shape, strict=True))
    if height < 2 or width < 2:
        return None
    a, b = (cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA).astype(np.float64) for grey in (one, two))
    if a.std() < 1 or b.std() < 1:
        return None
    score = float(np.corrcoef(a.ravel(), b.ravel())[0, 1])
    return Match(score, score, 1.0, mirrored, float(b.mean() - a.mean()), small=True)
