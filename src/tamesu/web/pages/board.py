"""The page of the leaderboard: each run's CV beside its public score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tamesu.results.public_scores import FOLDER, read_public
from tamesu.web.charts import Spot, draw_scatter
from tamesu.web.listing import RunLine, list_runs
from tamesu.web.view import Page, View

# Fewer runs than this have some rank correlation or other by chance.
FEW = 5


def build(view: View) -> Page:
    """The page."""
    place = view.folder / FOLDER
    public = view.desk.memory.read_all("public", place.glob("*.json"), lambda: read_public(view.folder))
    lines = [one for one in list_runs(view.folder, view.desk.memory) if one.name in public]
    rows = rank_rows(lines, public)
    known = [row for row in rows if row["cv"] is not None]
    rho = correlate([row["cv"] for row in known], [row["public"] for row in known])
    data: dict[str, Any] = {"rows": rows, "rho": rho, "few": len(known) < FEW}
    spots = [Spot(row["run"], row["cv"], row["public"]) for row in known]
    return Page("board.html", view.say("leaderboard"), data, {"scatter": draw_scatter(spots, view.say("scatter"), "CV")})


def rank_rows(lines: Sequence[RunLine], public: dict[str, float]) -> list[dict[str, Any]]:
    """A row a run that has a public score, the best of them first, with its ranks by both.

    Args:
        lines: the runs.
        public: run → score, on the metric's own scale.
    """
    greater = next((one.greater_is_better for one in lines if one.greater_is_better is not None), True)
    by_cv = rank({one.name: one.cv for one in lines if one.cv is not None}, greater=bool(greater))
    by_public = rank({one.name: public[one.name] for one in lines}, greater=bool(greater))
    rows = [
        {
            "run": one.name,
            "recipe": one.recipe,
            "metric": one.metric,
            "cv": one.cv,
            "standard_error": one.standard_error,
            "public": public[one.name],
            "rank_cv": by_cv.get(one.name),
            "rank_public": by_public[one.name],
        }
        for one in lines
    ]
    return sorted(rows, key=lambda row: (row["rank_public"], str(row["run"])))


def rank(scores: dict[str, float], *, greater: bool) -> dict[str, int]:
    """The rank of each, from 1; equal scores share the better one.

    Examples:
        >>> rank({"a": 0.5, "b": 0.9, "c": 0.9}, greater=True)
        {'a': 3, 'b': 1, 'c': 1}
    """
    sign = -1.0 if greater else 1.0
    ordered = sorted(sign * score for score in scores.values())
    return {name: ordered.index(sign * score) + 1 for name, score in scores.items()}


def correlate(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Spearman's rank correlation; None with fewer than five runs, or where all are equal.

    Examples:
        >>> round(correlate([1, 2, 3, 4, 5], [10, 20, 30, 50, 40]), 6), correlate([1, 2], [1, 2])
        (0.9, None)
    """
    if len(one) < FEW or len(set(one)) < 2 or len(set(other)) < 2:
        return None
    from scipy.stats import spearmanr

    return float(spearmanr(one, other).statistic)
