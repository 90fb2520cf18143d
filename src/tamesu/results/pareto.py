"""Score against time: which runs no other run beats in both, and what a million images cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tamesu.artifacts.latency import Latency, Place

IMAGES = 1_000_000


@dataclass(frozen=True, slots=True)
class SpeedPoint:
    """A run with its CV score and its time on one machine.

    Attributes:
        run: its name.
        metric, greater_is_better: of the score.
        score: CV; `error`: its standard error, None where there is none.
        folds: digest of the fold table; scores over other folds compare less well.
        latency: measured.
    """

    run: str
    metric: str
    greater_is_better: bool
    score: float
    error: float | None
    folds: str
    latency: Latency

    def cost(self, price_per_hour: float, *, whole: bool = False) -> float:
        """What a million images cost, one after the other, at a price per hour; with all networks of the run where `whole`.

        Args:
            price_per_hour: of the machine the time was measured on, in any currency.
            whole: by every network of the run, as a submission averages them; by one where False.
        """
        hours = self.latency.image_ms * IMAGES / 3_600_000
        return hours * price_per_hour * (self.latency.networks if whole else 1)


def beats(one: SpeedPoint, other: SpeedPoint) -> bool:
    """Whether a run is at least as good and as fast as another, and clearly better in one; the noise of times is no difference.

    Times count as different where they are further apart than the 90th percentile of either's passes is from its median.
    """
    slack = max(point.latency.views * (point.latency.p90_ms - point.latency.median_ms) for point in (one, other))
    later = one.latency.image_ms - other.latency.image_ms
    better = (one.score - other.score) * (1 if one.greater_is_better else -1)
    return later <= slack and better >= 0 and (better > 0 or later < -slack)


def find_front(points: Sequence[SpeedPoint]) -> list[int]:
    """Places of the points that no other beats, the fastest first: among them the score grows with the time.

    Examples:
        >>> place = Place("cpu", "x", 1, "2.10")
        >>> def point(score, ms):
        ...     latency = Latency(place, "", ms, ms + 0.5, 20, "fp32", 32, 1, 5, 10, 0.1)
        ...     return SpeedPoint("r", "accuracy", True, score, None, "", latency)
        >>> find_front([point(0.9, 10.0), point(0.8, 5.0), point(0.85, 12.0), point(0.89, 9.8)])
        [1, 0]
    """
    order = sorted(range(len(points)), key=lambda place: (points[place].latency.image_ms, points[place].run))
    return [place for place in order if not any(beats(other, points[place]) for other in points)]


def group_points(points: Sequence[SpeedPoint]) -> list[tuple[Place, str, list[SpeedPoint]]]:
    """Points that may be held against each other: of one machine and one metric, those with the most points first."""
    found: dict[tuple[Place, str], list[SpeedPoint]] = {}
    for point in points:
        found.setdefault((point.latency.place, point.metric), []).append(point)
    return [(place, metric, group) for (place, metric), group in sorted(found.items(), key=lambda one: -len(one[1]))]
