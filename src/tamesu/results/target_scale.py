"""The scale of auxiliary values, looked at before training: one in a unit of its own, or one that a few rows stretch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.recipe import Recipe
from tamesu.errors import Fault, Where
from tamesu.messages.guards import WAY_LOG, WAY_ROOT

# Beside a main loss near 1, values of this size take the gradient for themselves, or are not felt at all.
LARGE, SMALL = 10.0, 0.03
# A value so many times the usual spread away from the median is extreme.
FAR = 1000.0
# Where most rows spread by less than this share of the standard deviation, a few rows set it.
SQUEEZED = 0.01
# Without any spread in the middle half (many zeros, say), so many standard deviations are extreme.
LONELY = 30.0
# The middle half of a normal distribution spans so many standard deviations.
NORMAL_HALF = 1.349
LEAST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """How a column of numbers is spread.

    Attributes:
        size: root of the mean square. `std`: standard deviation.
        median: of the values. `spread`: as a standard deviation would be, from the middle half alone.
        largest: the value farthest from the median.
        far: how many lie more than `FAR` spreads from the median.
        negative: whether any is below 0.
    """

    size: float
    std: float
    median: float
    spread: float
    largest: float
    far: int
    negative: bool

    @property
    def times(self) -> float:
        """How many spreads the farthest value lies from the median; of a middle half without spread, standard deviations."""
        unit = self.spread or self.std
        return abs(self.largest - self.median) / unit if unit > 0 else 0.0

    @property
    def has_tails(self) -> bool:
        """Whether a few rows set the standard deviation, so that all others look the same in units of it."""
        if self.spread == 0:
            return self.times > LONELY
        return self.times > FAR or self.spread < SQUEEZED * self.std


def measure_scale(values: Float[np.ndarray, " rows"]) -> Scale | None:
    """The scale of a column; None with fewer than ten numbers, or where all are equal.

    Examples:
        >>> scale = measure_scale(np.array([*range(100), 1e6]))
        >>> scale.has_tails, scale.far, scale.largest, measure_scale(np.arange(100.0)).has_tails
        (True, 1, 1000000.0, False)
    """
    known = values[np.isfinite(values)]
    if len(known) < LEAST_ROWS or np.ptp(known) == 0:
        return None
    low, median, high = np.quantile(known, [0.25, 0.5, 0.75])
    away = np.abs(known - median)
    spread = float(high - low) / NORMAL_HALF
    return Scale(
        size=float(np.sqrt(np.mean(known**2))),
        std=float(known.std()),
        median=float(median),
        spread=spread,
        largest=float(known[int(away.argmax())]),
        far=int((away > FAR * spread).sum()) if spread > 0 else int((away > LONELY * known.std()).sum()),
        negative=bool(known.min() < 0),
    )


def judge_scales(recipe: Recipe, train: Dataset, main: str) -> list[Fault]:
    """Notes about auxiliary value targets whose scale would spoil the main task, or themselves.

    Args:
        recipe: whose heads are looked at.
        train: the training rows.
        main: the target that is scored; its own scale is the metric's business.

    Returns:
        SCALE_RAW where a head learns its target in the target's own unit (`scaling: none`) and that is large or small;
        SCALE_TAILS where a few rows set the standard deviation.
    """
    notes: list[Fault] = []
    for name, head in recipe.heads.items():
        target = head.target or name
        if target == main or target not in train.targets or train.targets[target].kind != "value":
            continue
        columns = np.asarray(train.targets[target].values, np.float64).reshape(len(train), -1)
        labels = train.targets[target].labels
        for place, column in enumerate(columns.T):
            scale = measure_scale(column)
            if scale is None:
                continue
            said = f"{target}.{labels[place]}" if columns.shape[1] > 1 and labels else target
            raw = getattr(head, "scaling", "standard") == "none" and not SMALL <= scale.size <= LARGE
            if raw:
                values: dict[str, object] = {
                    "target": said,
                    "head": name,
                    "std": f"{scale.std:.3g}",
                    "size": f"{scale.size:.3g}",
                }
                notes.append(Fault("SCALE_RAW", "note", Where(key=f"heads.{name}.scaling"), values))
            if scale.has_tails:
                values = {
                    "target": said,
                    "head": name,
                    "count": max(1, scale.far),
                    "largest": f"{scale.largest:.3g}",
                    "median": f"{scale.median:.3g}",
                    "times": f"{scale.times:.2g}",
                    "way": WAY_ROOT if scale.negative else WAY_LOG,
                }
                notes.append(Fault("SCALE_TAILS", "note", Where(key=f"heads.{name}"), values))
            if raw or scale.has_tails:
                # One column says it for all.
                break
    return notes
