"""Images that changed between two runs: lists, counts and p against loops and the binomial sum."""

from __future__ import annotations

import json
from math import comb
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from tests.web.answered import HOSTILE, ROWS, write_answered
from tests.web.guarded import Pages

from tamesu.artifacts.run import Run


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pages, list[Run], np.ndarray, list[np.ndarray]]:
    folder = tmp_path_factory.mktemp("changed") / "classes"
    runs, train, said = write_answered(folder, labels=HOSTILE[:3], ids=HOSTILE, runs=2)
    return Pages(folder), runs, train.targets["y"].values, said


def sort_states(truth: np.ndarray, said: list[np.ndarray]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"fixed": [], "broke": [], "alike": [], "apart": [], "right": []}
    for row in range(len(truth)):
        one, other = (int(side[row].argmax()) for side in said)
        if one == truth[row]:
            state = "right" if other == truth[row] else "broke"
        elif other == truth[row]:
            state = "fixed"
        else:
            state = "alike" if one == other else "apart"
        found[state].append(row)
    return found


def test_lists_are_those_of_a_loop_and_p_is_the_binomial_sum(
    two: tuple[Pages, list[Run], np.ndarray, list[np.ndarray]],
) -> None:
    pages, runs, truth, said = two
    states, query = sort_states(truth, said), "&".join(f"run={run.name}" for run in runs)
    [found] = json.loads(pages.ask(f"/compare.json?{query}").body)["changes"]
    assert {one["state"]: one["count"] for one in found["lists"]} == {state: len(rows) for state, rows in states.items()}
    assert {one["state"]: one["share"] for one in found["lists"]} == {
        state: pytest.approx(len(rows) / ROWS) for state, rows in states.items()
    }
    fixed, broke = len(states["fixed"]), len(states["broke"])
    total = fixed + broke
    tail = sum(comb(total, k) for k in range(total + 1) if comb(total, k) <= comb(total, fixed)) / 2**total
    assert found["p"] == pytest.approx(tail)
    for state, wanted in states.items():
        rise = said[1][np.arange(ROWS), truth] - said[0][np.arange(ROWS), truth]
        answer = json.loads(pages.ask(f"/compare/images/rows.json?{query}&state={state}").body)
        assert [one["number"] for one in answer["rows"]] == sorted(wanted, key=lambda row: -abs(rise[row])), state
        data = json.loads(pages.ask(f"/compare/images.json?{query}&state={state}").body)
        assert (data["total"], data["count"], data["rows"]) == (len(wanted), len(wanted), ROWS)
        [one] = [one for one in found["lists"] if one["state"] == state]
        assert pages.ask(one["link"]).status == 200
        assert f'href="{one["link"].replace("&", "&amp;")}"' in pages.ask(f"/compare?{query}").text


def test_a_list_of_one_class_and_stretches_of_it(two: tuple[Pages, list[Run], np.ndarray, list[np.ndarray]]) -> None:
    pages, runs, truth, said = two
    states, query = sort_states(truth, said), "&".join(f"run={run.name}" for run in runs)
    for code in range(3):
        wanted = [row for row in states["apart"] if truth[row] == code]
        address = f"/compare/images/rows.json?{query}&state=apart&label={quote(HOSTILE[code])}"
        answer = json.loads(pages.ask(address).body)
        assert sorted(one["number"] for one in answer["rows"]) == wanted
        part = json.loads(pages.ask(f"{address}&from=1&count=1").body)
        assert part["rows"] == answer["rows"][1:2]
    assert json.loads(pages.ask(f"/compare/images/rows.json?{query}&state=fixed&label=nobody").body)["rows"] == []


def test_hostile_names_are_text(two: tuple[Pages, list[Run], np.ndarray, list[np.ndarray]]) -> None:
    pages, runs, _, _ = two
    query = "&".join(f"run={run.name}" for run in runs)
    for path in ("/compare?", "/compare/images?state=broke&"):
        text = pages.ask(path + query).text
        assert all(name not in text for name in HOSTILE[:2])
        assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_addresses_that_name_no_list(two: tuple[Pages, list[Run], np.ndarray, list[np.ndarray]]) -> None:
    pages, runs, _, _ = two
    query = "&".join(f"run={run.name}" for run in runs)
    unknown = pages.ask(f"/compare/images.json?{query}&state=nonsense")
    assert (unknown.status, json.loads(unknown.body)["codes"]) == (404, ["PAGE_NO_CHANGE"])
    assert pages.ask(f"/compare/images?run={runs[0].name}").status == 409
    assert pages.ask(f"/compare/images?run={runs[0].name}&run=../x").status == 404
    for address in (f"{query}&state=nonsense", "run=a", ""):
        assert json.loads(pages.ask(f"/compare/images/rows.json?{address}").body)["rows"] == []


@pytest.mark.parametrize("kind", ["value", "multilabel"])
def test_values_come_nearer_and_labels_are_wrong_less_often(tmp_path: Path, kind: str) -> None:
    runs, train, said = write_answered(tmp_path / "c", kind, runs=2)
    pages, truth = Pages(tmp_path / "c"), train.targets["y"].values
    query = "&".join(f"run={run.name}" for run in runs)
    if kind == "value":
        one, other = (np.abs(side[:, 0] - truth) for side in said)
    else:
        one, other = (((side >= 0.5) != (truth > 0.5)).sum(axis=1) for side in said)
    wanted = {"fixed": np.flatnonzero(other < one).tolist(), "broke": np.flatnonzero(other > one).tolist()}
    for state, rows in wanted.items():
        found: dict[str, Any] = json.loads(pages.ask(f"/compare/images/rows.json?{query}&state={state}").body)
        assert sorted(card["number"] for card in found["rows"]) == rows
    assert pages.ask(f"/compare/images?{query}&state=fixed").status == 200
    text = pages.ask(f"/compare?{query}").text
    assert ("came nearer" in text) == (kind == "value")


def test_shares_are_neither_right_nor_wrong(tmp_path: Path) -> None:
    runs, _, _ = write_answered(tmp_path / "c", "soft", runs=2)
    pages = Pages(tmp_path / "c")
    query = "&".join(f"run={run.name}" for run in runs)
    assert json.loads(pages.ask(f"/compare.json?{query}").body)["changes"] == []
    assert 'id="changed"' not in pages.ask(f"/compare?{query}").text
    assert pages.ask(f"/compare/images?{query}&state=fixed").status == 409


def test_runs_that_are_no_pair_say_why(tmp_path: Path) -> None:
    runs, _, _ = write_answered(tmp_path / "c", runs=2)
    for job in runs[1].jobs():
        (runs[1].job_path(job) / "result.json").unlink()
    pages = Pages(tmp_path / "c")
    query = "&".join(f"run={run.name}" for run in runs)
    [found] = json.loads(pages.ask(f"/compare.json?{query}").body)["changes"]
    assert found["lists"] == []
    assert "COMPARE_FEW" in found["problem"]
    assert pages.ask(f"/compare?{query}").status == 200
    assert pages.ask(f"/compare/images?{query}&state=fixed").status == 409
