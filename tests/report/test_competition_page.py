"""The report of a whole competition."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.ledger import verdict_of
from tests.report.checker import check

from tamesu.artifacts.ideas import Idea
from tamesu.report.competition_page import CompetitionView, count_agreeing, find_best, make_competition_page
from tamesu.report.progress_chart import HistoryPoint
from tamesu.results.finding import Finding
from tamesu.results.standing import tell_standings


def row(name: str, cv: Any, **fields: Any) -> dict[str, Any]:
    plain = {"recipe": "base", "question": "Why?", "backbone": "resnet34", "size": 224, "epochs": 12, "metric": "accuracy"}
    numbers = {"standard_error": 0.01, "spread": 0.02, "seed_spread": None, "seeds": "0 1", "rows": 60, "minutes": 30.0}
    order = -cv if isinstance(cv, float) else float("inf")
    return {**plain, **numbers, "run": name, "cv": cv, "quick": "", "order": order, **fields}


@pytest.fixture
def view() -> CompetitionView:
    names = {"<b>mixup</b>": "keep", "平滑": "drop", "ema": "undecided"}
    verdicts = [
        verdict_of(name, {"epochs": day}, word, day=day, expected="better")  # type: ignore[arg-type]
        for day, (name, word) in enumerate(names.items(), 1)
    ]
    points = [HistoryPoint(one.time, 0.8 + one.gain, 0.8, one.word, one.idea, one.word == "keep") for one in verdicts]
    standings = tell_standings([Idea("waits", {"epochs": 99})], verdicts)
    runs = [row("base-1", 0.91), row("<script>x", 0.9), row("base-3", "undefined"), row("quick-1", 0.99, quick="yes")]
    findings = [Finding("CONFIG_EMPTY", "severe")]
    public = {"base-1": 0.85, "<script>x": 0.86}
    return CompetitionView("猫 <i>", "accuracy", True, runs, verdicts, points, 0.05, standings, public, findings, "2026-11-01")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_is_whole_and_names_are_text(view: CompetitionView, language: Any, tmp_path: Path) -> None:
    path = tmp_path / "c.html"
    path.write_text(make_competition_page(view, language), encoding="utf-8")
    checker = check(path)
    for name in ("猫 <i>", "<b>mixup</b>", "<script>x", "平滑", "waits"):
        assert name in checker.text
    order = ["history", "runs", "verdicts", "ideas", "board", "audit"]
    text = path.read_text(encoding="utf-8")
    places = [text.index(f'<section id="{name}"') for name in order]
    assert places == sorted(places)


def test_the_headline_is_the_best_run_that_is_no_quick_look(view: CompetitionView) -> None:
    assert find_best(view.runs, "accuracy")["run"] == "base-1"  # type: ignore[index]
    assert find_best(view.runs, "f1_macro") is None
    text = re.sub(r"<[^>]+>", " ", make_competition_page(view, "en"))
    assert re.search(r"0\.9100\s+±\s+0\.0100", text)
    # 4 runs of half an hour; a dropped idea that was expected to help is surprising.
    assert re.search(r"hours of training\s+2\.0", text)
    assert "dropped, although expected: better" in text


def test_the_leaderboard_says_whether_both_order_the_runs_alike(view: CompetitionView) -> None:
    text = make_competition_page(view, "en")
    assert "0 of 1 pairs of runs stand in the same order" in text
    assert "-0.0600" in text
    assert count_agreeing([(1.0, 2.0), (2.0, 3.0), (2.0, 1.0)]) == (1, 2)


def test_an_empty_competition_has_a_page_too(tmp_path: Path) -> None:
    path = tmp_path / "c.html"
    path.write_text(make_competition_page(CompetitionView("x", "rmse", False), "en"), encoding="utf-8")
    text = check(path).text
    for words in ("No run has a score yet", "No verdict yet", "No public score is noted yet"):
        assert words in text


def test_paper_repeats_heads_and_breaks_no_row() -> None:
    from importlib.resources import files

    style = files("tamesu.report").joinpath("style.css").read_text(encoding="utf-8")
    paper = style[style.index("@media print") :]
    assert "thead { display: table-header-group; }" in paper
    assert re.search(r"tr[^{]*\{ break-inside: avoid; \}", paper)
    assert re.search(r"\.figures th, \.figures td \{[^}]*white-space: normal", paper)
