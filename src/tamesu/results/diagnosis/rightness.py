"""Which rows are told rightly: of classes those told as what they are, of values those within the usual error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tamesu.results.diagnosis.evidence import Evidence

# Of a value: an error within this many times the median error is right.
USUAL = 2.0


def tell_right(evidence: Evidence) -> NDArray[np.bool_] | None:
    """Whether each row is told rightly, (rows,); None for kinds that are not judged row by row.

    Args:
        evidence: of a run. `class`: the most probable class is the truth; `multilabel`: every label on its side of one half;
            `value`: the error is at most twice the median error.
    """
    if not len(evidence.truth):
        return None
    if evidence.has_classes:
        return np.asarray(evidence.told == evidence.truth)
    if evidence.kind == "multilabel":
        return np.asarray(((evidence.output >= 0.5) == (np.asarray(evidence.truth) > 0)).all(axis=1))
    if evidence.kind == "value":
        truth = np.asarray(evidence.truth, np.float64).reshape(len(evidence.truth), -1)
        scale = np.where(truth.std(axis=0) > 0, truth.std(axis=0), 1.0)
        error = np.abs((truth - evidence.output) / scale).mean(axis=1)
        return np.asarray(error <= USUAL * np.median(error))
    return None
