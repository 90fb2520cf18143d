"""The page of one run, whole, half done and damaged."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from tests.tiny import write_competition
from tests.web.answered import HOSTILE as NAMES
from tests.web.answered import ROWS, write_answered
from tests.web.guarded import Pages
from tests.web.trained import HOSTILE, train, write_trained

from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError
from tamesu.web.pages.run import say_error


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pages, Run, Run]:
    folder = tmp_path_factory.mktemp("run") / "tiny"
    runs = write_trained(folder)
    return Pages(folder), *runs


def test_it_shows_scores_curves_confusions_and_where_it_comes_from(trained: tuple[Pages, Run, Run]) -> None:
    pages, first, second = trained
    answer = pages.ask(f"/runs/{first.name}")
    assert answer.status == 200
    assert all(f'id="{anchor}"' in answer.text for anchor in ("folds", "curves", "target-0", "inputs", "recipe", "reproduce"))
    data = json.loads(pages.ask(f"/runs/{first.name}.json").body)
    assert data["scores"] == json.loads((first.path / "scores.json").read_text())["content"]
    assert set(data["jobs"].values()) == {"done"}
    assert data["best"] == second.name
    assert f"/compare?run={second.name}&amp;run={first.name}" in answer.text


def test_a_hostile_question_is_text(trained: tuple[Pages, Run, Run]) -> None:
    pages, _, second = trained
    text = pages.ask(f"/runs/{second.name}").text
    assert HOSTILE not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_each_cell_of_the_matrix_leads_to_as_many_images_as_it_counts(tmp_path: Path) -> None:
    [run], _, _ = write_answered(tmp_path / "c", labels=NAMES[:3])
    pages = Pages(tmp_path / "c")
    text = pages.ask(f"/runs/{run.name}").text
    cells = re.findall(r'<a href="(/errors\?[^"]+)">(\d+)</a>', text)
    assert sum(int(count) for _, count in cells) == ROWS
    for address, count in cells:
        path = html.unescape(address).replace("/errors?", "/errors.json?")
        assert json.loads(pages.ask(path).body)["total"] == int(count)


def test_a_run_that_has_no_score_yet_has_a_page(tmp_path: Path) -> None:
    write_competition(tmp_path / "tiny")
    run = train(tmp_path / "tiny", [], 0.5, 1)
    (run.path / "scores.json").unlink()
    (run.job_path(run.jobs()[0]) / "result.json").unlink()
    pages = Pages(tmp_path / "tiny")
    answer = pages.ask(f"/runs/{run.name}")
    assert answer.status == 200
    assert 'id="curves"' in answer.text
    data = json.loads(pages.ask(f"/runs/{run.name}.json").body)
    assert data["scores"] is None
    assert sorted(data["jobs"].values()) == ["done", "done", "stopped"]


def test_a_part_that_cannot_be_made_says_why_and_the_others_stand(tmp_path: Path) -> None:
    write_competition(tmp_path / "tiny")
    run = train(tmp_path / "tiny", [], 0.5, 1)
    (run.job_path(run.jobs()[0]) / "oof.npz").write_bytes(b"not what was written")
    answer = Pages(tmp_path / "tiny").ask(f"/runs/{run.name}")
    assert answer.status == 200
    assert "oof.npz" in answer.text
    assert 'id="recipe"' in answer.text


def test_a_damaged_run_and_an_unknown_one(tmp_path: Path) -> None:
    write_competition(tmp_path / "tiny")
    run = train(tmp_path / "tiny", [], 0.5, 1)
    (run.path / "recipe.json").write_text("{")
    pages = Pages(tmp_path / "tiny")
    assert pages.ask(f"/runs/{run.name}").status == 409
    unknown = pages.ask("/runs/other.json")
    assert (unknown.status, json.loads(unknown.body)["codes"]) == (404, ["PAGE_NO_RUN"])


def test_errors_in_words() -> None:
    assert say_error(DamagedError("a: cut"), "en") == "a: cut"
    assert say_error(KeyError("x"), "en") == "KeyError: 'x'"
