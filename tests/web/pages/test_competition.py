"""The page of the competition: what it counts is what the files hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.ledger import verdict_of
from tests.web.guarded import Pages
from tests.web.many import write_many, write_scored

from tamesu.artifacts.files import write_sealed
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.verdict import write_verdict
from tamesu.web.listing import RunLine, list_runs
from tamesu.web.memory import Memory
from tamesu.web.pages.competition import build, choose_metric, find_best, find_noise, read_verdicts
from tamesu.web.starts import Starts
from tamesu.web.view import Desk, View


def view_of(folder: Path) -> View:
    return View(Desk(folder, Starts(folder)))


def test_it_counts_runs_verdicts_and_waiting_ideas(tmp_path: Path) -> None:
    write_many(tmp_path, 4)
    best = write_scored(tmp_path, "best", np.full((1, 5), 0.99), epochs=99, time_s=1)
    (tmp_path / "ideas.yaml").write_text(yaml.safe_dump({"a": {"epochs": 50}, "b": {"epochs": 60}}))
    write_verdict(tmp_path, verdict_of("a", {"epochs": 50}, "keep"))
    data = build(view_of(tmp_path)).data
    assert {key: data[key] for key in ("runs", "scored", "verdicts", "kept", "waiting")} == {
        "runs": 5, "scored": 5, "verdicts": 1, "kept": 1, "waiting": 1,
    }  # fmt: skip
    assert data["best"].name == best
    assert [one["idea"] for one in data["history"]] == ["a"]
    assert (data["noise"], data["running"]) == (None, [])


def test_what_runs_now_is_on_it(tmp_path: Path) -> None:
    [name] = write_many(tmp_path, 1)
    view = view_of(tmp_path)
    with hold_lock(tmp_path / "runs" / name / "run.lock"):
        assert [work.run for work in build(view).data["running"]] == [name]
    assert build(view).data["running"] == []


def test_the_noise_that_was_measured_last_is_shown_and_a_damaged_one_is_not(tmp_path: Path) -> None:
    names = write_many(tmp_path, 2)
    content = {"metric": "accuracy", "job": 0.02, "cv": 0.01, "df": 3, "seeds": [0, 1]}
    write_sealed(tmp_path / "runs" / names[0] / "noise.json", content)
    (tmp_path / "runs" / names[1] / "noise.json").write_text("{}")
    found = find_noise(tmp_path, Memory())
    assert found is not None
    assert (found[0], found[1].cv) == (names[0], 0.01)


def test_an_empty_competition_says_which_commands_fill_it(tmp_path: Path) -> None:
    write_many(tmp_path, 0)
    text = Pages(tmp_path).ask("/competition").text
    assert all(f"<code>{command}</code>" in text for command in ("tamesu train base", "tamesu try", "tamesu try --noise 4"))


@pytest.mark.parametrize("greater", [True, False])
def test_the_best_run_is_the_best_by_the_metrics_direction_and_no_quick_look(greater: bool) -> None:
    def run(name: str, cv: float | None, metric: str = "m", **more: object) -> RunLine:
        return RunLine(name, "scored", metric=metric, greater_is_better=greater, cv=cv, **more)  # type: ignore[arg-type]

    lines = [
        run("a", 0.2),
        run("b", 0.8),
        run("c", None),
        run("q", 0.99 if greater else 0.01, quick=True),
        run("o", 0.5, "other"),
    ]
    assert choose_metric(lines, "m") == ("m", greater)
    assert choose_metric(lines, "unknown") == ("m", greater)
    best = find_best(lines, "m", greater)
    assert best is not None
    assert best.name == ("b" if greater else "a")
    assert choose_metric([], "m") is None


def test_a_new_verdict_is_seen_and_damage_is_named(tmp_path: Path) -> None:
    write_many(tmp_path, 1)
    memory = Memory()
    assert read_verdicts(tmp_path, memory) == ([], [])
    write_verdict(tmp_path, verdict_of("a", {"epochs": 50}))
    assert [one.idea for one in read_verdicts(tmp_path, memory)[0]] == ["a"]
    (tmp_path / "verdicts" / "bad.json").write_text("{")
    assert [path.name for path in read_verdicts(tmp_path, memory)[1]] == ["bad.json"]
    assert "bad.json" in Pages(tmp_path).ask("/competition").text
    assert len(list_runs(tmp_path, memory)) == 1
