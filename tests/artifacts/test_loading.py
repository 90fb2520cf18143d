"""The 25 config cases of RELIABILITY.md 4.2, and what `from:` and changes do to a recipe, lines included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamesu.artifacts.documents import Document
from tamesu.artifacts.loading import (
    change_document,
    find_recipes,
    load_competition,
    load_recipe,
    merge_documents,
    read_recipe,
    show_path,
)
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.schema import check_document
from tamesu.errors import Fault, InputError, Where

RECIPE = """\
question: What does a plain network reach?
backbone: {resnet34: {weights: imagenet}}
heads: {theme: {loss: cross_entropy}}
augmentations: [random_resized_crop, horizontal_flip]
optimizer: {adamw: {lr: 3e-4, weight_decay: 0.05}}
epochs: 12
seeds: [0]
"""
COMPETITION = """\
name: paintings
train: {table: train.csv, image: "train/{id}.jpg"}
targets:
  theme: {kind: class, column: theme, labels: [yes, no]}
main: theme
metric: accuracy
folds: {n_splits: 5}
"""
ALIAS_BOMB = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 11))
KEY = "0123456789abcdef0123456789abcdef"


def write(folder: Path, name: str, content: str | bytes) -> None:
    (folder / "recipes").mkdir(exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def faults_of(folder: Path, name: str) -> tuple[Fault, ...]:
    """The faults of a file of the folder, by way of the loader for it."""
    try:
        load_competition(folder) if name == "competition.yaml" else load_recipe(folder, name)
    except InputError as error:
        return error.faults
    return ()


# Case, file, content, code (None: ok), line.
CONFIGS: list[tuple[str, str, str | bytes, str | None, int | None]] = [
    ("good", "recipes/base.yaml", RECIPE, None, None),
    ("python-object", "recipes/base.yaml", RECIPE + "x: !!python/object/apply:os.system [id]\n", "CONFIG_UNSAFE_TAG", 8),
    ("alias-bomb", "recipes/base.yaml", ALIAS_BOMB, "CONFIG_ALIASES", 5),
    ("duplicate-key", "recipes/base.yaml", RECIPE + "epochs: 3\n", "CONFIG_DUPLICATE_KEY", 8),
    ("typo-key", "recipes/base.yaml", RECIPE.replace("epochs", "epoch"), "CONFIG_UNKNOWN_KEY", 6),
    ("sci-string", "recipes/base.yaml", RECIPE.replace("3e-4", "1e-3"), None, None),
    ("norway", "competition.yaml", COMPETITION, None, None),
    ("octal", "recipes/base.yaml", RECIPE.replace("12", "010"), "CONFIG_AMBIGUOUS_NUMBER", 6),
    ("lr-nan", "recipes/base.yaml", RECIPE.replace("3e-4", ".nan"), "CONFIG_RANGE", 5),
    ("folds-one", "competition.yaml", COMPETITION.replace("n_splits: 5", "n_splits: 1"), "CONFIG_RANGE", 7),
    ("epochs-string", "recipes/base.yaml", RECIPE.replace("12", '"12"'), "CONFIG_TYPE", 6),
    ("seeds-repeated", "recipes/base.yaml", RECIPE.replace("[0]", "[0, 1, 0]"), "CONFIG_DUPLICATE_SEED", 7),
    ("huge-int", "recipes/base.yaml", RECIPE.replace("12", "1" * 5000), "CONFIG_RANGE", 6),
    ("deep", "recipes/base.yaml", "a: " + "[" * 20_000, "CONFIG_TOO_DEEP", 1),
    ("tabs", "recipes/base.yaml", "image:\n\tsize: 224\n", "CONFIG_SYNTAX", 2),
    ("empty", "recipes/base.yaml", "", "CONFIG_EMPTY", None),
    ("list-root", "recipes/base.yaml", "- backbone: resnet18\n", "CONFIG_TYPE", 1),
    ("two-documents", "recipes/base.yaml", RECIPE + "---\n" + RECIPE, "CONFIG_SYNTAX", 8),
    ("latin1", "recipes/base.yaml", RECIPE.replace("What", "Où").encode("latin-1"), "CONFIG_ENCODING", 1),
    ("out-traversal", "recipes/base.yaml", RECIPE + "name: ../../outside\n", "CONFIG_NAME", 8),
    ("name-odd", "competition.yaml", COMPETITION.replace("paintings", "<b>写真/a</b>"), "CONFIG_NAME", 1),
    ("secret-inside", "recipes/base.yaml", RECIPE + f"key: {KEY}\n", "CONFIG_SECRET", 8),
    ("target-call", "recipes/base.yaml", RECIPE + "_target_: os.system\n", "CONFIG_UNKNOWN_KEY", 8),
    ("nan", "recipes/base.json", '{"backbone": "resnet18",\n"ema": NaN}', "CONFIG_SYNTAX", 2),
]


@pytest.mark.parametrize(("name", "content", "code", "line"), [c[1:] for c in CONFIGS], ids=[c[0] for c in CONFIGS])
def test_config_cases(name: str, content: str | bytes, code: str | None, line: int | None, tmp_path: Path) -> None:
    write(tmp_path, name, content)
    faults = faults_of(tmp_path, name)
    assert [(f.code, f.where.line) for f in faults] == ([] if code is None else [(code, line)])
    assert all(str(f.where.file) == name and f.outcome == "refuse" for f in faults)
    assert KEY not in "".join(f.text("en") + f.text("ja") for f in faults)


def test_sci_and_norway_are_what_they_say(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    write(tmp_path, "competition.yaml", COMPETITION)
    assert load_recipe(tmp_path, "base").optimizer.options["lr"] == 0.0003
    assert load_competition(tmp_path).main_target.labels == ["yes", "no"]


def test_a_recipe_has_its_files_name_unless_it_says_another(tmp_path: Path) -> None:
    write(tmp_path, "recipes/写真.yml", RECIPE)
    write(tmp_path, "recipes/b.yaml", RECIPE + "name: other\n")
    assert load_recipe(tmp_path, "写真").name == "写真"
    assert load_recipe(tmp_path, "recipes/b.yaml").name == "other"
    assert load_recipe(tmp_path, tmp_path / "recipes" / "b.yaml").name == "other"
    assert find_recipes(tmp_path) == ["b", "写真"]
    assert find_recipes(tmp_path / "nowhere") == []


def test_a_saved_recipe_loads_again(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    recipe = load_recipe(tmp_path, "base")
    write(tmp_path, "recipe.json", json.dumps(recipe.written()))
    assert load_recipe(tmp_path, "recipe.json") == recipe


def test_a_missing_recipe_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    with pytest.raises(InputError) as caught:
        load_recipe(tmp_path, "bose")
    fault = caught.value.faults[0]
    assert (fault.code, fault.near, str(fault.where)) == ("CONFIG_NO_FILE", "base", "recipes/bose.yaml")


CHILD = """\
from: base
question: With another head?
optimizer: {adamw: {lr: 1e-3}}
backbone: resnet18
heads: {theme: {weight: 0.5}, century: {loss: mse}}
augmentations: [rotate]
"""


def test_a_child_replaces_key_by_key(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    write(tmp_path, "recipes/child.yaml", CHILD)
    child, base = load_recipe(tmp_path, "child"), load_recipe(tmp_path, "base")
    assert (child.name, child.question, child.epochs) == ("child", "With another head?", 12)
    assert child.optimizer.written() == {"adamw": {"lr": 0.001, "weight_decay": 0.05}}
    assert child.backbone.written() == "resnet18", "another part keeps no options of the old one"
    assert child.heads["theme"].loss == base.heads["theme"].loss and child.heads["theme"].weight == 0.5
    assert child.heads["century"].loss.name == "mse"
    assert [part.name for part in child.augmentations] == ["rotate"]


def test_naming_the_same_part_keeps_its_options(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    write(tmp_path, "recipes/child.yaml", "from: base\noptimizer: adamw\n")
    assert load_recipe(tmp_path, "child").optimizer.options == {"lr": 0.0003, "weight_decay": 0.05}


def test_faults_stand_in_the_file_that_wrote_them(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE.replace("epochs: 12", "epochs: ten").replace("seeds: [0]", "batch: 3"))
    write(tmp_path, "recipes/child.yaml", "from: base\n\nfreeze: -1\nimage: {sise: 3}\nbackbone: {a: {}, b: {}}\n")
    faults = {str(fault.where): fault.code for fault in faults_of(tmp_path, "recipes/child.yaml")}
    assert faults == {
        "recipes/base.yaml:6 epochs": "CONFIG_TYPE",
        "recipes/base.yaml:7 batch": "CONFIG_UNKNOWN_KEY",
        "recipes/child.yaml:3 freeze": "CONFIG_RANGE",
        "recipes/child.yaml:4 image.sise": "CONFIG_UNKNOWN_KEY",
        "recipes/child.yaml:5 backbone": "CONFIG_TYPE",
    }


def test_places_of_what_a_child_replaced_are_forgotten(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    write(tmp_path, "recipes/child.yaml", CHILD)
    _, document, _ = read_recipe(tmp_path, "child")
    assert document is not None
    assert str(document.where(("backbone", "resnet18"))) == "recipes/child.yaml:4 backbone.resnet18"
    assert str(document.where(("backbone", "resnet34", "weights"))).startswith("recipes/child.yaml:4")
    assert str(document.where(("augmentations", 1))).startswith("recipes/child.yaml:6")
    assert str(document.where(("optimizer", "adamw", "weight_decay"))) == "recipes/base.yaml:5 optimizer.adamw.weight_decay"
    assert str(document.where(("optimizer", "adamw", "lr"))) == "recipes/child.yaml:3 optimizer.adamw.lr"


def test_circles_and_missing_parents(tmp_path: Path) -> None:
    write(tmp_path, "recipes/a.yaml", "epochs: 3\nfrom: b\n")
    write(tmp_path, "recipes/b.yaml", "from: a\n")
    write(tmp_path, "recipes/self.yaml", "from: self\n")
    write(tmp_path, "recipes/c.yaml", "from: bb\n")
    write(tmp_path, "recipes/d.yaml", "from: [a]\n")
    found = {name: faults_of(tmp_path, f"recipes/{name}.yaml")[0] for name in ("a", "self", "c", "d")}
    assert {name: (fault.code, str(fault.where), fault.near) for name, fault in found.items()} == {
        "a": ("CONFIG_FROM_CYCLE", "recipes/b.yaml:1 from", None),
        "self": ("CONFIG_FROM_CYCLE", "recipes/self.yaml:1 from", None),
        "c": ("CONFIG_NO_FILE", "recipes/c.yaml:1 from", "b"),
        "d": ("CONFIG_TYPE", "recipes/d.yaml:1 from", None),
    }
    assert "a -> b -> a" in found["a"].text("en")


def test_three_generations(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    write(tmp_path, "recipes/b.yaml", "from: base\nepochs: 3\nbatch_size: 8\n")
    write(tmp_path, "recipes/c.yaml", "from: recipes/b.yaml\nepochs: 4\n")
    recipe = load_recipe(tmp_path, "c")
    assert (recipe.epochs, recipe.batch_size, recipe.name, recipe.backbone.name) == (4, 8, "c", "resnet34")


@pytest.mark.parametrize("changes", [["epochs=3", "backbone=resnet18"], {"epochs": 3, "backbone": "resnet18"}])
def test_changes_are_applied_last(changes: Any, tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    recipe = load_recipe(tmp_path, "base", changes)
    assert (recipe.epochs, recipe.backbone.written(), recipe.name) == (3, "resnet18", "base")


def test_changes_that_do_not_fit_and_values_that_do_not(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    with pytest.raises(InputError) as caught:
        load_recipe(tmp_path, "base", ["epoch=3", "optimizer.lr=1"])
    assert caught.value.codes == ("CONFIG_UNKNOWN_KEY", "CONFIG_SKIPPED_PART")
    with pytest.raises(InputError) as caught:
        load_recipe(tmp_path, "base", ["epochs=ten", "seeds=[1, 1]", "batch_size=0"])
    assert [(f.code, str(f.where)) for f in caught.value.faults] == [("CONFIG_TYPE", "epochs"), ("CONFIG_RANGE", "batch_size")]
    with pytest.raises(InputError) as caught:
        load_recipe(tmp_path, "base", ["seeds=[1, 1]"])
    assert [(f.code, str(f.where)) for f in caught.value.faults] == [("CONFIG_DUPLICATE_SEED", "seeds")]
    with pytest.raises(InputError) as caught:
        load_recipe(tmp_path, "base", ["epochs"])
    assert caught.value.codes == ("CONFIG_CHANGE",)


def test_changes_stand_where_they_are_written(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE)
    changes = {"augmentations+": "sepia", "augmentations-": "horizontal_flip", "optimizer.adamw.lr": 1.0}
    said = {key: Where("ideas.yaml", line) for line, key in enumerate(changes, start=1)}
    _, document, faults = read_recipe(tmp_path, "base", changes, said)
    assert document is not None and faults == []
    assert str(document.where(("optimizer", "adamw", "lr"))) == "ideas.yaml:3 optimizer.adamw.lr"
    assert str(document.where(("optimizer", "adamw", "weight_decay"))).startswith("recipes/base.yaml:5")
    _, document, faults = read_recipe(tmp_path, "base", {"augmentations+": "sepia"}, said)
    assert document is not None
    assert str(document.where(("augmentations", 2, "sepia"))) == "ideas.yaml:1 augmentations.sepia"
    _, _, faults = read_recipe(tmp_path, "base", {"epoch": 1}, {"epoch": Where("ideas.yaml", 9)})
    assert [str(fault.where) for fault in faults] == ["ideas.yaml:9 epoch"]


def test_what_is_left_of_a_list_keeps_its_lines(tmp_path: Path) -> None:
    write(tmp_path, "recipes/base.yaml", RECIPE + "image:\n  channels:\n    - a\n    - b\n    - a\n    - c: {x: 1}\n")
    _, document, _ = read_recipe(tmp_path, "base", {"image.channels-": "a"})
    assert document is not None and document.value["image"]["channels"] == ["b", {"c": {"x": 1}}]
    lines = {key: line for key, line in document.lines.items() if key.startswith("image.channels")}
    assert lines == {
        "image.channels": 9,
        "image.channels.0": 11,
        "image.channels.1": 13,
        "image.channels.1.c": 13,
        "image.channels.1.c.x": 13,
    }
    _, document, _ = read_recipe(
        tmp_path, "base", {"heads.more": {"loss": "mse"}, "heads-": "more", "seeds-": 0, "image.channels-": "rgb"}
    )
    assert document is not None
    assert document.lines["heads.theme.loss"] == 3 and "heads.more" not in document.lines and "seeds.0" not in document.lines


def test_a_missing_competition_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_competition(tmp_path)
    assert caught.value.codes == ("FOLDER_NO_COMPETITION",)


def test_paths_are_shown_from_the_folder(tmp_path: Path) -> None:
    assert show_path(tmp_path, tmp_path / "recipes" / "a.yaml") == "recipes/a.yaml"
    assert show_path(tmp_path / "x", tmp_path / "a.yaml") == str(tmp_path / "a.yaml")


KEYS = st.sampled_from(
    ["image", "size", "channels", "heads", "theme", "loss", "optimizer", "adamw", "lr", "augmentations", "seeds", "epochs"]
) | st.text(max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 300) | st.floats(allow_nan=False, allow_infinity=False) | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=6)
PATHS = st.builds("{}{}".format, st.lists(KEYS, min_size=1, max_size=4).map(".".join), st.sampled_from(["", "+", "-"]))


@settings(max_examples=200, deadline=None)
@given(MAPPINGS, MAPPINGS, st.dictionaries(PATHS, VALUES, max_size=3))
def test_any_values_and_changes_give_faults_in_words(parent: Any, child: Any, changes: Any) -> None:
    merged = merge_documents(Document(parent, {}, "a.yaml"), Document(child, {}, "b.yaml"))
    changed, faults = change_document(merged, changes, {})
    recipe, found = check_document(Recipe, changed)
    assert (recipe is None) == bool(found)
    for fault in [*faults, *found]:
        assert fault.text("en") and fault.text("ja") and "Input should" not in fault.text("en")
