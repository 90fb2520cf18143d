"""The page of the leaderboard: ranks, and whether both scores agree."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata
from tests.web.guarded import Pages
from tests.web.many import write_many

from tamesu.web.listing import list_runs
from tamesu.web.memory import Memory
from tamesu.web.pages.board import correlate, rank


def note(folder: Path, run: str, public: float) -> None:
    (folder / "submissions").mkdir(exist_ok=True)
    (folder / "submissions" / f"{run}.json").write_text(json.dumps({"run": run, "public": public}))


def test_runs_stand_in_the_order_of_the_leaderboard_with_both_ranks(tmp_path: Path) -> None:
    names = write_many(tmp_path, 7)
    public = np.random.default_rng(3).normal(0.8, 0.02, 6)
    for name, score in zip(names, public, strict=False):
        note(tmp_path, name, float(score))
    data = json.loads(Pages(tmp_path).ask("/leaderboard.json").body)
    scores = {one.name: one.cv for one in list_runs(tmp_path, Memory())}
    order = np.argsort(-public)
    assert [row["run"] for row in data["rows"]] == [names[place] for place in order]
    cv = np.array([scores[name] for name in names[:6]], dtype=float)
    # Spearman by hand: Pearson on ranks.
    assert data["rho"] == pytest.approx(np.corrcoef(rankdata(cv), rankdata(public))[0, 1])
    ranks = dict(zip(names, rankdata(-cv), strict=False))
    assert all(row["rank_cv"] == ranks[row["run"]] for row in data["rows"])


def test_a_few_runs_tell_nothing_and_none_says_how_to_note_a_score(tmp_path: Path) -> None:
    names = write_many(tmp_path, 3)
    assert "tamesu submit --public" in Pages(tmp_path).ask("/leaderboard").text
    for place, name in enumerate(names):
        note(tmp_path, name, 0.5 + place)
    pages = Pages(tmp_path)
    assert json.loads(pages.ask("/leaderboard.json").body)["rho"] is None
    assert "too few" in pages.ask("/leaderboard").text


def test_a_smaller_score_is_first_where_smaller_is_better() -> None:
    assert rank({"a": 0.1, "b": 0.3, "c": 0.2}, greater=False) == {"a": 1, "b": 3, "c": 2}
    assert correlate([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]) is None
