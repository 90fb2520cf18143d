from __future__ import annotations

import numpy as np
import pytest
from tests.results.diagnosis.planting import answer, make_evidence

from tamesu.results.diagnosis.learning import judge_learning, take_course

TEN = np.arange(100) % 10
GOOD = answer(TEN, 10, [3, 14])
START = float(np.log(10))


def codes(**wishes: object) -> list[str]:
    probs = wishes.pop("probs", GOOD)
    return [one.code for one in judge_learning(make_evidence(TEN, probs, **wishes))]  # type: ignore[arg-type]


def blind() -> np.ndarray:
    return np.random.default_rng(0).dirichlet(np.ones(10), 100)


def test_a_sound_run_has_nothing() -> None:
    assert codes(train=[2.1, 1.1, 0.5, 0.3, 0.25, 0.24], val=[2.2, 1.2, 0.5, 0.35, 0.33, 0.33]) == []


def test_a_rate_too_high_is_told_by_its_first_epoch_or_a_blown_validation() -> None:
    after = [1.8, 1.4, 1.0, 0.7, 0.6]
    assert codes(train=[3.4, *after], val=[2.5, *after]) == ["RUN_RATE_HIGH"]
    assert codes(train=[2.3, *after], val=[4300.0, *after]) == ["RUN_RATE_HIGH"]


def test_a_late_gap_is_no_high_rate() -> None:
    assert codes(train=[2.2, 0.5, 0.05, 0.01, 0.01, 0.01], val=[2.2, 1.0, 0.9, 0.9, 0.9, 0.9]) == ["RUN_OVERFITS"]


def test_a_rate_too_low_stands_still() -> None:
    still = [START + 0.01] * 5
    assert codes(train=still, val=still, probs=blind()) == ["RUN_RATE_LOW"]


def test_a_frozen_backbone_that_knows_much_is_no_low_rate() -> None:
    still = [0.5] * 5
    assert "RUN_RATE_LOW" not in codes(train=still, val=still)


def test_labels_without_a_signal() -> None:
    assert codes(train=[2.3, 2.1, 1.9, 1.7], val=[2.3, 2.4, 2.5, 2.6], probs=blind()) == ["RUN_NO_SIGNAL"]
    # Learnt by heart, hardly anything of it: the validation loss tells it from a low rate.
    assert codes(train=[2.30, 2.29, 2.28, 2.27], val=[2.3, 2.35, 2.4, 2.45], probs=blind()) == ["RUN_NO_SIGNAL"]


def test_divergence_comes_first() -> None:
    found = judge_learning(make_evidence(TEN, GOOD, diverged={"r0-f1-s0": 3, "r0-f0-s0": 2}))
    assert [one.code for one in found] == ["RUN_DIVERGED"]
    assert found[0].values == {"jobs": "r0-f0-s0, r0-f1-s0", "count": 2, "epoch": 2}


def test_over_fitting_by_a_rise_and_by_a_gap() -> None:
    found = judge_learning(make_evidence(TEN, GOOD, train=[2, 1, 0.5, 0.2, 0.1], val=[2, 1.2, 1.0, 1.2, 1.4]))
    assert found[0].code == "RUN_OVERFITS"
    assert (found[0].values["epoch"], found[0].values["lowest"]) == (3, 1.0)
    assert codes(train=[2, 1, 0.5, 0.1, 0.03], val=[2, 1.2, 1.0, 0.8, 0.8]) == ["RUN_OVERFITS"]
    assert codes(train=[2, 1, 0.5, 0.1, 0.1], val=[2, 1.2, 1.0, 0.5, 0.5]) == []


def test_one_odd_fold_does_not_speak_for_all() -> None:
    course = [2, 1.2, 0.6, 0.36, 0.35]
    assert codes(train=[2, 1, 0.5, 0.3, 0.25], val=course, odd_val=[2, 2, 3, 4, 5]) == []


def test_under_fitting_leaves_much_of_both_losses() -> None:
    slow = [2.3, 2.1, 1.95, 1.9, 1.88]
    assert codes(train=slow, val=slow) == ["RUN_UNDERFITS"]


def test_still_improving_and_wiggles_are_notes_beside() -> None:
    falling = [2.0, 1.7, 1.4, 1.1, 0.8, 0.6]
    found = judge_learning(make_evidence(TEN, GOOD, train=falling, val=falling))
    assert [(one.code, one.weight) for one in found] == [("RUN_STILL_IMPROVING", "note")]
    level = [2.0, 0.5, 0.3, 0.3, 0.3, 0.3]
    assert codes(train=level, val=level, score=[0.1, 0.5, 0.7, 0.9, 0.7, 0.9]) == ["RUN_WIGGLES"]


def test_the_start_is_the_loss_of_knowing_nothing() -> None:
    truth = np.array([0] * 90 + [1] * 30)
    course = take_course(make_evidence(truth, answer(truth, 2)))
    assert course is not None
    uniform = np.full((120, 2), 0.5)
    assert course.start == pytest.approx(-np.log(uniform[np.arange(120), truth]).mean())
    other = take_course(make_evidence(truth, answer(truth, 2), loss="focal"))
    assert other is not None
    assert other.start == 1.0


def test_too_few_epochs_say_nothing() -> None:
    assert codes(train=[2.3, 2.3], val=[9.0, 9.0]) == []


def test_a_head_that_starts_high_and_stands_still_is_a_low_rate() -> None:
    still = [1.4 * START] * 5
    assert codes(train=still, val=still, probs=blind()) == ["RUN_RATE_LOW"]


def test_a_rise_of_next_to_nothing_is_no_harm() -> None:
    assert codes(train=[0.3, 0.08, 0.04, 0.03, 0.02], val=[0.15, 0.16, 0.17, 0.18, 0.18]) == []
