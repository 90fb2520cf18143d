"""Labels that a network confuses: pairs that cannot be told apart, classes it hesitates about, rare ones it misses."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tamesu.results.audit.data import UNKNOWN
from tamesu.results.audit.intervals import NORMAL_95, bound_share
from tamesu.results.finding import Chart, Finding

# Of one row of each label, which is which? Guessing is right in a half. Pairs surely (95 %) below this are as good as one
# label: between two labels of equal rows, about a quarter of the answers are wrong then.
ALIKE = 0.85
# A confusion this unlikely under errors that spread over all classes is not chance.
CHANCE = 0.001
SHOWN_PAIRS = 5
# Predictions that tell the usual pair apart less well than this say more of the network than of the labels.
KNOWS = 0.9
MOST_PAIRS = 200
# A row is undecided when no label has half of the probability.
UNDECIDED = 0.5
UNDECIDED_SHARE = 0.3
TIMES_OTHERS = 1.5
# Recall that rare classes must lack, sure at 95 %, to be worth a word; and how rare they are, as a share of an even one.
LACKS = 0.05
RARE = 0.5
LEAST_ROWS = 10


def find_confusions(names: Sequence[str], codes: NDArray[np.int64], probs: NDArray[np.floating]) -> list[Finding]:
    """What out-of-fold probabilities say of the labels themselves.

    Args:
        names: of the classes.
        codes: label per row; `UNKNOWN` where it is not known.
        probs: out-of-fold probabilities, shape (rows, classes); rows of NaN were not predicted.

    Returns:
        AUDIT_LABELS_ALIKE (one per pair), AUDIT_AMBIGUOUS_CLASS (one per class), AUDIT_RARE_RECALL; nothing where the
        probabilities know too little of most classes to judge any.

    Raises:
        ValueError: the shapes do not fit.
    """
    if probs.shape != (len(codes), len(names)):
        raise ValueError(f"probabilities {probs.shape} do not fit {len(codes)} rows of {len(names)} classes")
    kept = np.flatnonzero((codes != UNKNOWN) & np.isfinite(probs).all(axis=1))
    if not len(kept) or len(names) < 2:
        return []
    labels, given = codes[kept], np.asarray(probs[kept], np.float64)
    told = given.argmax(axis=1)
    table = np.zeros((len(names), len(names)), np.int64)
    np.add.at(table, (labels, told), 1)
    if usual_area(given, labels, table.sum(axis=1)) < KNOWS:
        return []
    found = find_alike(names, labels, given, table, kept)
    found += find_ambiguous(names, labels, given, kept)
    return found + find_rare(names, labels, table, kept)


def told_apart(probs: NDArray[np.float64], codes: NDArray[np.int64], one: int, other: int) -> tuple[float, float]:
    """How often the probabilities say which is which of one row of each label (area under the ROC curve), and its error.

    Unlike the share of wrong answers, it is the same however rare one of the labels is.

    Args:
        probs: shape (rows, classes).
        codes: label per row.
        one: a code with rows.
        other: another one.

    Returns:
        The area, 0.5 when guessed, and its standard error.

    Source: Hanley and McNeil, Radiology 143, 1982.

    Examples:
        >>> probs = np.array([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3], [0.2, 0.8]])
        >>> area, error = told_apart(probs, np.array([0, 0, 1, 1]), 0, 1)
        >>> area, round(error, 3)
        (0.75, 0.276)
    """
    from scipy.stats import rankdata

    rows = np.flatnonzero((codes == one) | (codes == other))
    logs = np.log(np.clip(probs[rows], 1e-12, 1))
    first = codes[rows] == one
    many, few = int(first.sum()), int((~first).sum())
    ranks = rankdata(logs[:, one] - logs[:, other])
    area = float((ranks[first].sum() - many * (many + 1) / 2) / (many * few))
    both, twice = area / (2 - area), 2 * area * area / (1 + area)
    spread = area * (1 - area) + (many - 1) * (both - area * area) + (few - 1) * (twice - area * area)
    return area, math.sqrt(max(spread, 0) / (many * few))


def usual_area(probs: NDArray[np.float64], codes: NDArray[np.int64], counts: NDArray[np.int64]) -> float:
    """How well the usual pair of labels is told apart: the median over pairs; 0.5 where there is none.

    Args:
        probs: shape (rows, classes).
        codes: label per row.
        counts: rows per class; classes with too few are left out.
    """
    able = np.flatnonzero(counts >= LEAST_ROWS).tolist()
    pairs = [(one, other) for place, one in enumerate(able) for other in able[place + 1 :]]
    picked = pairs[:: max(1, math.ceil(len(pairs) / MOST_PAIRS))]
    areas = [told_apart(probs, codes, one, other)[0] for one, other in picked]
    return float(np.median(areas)) if areas else 0.5


def expected_confusion(table: NDArray[np.int64], one: int, other: int) -> float:
    """How many rows of two labels would be taken for each other if each label's errors spread as all answers do."""
    answers = table.sum(axis=0)
    total = answers.sum()
    wrong = table.sum(axis=1) - np.diag(table)
    return float(
        wrong[one] * answers[other] / max(total - answers[one], 1)
        + wrong[other] * answers[one] / max(total - answers[other], 1)
    )


def find_alike(
    names: Sequence[str],
    codes: NDArray[np.int64],
    probs: NDArray[np.float64],
    table: NDArray[np.int64],
    kept: NDArray[np.intp],
) -> list[Finding]:
    """Pairs of labels that cannot be told apart, with what merging them would gain in accuracy."""
    from scipy.stats import poisson

    pairs = []
    confused = np.triu(table + table.T, 1) > 1
    for one, other in np.argwhere(confused).tolist():
        swapped = int(table[one, other] + table[other, one])
        if min(table[one].sum(), table[other].sum()) < LEAST_ROWS:
            continue
        if poisson.sf(swapped - 1, expected_confusion(table, one, other)) > CHANCE:
            continue
        area, error = told_apart(probs, codes, one, other)
        if area + NORMAL_95 * error <= ALIKE:
            pairs.append((area, swapped, one, other))
    pairs.sort()
    found = []
    accuracy = float((probs.argmax(axis=1) == codes).mean())
    for area, swapped, one, other in pairs[:SHOWN_PAIRS]:
        told = probs.argmax(axis=1)
        mixed = np.flatnonzero(((codes == one) & (told == other)) | ((codes == other) & (told == one)))
        sure = np.argsort(-probs[mixed, told[mixed]], kind="stable")
        gain = merged_accuracy(codes, probs, one, other) - accuracy
        values = {
            "one": names[one],
            "other": names[other],
            "area": area,
            "swapped": swapped,
            "rows": int(table[[one, other]].sum()),
            "before": accuracy,
            "after": accuracy + gain,
        }
        rows = tuple(kept[mixed[sure]].tolist())
        captions = tuple(f"{names[codes[row]]} → {names[told[row]]}" for row in mixed[sure].tolist())
        sets = tuple((row,) for row in rows)
        chart = Chart(
            "matrix",
            "confusion",
            {names[code]: [float(table[code, one]), float(table[code, other])] for code in (one, other)},
            [names[one], names[other]],
        )
        found.append(Finding("AUDIT_LABELS_ALIKE", "warning", values, rows, sets, captions, gain, (chart,)))
    return found


def merged_accuracy(codes: NDArray[np.int64], probs: NDArray[np.float64], one: int, other: int) -> float:
    """Accuracy when two labels are one, whose probability is the sum of both.

    Examples:
        >>> merged_accuracy(np.array([0, 1, 2]), np.array([[0.3, 0.4, 0.3], [0.3, 0.3, 0.4], [0.1, 0.1, 0.8]]), 0, 1)
        1.0
    """
    merged = probs.copy()
    merged[:, one] += merged[:, other]
    merged[:, other] = -1
    return float((merged.argmax(axis=1) == np.where(codes == other, one, codes)).mean())


def find_ambiguous(
    names: Sequence[str], codes: NDArray[np.int64], probs: NDArray[np.float64], kept: NDArray[np.intp]
) -> list[Finding]:
    """Classes whose rows are undecided far more often than those of the others, and between which labels they stand."""
    undecided = probs.max(axis=1) < UNDECIDED
    found = []
    for code in range(len(names)):
        own = codes == code
        rows = int(own.sum())
        if rows < LEAST_ROWS or rows == len(codes):
            continue
        count = int((undecided & own).sum())
        others = float(undecided[~own].mean())
        low, _ = bound_share(count, rows)
        if low < UNDECIDED_SHARE or low < TIMES_OTHERS * others:
            continue
        mean = probs[own].mean(axis=0)
        mean[code] = -1
        rivals = np.argsort(-mean, kind="stable")[: min(3, len(names) - 1)].tolist()
        mine = np.flatnonzero(own & undecided)
        mine = mine[np.argsort(probs[mine].max(axis=1), kind="stable")]
        values = {
            "name": names[code],
            "count": count,
            "rows": rows,
            "share": count / rows,
            "others": others,
            "rivals": ", ".join(f"{names[rival]} ({mean[rival]:.0%})" for rival in rivals),
        }
        shown = tuple(kept[mine].tolist())
        sets = tuple((row,) for row in shown)
        found.append(Finding("AUDIT_AMBIGUOUS_CLASS", "note", values, shown, sets, worth=count / len(codes)))
    return found


def find_rare(
    names: Sequence[str], codes: NDArray[np.int64], table: NDArray[np.int64], kept: NDArray[np.intp]
) -> list[Finding]:
    """Whether rare classes are found less often than the others.

    Rare is a class with less than half an even share of the rows; recall is taken over all their rows together.
    """
    counts, right = table.sum(axis=1), np.diag(table)
    there = counts > 0
    rare = there & (counts < RARE * counts.sum() / max(there.sum(), 1))
    usual = there & ~rare
    few, many = int(counts[rare].sum()), int(counts[usual].sum())
    if few < LEAST_ROWS or not many:
        return []
    # Between two shares: Newcombe, Statistics in Medicine 17, 1998, method 10.
    recall, rest = right[rare].sum() / few, right[usual].sum() / many
    _, high = bound_share(right[rare].sum(), few)
    low, _ = bound_share(right[usual].sum(), many)
    gap = rest - recall
    sure = gap - math.sqrt((rest - low) ** 2 + (high - recall) ** 2)
    if sure < LACKS:
        return []
    order = np.argsort(counts, kind="stable")
    order = order[there[order]]
    worst = [code for code in order.tolist() if rare[code]]
    worst.sort(key=lambda code: right[code] / counts[code])
    share = {code: float(right[code] / counts[code]) for code in order.tolist()}
    chart = Chart("bars", "recall", {"recall": list(share.values())}, [f"{names[code]} ({counts[code]})" for code in share])
    missed = np.flatnonzero(rare[codes])
    values = {
        "recall": float(recall),
        "rest": float(rest),
        "classes": ", ".join(f"{names[code]} ({counts[code]}: {share[code]:.0%})" for code in worst[:5]),
        "count": len(worst),
    }
    rows = tuple(kept[missed].tolist())
    return [Finding("AUDIT_RARE_RECALL", "warning", values, rows, worth=float(gap) * few / len(codes), charts=(chart,))]
