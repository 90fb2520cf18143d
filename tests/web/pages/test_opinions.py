"""What a few runs said of one image: theirs and nobody else's, the best first, few of many."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.web.answered import FOLDS, HOSTILE, write_answered
from tests.web.guarded import Pages

from tamesu.web.listing import RunLine
from tamesu.web.pages.opinions import MOST, choose_runs


def test_each_run_says_what_it_said(tmp_path: Path) -> None:
    runs, train, said = write_answered(tmp_path / "c", labels=HOSTILE[:3], runs=2)
    pages, truth = Pages(tmp_path / "c"), train.targets["y"].values
    places = {run.name: number for number, run in enumerate(runs)}
    for row in (0, 7, 29):
        found = json.loads(pages.ask(f"/image.json?id=n{row:03d}").body)["opinions"]
        assert {one["run"] for one in found} == set(places)
        assert [one["best"] for one in found] == [True, False]
        assert found[0]["cv"] >= found[1]["cv"]
        for one in found:
            probs = said[places[one["run"]]][row]
            assert (one["truth"], one["told"]) == (HOSTILE[truth[row]], HOSTILE[int(probs.argmax())])
            assert one["chances"] == pytest.approx([probs[truth[row]], probs.max()], abs=1e-6)
            assert one["right"] == (probs.argmax() == truth[row])
            assert one["fold"] == str(row % FOLDS)
    text = pages.ask("/image?id=n000").text
    assert HOSTILE[0] not in text
    assert "What runs said of it" in text


def test_a_run_that_cannot_be_asked_is_left_out(tmp_path: Path) -> None:
    runs, _, _ = write_answered(tmp_path / "c", runs=2)
    (runs[0].job_path(runs[0].jobs()[0]) / "oof.npz").write_bytes(b"damaged")
    answer = Pages(tmp_path / "c").ask("/image.json?id=n001")
    assert answer.status == 200
    assert [one["run"] for one in json.loads(answer.body)["opinions"]] == [runs[1].name]


def test_an_image_that_a_run_could_not_read_has_no_opinion_of_it(tmp_path: Path) -> None:
    [run], _, said = write_answered(tmp_path / "c")
    (run.job_path(run.jobs()[0]) / "result.json").unlink()
    pages = Pages(tmp_path / "c")
    assert json.loads(pages.ask("/image.json?id=n000").body)["opinions"] == []
    assert len(json.loads(pages.ask("/image.json?id=n001").body)["opinions"]) == 1
    assert np.isfinite(said[0]).all()


def test_the_best_comes_first_and_then_the_newest_few() -> None:
    line = RunLine("r", "scored", metric="accuracy", greater_is_better=True)
    lines = [replace(line, name=f"r{n}", cv=0.5 + (0.4 if n == 1 else 0.0) - n / 100, stamp=n) for n in range(9)]
    lines += [replace(line, name="quick", cv=0.99, stamp=99, quick=True), replace(line, name="none", stamp=98)]
    lines += [replace(line, name="other", metric="rmse", greater_is_better=False, cv=0.1, stamp=97)]
    assert [one.name for one in choose_runs(lines, "accuracy")] == ["r1", "r8", "r7", "r6"]
    assert len(choose_runs(lines, "accuracy")) == MOST
    assert choose_runs([], "accuracy") == []
