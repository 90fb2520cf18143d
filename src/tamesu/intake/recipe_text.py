"""The first recipe and the first ideas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tamesu.artifacts.ideas import make_auxiliary_idea
from tamesu.artifacts.recipe import USUAL_LOSSES
from tamesu.intake.defaults import family_defaults
from tamesu.intake.guesses import Guess
from tamesu.intake.symmetries import IDEA_DEGREES, FoundSymmetries
from tamesu.intake.targets import FoundTarget, Targets
from tamesu.intake.weights import BackboneChoice
from tamesu.intake.yaml_text import block, comment, reasons_for
from tamesu.messages import Language
from tamesu.messages.guesses import explain

USUAL_SIZE_PX = 224
# Images this much smaller than the usual size would only be blown up.
SMALL_SHARE = 0.7
STEP_PX = 32


def make_recipe(
    targets: Targets,
    backbone: BackboneChoice,
    symmetries: FoundSymmetries,
    *,
    rows: int,
    size_px: int | None,
    short_side_px: int | None,
    language: Language | None = None,
) -> tuple[dict[str, Any], list[Guess]]:
    """The keys of `recipes/base.yaml`.

    Args:
        targets: what is to be predicted.
        backbone: with its options.
        symmetries: whether images may be mirrored.
        rows: train rows.
        size_px: the user's choice of the image size.
        short_side_px: the median shorter side of the images, None when unknown.
        language: of the question; the user's when None.

    Returns:
        The recipe as plain values, and what was guessed.
    """
    guesses = list(backbone.guesses)
    if size_px is None:
        size_px, code = choose_size(short_side_px)
        guesses.append(Guess("image.size", str(size_px), code, {"side": short_side_px}))
    augmentations: list[Any] = [{"random_resized_crop": {"scale": [0.6, 1.0]}}]
    guesses += symmetries.guesses
    if symmetries.flips:
        augmentations.append("horizontal_flip")
    augmentations.append({"color_jitter": {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2}})
    defaults = family_defaults(backbone.name, rows, backbone.pretrained)
    guesses.append(Guess("optimizer", backbone.name, defaults.pop("evidence"), {"backbone": backbone.name}))
    if isinstance(defaults["schedule"], dict):
        guesses.append(Guess("schedule", next(iter(defaults["schedule"])), "DEFAULTS_WARMUP", {}))
    if "layer_decay" in defaults:
        value = str(defaults["layer_decay"])
        guesses.append(Guess("layer_decay", value, "DEFAULTS_LAYER_DECAY", {"value": value}))
    recipe = {
        "question": explain("QUESTION", {"backbone": backbone.name}, language),
        "image": {"size": size_px},
        "backbone": {backbone.name: backbone.options},
        "heads": {target.name: {"loss": USUAL_LOSSES[target.kind]} for target in targets.found},
        "augmentations": augmentations,
        **defaults,
    }
    return recipe, guesses


def choose_size(short_side_px: int | None) -> tuple[int, str]:
    """The image size, and the reason's code.

    Examples:
        >>> choose_size(500), choose_size(28), choose_size(None)
        ((224, 'SIZE_USUAL'), (32, 'SIZE_SMALL_IMAGES'), (224, 'SIZE_USUAL'))
    """
    if short_side_px is None or short_side_px >= SMALL_SHARE * USUAL_SIZE_PX:
        return USUAL_SIZE_PX, "SIZE_USUAL"
    return max(STEP_PX, -(-short_side_px // STEP_PX) * STEP_PX), "SIZE_SMALL_IMAGES"


def recipe_text(recipe: Mapping[str, Any], guesses: Sequence[Guess], language: Language | None) -> str:
    """`recipes/base.yaml`: question, command and expectation first, then the keys with their reasons."""
    head = [recipe["question"], *(explain(code, {}, language) for code in ("RECIPE_RUN", "RECIPE_EXPECTED"))]
    lines = "".join(f"{line}\n" for sentence in head for line in comment(sentence))
    return lines + "".join(block(key, value, reasons_for(key, guesses)) for key, value in recipe.items())


def make_ideas(
    recipe: Mapping[str, Any], targets: Targets, symmetries: FoundSymmetries, auxiliary: Sequence[FoundTarget] = ()
) -> list[tuple[str, str, dict[str, Any]]]:
    """The first queue: (name, reason code, changes), each valid for the recipe."""
    main = targets.main
    loss = f"heads.{main.name}.loss"
    ideas: list[tuple[str, str, dict[str, Any]]] = []
    if main.kind in ("class", "identity"):
        ideas.append(("smoothing", "IDEA_SMOOTHING", {loss: {"cross_entropy": {"label_smoothing": 0.1}}}))
    if main.kind == "ordinal":
        ideas.append(("thresholds", "IDEA_THRESHOLDS", {loss: "coral"}))
    if main.kind == "identity":
        ideas.append(("angles", "IDEA_ANGLES", {loss: "arcface"}))
    if main.kind == "value":
        ideas.append(("squared", "IDEA_SQUARED", {loss: "mse"}))
    if "horizontal_flip" in recipe["augmentations"]:
        ideas.append(("no_flip", "IDEA_NO_FLIP", {"augmentations-": "horizontal_flip"}))
    elif symmetries.tries_flip:
        ideas.append(("flip", "IDEA_FLIP", {"augmentations+": "horizontal_flip"}))
    if symmetries.turns:
        ideas.append(("rotate", "IDEA_ROTATE", {"augmentations+": {"rotate": {"degrees": IDEA_DEGREES}}}))
    ideas.append(("longer", "IDEA_LONGER", {"epochs": recipe["epochs"] * 3 // 2}))
    name, options = next(iter(recipe["optimizer"].items()))
    ideas.append(("half_lr", "IDEA_HALF_LR", {f"optimizer.{name}.lr": options["lr"] / 2}))
    larger = -(-recipe["image"]["size"] * 5 // 4 // STEP_PX) * STEP_PX
    ideas.append(("larger", "IDEA_LARGER", {"image.size": max(larger, recipe["image"]["size"] + STEP_PX)}))
    # Last in the file, first in value: nothing has to be thought of, and nothing is lost.
    for target in auxiliary:
        if target.name in symmetries.kept_back:
            continue
        idea = make_auxiliary_idea(target.name, target.kind)
        ideas.append((idea.name, "IDEA_AUXILIARY", idea.changes))
    return ideas


def ideas_text(ideas: Sequence[tuple[str, str, dict[str, Any]]], language: Language | None) -> str:
    """`ideas.yaml`: a reason above each idea."""
    lines = comment(explain("IDEAS_HEAD", {}, language))
    for name, code, changes in ideas:
        lines += ["", *comment(explain(code, {}, language)), block(name, changes).rstrip("\n")]
    return "\n".join(lines) + "\n"
