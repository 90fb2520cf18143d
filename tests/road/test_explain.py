"""Real runs with one thing wrong get its name; `benchmarks/diagnoses.py` asks for many more."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.road.planted_runs import NAMES, make_digits, make_pets

from tamesu import workflow
from tamesu.explaining import explain


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["clean", "poisoned"])
def test_digits_with_one_thing_wrong(tmp_path: Path, kind: str) -> None:
    make_digits(tmp_path / "c", kind, 100)
    run = workflow.train("base", folder=tmp_path / "c")
    found = explain(run.name, folder=tmp_path / "c", pictures=0)
    assert next((one.code for one in found if one.weight != "note"), "clean") == NAMES[kind]


@pytest.mark.slow
def test_a_corner_that_gives_the_label_away(tmp_path: Path, shared: Path) -> None:
    make_pets(tmp_path / "c", "corner", 100, shared, splits=2)
    run = workflow.train("base", folder=tmp_path / "c")
    found = explain(run.name, folder=tmp_path / "c")
    places = [one for one in found if one.code == "RUN_HEAT_PLACE"]
    assert places
    assert {str(one.values["place"]) for one in places} == {"top right corner"}
