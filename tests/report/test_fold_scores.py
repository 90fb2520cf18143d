from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tamesu.report.fold_scores import make_fold_section, score_table
from tamesu.report.words import Words

EN = Words("en")
TWO = {"y": ("class", ("a", "b"))}


def cells(text: str) -> list[list[str]]:
    """The body of the first table, as text."""
    body = text.split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body)
    return [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<td.*?>(.*?)</td>", row)] for row in rows]


def test_every_job_and_every_whole_oof_has_its_line(tmp_path: Path, make_synthetic) -> None:
    made = make_synthetic(tmp_path, TWO, rows=60, n_splits=3, repeats=2, seeds=(0, 5), epochs=1)
    rows = cells(score_table(made.scores, made.scores.folds, EN, whole=True))
    jobs = [row for row in rows if row[1] != "whole OOF"]
    assert jobs == [[str(f.repeat), str(f.fold), str(f.seed), str(f.rows), f"{f.score:.4f}"] for f in made.scores.folds]
    whole = [row for row in rows if row[1] == "whole OOF"]
    assert [row[4] for row in whole] == [f"{score:.4f}" for score in made.scores.oof]
    assert [(row[0], row[2]) for row in whole] == [("0", "0"), ("1", "0"), ("0", "5"), ("1", "5")]


def test_an_undefined_score_is_called_undefined(paintings) -> None:
    folds = [replace(paintings.scores.folds[0], score=None), *paintings.scores.folds[1:]]
    section = make_fold_section(paintings.run, replace(paintings.scores, folds=folds), EN)
    assert cells(section.body)[0][4] == "undefined"


def test_many_folds_are_folded_away_behind_the_worst(tmp_path: Path, make_synthetic) -> None:
    made = make_synthetic(tmp_path, TWO, rows=40, n_splits=40, epochs=1)
    body = make_fold_section(made.run, made.scores, EN).body
    assert "All 40 folds" in body and "<details>" in body
    shown = [float(row[4]) for row in cells(body)]
    assert shown == sorted(f.score for f in made.scores.folds if f.score is not None)[:12]


def test_jobs_that_are_not_counted_are_listed_with_their_state(tmp_path: Path, make_synthetic) -> None:
    made = make_synthetic(
        tmp_path, TWO, rows=60, n_splits=3, seeds=(0, 1, 2), epochs=1, skip=("r0-f1-s1",), diverged=("r0-f2-s2",)
    )
    (made.run.path / "jobs" / "r0-f0-s1" / "oof.npz").unlink()
    section = make_fold_section(made.run, made.scores, EN)
    rest = cells(section.body.split("not counted")[1])
    assert rest == [
        ["0", "0", "1", "damaged"],
        ["0", "1", "1", "stopped"],
        ["0", "2", "1", "done; its seed is not"],
        ["0", "0", "2", "done; its seed is not"],
        ["0", "1", "2", "done; its seed is not"],
        ["0", "2", "2", "diverged at epoch 3, step 12"],
    ]
    said = " ".join(notice.text for notice in section.notices)
    assert "1 of 9 jobs" in said and "r0-f0-s1" in said
