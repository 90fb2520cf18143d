from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.results.diagnosis.planting import answer, make_evidence

from tamesu.results.diagnosis.parts import Part, count_parts, judge_classes, judge_fact, judge_folds, judge_groups
from tamesu.results.diagnosis.rightness import tell_right

TEN = np.arange(500) % 10


def right_but(wrong: np.ndarray) -> np.ndarray:
    right = np.ones(500, bool)
    right[wrong] = False
    return right


def test_parts_are_counted_beside_all_others() -> None:
    found = count_parts(np.array([True, False, True, True, False]), np.array([0, 0, 1, 1, -1]))
    assert found == {0: Part(2, 1, 2, 2), 1: Part(2, 2, 2, 1)}


def test_the_chance_of_a_small_part_is_binomial() -> None:
    one = Part(5, 1, 998, 899)
    assert one.chance == pytest.approx(max(binomtest(1, 5, 900 / 1000, alternative="less").pvalue, 0.0), rel=1e-9)


def test_chance_alone_finds_a_part_in_one_run_of_a_thousand() -> None:
    random = np.random.default_rng(0)
    evidence = make_evidence(TEN, answer(TEN, 10))
    found = sum(bool(judge_folds(evidence, random.random(500) < 0.8)) for _ in range(400))
    assert found <= 3


def test_a_poisoned_fold_is_named_with_its_rows() -> None:
    own = np.flatnonzero(np.arange(500) % 5 == 2)
    found = judge_folds(make_evidence(TEN, answer(TEN, 10)), right_but(own[:60]))
    assert [(one.code, one.values["fold"], one.weight) for one in found] == [("RUN_FOLD_UNLIKE", 2, "severe")]
    assert found[0].values["share"] == pytest.approx(0.4)
    assert set(found[0].rows) <= set(own[:60].tolist())
    assert found[0].charts[0].series["error"][2] == pytest.approx(0.6)


def test_a_class_of_five_is_named_whatever_its_hits() -> None:
    truth = np.concatenate([np.arange(500) % 9, np.full(5, 9)])
    for wrong in ([], [500, 501, 502, 503, 504]):
        evidence = make_evidence(truth, answer(truth, 10, wrong))
        right = tell_right(evidence)
        assert right is not None
        (found,) = judge_classes(evidence, right)
        assert found.code == "RUN_RARE_CLASS"
        assert found.values["classes"] == f"'c9' ({5 - len(wrong)}/5)"
        assert set(found.rows) == {500, 501, 502, 503, 504}


def test_small_sets_with_even_classes_have_no_rare_one() -> None:
    truth = np.arange(40) % 8
    evidence = make_evidence(truth, answer(truth, 8))
    assert judge_classes(evidence, np.ones(40, bool)) == []


def test_a_class_that_fails_is_a_note() -> None:
    own = np.flatnonzero(TEN == 4)
    evidence = make_evidence(TEN, answer(TEN, 10, own[:35]))
    right = tell_right(evidence)
    assert right is not None
    (found,) = judge_classes(evidence, right)
    assert (found.code, found.weight, found.values["classes"]) == ("RUN_CLASS_FAILS", "note", "'c4' (30%)")
    assert found.values["others"] == 1.0
    assert set(found.rows) <= set(own[:35].tolist())


def test_a_range_that_fails_is_told_with_its_ends() -> None:
    values = np.arange(500.0)
    evidence = make_evidence(TEN, answer(TEN, 10))
    (found,) = judge_fact(evidence, right_but(np.arange(0, 125, 2)), "brightness", values)
    assert (found.code, found.values["low"], found.values["high"]) == ("RUN_RANGE_FAILS", 0.0, 124.0)
    (small,) = judge_fact(evidence, right_but(np.arange(0, 125, 2)), "object", values)
    assert small.code == "RUN_SMALL_OBJECTS"
    (large,) = judge_fact(evidence, right_but(np.arange(375, 500, 2)), "object", values)
    assert large.code == "RUN_RANGE_FAILS"
    assert judge_fact(evidence, right_but(np.arange(0, 500, 8)), "brightness", values) == []
    assert judge_fact(evidence, right_but(np.arange(0, 125, 2)), "object", np.full(500, np.nan)) == []


def test_groups_that_fail_are_the_worst_three() -> None:
    groups = [f"g{row // 50}" for row in range(500)]
    wrong = np.concatenate([np.arange(50 * group, 50 * group + 40) for group in (1, 3, 5, 7)])
    found = judge_groups(make_evidence(TEN, answer(TEN, 10)), right_but(wrong), groups)
    assert len(found) == 3
    assert {one.values["group"] for one in found} <= {"g1", "g3", "g5", "g7"}
