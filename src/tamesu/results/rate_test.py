"""The learning-rate range test: which rates to try, when to stop, and what the curve says of a recipe's own rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Judgement = Literal["far_too_small", "small", "fits", "large", "far_too_large", "flat"]

# From a rate at which no optimizer moves to one that breaks any network. In decades a step: 0.07 with 100 steps.
FIRST_RATE, LAST_RATE = 1e-6, 10.0
# A mean over about five steps, only to see when to stop.
ONLINE_DECAY = 0.8
# The test ends where the loss has risen by so many times its fall, or by 1.5 times what it began with.
STOP_TIMES, LEAST_FALL = 3.0, 0.5
# Width of the bell that the curve is smoothed with, in decades of the rate; the noise of single batches is far narrower.
BELL_DECADES = 0.2
# A fall of less than this many standard errors of the smoothed curve is noise: on noise alone 2 tests of 300 saw a fall.
LEAST_ERRORS = 6.0
# So many times below the rate with the least loss is the other common reading of the test.
BELOW_LEAST = 10.0
# Within a factor of three nothing is told apart by a test of a hundred steps; ten times away is another training.
NEAR, FAR = 3.0, 10.0


def make_rates(steps: int, first: float = FIRST_RATE, last: float = LAST_RATE) -> np.ndarray:
    """Rates that grow by one factor from step to step, float64 (steps,).

    Args:
        steps: how many; at least 2.
        first: the rate of the first step.
        last: the rate of the last step, above `first`.

    Examples:
        >>> make_rates(4, 0.001, 1.0).round(6).tolist()
        [0.001, 0.01, 0.1, 1.0]
    """
    return np.geomspace(first, last, steps)


class Sweep:
    """A range test as it runs: gives each step's rate, is told each step's loss, says when it has seen enough.

    Args:
        rates: one per step, ascending.

    Attributes:
        losses: what was told, one per step; each was measured before its step was taken.

    Examples:
        >>> sweep = Sweep([0.1, 1.0, 10.0, 100.0])
        >>> [(sweep.rate, sweep.note(loss)) for loss in (1.0, 0.5, 90.0)]
        [(0.1, False), (1.0, False), (10.0, True)]
    """

    def __init__(self, rates: Sequence[float] | np.ndarray) -> None:
        self.rates = np.asarray(rates, np.float64)
        self.losses: list[float] = []
        self._mean = self._weight = 0.0
        self._best = math.inf

    @property
    def rate(self) -> float:
        """The rate of the step to come."""
        return float(self.rates[min(len(self.losses), len(self.rates) - 1)])

    def note(self, loss: float) -> bool:
        """Take a step's loss; returns whether the test is over: all rates are through, or the loss has run away."""
        self.losses.append(loss)
        if not math.isfinite(loss) or len(self.losses) >= len(self.rates):
            return True
        self._mean = ONLINE_DECAY * self._mean + (1 - ONLINE_DECAY) * loss
        self._weight = ONLINE_DECAY * self._weight + (1 - ONLINE_DECAY)
        mean = self._mean / self._weight
        self._best = min(self._best, mean)
        fall = max(self.losses[0] - self._best, LEAST_FALL * abs(self.losses[0]))
        return mean > self._best + STOP_TIMES * fall


@dataclass(frozen=True, slots=True, eq=False)
class RateCurve:
    """What a range test found.

    Attributes:
        rates: float64 (points,), ascending; the rate of the step that was taken before the loss beside it was measured.
        losses: float64 (points,), of one step's images each.
        smooth: float64 (points,), the losses without the noise of single batches.
        steepest: the rate at which the smoothed loss falls fastest, per decade of the rate, before its least.
        least: the rate with the least smoothed loss.
        falls: whether the loss fell by more than its noise.
        ran_away: whether the loss ran away before the last rate.
    """

    rates: np.ndarray
    losses: np.ndarray
    smooth: np.ndarray
    steepest: float
    least: float
    falls: bool
    ran_away: bool

    @property
    def suggested(self) -> float:
        """The rate to try first: where the loss falls fastest, in two digits."""
        return round_rate(self.steepest)

    @property
    def lower(self) -> float:
        """The smallest rate worth a try: the suggestion, or a tenth of the rate with the least loss if that is smaller."""
        return round_rate(min(self.steepest, self.least / BELOW_LEAST))

    @property
    def upper(self) -> float:
        """The largest rate worth a try: the suggestion, or a tenth of the rate with the least loss if that is larger."""
        return round_rate(max(self.steepest, self.least / BELOW_LEAST))

    @property
    def breaks(self) -> float | None:
        """The rate at which the smoothed loss is back where it began, or where it ran away; None where it never is."""
        after = (self.rates > self.least) & (self.smooth > self.smooth[0])
        if after.any():
            return float(self.rates[after][0])
        return float(self.rates[-1]) if self.ran_away else None

    def judge(self, own: float) -> Judgement:
        """What the curve says of a recipe's own rate.

        Args:
            own: the recipe's rate, the largest of its schedule.

        Returns:
            `far_too_large` from where the loss is back where it began, or ten times above its least where it never is;
            `large` beyond the least; `far_too_small` ten times below the range worth a try, `small` three times below it;
            `flat` where the loss falls at no rate; else `fits`.
        """
        if not self.falls:
            return "flat"
        if own >= (self.breaks or FAR * self.least):
            return "far_too_large"
        if own < self.lower / FAR:
            return "far_too_small"
        if own > self.least:
            return "large"
        return "small" if own < self.lower / NEAR else "fits"


def read_curve(rates: np.ndarray, losses: Sequence[float]) -> RateCurve:
    """Smooth what a sweep measured, and find the rates that matter on it.

    Args:
        rates: of the sweep.
        losses: of its steps; it may have ended early, and its last may be no number.

    Raises:
        ValueError: fewer than three losses are numbers.

    Source: the test: Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.3; the rate of the
        steepest fall and a tenth of the rate with the least loss are the two common readings of it.
    """
    ran_away = len(losses) < len(rates) or not math.isfinite(losses[-1])
    count = len(losses) if math.isfinite(losses[-1]) else len(losses) - 1
    values = np.asarray(losses[:count], np.float64)
    if count < 3 or not np.isfinite(values).all():
        raise ValueError("a curve needs three losses; begin with a smaller rate")
    # The loss of a step is what the rates before it have made of the network.
    logs = np.log10(rates[:count]) - math.log10(rates[1] / rates[0])
    # What runs away would drown, through the bell, the fall before it.
    roof = values[0] + max(values[0] - values.min(), LEAST_FALL * abs(values[0]))
    shown = np.minimum(values, roof)
    bells = np.exp(-0.5 * ((logs[:, None] - logs[None, :]) / BELL_DECADES) ** 2)
    smooth = bells @ shown / bells.sum(axis=1)
    least = int(smooth.argmin())
    slopes = np.gradient(smooth, logs)[: least + 1]
    noise = float(np.std((shown - smooth)[: least + 1]))
    # So many points share one smoothed value.
    shared = max(1.0, 2 * math.sqrt(math.pi) * BELL_DECADES / float(logs[1] - logs[0]))
    fall = smooth[0] - smooth[least]
    falls = least > 0 and fall > LEAST_ERRORS * noise / math.sqrt(shared) and fall > 1e-3 * abs(float(smooth[0]))
    found = 10.0**logs
    steepest = float(found[int(slopes.argmin())])
    return RateCurve(found, values, smooth, steepest, float(found[least]), bool(falls), ran_away)


def round_rate(rate: float) -> float:
    """To two digits: a range test knows no more.

    Examples:
        >>> round_rate(0.00123456), round_rate(0.5)
        (0.0012, 0.5)
    """
    return float(f"{rate:.1e}")


def write_rate(rate: float) -> str:
    """A rate as recipes write it.

    Examples:
        >>> [write_rate(rate) for rate in (1e-05, 0.00012, 0.0005, 0.1, 10.0)]
        ['1e-5', '0.00012', '0.0005', '0.1', '10']
    """
    return f"{rate:g}".replace("e-0", "e-")
