"""One rise and one fall."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.registry import Probability
from tamesu.schedules.cosine import fall


class OneCycle:
    """Rises from `start` to 1 over the first part of the training, then falls to `final`; both along half a cosine wave.

    Only the learning rate moves; momentum stays.

    Args:
        warmup: the share of the training in which it rises.
        start: the factor at the start.
        final: the factor at the end.

    Source: Smith and Topin, Super-Convergence, 2017, with the cosine form of fastai and `torch.optim.lr_scheduler.OneCycleLR`
        (its `pct_start`, 1 / `div_factor`, and 1 / (`div_factor` × `final_div_factor`)).

    Examples:
        >>> [round(OneCycle().factor(epoch, 10, []), 4) for epoch in (0, 3, 10)]
        [0.04, 1.0, 0.0001]
    """

    def __init__(self, *, warmup: Probability = 0.3, start: Probability = 0.04, final: Probability = 1e-4) -> None:
        self.warmup = warmup
        self.start = start
        self.final = final

    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:  # noqa: ARG002
        """What the base learning rate is multiplied by; see `Schedule.factor`."""
        done = min(epoch / epochs, 1.0)
        if done < self.warmup:
            return fall(self.start, 1.0, done / self.warmup)
        left = 1.0 - self.warmup
        return fall(1.0, self.final, (done - self.warmup) / left if left > 0 else 0.0)
