from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, r2_score, roc_auc_score
from tests.results.diagnosis.planting import answer, make_evidence

from tamesu.results.diagnosis.skill import agree, measure_skill


def test_agreement_is_cohens_kappa() -> None:
    random = np.random.default_rng(1)
    truth = random.integers(0, 4, 300)
    told = np.where(random.random(300) < 0.6, truth, random.integers(0, 4, 300))
    assert agree(truth, told, 4).part == pytest.approx(cohen_kappa_score(truth, told))


def test_chance_is_rarely_taken_for_knowledge() -> None:
    random = np.random.default_rng(2)
    found = [agree(random.integers(0, 5, 100), random.integers(0, 5, 100), 5).is_chance for _ in range(300)]
    assert sum(found) >= 297


def test_values_and_labels_have_their_own_measure() -> None:
    random = np.random.default_rng(3)
    truth = random.normal(size=60)
    told = (truth + random.normal(size=60))[:, None]
    found = measure_skill(make_evidence(truth, told, kind="value", loss="mse"))
    assert found is not None
    assert found.part == pytest.approx(r2_score(truth, told[:, 0]))
    marks = (random.random((60, 3)) < 0.4).astype(np.int64)
    probs = np.clip(marks * 0.3 + random.random((60, 3)) * 0.6, 0, 1)
    labels = measure_skill(make_evidence(marks, probs, kind="multilabel", loss="bce"))
    assert labels is not None
    assert labels.part == pytest.approx(2 * roc_auc_score(marks, probs, average="macro") - 1)


def test_a_large_class_hides_what_is_known_of_the_others_from_the_told_class_alone() -> None:
    truth = np.array([0] * 180 + [1] * 30)
    ranked = np.column_stack([np.full(210, 0.9), np.where(truth == 1, 0.1, 0.05)])
    found = measure_skill(make_evidence(truth, ranked))
    assert found is not None
    assert (found.part, found.area, found.is_chance) == (0.0, 0.75, False)
    blind = np.full((210, 2), [0.9, 0.1])
    nothing = measure_skill(make_evidence(truth, blind))
    assert nothing is not None
    assert nothing.is_chance
    few = np.array([0] * 180 + [1] * 5)
    assert measure_skill(make_evidence(few, blind[:185])) is None


def test_few_rows_say_nothing() -> None:
    truth = np.arange(10) % 2
    assert measure_skill(make_evidence(truth, answer(truth, 2))) is None
