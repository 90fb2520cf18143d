from __future__ import annotations

import numpy as np
from tests.results.diagnosis.planting import answer, make_evidence

from tamesu.messages import Language
from tamesu.report.audit_words import say_finding
from tamesu.results.diagnosis.judging import judge_run

TEN = np.arange(500) % 10
POISONED = np.flatnonzero(np.arange(500) % 5 == 1)[:80]


def test_what_explains_the_rest_silences_it() -> None:
    probs = answer(TEN, 10, POISONED)
    assert next(one.code for one in judge_run(make_evidence(TEN, probs))) == "RUN_FOLD_UNLIKE"
    thrown = [one.code for one in judge_run(make_evidence(TEN, probs, train=[9, 1, 0.5], val=[99, 1, 0.5]))]
    assert thrown == ["RUN_RATE_HIGH"]


def test_the_severe_come_first_and_all_can_be_said_in_both_languages() -> None:
    bright = np.linspace(0, 255, 500)
    wrong = np.union1d(POISONED, np.flatnonzero(bright < 40))
    evidence = make_evidence(TEN, answer(TEN, 10, wrong), train=[2, 0.5, 0.1, 0.05, 0.01], val=[2, 1, 0.8, 0.9, 1.0])
    found = judge_run(evidence, {"brightness": bright}, [f"g{row % 5}" for row in range(500)])
    weights = [one.weight for one in found]
    assert weights == sorted(weights, key=("severe", "warning", "note").index)
    assert {"RUN_FOLD_UNLIKE", "RUN_OVERFITS", "RUN_RANGE_FAILS", "RUN_GROUP_FAILS"} <= {one.code for one in found}
    languages: tuple[Language, ...] = ("en", "ja")
    for one in found:
        assert all(say_finding(one, language).what for language in languages)


def test_nothing_is_found_in_nothing() -> None:
    empty = make_evidence(np.zeros(0, np.int64), np.zeros((0, 3)), train=[], val=[])
    assert judge_run(empty) == []
