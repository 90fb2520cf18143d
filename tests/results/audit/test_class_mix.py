"""Class shares of test: planted ones are estimated, equal ones raise no alarm; classes that features cannot tell are named."""

from __future__ import annotations

import numpy as np
import pytest
from tests.results.audit.made import make_data

from tamesu.results.audit.class_mix import (
    ClassProbe,
    estimate_mix,
    judge_class_mix,
    judge_hard_classes,
    probe_features,
    spread_mix,
)
from tamesu.results.audit.data import AuditData

LABELS = ("bag", "dress", "shoe", "hat")


def made(
    test_shares: list[float], seed: int = 0, apart: float = 2.5, train: int = 600, test: int = 300, **others: object
) -> AuditData:
    random = np.random.default_rng(seed)
    codes = random.choice(4, train, p=[0.4, 0.3, 0.2, 0.1])
    answers = np.concatenate([codes, random.choice(4, test, p=test_shares)])
    features = random.normal(0, 1, (train + test, 30)) + apart * np.eye(4, 30)[answers]
    return make_data(train + test, train, labels=LABELS, codes=codes, features=features.astype(np.float32))


def test_another_mix_is_a_note_with_shares() -> None:
    data = made([0.1, 0.3, 0.2, 0.4])
    found = judge_class_mix(data)
    assert [(one.code, one.weight) for one in found] == [("AUDIT_CLASS_MIX", "note")]
    series = found[0].charts[0].series
    assert np.allclose(series["test"], [0.1, 0.3, 0.2, 0.4], atol=0.08)
    assert np.allclose(series["train"], np.bincount(data.codes) / 600)
    text = found[0].values["classes"]
    assert "hat" in text and "bag" in text and "dress" not in text
    assert found[0].worth == pytest.approx(0.3, abs=0.08)
    assert all(row >= 600 for row in found[0].rows)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_mix_is_nothing_to_tell(seed: int) -> None:
    assert judge_class_mix(made([0.4, 0.3, 0.2, 0.1], seed)) == []


def test_a_probe_that_knows_little_says_nothing() -> None:
    assert judge_class_mix(made([0.1, 0.3, 0.2, 0.4], apart=0.5)) == []
    assert judge_class_mix(made([0.1, 0.3, 0.2, 0.4], test=60)) == []


def test_the_mix_solves_the_confusions() -> None:
    random = np.random.default_rng(0)
    codes = np.repeat(np.arange(3), 50)
    held_out = random.dirichlet([1, 1, 1], 150) * 0.4 + 0.6 * np.eye(3)[codes]
    confusion = np.stack([held_out[codes == code].mean(axis=0) for code in range(3)])
    truth = np.array([0.2, 0.7, 0.1])
    found = estimate_mix((truth @ confusion)[None], held_out, codes)
    assert np.allclose(found, truth, atol=1e-3)
    assert np.allclose(found, np.linalg.solve(confusion.T, truth @ confusion), atol=1e-3)


def test_the_spread_is_what_other_draws_show() -> None:
    shares = [0.1, 0.3, 0.2, 0.4]
    mixes = []
    for seed in range(12):
        probe = probe_features(made(shares, seed))
        assert probe is not None
        mixes.append(estimate_mix(probe.test, probe.held_out, probe.codes))
    probe = probe_features(made(shares, 50))
    assert probe is not None
    assert np.allclose(spread_mix(probe), np.std(mixes, axis=0, ddof=1), rtol=0.8)


def test_the_probe_leaves_out_what_it_cannot_use() -> None:
    assert probe_features(make_data(100)) is None
    assert probe_features(make_data(100, labels=(), kind="value", features=np.zeros((100, 3), np.float32))) is None
    data = made([0.4, 0.3, 0.2, 0.1])
    assert data.features is not None
    data.features[[0, 601]] = np.nan
    probe = probe_features(data)
    assert probe is not None and 0 not in probe.rows and 601 not in probe.test_rows
    assert len(probe.rows) == 599 and len(probe.test_rows) == 299
    codes = np.array([0] * 50 + [1] * 50 + [2] * 5)
    features = np.random.default_rng(0).normal(0, 1, (105, 5)).astype(np.float32)
    probe = probe_features(make_data(105, codes=codes, features=features))
    assert probe is not None and probe.classes.tolist() == [0, 1] and len(probe.rows) == 100


def test_groups_are_not_known_by_heart() -> None:
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(60), 5)
    codes = np.repeat(random.integers(3, size=60), 5)
    features = np.repeat(random.normal(0, 1, (60, 40)), 5, axis=0).astype(np.float32)
    apart = probe_features(make_data(300, codes=codes, features=features))
    together = probe_features(make_data(300, codes=codes, features=features, groups=groups))
    assert apart is not None and together is not None
    assert apart.recalls.mean() > 0.9 > 0.6 > together.recalls.mean()


def test_classes_that_features_cannot_tell_are_named_with_what_they_are_taken_for() -> None:
    codes = np.repeat(np.arange(4), 100)
    held_out = 0.1 + 0.6 * np.eye(4)[np.where(codes == 3, 2, codes)]
    data, rows, none = make_data(400, labels=LABELS, codes=codes), np.arange(400), np.zeros(0, np.int64)
    forced = ClassProbe(np.arange(4), rows, held_out, none, np.zeros((0, 4)), codes)
    found = judge_hard_classes(data, forced)
    assert [(one.code, one.weight) for one in found] == [("AUDIT_HARD_TO_SEE", "note")]
    assert found[0].captions == ("hat → shoe",) and set(found[0].rows) == set(np.flatnonzero(codes == 3).tolist())
    assert "hat 0% (→ shoe)" in found[0].text("en") and "hat 0% (→ shoe)" in found[0].text("ja")


def test_classes_that_are_told_are_not_hard() -> None:
    assert judge_hard_classes(made([0.4, 0.3, 0.2, 0.1])) == []
    assert judge_hard_classes(make_data(100)) == []


def test_features_that_see_nothing_of_a_class_say_so() -> None:
    random = np.random.default_rng(0)
    codes = np.repeat(np.arange(4), 100)
    features = random.normal(0, 1, (400, 30)) + 4 * np.eye(4, 30)[np.where(codes >= 2, random.integers(4, size=400), codes)]
    found = judge_hard_classes(make_data(400, labels=LABELS, codes=codes, features=features.astype(np.float32)))
    assert [one.code for one in found] == ["AUDIT_HARD_TO_SEE"] and found[0].values["count"] == 2
    assert "shoe" in found[0].values["classes"] and "hat" in found[0].values["classes"]
