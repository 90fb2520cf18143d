"""CV beside the leaderboard: rank correlation against scipy, planted order and disorder, causes in their order."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.messages.audit_leaderboard import CAUSES
from tamesu.results.audit.leaderboard import correlate_ranks, judge_leaderboard, order_causes
from tamesu.results.finding import Finding


@pytest.mark.parametrize("runs", [3, 6, 8, 12, 30])
def test_the_correlation_is_scipys(runs: int) -> None:
    from scipy.stats import spearmanr

    random = np.random.default_rng(runs)
    a, b = random.normal(0, 1, runs), np.round(random.normal(0, 1, runs), 1)
    rho, p = correlate_ranks(a, b)
    assert rho == pytest.approx(spearmanr(a, b).statistic)
    assert 0 < p <= 1
    if runs == 30:
        assert p == pytest.approx(spearmanr(a, b, alternative="greater").pvalue, abs=0.02)


def test_p_counts_the_orders() -> None:
    assert correlate_ranks(np.arange(4.0), np.arange(4.0)) == (pytest.approx(1.0), pytest.approx(1 / 24))
    assert correlate_ranks(np.arange(4.0), -np.arange(4.0)) == (pytest.approx(-1.0), 1.0)
    assert correlate_ranks(np.arange(4.0), np.ones(4)) == (0.0, 1.0)


def test_fewer_than_three_runs_say_nothing() -> None:
    assert judge_leaderboard([0.8, 0.9], [0.7, 0.8]) == []
    assert judge_leaderboard([0.8, 0.9, float("nan")], [0.7, 0.8, 0.9]) == []


def test_scores_that_go_together() -> None:
    cv = np.array([0.80, 0.82, 0.85, 0.88, 0.90, 0.91])
    found = judge_leaderboard(cv.tolist(), (cv - 0.03).tolist())
    assert [(one.code, one.weight) for one in found] == [("AUDIT_LB_AGREES", "note")]
    assert found[0].values["gap"] == pytest.approx(-0.03)
    assert "1.00" in found[0].text("en") and "6" in found[0].text("ja")


def test_the_gap_of_a_loss_is_turned_round() -> None:
    loss = [0.5, 0.4, 0.3, 0.2, 0.1]
    found = judge_leaderboard(loss, [one + 0.1 for one in loss], greater_is_better=False)
    assert found[0].code == "AUDIT_LB_AGREES" and found[0].values["gap"] == pytest.approx(-0.1)


def test_three_runs_are_unsure_in_any_order() -> None:
    for public in ([0.7, 0.8, 0.9], [0.9, 0.8, 0.7]):
        found = judge_leaderboard([0.7, 0.8, 0.9], public)
        assert [(one.code, one.weight) for one in found] == [("AUDIT_LB_UNSURE", "note")]


def test_scores_that_go_apart_name_causes_in_order() -> None:
    cv, public = [0.80, 0.82, 0.85, 0.88, 0.90, 0.91], [0.79, 0.75, 0.78, 0.74, 0.76, 0.70]
    audit = [Finding("AUDIT_DRIFT", "note"), Finding("AUDIT_GROUPS_LEAK", "severe"), Finding("AUDIT_SHORTCUT", "warning")]
    found = judge_leaderboard(cv, public, noise=0.001, found=audit)
    assert [(one.code, one.weight) for one in found] == [("AUDIT_LB_APART", "warning")]
    text = found[0].text("en")
    places = [text.index(CAUSES[cause].en) for cause in ("leak", "drift", "shortcut", "small")]
    assert places == sorted(places) and CAUSES["noise"].en not in text
    assert "1. 上で見つかったリーク" in found[0].text("ja")


def test_noise_is_a_cause_when_runs_differ_less_than_seeds() -> None:
    assert order_causes([], spread=0.01, noise=0.005)[0] == "noise"
    assert order_causes([], spread=0.02, noise=0.005)[0] == "small"
    assert order_causes([], spread=0.02, noise=None) == ["small", "unmeasured"]
    assert set(order_causes([], 1.0, None)) <= set(CAUSES)


def test_drift_that_is_not_there_is_no_cause() -> None:
    assert "drift" not in order_causes([Finding("AUDIT_DRIFT_NONE", "note")], 1.0, 0.001)
