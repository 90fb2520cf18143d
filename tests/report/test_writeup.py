"""The solution write-up holds the facts of the ledger and the run, and nothing invented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.ledger import verdict_of
from tests.report.checker import check

from tamesu.report.markdown import to_markdown
from tamesu.report.progress_chart import HistoryPoint
from tamesu.report.writeup import WriteupView, make_writeup


def make_view(made: Any = None, **fields: Any) -> WriteupView:
    words = {"mixup": "keep", "<i>sepia": "drop", "ema": "undecided", "flip": "same"}
    verdicts = [
        verdict_of(name, {"epochs": day, "optimizer.adamw.lr": 0.1}, word, day=day, why="because <b>")  # type: ignore[arg-type]
        for day, (name, word) in enumerate(words.items(), 1)
    ]
    points = [HistoryPoint(one.time, 0.8 + one.gain, 0.8, one.word, one.idea, one.word == "keep") for one in verdicts]
    final = None if made is None else (made.run, made.scores)
    targets = {"theme": ("class", 13), "century": ("value", 0)}
    given: dict[str, Any] = {"verdicts": verdicts, "points": points, "final": final, **fields}
    return WriteupView("絵", "accuracy", True, targets, 600, 40, "painter", ("stratified_kfold", 5, 1, 0), **given)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_is_one_whole_page_with_its_twin(paintings, language: Any, tmp_path: Path) -> None:
    page = make_writeup(make_view(paintings), language)
    (tmp_path / "w.html").write_text(page, encoding="utf-8")
    checker = check(tmp_path / "w.html")
    assert "<i>sepia" in checker.text and "because <b>" in checker.text
    twin = to_markdown(page, {"history": "history.png"})
    assert "(history.png)" in twin and "`<i>sepia`" in twin


def test_every_idea_stands_under_its_verdict_with_its_gain() -> None:
    twin = to_markdown(make_writeup(make_view(), "en"))
    assert "4 ideas with a verdict: 1 kept, 1 undecided, 1 the same, 1 dropped" in twin
    for head, name, gain in (
        ("### Kept", "mixup", "+0.0200"),
        ("### Undecided", "ema", "+0.0050"),
        ("## What did not work", "<i>sepia", "-0.0200"),
    ):
        block = twin[twin.index(head) :].split("\n\n")[1]
        assert f"`{name}`" in block and gain in block, head
    assert "`epochs=1 optimizer.adamw.lr=0.1`" in twin


def test_the_final_model_can_be_made_again(paintings) -> None:
    run = paintings.run
    submissions = (("first", run.name, 0.75), ("second", "other-1", None))
    twin = to_markdown(make_writeup(make_view(paintings, submissions=submissions, submitted=True), "en"))
    final = twin[twin.index("## Final model") :]
    assert f"`{run.name}` behind the newest submission" in final
    assert f"{paintings.scores.cv:.4f}" in final and "public score: 0.7500" in final
    again = twin[twin.index("## How to reproduce it") :]
    for fact in ("tamesu train base", f"tamesu submit {run.name}", run.spec.folds_digest, run.spec.data_digest, "torch 2.10.0"):
        assert fact in again
    assert "3c0ffee5, with changes that were not committed" in again


def test_without_anything_it_says_so() -> None:
    twin = to_markdown(make_writeup(make_view(verdicts=(), points=()), "en"))
    for words in ("No idea has a verdict yet", "No run has a score yet", "No idea was dropped"):
        assert words in twin
    assert "reproduce" not in twin.lower()
    assert re.search(r"stratified\\_kfold, 5 folds × 1, seed 0", twin)
