from __future__ import annotations

import pytest
import yaml

from tamesu.artifacts.recipe import Recipe
from tamesu.augmentations import AUGMENTATIONS
from tamesu.intake.guesses import Guess
from tamesu.intake.kinds import Kind
from tamesu.intake.recipe_text import choose_size, ideas_text, make_ideas, make_recipe, recipe_text
from tamesu.intake.symmetries import FoundSymmetries, find_symmetries
from tamesu.intake.targets import KINDS, FoundTarget, Targets
from tamesu.intake.weights import BackboneChoice

BACKBONE = BackboneChoice("resnet18", {"weights": "imagenet"}, True, ())


def targets_of(*labels: str, kind: Kind = "class", name: str = "label") -> Targets:
    return Targets((FoundTarget(name, kind, name, (), None, labels, dict.fromkeys(labels, 9)),))


def make(targets: Targets, size_px: int | None = None) -> tuple[Recipe, dict[str, object], list[Guess]]:
    plain, guesses = make_recipe(
        targets, BACKBONE, find_symmetries(targets.found), rows=900, size_px=size_px, short_side_px=300, language="en"
    )
    return Recipe.model_validate(plain), plain, guesses


@pytest.mark.parametrize("labels", [("cat", "dog"), ("left", "right"), ("left", "ahead"), tuple("0123456789")])
def test_images_are_mirrored_where_that_is_safe(labels: tuple[str, ...]) -> None:
    targets = targets_of(*labels)
    found = find_symmetries(targets.found)
    recipe, plain, guesses = make(targets)
    assert ("horizontal_flip" in [part.name for part in recipe.augmentations]) is found.flips
    assert all(guess in guesses for guess in found.guesses)
    for part in recipe.augmentations:
        assert AUGMENTATIONS.check(part.name, part.options) == []
    ideas = [name for name, _, _ in make_ideas(plain, targets, found)]
    assert ("no_flip" in ideas, "flip" in ideas) == (found.flips, found.tries_flip)


def test_losses() -> None:
    found = {kind: make(targets_of("a", "b", kind=kind))[0].heads["label"].loss.name for kind in KINDS}
    coded = dict.fromkeys(("class", "ordinal", "identity"), "cross_entropy")
    assert found == coded | {"multilabel": "bce", "soft": "kl_divergence", "value": "smooth_l1"}


def test_sizes() -> None:
    assert [choose_size(side)[0] for side in (8, 32, 33, 96, 156, 157, 1000)] == [32, 32, 64, 96, 160, 224, 224]
    assert make(targets_of("a", "b"), size_px=96)[0].image.size == 96


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("labels", [("cat", "dog"), tuple("0123456789")])
def test_every_idea_changes_the_recipe(kind: Kind, labels: tuple[str, ...]) -> None:
    targets = targets_of(*labels, kind=kind, name="Cover.Type")
    recipe, plain, _ = make(targets)
    ideas = make_ideas(plain, targets, find_symmetries(targets.found))
    text = ideas_text(ideas, "en")
    read = yaml.safe_load(text)
    assert list(read) == [name for name, _, _ in ideas] and len(read) >= 4
    assert text.count("\n#") >= len(ideas), "each has its reason above it"
    digests = {recipe.vary(changes).digest() for _, _, changes in ideas}
    assert len(digests) == len(ideas) and recipe.digest() not in digests


def test_the_text_is_the_recipe() -> None:
    recipe, plain, guesses = make(targets_of("cat", "dog"))
    text = recipe_text(plain, guesses, "en")
    assert text.startswith("# What does a plain fine-tuned resnet18 reach?\n# Run: tamesu train base\n# Expected:")
    # PyYAML alone reads 2e-3 as text, so numbers are compared through tamesu's own reader elsewhere.
    assert yaml.safe_load(text)["heads"] == {"label": {"loss": "cross_entropy"}}
    assert recipe.backbone.written() == {"resnet18": {"weights": "imagenet"}}


def test_an_auxiliary_target_is_an_idea_and_no_head() -> None:
    targets = targets_of("cat", "dog")
    recipe, plain, _ = make(targets)
    ideas = make_ideas(
        plain, targets, FoundSymmetries(), [FoundTarget("色", "class", "色"), FoundTarget("age", "value", "age")]
    )
    changes = {name: changes for name, _, changes in ideas[-2:]}
    assert changes == {
        "aux_色": {"heads.色": {"loss": "cross_entropy", "weight": 0.3}},
        "aux_age": {"heads.age": {"loss": "smooth_l1", "weight": 0.3}},
    }
    assert set(recipe.vary(changes["aux_色"]).heads) == {"label", "色"} and set(recipe.heads) == {"label"}
    assert yaml.safe_load(ideas_text(ideas, "ja"))["aux_age"] == changes["aux_age"]


def test_what_a_flip_may_make_false_is_not_queued() -> None:
    targets = targets_of("cat", "dog")
    _, plain, _ = make(targets)
    auxiliary = [FoundTarget("heading", "value", "heading"), FoundTarget("age", "value", "age")]
    names = [name for name, _, _ in make_ideas(plain, targets, find_symmetries(targets.found, auxiliary), auxiliary)]
    assert "aux_age" in names and "aux_heading" not in names
    names = [name for name, _, _ in make_ideas(plain, targets, FoundSymmetries(turns=False))]
    assert "rotate" not in names
