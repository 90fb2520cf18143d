"""The page that compares: its gains are those of the runs' own scores, and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.web.guarded import Pages
from tests.web.many import write_many
from tests.web.trained import write_trained

from tamesu.artifacts.files import digest_files
from tamesu.artifacts.run import Run
from tamesu.web.pages.compare import MOST


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pages, Run, Run]:
    folder = tmp_path_factory.mktemp("compare") / "tiny"
    runs = write_trained(folder)
    return Pages(folder), *runs


def test_gains_are_the_differences_of_the_fold_scores(trained: tuple[Pages, Run, Run]) -> None:
    pages, first, second = trained
    before = digest_files(pages.folder / "verdicts", pattern="*")
    data = json.loads(pages.ask(f"/compare.json?run={first.name}&run={second.name}").body)
    [verdict] = data["verdicts"]

    def scores(run: Run) -> dict[tuple[int, int], float]:
        found = json.loads((run.path / "scores.json").read_text())["content"]["folds"]
        return {(one["fold"], one["seed"]): one["score"] for one in found}

    one, other = scores(first), scores(second)
    assert len(verdict["pairs"]) == 6
    for pair in verdict["pairs"]:
        key = pair["fold"], pair["seed"]
        assert pair["gain"] == pytest.approx(other[key] - one[key])
    assert verdict["gain"] == pytest.approx(np.mean([other[key] - one[key] for key in one]))
    assert data["differences"][second.name]["epochs"] == 5
    assert digest_files(pages.folder / "verdicts", pattern="*") == before
    swapped = json.loads(pages.ask(f"/compare.json?run={second.name}&run={first.name}").body)
    assert swapped["verdicts"][0]["gain"] == pytest.approx(-verdict["gain"])


def test_curves_are_the_means_over_jobs(trained: tuple[Pages, Run, Run]) -> None:
    pages, first, second = trained
    data = json.loads(pages.ask(f"/compare.json?run={first.name}&run={second.name}").body)
    curves = data["curves"]["Validation accuracy"]
    assert curves[first.name] == pytest.approx([0.5 * (1 - 0.5**epoch) for epoch in (1, 2, 3)])
    assert len(curves[second.name]) == 5
    text = pages.ask(f"/compare?run={first.name}&run={second.name}").text
    assert text.count('class="curve tone-a"') == 2 * (3 - 1)
    assert f"tamesu compare {first.name} {second.name}" in text


def test_too_few_and_too_many_and_runs_that_are_no_pair(tmp_path: Path) -> None:
    names = write_many(tmp_path, MOST + 1)
    pages = Pages(tmp_path)
    assert pages.ask("/compare").status == 409
    assert pages.ask(f"/compare?run={names[0]}&run={names[0]}").status == 409
    assert pages.ask("/compare?" + "&".join(f"run={name}" for name in names)).status == 409
    assert pages.ask(f"/compare?run={names[0]}&run=../x").status == 404
    # Runs that share no job that is done: their figures stand side by side, and a sentence says why there is no gain.
    answer = pages.ask(f"/compare.json?run={names[0]}&run={names[1]}")
    assert answer.status == 200
    data = json.loads(answer.body)
    assert (data["verdicts"], len(data["problems"]), len(data["runs"])) == ([], 1, 2)
