from __future__ import annotations

import numpy as np
from tests.results.diagnosis.planting import answer, make_evidence

from tamesu.results.diagnosis.pairs import judge_pairs

TEN = np.arange(500) % 10


def test_a_pair_that_takes_most_mistakes_is_named() -> None:
    own = np.flatnonzero(TEN == 3)[:20]
    (found,) = judge_pairs(make_evidence(TEN, answer(TEN, 10, own)))
    assert (found.values["one"], found.values["other"], found.values["rows"]) == ("c3", "c4", 20)
    assert found.values["share"] == 1.0
    assert set(found.rows) <= set(own.tolist())


def test_mistakes_that_spread_evenly_name_nobody() -> None:
    random = np.random.default_rng(0)
    for _ in range(30):
        told = np.where(random.random(500) < 0.3, random.integers(0, 10, 500), TEN)
        assert judge_pairs(make_evidence(TEN, np.eye(10)[told])) == []


def test_two_classes_are_always_confused_with_one_another() -> None:
    truth = np.arange(100) % 2
    assert judge_pairs(make_evidence(truth, answer(truth, 2, np.arange(40)))) == []


def test_a_few_rows_of_large_classes_are_no_pair() -> None:
    truth = np.arange(1000) % 10
    own = np.flatnonzero(truth == 3)[:7]
    assert judge_pairs(make_evidence(truth, answer(truth, 10, own))) == []
