from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from tamesu.artifacts.competition import Competition, Part, check_name

FULL = {
    "name": "宗教画",
    "data": "../host",
    "train": {"table": "train.csv", "image": "train/{id}.jpg"},
    "targets": {"theme": {"kind": "class", "column": "theme"}},
    "main": "theme",
    "metric": {"map_at_k": {"k": 5}},
}


def test_parts_are_written_short_and_read_either_way() -> None:
    for written in ("average", {"gem": {"p": 3}}, {"gem": {}}):
        part = Part.model_validate(written)
        assert Part.model_validate(part.written()) == part
        assert Part.model_validate(part.model_dump()) == part
    assert Part.model_validate({"gem": None}).options == {}
    for wrong in (3, ["average"], {"a": 1, "b": 2}, {"gem": "p"}):
        with pytest.raises(ValidationError):
            Part.model_validate(wrong)


def test_defaults_and_places() -> None:
    competition = Competition.model_validate(FULL)
    assert competition.main_target.column == "theme"
    assert competition.data_folder(Path("comp")) == Path("comp/../host")
    assert (competition.folds.n_splits, competition.folds.repeats, competition.id) == (5, 1, "id")
    assert competition.metric.options == {"k": 5}


@pytest.mark.parametrize(
    "change",
    [
        {"metrc": "accuracy"},
        {"targets": {}},
        {"folds": {"n_splits": 1}},
        {"folds": {"n_splits": "5"}},
        {"symmetries": {"horizontal_flip": "maybe"}},
        {"name": "../out"},
    ],
)
def test_what_is_not_understood_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Competition.model_validate(FULL | change)


def test_a_competition_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Competition.model_validate(FULL).main = "other"


@pytest.mark.parametrize("name", ["base", "resnet50.a1_in1k", "基準-2", "a" * 64])
def test_names(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", ".hidden", "-x", "a/b", "a\\b", "a b", "<b>", "a" * 65, "a\n"])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a name of letters"):
        check_name(name)
