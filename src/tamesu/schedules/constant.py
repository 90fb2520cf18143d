"""The same learning rate throughout."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.registry import NonNegative
from tamesu.schedules.schedule import warm_up


class Constant:
    """1 after the warm-up.

    Args:
        warmup_epochs: length of the straight rise at the start.

    Examples:
        >>> Constant().factor(3.5, 10, [])
        1.0
    """

    def __init__(self, *, warmup_epochs: NonNegative = 0.0) -> None:
        self.warmup_epochs = warmup_epochs

    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:  # noqa: ARG002
        """What the base learning rate is multiplied by; see `Schedule.factor`."""
        return warm_up(epoch, self.warmup_epochs)
