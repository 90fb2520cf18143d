"""What CV would be on rows that look like the test: each row weighed by how test-like it is.

Source: importance-weighted cross-validation: Sugiyama, Krauledat and Müller, Covariate shift adaptation by importance weighted
cross validation, JMLR 8 (2007).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tamesu.results.audit.data import AuditData
from tamesu.results.audit.intervals import NORMAL_95
from tamesu.results.finding import Finding

# A few rows of enormous weight would be all that is left of a score.
MOST_WEIGHT = 20.0
# Rows that the weights amount to (Kish 1965); fewer tell nothing.
LEAST_EFFECTIVE = 50.0
SHOWN = 12


def weigh_rows(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The density of test over that of train for each row, at most 20; of mean 1.

    Args:
        chances: how likely each row is of test, were both parts equally large; see `drift.testlike_rows`.

    Examples:
        >>> weigh_rows(np.array([0.5, 0.8, 0.2])).round(3).tolist()
        [0.571, 2.286, 0.143]
    """
    odds = np.minimum(chances / np.maximum(1.0 - chances, 1e-6), MOST_WEIGHT)
    return np.asarray(odds / max(float(odds.mean()), 1e-12))


def judge_test_like(data: AuditData, chances: NDArray[np.float64], probs: NDArray[np.float64] | None) -> list[Finding]:
    """AUDIT_TEST_LIKE where the score on test-like rows surely differs from that on all; nothing without probs.

    Args:
        data: the rows.
        chances: (train,), see `weigh_rows`.
        probs: out-of-fold, (train, classes).
    """
    if probs is None or not data.has_classes:
        return []
    told = np.flatnonzero(np.isfinite(probs).all(1) & (data.codes >= 0))
    if not len(told):
        return []
    hits = (probs[told].argmax(1) == data.codes[told]).astype(np.float64)
    weights = weigh_rows(chances[told])
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    if effective < LEAST_EFFECTIVE:
        return []
    plain, weighed = float(hits.mean()), float(weights @ hits / weights.sum())
    # Of the difference: both means are over the same rows.
    spread = weights * (hits - weighed) / weights.mean() - (hits - plain)
    half = NORMAL_95 * float(spread.std(ddof=1)) / np.sqrt(len(told))
    if abs(weighed - plain) <= half:
        return []
    order = told[np.argsort(-chances[told], kind="stable")]
    values = {"plain": plain, "weighed": weighed, "low": weighed - plain - half, "high": weighed - plain + half}
    return [
        Finding(
            "AUDIT_TEST_LIKE",
            "note",
            values | {"effective": effective, "difference": weighed - plain},
            tuple(order.tolist()),
            tuple((int(row),) for row in order[:SHOWN]),
            tuple(f"{chances[row]:.2f}" for row in order[:SHOWN]),
            abs(weighed - plain),
        )
    ]
