"""Skill: whether out-of-fold predictions know anything at all of the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tamesu.results.collapse import RANKS, rank_rows
from tamesu.results.diagnosis.evidence import Evidence

# Fewer rows say nothing about chance.
LEAST_ROWS = 20
# So many standard errors above chance, and so large a part of the way from chance to 1, are knowledge.
ERRORS, PART = 3.0, 0.1


@dataclass(frozen=True, slots=True)
class Skill:
    """How far predictions are from chance.

    Attributes:
        part: of the way from chance (0) to perfect (1): Cohen's kappa of classes, R² of values, 2 AUC - 1 of labels.
        errors: standard errors of that distance; NaN where it has none.
        area: mean area under the ROC curve of the classes, for sets in which one class hides the others; NaN where unknown.
    """

    part: float
    errors: float
    area: float = float("nan")

    @property
    def is_chance(self) -> bool:
        """Whether it is no more than luck, or next to nothing."""
        little = self.part < PART or (np.isfinite(self.errors) and self.errors < ERRORS)
        return little and not self.area >= RANKS


def measure_skill(evidence: Evidence) -> Skill | None:
    """How far out-of-fold predictions are from chance; None with too few rows, or of a kind that is not judged.

    Args:
        evidence: of a class, multilabel or value target.

    Source: Cohen, A Coefficient of Agreement for Nominal Scales, Educational and Psychological Measurement 20, 1960.
    """
    if len(evidence.truth) < LEAST_ROWS:
        return None
    if evidence.has_classes:
        truth = np.asarray(evidence.truth, np.int64)
        if len(truth) - np.bincount(truth).max() < LEAST_ROWS:
            # Whoever tells the largest class alone is hardly ever wrong: nothing can be said of the others.
            return None
        found = agree(truth, evidence.told, len(evidence.labels))
        return replace(found, area=rank_rows(truth[:, None] == np.unique(truth), evidence.output[:, np.unique(truth)]))
    if evidence.kind == "multilabel":
        area = rank_rows(np.asarray(evidence.truth) > 0, evidence.output)
        return Skill(2 * area - 1, float("nan")) if np.isfinite(area) else None
    if evidence.kind == "value":
        values = np.asarray(evidence.truth, np.float64).reshape(len(evidence.truth), -1)
        spread = ((values - values.mean(0)) ** 2).sum()
        return Skill(float(1 - ((values - evidence.output) ** 2).sum() / spread), float("nan")) if spread else None
    return None


def agree(truth: NDArray[np.int64], told: NDArray[np.int64], classes: int) -> Skill:
    """Agreement of two tellings beyond what their shares give by chance.

    Args:
        truth: codes, (rows,).
        told: codes of the same rows.
        classes: how many there are.

    Examples:
        >>> truth = np.array([0, 0, 1, 1] * 10)
        >>> agree(truth, truth, 2).part, agree(truth, np.array([0, 1] * 20), 2).part
        (1.0, 0.0)
    """
    rows = len(truth)
    given, said = np.bincount(truth, minlength=classes) / rows, np.bincount(told, minlength=classes) / rows
    chance = float((given * said).sum())
    hits = float((truth == told).mean())
    if chance >= 1:
        return Skill(0.0, 0.0)
    return Skill((hits - chance) / (1 - chance), (hits - chance) / max(np.sqrt(chance * (1 - chance) / rows), 1e-12))
