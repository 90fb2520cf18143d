"""Do CV and the leaderboard go together over runs, and if not, where to look first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np

from tamesu.messages.audit_leaderboard import CAUSES, number_phrases
from tamesu.results.finding import Chart, Finding

LEAST_RUNS = 3
# All orders of so many runs are looked at (40,320); beyond, so many are drawn.
MOST_EXACT = 8
DRAWS = 20_000
AGREES = 0.5
LEAST_SURE = 0.05


def judge_leaderboard(
    cv: Sequence[float],
    public: Sequence[float],
    *,
    greater_is_better: bool = True,
    noise: float | None = None,
    found: Sequence[Finding] = (),
) -> list[Finding]:
    """Whether runs that are better on CV are better on the leaderboard.

    Args:
        cv: one score per run.
        public: of the same runs.
        greater_is_better: of the metric; tells which runs CV promises too much of.
        noise: standard deviation of a CV score over seeds (`Noise.cv`), where it was measured.
        found: what the audit found: its leaks, drift and sizes order the causes.

    Returns:
        Nothing below three runs with both scores; else AUDIT_LB_AGREES (note), AUDIT_LB_UNSURE (note: so few runs show no
        order) or AUDIT_LB_APART (warning), with the causes in the order in which to look.

    Source: Spearman, Am. J. Psychology 15, 1904; its p by counting the orders, one-sided.

    Examples:
        >>> [one.code for one in judge_leaderboard([0.80, 0.82, 0.85, 0.86, 0.88], [0.79, 0.80, 0.83, 0.82, 0.85])]
        ['AUDIT_LB_AGREES']
    """
    pairs = [(a, b) for a, b in zip(cv, public, strict=True) if math.isfinite(a) and math.isfinite(b)]
    if len(pairs) < LEAST_RUNS:
        return []
    a, b = np.array(pairs, np.float64).T
    rho, p = correlate_ranks(a, b)
    gap = float(np.mean(b - a)) * (1 if greater_is_better else -1)
    values: dict[str, Any] = {"runs": len(pairs), "rho": rho, "p": p, "gap": gap}
    chart = Chart("matrix", "cv_and_public", {"cv": a.tolist(), "public": b.tolist()}, tuple(map(str, range(1, len(a) + 1))))
    if rho >= AGREES and p <= LEAST_SURE:
        return [Finding("AUDIT_LB_AGREES", "note", values, charts=(chart,))]
    causes = order_causes(found, float(np.ptp(a)), noise)
    values["causes"] = number_phrases([CAUSES[cause] for cause in causes])
    # With fewer runs than this even the best order has no small p, and with more a positive rho may still be real.
    sure = len(pairs) >= 5 and rho < AGREES
    code = "AUDIT_LB_APART" if sure else "AUDIT_LB_UNSURE"
    return [Finding(code, "warning" if sure else "note", values, charts=(chart,))]


def correlate_ranks(a: np.ndarray, b: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """Spearman's correlation, and how many orders of `b` would do as well.

    Args:
        a: (runs,).
        b: (runs,).
        seed: of the orders drawn for more than eight runs.

    Returns:
        -1 to 1 (0 when one of them never changes), and the one-sided p.

    Examples:
        >>> correlate_ranks(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0]))
        (1.0, 0.16666666666666666)
    """
    from scipy.stats import rankdata

    ranks_a, ranks_b = rankdata(a) - (len(a) + 1) / 2, rankdata(b) - (len(b) + 1) / 2
    scale = math.sqrt(float((ranks_a**2).sum() * (ranks_b**2).sum()))
    if scale == 0:
        return 0.0, 1.0
    here = float(ranks_a @ ranks_b)
    if len(a) <= MOST_EXACT:
        others = np.array(list(permutations(ranks_b))) @ ranks_a
        return here / scale, float((others >= here - 1e-9).mean())
    random = np.random.default_rng(seed)
    others = random.permuted(np.tile(ranks_b, (DRAWS, 1)), axis=1) @ ranks_a
    return here / scale, float(((others >= here - 1e-9).sum() + 1) / (DRAWS + 1))


def order_causes(found: Sequence[Finding], spread: float, noise: float | None) -> list[str]:
    """Keys of `CAUSES` in the order in which to look: leaks first, since they make every CV false.

    Args:
        found: of the audit.
        spread: largest less smallest CV.
        noise: standard deviation of a CV score over seeds.

    Examples:
        >>> order_causes([Finding("AUDIT_DRIFT", "warning")], 0.002, 0.001)
        ['noise', 'drift', 'small']
    """
    causes = []
    if any(one.weight == "severe" for one in found):
        causes.append("leak")
    # Two runs of one recipe differ by 2.8 standard deviations in one of twenty cases.
    if noise is not None and spread < 2.8 * noise:
        causes.append("noise")
    if any(one.code == "AUDIT_DRIFT" for one in found):
        causes.append("drift")
    if any(one.code == "AUDIT_SHORTCUT" for one in found):
        causes.append("shortcut")
    causes.append("small")
    if noise is None:
        causes.append("unmeasured")
    return causes
