"""The way of the score: every verdict in the order reached, and the kept ideas that made it rise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tamesu.artifacts.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Waypoint:
    """One verdict on the way.

    Attributes:
        verdict: what was found.
        score: the idea's CV score: its baseline's, and the gain; None when nothing was measured.
        baseline: the baseline's CV score.
        is_step: kept, and better than anything before.
    """

    verdict: Verdict
    score: float | None
    baseline: float | None
    is_step: bool


def trace_path(verdicts: Sequence[Verdict]) -> list[Waypoint]:
    """The way of the score on the metric of the latest verdict.

    Ideas get different numbers of pairs, so their mean scores stand on different seeds. Each baseline therefore has one level,
    that of its verdict with the most pairs, and an idea stands above it by its gain; an idea that becomes a baseline brings
    its level with it.

    Args:
        verdicts: the ledger, in the order reached.

    Returns:
        One point per verdict that has pairs; those of other metrics are left out.
    """
    if not verdicts:
        return []
    metric = verdicts[-1].metric
    used = [verdict for verdict in verdicts if verdict.metric == metric and verdict.pairs]
    levels: dict[str, float] = {}
    for verdict in sorted(used, key=lambda verdict: len(verdict.pairs)):
        if verdict.cv_baseline is not None:
            levels[verdict.baseline_digest] = verdict.cv_baseline
    points: list[Waypoint] = []
    best: float | None = None
    for verdict in used:
        sign = 1.0 if verdict.greater_is_better else -1.0
        level = levels.get(verdict.baseline_digest)
        score = None if level is None else level + sign * verdict.gain
        if best is None and level is not None:
            best = level
        is_step = bool(verdict.word == "keep" and score is not None and best is not None and sign * (score - best) > 0)
        if is_step:
            best = score
            if (
                verdict.idea_digest not in {other.baseline_digest for other in used if other.time < verdict.time}
                and score is not None
            ):
                levels[verdict.idea_digest] = score
        points.append(Waypoint(verdict, score, level, is_step))
    return points
