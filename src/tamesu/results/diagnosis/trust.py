"""Whether a run's probabilities can be believed."""

from __future__ import annotations

import numpy as np

from tamesu.results.calibration import measure_calibration, measure_label_calibration
from tamesu.results.diagnosis.evidence import Evidence
from tamesu.results.finding import Finding

# A departure smaller than this is no reason to do anything.
FELT = 0.03


def judge_trust(evidence: Evidence) -> list[Finding]:
    """RUN_TOO_SURE or RUN_TOO_UNSURE: probabilities that are surely and noticeably above or below the share of right answers.

    Args:
        evidence: of a class or multilabel target; nothing is found for others.
    """
    if evidence.has_classes:
        found = measure_calibration(np.asarray(evidence.truth, np.int64), evidence.output)
    elif evidence.kind == "multilabel":
        found = measure_label_calibration(np.asarray(evidence.truth, np.float64), evidence.output)
    else:
        return []
    if found is None or not found.is_evident or abs(found.overconfidence) < FELT:
        return []
    code = "RUN_TOO_SURE" if found.overconfidence > 0 else "RUN_TOO_UNSURE"
    values = {"hit": found.hit, "said": found.said, "ece": found.ece}
    return [Finding(code, "note", values, worth=abs(found.overconfidence))]
