"""Heat maps written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tamesu.artifacts.heat import Heat


def make_heat(maps: Mapping[str, np.ndarray], told: list[int] | None = None, **more: Any) -> Heat:
    """Heat of these maps, the pictures grey noise; rows are numbered from 100 on."""
    count, size = next(iter(maps.values())).shape[:2]
    images = np.random.default_rng(0).integers(0, 255, (count, size, size, 3), dtype=np.uint8)
    codes = np.zeros(count, np.int64) if told is None else np.array(told, np.int64)
    plain = {name: np.asarray(one, np.float32) for name, one in maps.items()}
    return Heat(np.arange(100, 100 + count), codes, np.full(count, 0.9), images, plain, **more)


def make_spots(places: list[tuple[int, int]], size: int = 32, width: int = 8) -> np.ndarray:
    """A map for each place: 1 in a square from there on, 0 elsewhere."""
    maps = np.zeros((len(places), size, size), np.float32)
    for one, (row, column) in zip(maps, places, strict=True):
        one[row : row + width, column : column + width] = 1.0
    return maps
