"""Half a cosine wave down, again and again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

from annotated_types import Ge, Gt, Le

from tamesu.registry import NonNegative, Positive, Probability
from tamesu.schedules.cosine import fall
from tamesu.schedules.schedule import warm_up


class CosineRestarts:
    """Falls from 1 to `final` along half a cosine wave, jumps up and falls again; each cycle is `factor` times as long.

    The best network is at the end of a cycle: choose `epochs` so that the training ends with one, such as warm-up + 10 × (1 + 2
    + 4) for `first_epochs` 10 and `factor` 2.

    Args:
        first_epochs: length of the first cycle, in epochs.
        factor: each next cycle is so many times as long, 1 to 100.
        decay: each next cycle begins so many times as high, above 0 to 1; never below `final`.
        final: the factor at the end of each cycle.
        warmup_epochs: length of the straight rise at the start; the first cycle begins after it.

    Source: Loshchilov and Hutter, SGDR, ICLR 2017, equation 5 (T_0 is `first_epochs`, T_mult is `factor`).

    Examples:
        >>> schedule = CosineRestarts(first_epochs=2, factor=2.0, decay=0.5)
        >>> [round(schedule.factor(epoch, 6, []), 3) for epoch in (0, 1, 2, 4, 5)]
        [1.0, 0.5, 0.5, 0.25, 0.073]
    """

    def __init__(
        self,
        *,
        first_epochs: Positive,
        factor: Annotated[float, Ge(1.0), Le(100.0)] = 1.0,
        decay: Annotated[float, Gt(0.0), Le(1.0)] = 1.0,
        final: Probability = 0.0,
        warmup_epochs: NonNegative = 0.0,
    ) -> None:
        self.first_epochs = first_epochs
        self.longer = factor
        self.decay = decay
        self.final = final
        self.warmup_epochs = warmup_epochs

    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:  # noqa: ARG002
        """What the base learning rate is multiplied by; see `Schedule.factor`."""
        if epoch < self.warmup_epochs:
            return warm_up(epoch, self.warmup_epochs)
        cycle, done = find_cycle(epoch - self.warmup_epochs, self.first_epochs, self.longer)
        return fall(max(self.decay**cycle, self.final), self.final, done)


def find_cycle(position: float, first: float, factor: float) -> tuple[int, float]:
    """Which cycle a position lies in, and how much of it is done.

    Args:
        position: from the start of the first cycle, 0 or more.
        first: length of the first cycle.
        factor: each next cycle is so many times as long, 1 or more.

    Returns:
        The number of the cycle, from 0; the share of it that is done, from 0 to below 1.

    Examples:
        >>> find_cycle(3.0, 2.0, 2.0), find_cycle(6.0, 2.0, 2.0), find_cycle(5.0, 2.0, 1.0)
        ((1, 0.25), (2, 0.0), (2, 0.5))
    """
    cycles = position / first
    if factor > 1.0:
        # How many terms of 1 + factor + factor² + … fit; log1p and expm1 stay exact for a factor just above 1.
        cycles = math.log1p(cycles * (factor - 1.0)) / math.log1p(factor - 1.0)
    cycle = math.floor(cycles)
    # Rounding may put a start or an end one cycle off.
    if start_of(cycle + 1, first, factor) <= position:
        cycle += 1
    elif start_of(cycle, first, factor) > position:
        cycle -= 1
    start, end = start_of(cycle, first, factor), start_of(cycle + 1, first, factor)
    return cycle, (position - start) / (end - start)


def start_of(cycle: int, first: float, factor: float) -> float:
    """Where a cycle begins: first × (1 + factor + … + factor^(cycle - 1)).

    Examples:
        >>> start_of(0, 2.0, 3.0), start_of(2, 2.0, 3.0), start_of(2, 2.0, 1.0)
        (0.0, 8.0, 4.0)
    """
    if factor == 1.0:
        return first * cycle
    if factor % 1.0 == 0.0:
        # Whole numbers are exact, so that a cycle that ends with an epoch ends there.
        return first * float((int(factor) ** cycle - 1) // (int(factor) - 1))
    return first * math.expm1(cycle * math.log1p(factor - 1.0)) / (factor - 1.0)
