"""Down in steps."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tamesu.registry import NonNegative, Positive, Probability
from tamesu.schedules.schedule import warm_up


class Step:
    """Multiplied by `gamma` after every `every_epochs` epochs, counted from the start of the training.

    Args:
        every_epochs: length of one stair, in epochs.
        gamma: the factor between stairs, 0 to 1.
        warmup_epochs: length of the straight rise at the start.

    Examples:
        >>> schedule = Step(every_epochs=3.0, gamma=0.5)
        >>> [schedule.factor(epoch, 9, []) for epoch in (0, 2.9, 3, 6)]
        [1.0, 1.0, 0.5, 0.25]
    """

    def __init__(self, *, every_epochs: Positive, gamma: Probability = 0.1, warmup_epochs: NonNegative = 0.0) -> None:
        self.every_epochs = every_epochs
        self.gamma = gamma
        self.warmup_epochs = warmup_epochs

    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:  # noqa: ARG002
        """What the base learning rate is multiplied by; see `Schedule.factor`."""
        stairs = math.floor(epoch / self.every_epochs)
        return float(self.gamma**stairs) * warm_up(epoch, self.warmup_epochs)
