from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tamesu.artifacts.run import Run
from tamesu.report.curves import draw_panels, judge_clipping, make_curve_section, say_time
from tamesu.report.history import History, find_trend, read_history
from tamesu.report.words import Words

EN = Words("en")


def test_every_term_the_metric_the_rate_and_the_time_have_a_panel(paintings) -> None:
    body = make_curve_section(paintings.run, paintings.scores, EN).body
    for title in ("Loss of theme", "Loss of century", "Validation accuracy", "Learning rate", "Seconds per epoch"):
        assert f'aria-label="{title}"' in body
    assert body.index("Loss of theme") < body.index("Loss of century")
    assert "thick: mean of 5 jobs" in body


def test_overfitting_is_said_in_words_and_in_the_headline(paintings, monkeypatch: pytest.MonkeyPatch) -> None:
    history = read_history(paintings.run, paintings.run.jobs())
    # Far enough above the training loss to be a harm beside the loss of knowing nothing of so many themes.
    val = history.val_loss["theme"] + np.where(np.arange(12) > 5, 0.3 * (np.arange(12) - 5), 0)
    history = replace(history, val_loss={**history.val_loss, "theme": val})
    monkeypatch.setattr("tamesu.report.curves.read_history", lambda *_: history)
    section = make_curve_section(paintings.run, paintings.scores, EN)
    trend = find_trend(history.train_loss["theme"], val)
    assert trend is not None
    assert f"Over-fitting in theme: since epoch {trend.epoch} the validation loss rises" in section.notices[0].text
    assert "accuracy still improved" in section.notices[0].text
    worse = make_curve_section(paintings.run, replace(paintings.scores, greater_is_better=False), EN)
    assert "still improved" not in worse.notices[0].text
    assert "過学習" in make_curve_section(paintings.run, paintings.scores, Words("ja")).notices[0].text


def test_rows_known_by_heart_are_a_warning_though_nothing_rises(paintings, monkeypatch: pytest.MonkeyPatch) -> None:
    history = read_history(paintings.run, paintings.run.jobs())
    train, val = (np.tile(curve, (5, 1)) for curve in (np.geomspace(2, 0.01, 12), np.linspace(2, 1.9, 12)))
    changed = replace(history, train_loss={**history.train_loss, "theme": train}, val_loss={**history.val_loss, "theme": val})
    monkeypatch.setattr("tamesu.report.curves.read_history", lambda *_: changed)
    said = make_curve_section(paintings.run, paintings.scores, EN).notices[0]
    assert said.level == "warning" and "known by heart (training loss 0.010)" in said.text and "(1.900)" in said.text
    assert "丸暗記" in make_curve_section(paintings.run, paintings.scores, Words("ja")).notices[0].text


def test_time_and_memory_are_those_of_the_journals(paintings) -> None:
    history = read_history(paintings.run, paintings.run.jobs())
    said = say_time(history, EN)
    assert f"{np.median(history.seconds):.0f} s per epoch" in said and "1,234 MiB" in said and "all 5 jobs" in said


def test_a_run_that_has_not_begun_says_so(tmp_path: Path, make_synthetic) -> None:
    made = make_synthetic(tmp_path, {"y": ("class", ("a", "b"))}, rows=20, n_splits=2, epochs=1, skip=("r0-f0-s0", "r0-f1-s0"))
    for path in made.run.path.rglob("journal.jsonl"):
        path.unlink()
    assert "No job has finished an epoch yet" in make_curve_section(made.run, made.scores, EN).body


def with_norms(history: History, clipped: float) -> History:
    return replace(history, grad_norm=np.full((5, 12), 3.0), clipped=np.full((5, 12), clipped))


def test_gradients_have_a_panel_where_a_journal_has_them(paintings) -> None:
    history = read_history(paintings.run, paintings.run.jobs())
    assert not any("Gradient norm" in one for one in draw_panels(paintings.run, history, EN))
    panels = [one for one in draw_panels(paintings.run, with_norms(history, 0.5), EN) if "Gradient norm" in one]
    assert len(panels) == 1 and "mean of a few steps" in panels[0] and "clipped" not in panels[0]


def test_clipping_is_told_and_noted_where_it_is_the_rule(paintings) -> None:
    history = read_history(paintings.run, paintings.run.jobs())
    run = Run(paintings.run.path)
    assert judge_clipping(run, with_norms(history, 1.0), EN) is None
    run.recipe = run.recipe.model_copy(update={"clip_grad_norm": 0.5})
    assert judge_clipping(run, history, EN) is None and judge_clipping(run, with_norms(history, 0.5), EN) is None
    panel = next(one for one in draw_panels(run, with_norms(history, 0.25), EN) if "Gradient norm" in one)
    assert "clipped at 0.5: 25.0 % of the measured steps" in panel
    notice = judge_clipping(run, with_norms(history, 0.99), EN)
    assert notice is not None and "clip_grad_norm 0.5 (99.0 %)" in notice.text
