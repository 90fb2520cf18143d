from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tamesu.artifacts.dataset import TargetValues
from tamesu.report.targets import make_target_sections
from tamesu.report.words import Words

EN = Words("en")


def test_every_head_has_its_section_the_main_target_first(paintings) -> None:
    theme, century = make_target_sections(paintings.run, paintings.train, paintings.scores, EN)
    assert theme.anchor != century.anchor
    assert "theme" in theme.title and theme.about == "class, main target"
    assert "598 out-of-fold predictions" in theme.body and "2 with an unreadable image" in theme.body
    assert "century" in century.title and "RMSE" in century.body


def test_a_multilabel_target(tmp_path: Path, make_synthetic) -> None:
    made = make_synthetic(tmp_path, {"tags": ("multilabel", ("cat", "空"))}, "f1_macro", rows=60, n_splits=2, epochs=1)
    (section,) = make_target_sections(made.run, made.train, made.scores, EN)
    assert "worst average precision first" in section.body and "空" in section.body


def test_without_a_whole_seed_or_a_label_nothing_is_invented(paintings) -> None:
    waiting = make_target_sections(paintings.run, paintings.train, replace(paintings.scores, seeds=[]), EN)
    assert all("once a seed has all its folds" in section.body for section in waiting)
    theme = paintings.train.targets["theme"]
    empty = {**paintings.train.targets, "theme": TargetValues("class", theme.labels, theme.values * 0 - 1)}
    (section, _) = make_target_sections(paintings.run, replace(paintings.train, targets=empty), paintings.scores, EN)
    assert "undefined" in section.body
