"""The diagnosis of a run: all judges in order; what explains the rest is said first, and silences what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tamesu.results.diagnosis.evidence import Evidence
from tamesu.results.diagnosis.learning import judge_learning
from tamesu.results.diagnosis.pairs import judge_pairs
from tamesu.results.diagnosis.parts import judge_classes, judge_fact, judge_folds, judge_groups
from tamesu.results.diagnosis.rightness import tell_right
from tamesu.results.diagnosis.trust import judge_trust
from tamesu.results.finding import Finding, in_order

# After one of these, folds, classes and pairs fail because nothing was learnt.
EXPLAINS_ALL = frozenset({"RUN_DIVERGED", "RUN_RATE_HIGH", "RUN_RATE_LOW", "RUN_NO_SIGNAL"})


def judge_run(
    evidence: Evidence,
    facts: Mapping[str, NDArray[np.float64]] | None = None,
    groups: Sequence[str] | None = None,
) -> list[Finding]:
    """What is wrong with a run, the most important first; nothing where nothing is.

    Args:
        evidence: of the run.
        facts: name → value of each of the evidence's rows, as `judge_fact` takes them.
        groups: of the same rows; None without groups.
    """
    found = judge_learning(evidence)
    if {one.code for one in found} & EXPLAINS_ALL:
        return in_order(found)
    right = tell_right(evidence)
    if right is None:
        return in_order(found)
    found += judge_folds(evidence, right)
    if evidence.has_classes:
        found += judge_classes(evidence, right) + judge_pairs(evidence)
    for name, values in (facts or {}).items():
        found += judge_fact(evidence, right, name, values)
    if groups is not None:
        found += judge_groups(evidence, right, groups)
    found += judge_trust(evidence)
    return in_order(found)
