"""Parts of the data on which a run fails: folds, classes, groups, and ranges of a fact such as brightness or size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, norm

from tamesu.messages.diagnosis import FACTS
from tamesu.results.audit.intervals import bound_share
from tamesu.results.diagnosis.evidence import Evidence
from tamesu.results.finding import Chart, Finding

# A part differs when chance would make it differ as much in one of a thousand runs, over all parts looked at.
CHANCE = 0.001
# ... and by so much of the share of right answers.
MUCH = 0.1
# Classes with fewer rows than this, and with less than half of the middle class's rows, can neither be learnt nor judged.
FEW = 10
LEAST_ROWS, BINS = 20, 4
SHOWN_ROWS, SHOWN_CLASSES = 12, 5
# How the page's charts call a fact.
TITLES = {
    "brightness": "brightness",
    "sharpness": "sharpness",
    "pixels": "megapixels",
    "aspect": "aspect",
    "object": "object_share",
}


@dataclass(frozen=True, slots=True)
class Part:
    """How often a part of the rows is right, beside all others.

    Attributes:
        rows: of the part. `hits`: of them right. `other_rows`, `other_hits`: of all others.
    """

    rows: int
    hits: int
    other_rows: int
    other_hits: int

    @property
    def share(self) -> float:
        """Of the part's rows that are right."""
        return self.hits / self.rows if self.rows else float("nan")

    @property
    def other_share(self) -> float:
        """Of the others' rows that are right."""
        return self.other_hits / self.other_rows if self.other_rows else float("nan")

    @property
    def chance(self) -> float:
        """How probable so few hits or fewer are, if the part were as hard as the others.

        Small parts by the binomial distribution at the others' share, large ones with the others' own error as well.

        Examples:
            >>> round(Part(5, 0, 200, 180).chance, 6), Part(50, 45, 200, 180).chance > 0.3
            (1.2e-05, True)
        """
        if not self.rows or not self.other_rows:
            return 1.0
        # Laplace's rule keeps "never wrong elsewhere" from making one error here impossible.
        expected = (self.other_hits + 1) / (self.other_rows + 2)
        exact = float(binom.cdf(self.hits, self.rows, expected))
        error = np.sqrt(expected * (1 - expected) * (1 / self.rows + 1 / self.other_rows))
        return max(exact, float(norm.cdf((self.share - expected) / error)))


def count_parts(right: NDArray[np.bool_], part: NDArray[np.int64]) -> dict[int, Part]:
    """Hits of each part beside all others; rows of part -1 are left out."""
    kept = part >= 0
    right, part = right[kept], part[kept]
    total, hits = len(part), int(right.sum())
    found = {}
    for number in np.unique(part).tolist():
        own = part == number
        rows, own_hits = int(own.sum()), int(right[own].sum())
        found[number] = Part(rows, own_hits, total - rows, hits - own_hits)
    return found


def find_worst(parts: Mapping[int, Part], chance: float = CHANCE) -> list[int]:
    """Parts that are surely and clearly worse than the others, the least probable first; Bonferroni over all parts."""
    limit = chance / max(1, len(parts))
    bad = [number for number, one in parts.items() if one.other_share - one.share >= MUCH and one.chance < limit]
    return sorted(bad, key=lambda number: parts[number].chance)


def judge_folds(evidence: Evidence, right: NDArray[np.bool_]) -> list[Finding]:
    """RUN_FOLD_UNLIKE: folds that are surely worse than the others.

    Args:
        evidence: of a run.
        right: whether each row is told rightly, (rows,).
    """
    parts = count_parts(right, evidence.fold)
    if len(parts) < 3:
        return []
    shares = {str(number): one.share for number, one in parts.items()}
    chart = Chart("bars", "error", {"error": [1 - share for share in shares.values()]}, list(shares))
    found = []
    for number in find_worst(parts):
        one = parts[number]
        wrong = np.flatnonzero((evidence.fold == number) & ~right)
        values = {"fold": number, "share": one.share, "others": one.other_share, "rows": one.rows}
        rows = tuple(evidence.rows[wrong][:SHOWN_ROWS].tolist())
        found.append(
            Finding("RUN_FOLD_UNLIKE", "severe", values, rows, worth=6.0 + one.other_share - one.share, charts=(chart,))
        )
    return found


def judge_classes(evidence: Evidence, right: NDArray[np.bool_]) -> list[Finding]:
    """RUN_RARE_CLASS: classes too small to be learnt or judged; RUN_CLASS_FAILS: others that are surely told far worse.

    Args:
        evidence: of a class target.
        right: whether each row is told rightly, (rows,).
    """
    truth = np.asarray(evidence.truth, np.int64)
    counts = np.bincount(truth, minlength=len(evidence.labels))
    there = np.flatnonzero(counts > 0)
    if len(there) < 2:
        return []
    parts = count_parts(right, truth)
    usual = float(np.median(counts[there]))
    rare = [code for code in there.tolist() if counts[code] < min(FEW, usual / 2)]
    found = [say_rare(evidence, rare, parts, usual)] if rare else []
    bad = [code for code in find_worst(parts) if code not in rare and parts[code].rows >= FEW]
    return found + ([say_failing(evidence, bad, parts, right)] if bad else [])


def say_failing(evidence: Evidence, bad: Sequence[int], parts: Mapping[int, Part], right: NDArray[np.bool_]) -> Finding:
    """RUN_CLASS_FAILS for all classes that are surely told worse, the worst first."""
    order = sorted(bad, key=lambda code: (parts[code].share, code))
    named = ", ".join(f"{evidence.labels[code]!r} ({parts[code].share:.0%})" for code in order[:SHOWN_CLASSES])
    more = f", +{len(bad) - SHOWN_CLASSES}" if len(bad) > SHOWN_CLASSES else ""
    truth = np.asarray(evidence.truth, np.int64)
    others = ~np.isin(truth, order)
    values = {"classes": named + more, "count": len(bad), "others": float(right[others].mean()) if others.any() else 0.0}
    each = max(1, SHOWN_ROWS // len(order))
    rows = np.concatenate([np.flatnonzero((truth == code) & ~right)[:each] for code in order])
    worst = parts[order[0]]
    return Finding(
        "RUN_CLASS_FAILS", "note", values, tuple(evidence.rows[rows].tolist()), worth=worst.other_share - worst.share
    )


def say_rare(evidence: Evidence, rare: Sequence[int], parts: Mapping[int, Part], usual: float) -> Finding:
    """RUN_RARE_CLASS for all classes with few rows, the worst first, with the interval in which the recall of all lies."""
    order = sorted(rare, key=lambda code: (parts[code].share, parts[code].rows, code))
    rows, hits = sum(parts[code].rows for code in rare), sum(parts[code].hits for code in rare)
    low, high = bound_share(hits, rows)
    named = ", ".join(f"{evidence.labels[code]!r} ({parts[code].hits}/{parts[code].rows})" for code in order[:SHOWN_CLASSES])
    more = f", +{len(rare) - SHOWN_CLASSES}" if len(rare) > SHOWN_CLASSES else ""
    values = {"classes": named + more, "count": len(rare), "usual": int(usual), "low": max(0.0, low), "high": high}
    truth = np.asarray(evidence.truth, np.int64)
    told = evidence.rows[np.concatenate([np.flatnonzero(truth == code) for code in order])]
    return Finding("RUN_RARE_CLASS", "warning", values, tuple(told.tolist()), worth=2.0 + len(rare) / len(parts))


def judge_fact(evidence: Evidence, right: NDArray[np.bool_], fact: str, values: NDArray[np.float64]) -> list[Finding]:
    """RUN_RANGE_FAILS, or RUN_SMALL_OBJECTS for the smallest objects: a range of a fact in which rows are surely told worse.

    Args:
        evidence: of a run.
        right: whether each row is told rightly, (rows,).
        fact: a key of `FACTS`: `brightness`, `sharpness`, `pixels`, `aspect`, `object`.
        values: of each row, float64 (rows,); NaN where it is not known.
    """
    known = np.isfinite(values)
    if known.sum() < LEAST_ROWS * BINS or np.unique(values[known]).size < BINS:
        return []
    edges = np.unique(np.quantile(values[known], np.linspace(0, 1, BINS + 1)[1:-1]))
    part = np.where(known, np.searchsorted(edges, np.where(known, values, 0.0), side="right"), -1)
    parts = count_parts(right, part)
    bad = find_worst(parts)
    if not bad:
        return []
    number, one = bad[0], parts[bad[0]]
    own = values[part == number]
    code = "RUN_SMALL_OBJECTS" if fact == "object" and number == 0 else "RUN_RANGE_FAILS"
    said = {
        "about": fact,
        "fact": FACTS[fact],
        "low": float(own.min()),
        "high": float(own.max()),
        "share": one.share,
        "others": one.other_share,
    }
    rows = tuple(evidence.rows[np.flatnonzero((part == number) & ~right)][:SHOWN_ROWS].tolist())
    errors = [1 - parts[place].share for place in sorted(parts)]
    chart = Chart("bars", TITLES[fact], {"error": errors}, name_ranges(edges, values[known]))
    return [Finding(code, "note", said | {"rows": one.rows}, rows, worth=one.other_share - one.share, charts=(chart,))]


def name_ranges(edges: NDArray[np.float64], values: NDArray[np.float64]) -> list[str]:
    """What the ranges are called.

    Examples:
        >>> name_ranges(np.array([2.0]), np.array([1.0, 3.0]))
        ['1–2', '2–3']
    """
    ends = [float(values.min()), *edges.tolist(), float(values.max())]
    return [f"{low:.3g}–{high:.3g}" for low, high in pairwise(ends)]


def judge_groups(evidence: Evidence, right: NDArray[np.bool_], groups: Sequence[str]) -> list[Finding]:
    """RUN_GROUP_FAILS: groups that are surely told worse, the worst three.

    Args:
        evidence: of a run.
        right: whether each row is told rightly, (rows,).
        groups: of the same rows.
    """
    names, part = np.unique(np.asarray(groups, dtype=np.str_), return_inverse=True)
    parts = count_parts(right, part.astype(np.int64))
    if len(parts) < 3:
        return []
    found = []
    for number in find_worst(parts)[:3]:
        one = parts[number]
        rows = tuple(evidence.rows[np.flatnonzero((part == number) & ~right)][:SHOWN_ROWS].tolist())
        values = {"group": str(names[number]), "share": one.share, "others": one.other_share, "rows": one.rows}
        found.append(Finding("RUN_GROUP_FAILS", "note", values, rows, worth=one.other_share - one.share))
    return found
