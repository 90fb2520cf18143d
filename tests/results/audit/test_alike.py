"""Which rows look alike, against plain cosines of all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.results.audit.planted_groups import draw_likeness, make_groups

from tamesu.results.audit.alike import LEVELS, Alike, draw_within, measure_cosine, measure_lengths, quantile


def cosines(codes: NDArray[np.int8]) -> NDArray[np.float64]:
    x = codes.astype(np.float64)
    length = np.linalg.norm(x, axis=1, keepdims=True)
    unit = np.divide(x, length, out=np.zeros_like(x), where=length > 0)
    return np.asarray(unit @ unit.T)


def test_cosines_of_pairs() -> None:
    random = np.random.default_rng(0)
    codes = random.integers(-127, 128, (5000, 20)).astype(np.int8)
    codes[7] = 0
    a, b = random.integers(0, 5000, 9000), random.integers(0, 5000, 9000)
    a[:3], b[2:5] = 7, 7
    wanted = cosines(codes)[a, b]
    assert measure_cosine(codes, a, b) == pytest.approx(wanted, abs=1e-5)
    assert measure_cosine(codes, a, b, measure_lengths(codes)) == pytest.approx(wanted, abs=1e-5)
    assert measure_lengths(codes) == pytest.approx(np.linalg.norm(codes.astype(np.float64), axis=1), rel=1e-5)


def test_pairs_within_classes() -> None:
    classes = np.array([5, -1, 5, 2, -1, 5, 9])
    a, b = draw_within(classes, np.random.default_rng(0))
    assert (classes[a] == classes[b]).all()
    assert (a != b).all()
    assert set(classes[a].tolist()) == {5, -1}
    # Class by class, ascending: what reads them relies on it.
    assert (np.diff(classes[a]) >= 0).all()


def test_many_classes_draw_no_more_pairs_than_few() -> None:
    few = len(draw_within(np.arange(30_000) % 10, np.random.default_rng(0))[0])
    many = len(draw_within(np.arange(30_000) % 1000, np.random.default_rng(0))[0])
    assert few == pytest.approx(40_000, rel=0.01)
    assert many < 1_000_000


@pytest.mark.parametrize("level", LEVELS[::3])
def test_of_strangers_so_many_look_alike(level: float) -> None:
    """Within each class and between classes, though the rows of one class share all but little of their pattern."""
    classes = np.arange(600) % 3
    random = np.random.default_rng(1)
    shared = random.normal(0, 1, (3, 1024))[classes] * np.array([0.3, 1.0, 3.0])[classes][:, None]
    codes = np.clip(np.round(32 * (shared + random.normal(0, 1, (600, 1024))) / 3), -127, 127).astype(np.int8)
    alike, upper = Alike(codes, classes), np.triu_indices(600, 1)
    told = alike(*upper, level)
    for number in range(3):
        inner = (classes[upper[0]] == number) & (classes[upper[1]] == number)
        assert told[inner].mean() == pytest.approx(1 - level, abs=0.25 * (1 - level) + 0.001)
    between = classes[upper[0]] != classes[upper[1]]
    assert told[between].mean() == pytest.approx(1 - level, abs=0.25 * (1 - level) + 0.001)


def test_rows_of_one_thing_look_alike_and_others_do_not() -> None:
    groups = make_groups(100, 4)
    alike = Alike(draw_likeness(groups), np.zeros(400, np.int64))
    a, b = np.triu_indices(400, 1)
    together, told = groups[a] == groups[b], alike(a, b, 0.99)
    assert told[together].mean() == 1.0
    assert told[~together].mean() < 0.01


def test_small_and_unknown_classes_are_judged_by_all() -> None:
    codes = draw_likeness(make_groups(100, 4))
    classes = np.full(400, -1)
    classes[:8] = 3
    alike = Alike(codes, classes)
    assert alike(np.array([0, 8]), np.array([1, 9]), 0.95).all()
    # Rows 0 and 100 are of different classes, 8 and 100 of no known one.
    assert not alike(np.array([0, 8]), np.array([100, 100]), 0.99).any()


@pytest.mark.parametrize("rows", [1, 2])
def test_few_rows(rows: int) -> None:
    alike = Alike(np.ones((rows, 8), np.int8), np.arange(rows))
    assert not alike(np.array([0]), np.array([rows - 1]), 0.9)[0]


def test_pictures_without_structure_are_like_nothing() -> None:
    alike = Alike(np.zeros((50, 8), np.int8), np.zeros(50, np.int64))
    assert not alike(np.arange(49), np.arange(1, 50), 0.9).any()


def test_quantiles() -> None:
    assert quantile(np.array([], np.float32), 0.9) == 2.0
    assert quantile(np.arange(11, dtype=np.float32), 0.9) == pytest.approx(9.0)
