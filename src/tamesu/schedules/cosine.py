"""Half a cosine wave down."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tamesu.registry import NonNegative, Probability
from tamesu.schedules.schedule import warm_up


class Cosine:
    """Rises over the warm-up, then falls from 1 to `final` along half a cosine wave, over what is left of the training.

    Args:
        warmup_epochs: length of the straight rise at the start.
        final: the factor at the end.

    Source: Loshchilov and Hutter, SGDR, ICLR 2017, equation 5, without restarts.

    Examples:
        >>> [round(Cosine(final=0.1).factor(epoch, 10, []), 3) for epoch in (0, 5, 10)]
        [1.0, 0.55, 0.1]
    """

    def __init__(self, *, warmup_epochs: NonNegative = 0.0, final: Probability = 0.0) -> None:
        self.warmup_epochs = warmup_epochs
        self.final = final

    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:  # noqa: ARG002
        """What the base learning rate is multiplied by; see `Schedule.factor`."""
        if epoch < self.warmup_epochs:
            return warm_up(epoch, self.warmup_epochs)
        left = epochs - self.warmup_epochs
        done = min((epoch - self.warmup_epochs) / left, 1.0) if left > 0 else 1.0
        return fall(1.0, self.final, done)


def fall(start: float, end: float, done: float) -> float:
    """From `start` to `end` along half a cosine wave.

    Args:
        start: the value at `done` 0.
        end: the value at `done` 1; it may be above `start`.
        done: share of the way, 0 to 1.

    Examples:
        >>> fall(1.0, 0.0, 0.0), fall(1.0, 0.0, 1.0)
        (1.0, 0.0)
    """
    return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * done))
