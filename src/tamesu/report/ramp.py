"""One ramp from cold to hot for everything shaded by a number: the same to people who do not see red from green."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Evenly apart from 0 to 1: from a dark blue over grey to a light yellow, so that blue against yellow, which nearly everyone
# tells apart, and light against dark, which everyone does, say the same. A test looks that lightness rises without a step.
STOPS = ((9, 24, 82), (38, 62, 122), (86, 98, 128), (132, 128, 120), (184, 162, 86), (230, 202, 52), (255, 240, 90))


def color_ramp(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """The colours of numbers.

    Args:
        values: 0 (cold) to 1 (hot), any shape; what is beyond has the colour of the end, NaN that of the cold one.

    Returns:
        RGB, 0 to 255, float32, one axis more.

    Examples:
        >>> color_ramp(np.array([0.0, 1.0, np.nan])).tolist()
        [[9.0, 24.0, 82.0], [255.0, 240.0, 90.0], [9.0, 24.0, 82.0]]
    """
    stops = np.array(STOPS, np.float32)
    place = np.clip(np.nan_to_num(np.asarray(values, np.float32), nan=0.0), 0.0, 1.0) * (len(stops) - 1)
    below = np.minimum(place.astype(np.int64), len(stops) - 2)
    part = (place - below)[..., None]
    return np.asarray(stops[below] * (1 - part) + stops[below + 1] * part, np.float32)


def ramp_css() -> str:
    """The ramp as a CSS gradient from left to right.

    Examples:
        >>> ramp_css()[:44]
        'linear-gradient(90deg, rgb(9 24 82), rgb(38 '
    """
    return f"linear-gradient(90deg, {', '.join(f'rgb({red} {green} {blue})' for red, green, blue in STOPS)})"
