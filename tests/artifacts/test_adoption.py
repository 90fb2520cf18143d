"""Adopting keys: only the keys asked for change, comments stay, doubtful forms are left to a hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.tiny import write_competition

from tamesu.artifacts.adoption import adopt, set_key
from tamesu.artifacts.loading import load_competition
from tamesu.errors import InputError

WANTED = {"groups": "audit/groups.csv", "folds.splitter": "stratified_group_kfold"}


def facts(text: str) -> object:
    import yaml

    return yaml.safe_load(text)


def test_groups_and_splitter_are_set_and_comments_stay(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "comp")
    path = folder / "competition.yaml"
    path.write_text(path.read_text() + "# a last word\n", encoding="utf-8")
    before, old = load_competition(folder), path.read_text()
    assert adopt(folder, WANTED) == ["groups: audit/groups.csv", "folds.splitter: stratified_group_kfold"]
    after, new = load_competition(folder), path.read_text()
    assert after.groups == "audit/groups.csv"
    assert after.folds.splitter.name == "stratified_group_kfold"
    assert after.model_copy(update={"groups": before.groups, "folds": before.folds}) == before
    assert after.folds.model_copy(update={"splitter": before.folds.splitter}) == before.folds
    assert [line for line in old.splitlines() if "#" in line] == [line for line in new.splitlines() if "#" in line]


def test_adopting_twice_changes_nothing(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "comp")
    adopt(folder, WANTED)
    first = (folder / "competition.yaml").read_bytes()
    adopt(folder, WANTED)
    assert (folder / "competition.yaml").read_bytes() == first


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("folds:\n  splitter: kfold  # why\n  seed: 1\nb: 2\n", "folds:\n  splitter: x  # why\n  seed: 1\nb: 2\n"),
        ("folds:\n  splitter: {kfold: {}}\n  seed: 1\n", "folds:\n  splitter: x\n  seed: 1\n"),
        ("folds:\n  splitter:\n    blocks:\n      k: 1\n  seed: 1\n", "folds:\n  splitter:\n    x\n  seed: 1\n"),
        ("folds:\n  seed: 1\nb: 2\n", "folds:\n  splitter: x\n  seed: 1\nb: 2\n"),
        ("b: 2\n", "b: 2\nfolds: {splitter: x}\n"),
        ("b: 2", "b: 2\nfolds: {splitter: x}\n"),
    ],
)
def test_every_form_of_folds(text: str, wanted: str) -> None:
    assert facts(set_key(text, ["folds", "splitter"], "x")) == facts(wanted)
    assert set_key(text, ["folds", "splitter"], "x").splitlines() == wanted.splitlines()


def test_a_file_in_braces_or_with_an_anchor_is_left_alone_or_right(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "comp")
    path = folder / "competition.yaml"
    path.write_text(path.read_text().replace("folds:", "folds: null\n#"), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(InputError):
        adopt(folder, WANTED)
    assert path.read_bytes() == before
