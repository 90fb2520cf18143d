"""When a validation loss that rises, or stays high, is over-fitting: one judge, asked by the report and by `explain`."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from tamesu.artifacts.competition import CODED

# A rise of the validation loss from its lowest point, as a share of that, and how far above the training loss it ends, as a
# share of the loss to begin with: less is no harm, since what is left is small against where it began.
RISE, RISE_GAP = 0.1, 0.3
# Rows are known by heart when the validation loss is so many times the training loss and above it by this share of the loss to
# begin with; or above it by that much in any case.
TIMES, GAP, WIDE_GAP = 20.0, 0.15, 0.5


def know_blank_loss(kind: str, loss: str, labels: int) -> float | None:
    """The loss, in nats, of holding all classes for equally likely; None where the loss is no cross-entropy over classes.

    Args:
        kind: of the target.
        loss: name of the head's loss.
        labels: how many the target has.

    Examples:
        >>> round(know_blank_loss("class", "cross_entropy", 10), 3)
        2.303
        >>> know_blank_loss("value", "mse", 1) is None
        True
    """
    return math.log(labels) if kind in CODED and loss == "cross_entropy" and labels >= 2 else None


def measure_gap(train: Float[np.ndarray, " epochs"], val: Float[np.ndarray, " epochs"], start: float) -> float:
    """How far the validation loss ends above the training loss, as a share of `start`; 0 where that is not positive."""
    return (float(val[-1]) - float(train[-1])) / start if start > 0 else 0.0


def harms_by_rising(train: Float[np.ndarray, " epochs"], val: Float[np.ndarray, " epochs"], start: float) -> bool:
    """Whether the validation loss rises so far, for two epochs or more, while the training loss falls, that it is a harm.

    Args:
        train: training loss of the middle job, shape (epochs,), at least one epoch.
        val: validation loss of the same.
        start: the loss to begin with: of knowing nothing where that is known, else the first epoch's.

    Examples:
        >>> train, bowl = np.array([2, 1, 0.5, 0.2, 0.1]), np.array([2, 1.2, 1.0, 1.2, 1.4])
        >>> harms_by_rising(train, bowl, 2.3), harms_by_rising(train, np.array([2, 1.2, 1.0, 1.02, 1.04]), 2.3)
        (True, False)
    """
    lowest = int(val.argmin())
    rise = float(val[-1] / val[lowest] - 1) if val[lowest] > 0 else 0.0
    rises = rise > RISE and len(val) - 1 - lowest >= 2 and bool(train[-1] < train[lowest])
    return rises and measure_gap(train, val, start) > RISE_GAP


def is_by_heart(train: Float[np.ndarray, " epochs"], val: Float[np.ndarray, " epochs"], start: float) -> bool:
    """Whether the validation loss ends so far above the training loss that rows are known by heart; arguments as above.

    Examples:
        >>> train = np.array([2, 1, 0.5, 0.1, 0.03])
        >>> is_by_heart(train, np.array([2, 1.2, 1.0, 0.8, 0.8]), 2.3), is_by_heart(train, train, 2.3)
        (True, False)
    """
    gap = measure_gap(train, val, start)
    return gap > WIDE_GAP or (gap > GAP and bool(val[-1] > TIMES * train[-1]))
