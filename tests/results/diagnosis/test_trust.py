from __future__ import annotations

import numpy as np
import pytest
from tests.results.diagnosis.planting import answer, make_evidence

from tamesu.results.diagnosis.trust import judge_trust

TEN = np.arange(1000) % 10


@pytest.mark.parametrize(("wrong", "sure", "code"), [(400, 0.9, "RUN_TOO_SURE"), (20, 0.6, "RUN_TOO_UNSURE")])
def test_probabilities_off_the_share_of_right_answers(wrong: int, sure: float, code: str) -> None:
    (found,) = judge_trust(make_evidence(TEN, answer(TEN, 10, np.arange(wrong), sure)))
    assert found.code == code
    assert found.values["hit"] == pytest.approx(1 - wrong / 1000)
    assert found.values["said"] == pytest.approx(sure)


def test_right_probabilities_and_values_are_left_alone() -> None:
    assert judge_trust(make_evidence(TEN, answer(TEN, 10, np.arange(100), 0.9))) == []
    assert judge_trust(make_evidence(np.zeros(50), np.zeros((50, 1)), kind="value")) == []


def test_a_departure_that_is_sure_but_not_felt_is_left_alone() -> None:
    truth = np.arange(20_000) % 10
    assert judge_trust(make_evidence(truth, answer(truth, 10, np.arange(2000), 0.92))) == []
