from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml

from tamesu.artifacts.dataset import TargetValues
from tamesu.artifacts.documents import parse_document
from tamesu.artifacts.files import write_json
from tamesu.artifacts.recipe import Recipe
from tamesu.report.origin import (
    describe_data,
    list_commands,
    make_environment_section,
    make_recipe_section,
    make_reproduce_section,
    show_environment,
    write_recipe,
)
from tamesu.report.words import Words

EN = Words("en")
TWO = {"y": ("class", ("a", "b"))}


def test_the_recipe_shown_is_the_recipe_trained(paintings) -> None:
    text = write_recipe(paintings.run)
    for plain in (yaml.safe_load(text), parse_document(text, "base.yaml").value):
        read = Recipe.model_validate({**plain, "name": "base"})
        assert read == paintings.run.recipe
        assert read.digest() == paintings.run.spec.recipe_digest
    assert "recipes/base.yaml" in make_recipe_section(paintings.run, EN).body


def test_hostile_words_in_the_recipe_stay_text(hostile) -> None:
    assert "<script" not in make_recipe_section(hostile.run, EN).body


def test_data_folds_versions_and_digests_are_there(paintings) -> None:
    body = make_environment_section(paintings.run, paintings.train, None, EN).body
    spec = paintings.run.spec
    for text in (
        "600",
        "none",
        "class, 13 labels",
        f"folds/{spec.folds}",
        "2.10.0",
        "Linux x86_64",
        "3c0ffee5",
        spec.digest()[:16],
    ):
        assert text in body
    (paintings.run.path / "environment.json").rename(paintings.run.path / "gone")
    try:
        assert "missing or damaged" in make_environment_section(paintings.run, paintings.train, paintings.train, EN).body
    finally:
        (paintings.run.path / "gone").rename(paintings.run.path / "environment.json")


def test_every_kind_of_target_is_told(paintings) -> None:
    classes, rows = ("軽症", "中等症", "重症"), len(paintings.train)
    shares = np.full((rows, 3), 1 / 3, np.float32)
    shares[0] = np.nan
    targets = {
        "degree": TargetValues("ordinal", classes, np.zeros(rows, np.int64)),
        "who": TargetValues("identity", classes, np.full(rows, -1)),
        "share": TargetValues("soft", classes, shares),
        "xy": TargetValues("value", ("x", "y"), np.zeros((rows, 2))),
        "nose": TargetValues("points", ("nose",), np.zeros((rows, 1, 2))),
        "seg": TargetValues("mask", (), np.full(rows, "a.png")),
        "depth": TargetValues("map", (), np.full(rows, "")),
    }
    train = replace(paintings.train, targets=targets)
    for language in ("en", "ja"):
        words = Words(language)
        said = [text for _, text in describe_data(paintings.run, train, None, words)][2:]
        assert [text.split("、")[0].split(",")[0] for text in said[:7]] == [
            words(f"kind_{kind}") for kind in ("ordinal", "identity", "soft", "value", "points", "mask", "map")
        ]
        if language == "en":
            assert said[2] == "soft, 3 labels, 1 rows without a value" and said[5] == "mask, 0 rows without a value"
            assert said[1] == f"identity, 3 labels, {rows} rows without a value" and said[3] == "value, 0 rows without a value"


def test_the_commands_can_be_typed(tmp_path: Path, make_synthetic) -> None:
    made = make_synthetic(tmp_path / "my comp; rm -rf", TWO, rows=20, n_splits=2, epochs=1, name="基準", quick=True)
    (made.run.path / "jobs" / "r0-f0-s7").mkdir()
    commands = [shlex.split(line) for line in list_commands(made.run)]
    assert commands == [
        ["cd", "my comp; rm -rf"],
        ["git", "checkout", "3c0ffee5"],
        ["tamesu", "train", "基準", "seeds=[0,7]", "--quick"],
        ["tamesu", "report", made.run.name],
    ]
    environment = json.loads((made.run.path / "environment.json").read_text())
    write_json(made.run.path / "environment.json", environment | {"forced": ["rotate", "vertical_flip"]})
    assert shlex.split(list_commands(made.run)[2])[-1] == "--force"
    write_json(made.run.path / "environment.json", environment | {"accepted_leaks": ["leak:groups"]})
    assert shlex.split(list_commands(made.run)[2])[-2:] == ["--accept", "leak:groups"]
    write_json(made.run.path / "environment.json", environment | {"forced": ["rotate", "vertical_flip"]})
    assert "rotate, vertical_flip" in show_environment(made.run, EN)


def test_changes_without_a_commit_are_mentioned(paintings) -> None:
    assert "git.diff" not in make_reproduce_section(paintings.run, EN).body
    (paintings.run.path / "git.diff").write_text("")
    try:
        assert "git.diff" in make_reproduce_section(paintings.run, EN).body
    finally:
        (paintings.run.path / "git.diff").unlink()
