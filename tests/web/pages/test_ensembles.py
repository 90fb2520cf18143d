"""The page of ensembles: its figures are those of the runs' own predictions; it says what it needs and what it leaves out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from tests.pretend import noisy, write_job
from tests.tiny import write_competition
from tests.web.guarded import Pages
from tests.web.many import write_many
from tests.web.trained import train

from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.run import Run
from tamesu.preparation import prepare
from tamesu.results.scores import write_scores
from tamesu.running import open_run


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pages, list[Run]]:
    """Three recipes with a run each, and a second run of the first of them."""
    folder = write_competition(tmp_path_factory.mktemp("ensembles") / "tiny")
    for name in ("long", "longer"):
        (folder / "recipes" / f"{name}.yaml").write_text(f"from: base\nepochs: {len(name)}\n", encoding="utf-8")
    runs = [train(folder, [], 0.5, 2), train(folder, ["epochs=8"], 0.6, 1)]
    runs += [train_recipe(folder, name, share) for name, share in (("long", 0.7), ("longer", 0.6))]
    return Pages(folder), runs


def train_recipe(folder: Path, name: str, share: float) -> Run:
    """A finished run of a recipe of its own."""
    prepared = prepare(folder, name)
    run = open_run(prepared)
    for job in run.jobs([0]):
        write_job(run, job, prepared.train[0], share + noisy(run.recipe, job, 0.1))
    write_scores(run, prepared.train[0])
    return run


def list_files(folder: Path) -> dict[str, int]:
    """Every file and when it was changed."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def read(pages: Pages, *names: str) -> dict[str, Any]:
    return dict(json.loads(pages.ask("/ensembles.json?" + urlencode([("run", name) for name in names])).body))


def test_figures_are_those_of_the_mean_of_the_runs_predictions(trained: tuple[Pages, list[Run]]) -> None:
    pages, runs = trained
    before = list_files(pages.folder)
    found = read(pages, *(run.name for run in runs[:3]))
    train_rows = load_train(pages.folder, load_competition(pages.folder))
    codes = dict(zip(train_rows.ids, train_rows.targets["kind"].values.tolist(), strict=True))

    def probs(run: Run) -> np.ndarray:
        return np.mean([run.oof(0, seed).outputs["kind"] for seed in run.complete_seeds()], axis=0)

    truth = np.array([codes[row] for row in runs[0].oof(0, 0).ids])
    accuracy = {run.name: float(np.mean(probs(run).argmax(1) == truth)) for run in runs[:3]}
    assert {one["line"]["name"]: one["score"] for one in found["runs"]} == pytest.approx(accuracy)
    assert [one["seeds"] for one in found["runs"]] == [2, 1, 1]
    result = found["result"]
    assert result["best_single"] == max(accuracy, key=accuracy.__getitem__)
    whole = np.mean([probs(run) for run in runs[:3]], axis=0)
    assert result["whole"]["score"] == pytest.approx(float(np.mean(whole.argmax(1) == truth)))
    assert sorted(map(tuple, (one["runs"] for one in result["pairs"]))) == sorted(
        (runs[a].name, runs[b].name) for a, b in ((0, 1), (0, 2), (1, 2))
    )
    assert result["rows"] == 36
    text = pages.ask("/ensembles?" + urlencode([("run", run.name) for run in runs[:3]])).text
    assert text.count('class="gain-dot"') == 4
    assert "chosen by these very predictions" in text and "public leaderboard is not used" in text
    assert list_files(pages.folder) == before


def test_without_a_choice_it_takes_the_best_run_of_each_recipe(trained: tuple[Pages, list[Run]]) -> None:
    pages, runs = trained
    found = read(pages)
    scores = {run.name: json.loads((run.path / "scores.json").read_text())["content"]["cv"] for run in runs}
    of_base = max(runs[:2], key=lambda run: scores[run.name])
    wanted = sorted([of_base, *runs[2:]], key=lambda run: -scores[run.name])
    assert sorted(one["line"]["name"] for one in found["runs"]) == sorted(run.name for run in wanted)
    assert [scores[one["line"]["name"]] for one in found["runs"]] == sorted((scores[run.name] for run in wanted), reverse=True)
    assert sorted(found["offered"]) == sorted(scores)
    assert found["chosen"] is False
    text = pages.ask("/ensembles").text
    assert text.count("checked") == 3
    assert text.count('name="run"') == 4


def test_runs_that_are_not_comparable_are_left_out_and_say_why(trained: tuple[Pages, list[Run]]) -> None:
    pages, runs = trained
    assert pages.ask("/ensembles?run=../x").status == 404
    one = read(pages, runs[0].name)
    assert (one["result"], len(one["runs"])) == (None, 1)
    assert "This needs two runs" in pages.ask(f"/ensembles?run={runs[0].name}").text
    begun = open_run(prepare(pages.folder, "base", ["epochs=11"]))
    quick = open_run(prepare(pages.folder, "base", ["epochs=12"], quick=True))
    found = read(pages, runs[0].name, begun.name, runs[1].name, quick.name)
    assert [one["line"]["name"] for one in found["runs"]] == [runs[0].name, runs[1].name]
    assert ["COMPARE_QUICK" in found["problems"][0], "RUN_NOT_FINISHED" in found["problems"][1]] == [True, True]
    assert len(found["result"]["pairs"]) == 1


def test_a_table_that_is_at_fault_leaves_the_scores(tmp_path: Path) -> None:
    """Made-up runs beside a table without images: no mean, a sentence, and the lines of the runs."""
    names = write_many(tmp_path, 3)
    pages = Pages(tmp_path)
    found = read(pages, *names[:2])
    assert (found["result"], len(found["runs"]), len(found["problems"])) == (None, 2, 1)
    assert pages.ask("/ensembles").status == 200


def test_more_runs_than_fit_are_told(trained: tuple[Pages, list[Run]], monkeypatch: pytest.MonkeyPatch) -> None:
    pages, runs = trained
    monkeypatch.setattr("tamesu.web.pages.ensembles.MOST_RUNS", 2)
    found = read(pages, *(run.name for run in runs[:3]))
    assert len(found["runs"]) == 2
    assert found["problems"] == ["At most 2 runs; the first 2 are taken."]
    monkeypatch.setattr("tamesu.web.pages.ensembles.count_affordable", lambda *_: 2)
    monkeypatch.setattr("tamesu.web.pages.ensembles.MOST_RUNS", 12)
    found = read(pages, *(run.name for run in runs[:3]))
    assert len(found["runs"]) == len(found["result"]["correlation"]) == 2
    assert len(found["problems"]) == 1


def test_without_runs_it_says_which_command_makes_one(tmp_path: Path) -> None:
    write_many(tmp_path, 0)
    text = Pages(tmp_path).ask("/ensembles").text
    assert "<code>tamesu train base</code>" in text
    assert "アンサンブル" in Pages(tmp_path).ask("/ensembles?lang=ja").text
