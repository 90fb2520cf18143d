"""`tamesu tune --augmentations` from a folder to ideas that `try` takes."""

from __future__ import annotations

import cv2
import pytest
import yaml

from tamesu import tuning
from tamesu.artifacts.ideas import load_ideas
from tamesu.checking import check_folder
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.tuning import queue_ideas, tune_augmentations
from tests.tiny import write_competition


class Said(Silent):
    def __init__(self):
        self.lines = []

    def say(self, line):
        self.lines.append(line)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(
        tuning, "draw_candidates", lambda count, seed, known: REAL(count, seed, ["rotate", "grayscale", "hue", "sepia"])
    )
    return write_competition(tmp_path / "comp", epochs=2)


REAL = tuning.draw_candidates


def test_what_is_found_is_an_idea_that_checks(folder):
    for number in range(36, 48):
        path = folder / "data" / "test" / f"{number:03d}.png"
        cv2.imwrite(str(path), (cv2.imread(str(path)) * 0.5).astype("uint8"))
    (folder / "ideas.yaml").write_text("# mine\nlonger: {epochs: 3}\n", encoding="utf-8")
    said = Said()
    ideas = tune_augmentations(folder=folder, candidates=6, images=24, keep=2, reporter=said)
    assert len(ideas["found_policy"]["augmentations+"]["one_of"]["of"]) == 2
    low, high = ideas["match_test"]["augmentations+"]["color_range"]["brightness"]
    assert low < 0.55 and high == 1.0
    text = (folder / "ideas.yaml").read_text(encoding="utf-8")
    assert text.startswith("# mine\nlonger: {epochs: 3}\n")
    assert {"longer", "found_policy", "match_test"} == set(load_ideas(folder))
    assert check_folder(folder) == []
    assert prepare(folder, "base", load_ideas(folder)["found_policy"].changes).recipe.augmentations[-1].name == "one_of"
    assert any("tamesu try base found_policy" in line for line in said.lines)
    csv = (next((folder / "reports").glob("tune-*.csv"))).read_text().splitlines()
    assert len(csv) == 3 and csv[0] == "rise,error,images,parts"


def test_a_second_search_measures_nothing_again(folder, monkeypatch):
    first = tune_augmentations(folder=folder, candidates=4, images=12, keep=2)
    from tamesu.training.held_out import HeldOut

    monkeypatch.setattr(HeldOut, "losses", lambda *_: pytest.fail("measured again"))
    assert tune_augmentations(folder=folder, candidates=4, images=12, keep=2) == first
    assert list(load_ideas(folder)) == list(first)


def test_what_competition_yaml_forbids_is_not_searched(folder):
    competition = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    assert "rotate" in tuning.searchable(folder)
    competition["symmetries"] = {"rotate": "forbidden"}
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition, allow_unicode=True), encoding="utf-8")
    assert "rotate" not in tuning.searchable(folder)


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    why = {"found_policy": "a", "match_test": "b"}
    assert queue_ideas(tmp_path, {"found_policy": {"epochs": 3}}, why) == ["found_policy"]
    assert queue_ideas(tmp_path, {"found_policy": {"epochs": 4}}, why) == ["found_policy_2"]
    assert queue_ideas(tmp_path, {"found_policy": {"epochs": 4}}, why) == ["found_policy_2"]
    assert [idea.changes for idea in load_ideas(tmp_path).values()] == [{"epochs": 3}, {"epochs": 4}]
