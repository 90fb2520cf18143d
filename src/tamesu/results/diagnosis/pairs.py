"""Confusions that stand out: two classes taken for one another more often than errors that spread evenly would have it."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from tamesu.results.diagnosis.evidence import Evidence
from tamesu.results.finding import Finding

CHANCE = 0.001
# Of a pair's own rows, and in all, so many are needed to be worth a look.
SHARE, LEAST_ROWS = 0.1, 6
SHOWN_PAIRS, SHOWN_ROWS = 3, 12


def judge_pairs(evidence: Evidence) -> list[Finding]:
    """RUN_CONFUSES: pairs of classes that take far more than an even share of the mistakes, the worst three.

    Were mistakes spread over all other classes alike, a pair would get rows / (classes - 1) of its two classes' mistakes; a
    binomial tail says how improbable what it gets is, over all pairs.

    Args:
        evidence: of a class target.
    """
    truth, told = np.asarray(evidence.truth, np.int64), evidence.told
    classes = len(evidence.labels)
    if classes < 3:
        return []
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (truth, told), 1)
    np.fill_diagonal(table, 0)
    both, wrong, rows = table + table.T, table.sum(axis=1), np.bincount(truth, minlength=classes)
    limit = CHANCE / (classes * (classes - 1) / 2)
    found = []
    for one, other in zip(*np.nonzero(np.triu(both) >= LEAST_ROWS), strict=True):
        mistakes = int(wrong[one] + wrong[other])
        chance = float(binom.sf(both[one, other] - 1, mistakes, 1 / (classes - 1)))
        if chance < limit and both[one, other] >= SHARE * (rows[one] + rows[other]):
            found.append((chance, int(one), int(other)))
    total = int(wrong.sum())
    findings = []
    for _, one, other in sorted(found)[:SHOWN_PAIRS]:
        own = np.flatnonzero(((truth == one) & (told == other)) | ((truth == other) & (told == one)))
        count = int(both[one, other])
        values = {"one": evidence.labels[one], "other": evidence.labels[other], "rows": count, "share": count / total}
        findings.append(
            Finding("RUN_CONFUSES", "note", values, tuple(evidence.rows[own][:SHOWN_ROWS].tolist()), worth=count / len(truth))
        )
    return findings
