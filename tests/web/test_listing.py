"""Runs as lines: the figures are those of the scores, and what is damaged says so."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.web.many import write_many, write_scored

from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.run import find_runs
from tamesu.web import listing
from tamesu.web.listing import group_runs, list_paths, list_runs, pool_spread
from tamesu.web.memory import Memory


def test_a_line_says_what_the_scores_say(tmp_path: Path) -> None:
    scores = np.array([[0.8, 0.82, 0.9], [0.81, 0.8, 0.88]])
    write_many(tmp_path, 0)
    name = write_scored(tmp_path, "base", scores, epochs=3, time_s=1_790_000_000, question="why?")
    [line] = list_runs(tmp_path, Memory())
    assert (line.name, line.state, line.recipe, line.question, line.epochs) == (name, "scored", "base", "why?", 3)
    assert (line.folds, line.seeds, line.metric, line.backbone) == (3, 2, "accuracy", "resnet18")
    assert line.cv == pytest.approx(scores.mean())
    # Pooled: the root of the mean variance, for all groups are of one size.
    assert line.spread_folds == pytest.approx(np.sqrt(scores.var(axis=1, ddof=1).mean()))
    assert line.spread_seeds == pytest.approx(np.sqrt(scores.var(axis=0, ddof=1).mean()))


def test_spread_is_pooled_by_degrees_of_freedom() -> None:
    one, other = [0.1, 0.5, 0.3, 0.4], [0.9, 0.7]
    expected = (3 * np.var(one, ddof=1) + 1 * np.var(other, ddof=1)) / 4
    assert pool_spread([one, other, [7.0]]) == pytest.approx(np.sqrt(expected))
    assert pool_spread([]) is None


def test_groups_hold_runs_of_one_recipe(tmp_path: Path) -> None:
    write_many(tmp_path, 0)
    draws = np.random.default_rng(1)
    scores = [draws.normal(0.8, 0.02, (2, 4)) for _ in range(3)]
    names = [write_scored(tmp_path, "a", one, epochs=place + 1, time_s=place) for place, one in enumerate(scores)]
    write_scored(tmp_path, "b", scores[0], epochs=9, time_s=9)
    first, second = group_runs(list_runs(tmp_path, Memory()))
    means = [one.mean() for one in scores]
    assert (first.recipe, first.runs, second.recipe, second.runs) == ("a", 3, "b", 1)
    assert first.best.name == names[int(np.argmax(means))]
    assert first.mean == pytest.approx(np.mean(means))
    assert first.spread_runs == pytest.approx(np.std(means, ddof=1))
    assert first.spread_folds == pytest.approx(np.sqrt(np.mean([one.var(axis=1, ddof=1).mean() for one in scores])))
    assert second.spread_runs is None


@pytest.mark.parametrize("harm", ["flip", "empty", "version", "link"])
def test_a_damaged_run_says_so_and_leaves_the_others_alone(tmp_path: Path, harm: str) -> None:
    names = sorted(write_many(tmp_path, 3))
    path = tmp_path / "runs" / names[1] / "scores.json"
    content = path.read_text()
    if harm == "flip":
        path.write_text(content.replace('"cv": 0.', '"cv": 1.', 1))
    elif harm == "empty":
        path.write_text("")
    elif harm == "version":
        (path.parent / "recipe.json").write_text('{"content": {}, "sha256": "0"}')
    else:
        path.rename(path.with_name("other"))
        path.symlink_to("other")
    lines = list_runs(tmp_path, Memory())
    assert [line.state for line in lines] == ["scored", "damaged", "scored"]
    assert lines[1].cv is None


def test_a_run_is_running_exactly_while_its_lock_is_held(tmp_path: Path) -> None:
    [name] = write_many(tmp_path, 1)
    memory, lock = Memory(), tmp_path / "runs" / name / "run.lock"

    def state() -> str:
        return list_runs(tmp_path, memory)[0].state

    assert state() == "scored"
    for _ in range(3):
        with hold_lock(lock):
            assert [state(), state()] == ["running", "running"]
        assert [state(), state()] == ["scored", "scored"]


def test_runs_that_come_and_go_are_seen_and_links_are_none(tmp_path: Path) -> None:
    names = write_many(tmp_path, 2)
    memory = Memory()
    assert [path.name for path in list_paths(tmp_path, memory)] == sorted(names)
    (tmp_path / "runs" / "half").mkdir()
    assert len(list_paths(tmp_path, memory)) == 2
    # Its run.json comes later, which changes the run's folder and not the one above.
    shutil.copy(tmp_path / "runs" / names[0] / "run.json", tmp_path / "runs" / "half")
    assert len(list_paths(tmp_path, memory)) == 3
    shutil.rmtree(tmp_path / "runs" / names[0])
    assert [path.name for path in list_paths(tmp_path, memory)] == [path.name for path in find_runs(tmp_path)]
    os.symlink("half", tmp_path / "runs" / "linked")
    assert "linked" not in [path.name for path in list_paths(tmp_path, memory)]
    assert list_paths(tmp_path / "nowhere", Memory()) == []


def test_a_run_without_a_score_is_unfinished(tmp_path: Path) -> None:
    [name] = write_many(tmp_path, 1)
    (tmp_path / "runs" / name / "scores.json").unlink()
    [line] = list_runs(tmp_path, Memory())
    assert (line.state, line.cv, line.greater_is_better) == ("unfinished", None, None)
    assert group_runs([line]) == []


def test_two_that_ask_at_once_read_every_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = write_many(tmp_path, 30)
    read: list[str] = []

    def note(path: Path, *rest: Any) -> listing.RunLine:
        read.append(path.name)
        time.sleep(0.001)
        return make_line(path, *rest)

    make_line = listing.make_line
    monkeypatch.setattr(listing, "make_line", note)
    memory = Memory()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: list_runs(tmp_path, memory), range(4)))
    assert sorted(read) == sorted(names)
    assert all(lines == found[0] for lines in found)
