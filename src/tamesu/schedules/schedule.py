"""What every schedule is, and the warm-up they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

# Not 0: the first step is to do something.
WARMUP_START = 0.01


@runtime_checkable
class Schedule(Protocol):
    """A function of where the training stands; it keeps nothing, so a resumed training goes on as if it had not stopped."""

    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:
        """What the base learning rate is multiplied by.

        Args:
            epoch: position in epochs, 0 to `epochs`; 1.5 is the middle of the second.
            epochs: the length of the training.
            history: mean training loss of each finished epoch.

        Returns:
            A number from 0 to 1.
        """
        ...


def warm_up(epoch: float, warmup_epochs: float) -> float:
    """The warm-up's factor: a straight line from 0.01 to 1 over `warmup_epochs`, then 1.

    Source: Goyal et al., Accurate, Large Minibatch SGD, 2017, section 2.2.

    Examples:
        >>> warm_up(0.0, 2.0), warm_up(1.0, 2.0), warm_up(2.0, 2.0), warm_up(0.0, 0.0)
        (0.01, 0.505, 1.0, 1.0)
    """
    if epoch >= warmup_epochs:
        return 1.0
    return WARMUP_START + (1.0 - WARMUP_START) * epoch / warmup_epochs
