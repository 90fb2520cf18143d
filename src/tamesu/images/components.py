"""The separate objects of a mask, and how large they are."""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np
from numpy.typing import NDArray

# Smaller ones are crumbs of an annotator's brush.
LEAST_PX = 4


def measure_objects(mask: NDArray[np.integer], background: int = 0, unknown: Collection[int] = ()) -> NDArray[np.float64]:
    """Height and width of each object of a mask, as fractions of its height and width.

    An object is a region of one value whose pixels touch, corners included; those of less than `LEAST_PX` pixels are left out.

    Args:
        mask: a value per pixel, shape (height, width).
        background: the value that is no object.
        unknown: values that mean "not known".

    Returns:
        Shape (objects, 2), each above 0 and at most 1, in no particular order.

    Examples:
        >>> mask = np.zeros((10, 20), np.uint8)
        >>> mask[2:7, 4:8] = 1
        >>> measure_objects(mask).tolist()
        [[0.5, 0.2]]
    """
    found = []
    for value in np.unique(mask).tolist():
        if value == background or value in unknown:
            continue
        _, _, stats, _ = cv2.connectedComponentsWithStats((mask == value).astype(np.uint8), connectivity=8)
        # The first region is everything else.
        regions = stats[1:][stats[1:, cv2.CC_STAT_AREA] >= LEAST_PX]
        found.append(regions[:, [cv2.CC_STAT_HEIGHT, cv2.CC_STAT_WIDTH]] / np.array(mask.shape, np.float64))
    return np.concatenate(found) if found else np.empty((0, 2))
