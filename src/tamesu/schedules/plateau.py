"""Down when the training loss no longer falls."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tamesu.registry import Natural, NonNegative, Probability
from tamesu.schedules.schedule import warm_up


class Plateau:
    """Multiplied by `factor` each time the training loss has not improved for more than `patience` epochs.

    It watches the training loss and never the scored fold: a learning rate that follows the validation score has read the
    validation labels, and the out-of-fold score would no longer be honest.

    Args:
        patience: epochs without improvement that are borne.
        factor: the factor at each fall, 0 to 1.
        threshold: an improvement is a loss below (1 - threshold) × the best so far.
        final: the factor is never below this.
        warmup_epochs: length of the straight rise at the start; epochs that end inside it are not watched.

    Source: `torch.optim.lr_scheduler.ReduceLROnPlateau` in its `min`, `rel` mode without cooldown.

    Examples:
        >>> schedule = Plateau(patience=1, factor=0.5)
        >>> [schedule.factor(epoch, 9, [1.0, 0.9, 0.9, 0.9]) for epoch in (2.0, 3.0, 4.0)]
        [1.0, 1.0, 0.5]
    """

    def __init__(
        self,
        *,
        patience: Natural = 3,
        factor: Probability = 0.1,
        threshold: Probability = 1e-4,
        final: Probability = 0.0,
        warmup_epochs: NonNegative = 0.0,
    ) -> None:
        self.patience = patience
        self.fall = factor
        self.threshold = threshold
        self.final = final
        self.warmup_epochs = warmup_epochs

    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:  # noqa: ARG002
        """What the base learning rate is multiplied by; see `Schedule.factor`."""
        # The whole history is read anew each time: nothing is remembered, so a resumed training cannot differ.
        watched = history[math.ceil(self.warmup_epochs) : math.floor(epoch)]
        best, waited, factor = math.inf, 0, 1.0
        for loss in watched:
            if best == math.inf or loss < best * (1.0 - self.threshold):
                best, waited = loss, 0
            else:
                waited += 1
            if waited > self.patience:
                factor, waited = max(factor * self.fall, self.final), 0
        return factor * warm_up(epoch, self.warmup_epochs)
