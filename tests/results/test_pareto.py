from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tamesu.artifacts.latency import Latency, Place
from tamesu.results.pareto import SpeedPoint, beats, find_front, group_points

HERE = Place("cpu", "x", 2, "2.10.0")


def make_point(run: str, score: float, ms: float, spread: float = 0.0, greater: bool = True, **fields) -> SpeedPoint:
    latency = Latency(HERE, "", ms, ms + spread, 40, "fp32", 32, 1, 5, 10, 0.1)
    return replace(SpeedPoint(run, "accuracy", greater, score, None, "f", latency), **fields)


@pytest.mark.parametrize("greater", [True, False])
def test_the_front_is_that_of_the_definition(greater: bool) -> None:
    rng = np.random.default_rng(0)
    scores, times = rng.random(60), rng.uniform(1, 9, 60)
    points = [
        make_point(str(i), float(s), float(t), greater=greater) for i, (s, t) in enumerate(zip(scores, times, strict=True))
    ]
    better = scores if greater else -scores
    expected = {i for i in range(60) if not any(better[j] > better[i] and times[j] < times[i] for j in range(60))}
    front = find_front(points)
    assert set(front) == expected
    assert [times[i] for i in front] == sorted(times[i] for i in front)
    assert [better[i] for i in front] == sorted(better[i] for i in front)


def test_times_within_their_own_spread_are_no_difference() -> None:
    noisy = [make_point("a", 0.80, 5.5, 1.2), make_point("b", 0.85, 6.4, 0.9), make_point("c", 0.85, 6.5, 0.9)]
    assert find_front(noisy) == [1, 2] and not beats(noisy[1], noisy[2])
    calm = [replace(point, latency=replace(point.latency, p90_ms=point.latency.median_ms + 0.01)) for point in noisy]
    assert find_front(calm) == [0, 1]


def test_a_million_images_cost_hours_times_price() -> None:
    point = make_point("a", 0.8, 36.0)
    viewed = replace(point, latency=replace(point.latency, views=4))
    # 36 ms a million times are 10 hours.
    assert point.cost(0.5) == pytest.approx(5.0) and point.cost(0.5, whole=True) == pytest.approx(25.0)
    assert viewed.cost(0.5) == pytest.approx(20.0)


def test_machines_and_metrics_are_kept_apart() -> None:
    far = make_point("a", 0.9, 1.0)
    far = replace(far, latency=replace(far.latency, place=replace(HERE, threads=8)))
    points = [make_point("a", 0.9, 5.0), make_point("b", 0.8, 4.0), far, make_point("c", 0.1, 1.0, metric="mcc")]
    groups = group_points(points)
    assert [(place.threads, metric, [one.run for one in group]) for place, metric, group in groups] == [
        (2, "accuracy", ["a", "b"]),
        (8, "accuracy", ["a"]),
        (2, "mcc", ["c"]),
    ]
