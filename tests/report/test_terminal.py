from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tamesu.report import format_table
from tamesu.report.plots import measure
from tamesu.results.scores import FoldScore, Scores


def make_scores(n_splits: int, repeats: int = 1, seeds: tuple[int, ...] = (0,)) -> Scores:
    folds = [
        FoldScore(r, f, s, 80 + r, 0.5 + f / 1000 + r / 100) for s in seeds for r in range(repeats) for f in range(n_splits)
    ]
    oof: list[float | None] = [0.75 + s / 100 for s in seeds for _ in range(repeats)]
    return Scores("accuracy", True, 0.91, oof, folds, 0.02, 0.009, 80 * n_splits, 0, list(seeds), [])


def test_every_score_and_the_sentence_are_there(paintings) -> None:
    lines = format_table(paintings.scores).split("\n")
    assert len(lines) == 1 + 5 + 1 + 1
    for line, job in zip(lines[1:6], paintings.scores.folds, strict=True):
        assert line.split() == [str(job.fold), str(job.rows), f"{job.score:.4f}"]
    assert lines[-2].split() == ["OOF", "598", f"{paintings.scores.oof[0]:.4f}"]
    assert lines[-1] == paintings.scores.sentence()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("n_splits", "repeats", "seeds"), [(5, 1, (0, 1, 2)), (10, 3, tuple(range(7))), (400, 1, (0,))])
def test_it_fits_100_columns(n_splits: int, repeats: int, seeds: tuple[int, ...], language) -> None:
    scores = make_scores(n_splits, repeats, seeds)
    lines = format_table(scores, language).split("\n")
    assert max(map(measure, lines)) <= 100
    titles = [line for line in lines if line.lstrip().startswith("fold")]
    # Each column's title is two words: `seed 0` or `r0 s0`.
    assert sum(len(title.split()) - 2 for title in titles) == 2 * repeats * len(seeds)


def test_many_folds_are_cut_and_it_is_said() -> None:
    text = format_table(make_scores(400))
    assert "... 380 more folds" in text and text.count("\n") == 23


def test_rows_that_differ_between_repeats_are_a_range() -> None:
    assert "80-81" in format_table(make_scores(3, repeats=2))


def test_undefined_diverged_and_nothing_at_all() -> None:
    scores = make_scores(2)
    odd = replace(scores, folds=[replace(scores.folds[0], score=None), scores.folds[1]], diverged=["r0-f1-s3"])
    assert "undefined" in format_table(odd).split("\n")[1]
    assert format_table(odd).endswith("diverged, not counted: r0-f1-s3")
    assert "未定義" in format_table(odd, "ja")
    empty = replace(scores, cv=None, folds=[], oof=[], seeds=[])
    assert format_table(empty) == empty.sentence()
    assert format_table(empty, "ja") == "CV accuracy 未定義 (160 行)"


def test_the_japanese_sentence_has_the_numbers_of_the_english_one(paintings) -> None:
    english, japanese = (format_table(paintings.scores, language).split("\n")[-1] for language in ("en", "ja"))
    assert sorted(re.findall(r"[\d.]+", english)) == sorted(re.findall(r"[\d.]+", japanese))
