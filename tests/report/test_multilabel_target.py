from __future__ import annotations

import re

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

from tamesu.report.multilabel_target import score_labels, show_labels
from tamesu.report.outcomes import Outcome
from tamesu.report.words import Words


def draw() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    truth = (rng.random((300, 4)) < [0.5, 0.2, 0.05, 0.0]).astype(np.float32)
    return truth, np.clip(rng.random((300, 4)) * 0.7 + 0.3 * truth, 0, 1)


def test_label_scores_agree_with_scikit_learn() -> None:
    truth, probs = draw()
    scores = score_labels(truth, probs)
    np.testing.assert_allclose(scores.ap[:3], average_precision_score(truth[:, :3], probs[:, :3], average=None))
    np.testing.assert_allclose(scores.f1, f1_score(truth, probs >= 0.5, average=None, zero_division=0))
    assert np.isnan(scores.ap[3]) and np.isnan(scores.recall[3])
    assert scores.positives.tolist() == truth.sum(axis=0).astype(int).tolist()


def test_the_table_has_the_mean_and_the_worst_first() -> None:
    truth, probs = draw()
    ids = np.arange(300).astype(str)
    labels = ("<b>", "b", "c", "空")
    outcome = Outcome("tags", "multilabel", labels, ids, truth, probs, np.zeros(300, dtype=int), ("r0-f0-s0",), 0, 0)
    body = show_labels(outcome, Words("en"))
    rows = [re.sub("<.*?>", " ", row).split() for row in body.split("<tr>")[2:]]
    scores = score_labels(truth, probs)
    assert rows[0] == ["mean", f"{np.nanmean(scores.ap):.3f}", f"{np.nanmean(scores.f1):.3f}", *rows[0][3:]]
    order = [labels[label] for label in np.argsort(scores.ap[:3])] + ["空"]
    assert [row[0] for row in rows[1:]] == [label.replace("<b>", "&lt;b&gt;") for label in order]
    assert "undefined" in rows[-1]
