from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from tamesu.report.outcomes import Outcome
from tamesu.report.soft_target import SHOWN_ROWS, score_shares, show_soft
from tamesu.report.words import Words

LABELS = ("犬", "猫", "<b>")


def draw(rows: int = 200, labels: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    truth = rng.dirichlet(np.ones(labels), rows).astype(np.float32)
    return truth, (0.6 * truth + 0.4 * rng.dirichlet(np.ones(labels), rows)).astype(np.float32)


def outcome_of(truth: np.ndarray, output: np.ndarray, labels: tuple[str, ...] = LABELS) -> Outcome:
    rows = len(truth)
    ids = np.arange(rows).astype(np.str_)
    return Outcome("mix", "soft", labels, ids, truth, output, np.zeros(rows, dtype=np.int64), ("r0-f0-s0",), 0, 0)


def test_scores_agree_with_numpy() -> None:
    truth, told = draw()
    scores = score_shares(truth, told)
    assert scores.true == pytest.approx(truth.mean(axis=0)) and scores.told == pytest.approx(told.mean(axis=0))
    assert scores.error == pytest.approx(np.abs(truth - told).mean(axis=0))
    expected = [np.corrcoef(truth[:, label], told[:, label])[0, 1] for label in range(3)]
    assert scores.correlation == pytest.approx(expected, abs=1e-6)


def test_a_share_that_never_changes_has_no_correlation() -> None:
    truth, told = draw()
    told[:] = [0.5, 0.3, 0.2]
    assert np.isnan(score_shares(truth, told).correlation).all()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_section_has_labels_worst_first_and_classes(language: str) -> None:
    truth, told = draw()
    told[:, 1], told[:, 0] = told[:, 0].copy(), told[:, 1].copy()
    body = show_soft(outcome_of(truth, told), "target-0", Words("ja" if language == "ja" else "en"))
    head, _, rest = body.partition("</table>")
    shown = re.findall(r"<td[^>]*>(?:<[^>]*>)*(犬|猫|&lt;b&gt;)", head)
    errors = np.abs(truth - told).mean(axis=0)
    assert shown == [("犬", "猫", "&lt;b&gt;")[label] for label in np.argsort(-errors)]
    assert "<svg" in rest and "<b>" not in head


def test_one_label_that_is_always_the_largest_is_no_collapse() -> None:
    truth = np.tile(np.array([0.6, 0.3, 0.1], dtype=np.float32), (60, 1))
    assert "callout" not in show_soft(outcome_of(truth, truth), "target-0", Words("en"))


def test_rows_that_are_no_numbers_are_left_out_and_many_labels_are_cut() -> None:
    truth, told = draw()
    told[3] = np.nan
    whole, rest = outcome_of(truth, told), outcome_of(np.delete(truth, 3, 0), np.delete(told, 3, 0))
    rest = replace(rest, ids=np.delete(whole.ids, 3))
    assert show_soft(whole, "a", Words("en")) == show_soft(rest, "a", Words("en"))
    told[:] = np.inf
    assert "undefined" in show_soft(outcome_of(truth, told), "a", Words("en"))
    many = tuple(f"c{n}" for n in range(SHOWN_ROWS + 20))
    assert f"of {len(many)}" in show_soft(outcome_of(*draw(50, len(many)), many), "a", Words("en"))
