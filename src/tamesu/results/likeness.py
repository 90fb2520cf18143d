"""How the test images look beside the training images, and which augmentations lead from one to the other; pixels alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# What is measured of every image, in this order.
STATISTICS = ("brightness", "contrast", "saturation", "sharpness", "warmth")
# A difference counts from this area under the ROC curve on (0.5: the two cannot be told apart) if it is no chance.
LEAST_AUC, LEAST_Z = 0.6, 4.0
# A ratio of the medians nearer to 1 than this (10 %) is not worth a part.
LEAST_CHANGE = 0.1
# Factors are kept within this range, whatever the images say.
FACTORS = (0.25, 4.0)


@dataclass(frozen=True, slots=True)
class Difference:
    """One statistic of the training and the test images.

    Attributes:
        name: of `STATISTICS`.
        train, test: the 10th, 50th and 90th percentile.
        auc: the probability that a random test image has the larger value; 0.5 when they are alike.
        z: the rank-sum statistic in standard deviations under "alike".
    """

    name: str
    train: tuple[float, float, float]
    test: tuple[float, float, float]
    auc: float
    z: float

    @property
    def counts(self) -> bool:
        """Whether the two differ by more than chance and by enough to matter."""
        return abs(self.z) >= LEAST_Z and max(self.auc, 1.0 - self.auc) >= LEAST_AUC


def measure_image(pixels: np.ndarray) -> np.ndarray:
    """The statistics of one image, float64 (5,), each positive.

    Args:
        pixels: RGB, uint8, shape (height, width, 3).

    Returns:
        Mean luma; its standard deviation, and the mean distance of the pixels from their own grey, both relative to the mean,
        so that less light alone changes neither; mean absolute difference of neighbouring lumas, relative to their
        deviation; mean red over mean blue.
    """
    values = pixels.astype(np.float64)
    luma = values @ np.array([0.299, 0.587, 0.114])
    chroma = np.abs(values - luma[:, :, None]).mean()
    edges = np.abs(np.diff(luma, axis=0)).mean() + np.abs(np.diff(luma, axis=1)).mean()
    warmth = (values[:, :, 0].mean() + 1.0) / (values[:, :, 2].mean() + 1.0)
    mean, deviation = luma.mean() + 1.0, luma.std() + 1.0
    return np.array([mean, deviation / mean, (chroma + 1.0) / mean, (edges + 0.1) / deviation, warmth])


def compare_statistics(train: np.ndarray, test: np.ndarray) -> list[Difference]:
    """Each statistic of two sets of images.

    Args:
        train: from `measure_image`, shape (images, 5).
        test: likewise.

    Source: the rank-sum test of Mann and Whitney, Ann. Math. Stat. 18, 1947; its U over the number of pairs is the AUC.
    """
    from scipy.stats import rankdata

    found = []
    for place, name in enumerate(STATISTICS):
        a, b = train[:, place], test[:, place]
        ranks = rankdata(np.concatenate([a, b]))
        auc = (ranks[len(a) :].sum() - len(b) * (len(b) + 1) / 2) / (len(a) * len(b))
        deviation = np.sqrt((len(a) + len(b) + 1) / (12.0 * len(a) * len(b)))
        found.append(Difference(name, spread(a), spread(b), float(auc), float((auc - 0.5) / deviation)))
    return found


def spread(values: np.ndarray) -> tuple[float, float, float]:
    """The 10th, 50th and 90th percentile."""
    low, middle, high = np.percentile(values, [10, 50, 90])
    return float(low), float(middle), float(high)


def propose_parts(differences: Sequence[Difference]) -> list[dict[str, Any]]:
    """Augmentations that lead from the look of the training images to that of the test images.

    Brightness, contrast and saturation become factors from 1 (the training images as they are) to somewhat beyond the ratio
    of the medians; a test set that is less sharp becomes a blur, as the ratio of the edges measured says.

    Args:
        differences: from `compare_statistics`.

    Returns:
        Parts as a recipe writes them; empty when nothing counts.
    """
    ranges = {}
    parts: list[dict[str, Any]] = []
    for difference in differences:
        if not difference.counts:
            continue
        ratio = float(np.clip(difference.test[1] / difference.train[1], *FACTORS))
        if abs(np.log(ratio)) < LEAST_CHANGE:
            continue
        if difference.name in ("brightness", "contrast", "saturation"):
            beyond = float(np.clip(ratio**1.2, *FACTORS))
            ranges[difference.name] = [round(min(1.0, beyond), 3), round(max(1.0, beyond), 3)]
        if difference.name == "sharpness" and ratio < 0.85:
            # A Gaussian of deviation s leaves about 1 / sqrt(1 + 4 s^2) of the differences of neighbouring noise-like pixels.
            sigma = float(np.sqrt(max(1.0 / ratio**2 - 1.0, 0.0)) / 2.0)
            parts.append({"gaussian_blur": {"p": 0.5, "sigma": [round(min(0.3, sigma), 2), round(max(sigma, 0.3), 2)]}})
    if ranges:
        parts.insert(0, {"color_range": {"p": 0.5, **ranges}})
    return parts
