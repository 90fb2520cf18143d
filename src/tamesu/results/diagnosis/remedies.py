"""Remedies: what a finding asks for, as ideas of the drawer that can be pasted into ideas.yaml, and as commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.spelling import shell_line
from tamesu.cards.table import CARDS
from tamesu.messages.diagnosis import STEP_AUDIT, STEP_MEMORISE, STEP_RANGE
from tamesu.results.next_steps import FEW_IMAGES, Step

# Cards of the drawer by what they answer, the likeliest help first.
ANSWERS: dict[str, tuple[str, ...]] = {
    "RUN_DIVERGED": ("clip_grad_norm",),
    "RUN_RATE_HIGH": ("clip_grad_norm",),
    "RUN_OVERFITS": (
        "random_resized_crop",
        "rand_augment",
        "mixup",
        "random_erasing",
        "label_smoothing",
        "weight_decay",
        "ema",
    ),
    "RUN_UNDERFITS": ("layer_decay",),
    "RUN_WIGGLES": ("ema",),
    "RUN_RARE_CLASS": ("balanced", "repeat_factor", "class_weights", "logit_adjustment", "focal"),
    "RUN_CLASS_FAILS": ("focal", "class_weights"),
    "RUN_CONFUSES": ("attention", "arcface"),
    "RUN_RANGE_FAILS": ("brightness", "gamma", "downscale", "sharpness"),
    "RUN_TOO_SURE": ("label_smoothing", "mixup"),
    "RUN_HEAT_PLACE": ("random_resized_crop", "cutout", "translate"),
    "RUN_HEAT_OUTSIDE": ("random_resized_crop",),
}
# Which of a card's answers fit a fact.
BY_FACT = {"brightness": ("brightness", "gamma"), "sharpness": ("sharpness", "downscale"), "pixels": ("downscale",)}
# Learning rates: so many times smaller, or larger.
SMALLER, LARGER = (10.0, 100.0), (10.0, 100.0, 1000.0)


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to try after a finding.

    Attributes:
        ideas: name → changes, as `ideas.yaml` takes them.
        cards: the cards of the drawer they come from.
        steps: commands that look or measure, and change nothing.
    """

    ideas: Mapping[str, Mapping[str, Any]]
    cards: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def find_remedy(code: str, values: Mapping[str, Any], recipe: Recipe, main: str) -> Remedy:
    """What to try after a finding, with a recipe; nothing it has already.

    Args:
        code: of the finding.
        values: of the finding.
        recipe: of the run.
        main: the target that is scored.
    """
    names = ANSWERS.get(code, ())
    if code == "RUN_RANGE_FAILS":
        names = BY_FACT.get(str(values.get("about", "")), ())
    ideas: dict[str, Mapping[str, Any]] = {}
    ideas |= change_rate(code, recipe) | change_time(code, recipe) | change_input(code, recipe)
    used = [name for name in names if not is_used(name, recipe)]
    heads = recipe.heads_of(main) or [main]
    for name in used:
        ideas[name] = name_head(CARDS[name].try_first, heads[0])
    return Remedy(ideas, tuple(used), suggest_looking(code, recipe))


def is_used(name: str, recipe: Recipe) -> bool:
    """Whether the recipe has a card's part already.

    Examples:
        >>> recipe = {"name": "base", "backbone": "resnet18", "heads": {"y": {"loss": "mse"}}, "ema": 0.99}
        >>> is_used("ema", Recipe.model_validate(recipe)), is_used("mixup", Recipe.model_validate(recipe))
        (True, False)
    """
    if name == "ema":
        return recipe.ema > 0
    if name == "clip_grad_norm":
        return bool(recipe.clip_grad_norm)
    if name == "layer_decay":
        return recipe.layer_decay < 1
    parts = {part.name for part in recipe.augmentations} | {recipe.sampler.name, recipe.pooling.name}
    losses = {head.loss.name for head in recipe.heads.values()}
    options = {key for head in recipe.heads.values() for key, value in head.loss.options.items() if value}
    # A key that the recipe's own optimizer does not have cannot be changed.
    return name in parts | losses | options or (name == "weight_decay" and recipe.optimizer.name != "adamw")


def name_head(changes: Mapping[str, Any], head: str) -> dict[str, Any]:
    """A card's changes with the head's own name in the place of MAIN.

    Examples:
        >>> name_head({"heads.MAIN.loss": "focal"}, "label")
        {'heads.label.loss': 'focal'}
    """
    told: dict[str, Any] = {}
    for key, value in changes.items():
        inner = {k: (head if v == "MAIN" else v) for k, v in value.items()} if isinstance(value, Mapping) else value
        told[key.replace("MAIN", head)] = inner
    return told


def change_rate(code: str, recipe: Recipe) -> dict[str, Mapping[str, Any]]:
    """Other learning rates, where that is what is wrong."""
    rate = recipe.optimizer.options.get("lr")
    if not isinstance(rate, int | float) or rate <= 0:
        return {}
    key = f"optimizer.{recipe.optimizer.name}.lr"
    if code in ("RUN_DIVERGED", "RUN_RATE_HIGH"):
        return {f"rate_{factor:g}_smaller": {key: float(f"{rate / factor:.2g}")} for factor in SMALLER}
    if code == "RUN_RATE_LOW":
        return {f"rate_{factor:g}_larger": {key: float(f"{rate * factor:.2g}")} for factor in LARGER}
    if code == "RUN_UNDERFITS":
        return {"rate_3_larger": {key: float(f"{rate * 3:.2g}")}}
    return {}


def change_time(code: str, recipe: Recipe) -> dict[str, Mapping[str, Any]]:
    """More epochs, where they are what is missing."""
    if code in ("RUN_STILL_IMPROVING", "RUN_UNDERFITS", "RUN_TOO_UNSURE"):
        return {"longer": {"epochs": 2 * recipe.epochs}}
    return {}


def change_input(code: str, recipe: Recipe) -> dict[str, Mapping[str, Any]]:
    """A larger input, and weights to begin with."""
    found: dict[str, Mapping[str, Any]] = {}
    if code in ("RUN_SMALL_OBJECTS", "RUN_CONFUSES"):
        found["larger"] = {"image.size": round(recipe.image.size * 1.5 / 32) * 32 or 32}
    if code in ("RUN_OVERFITS", "RUN_UNDERFITS", "RUN_NO_SIGNAL") and recipe.backbone.options.get("weights") == "none":
        found["pretrained"] = {f"backbone.{recipe.backbone.name}.weights": "imagenet"}
    return found


def suggest_looking(code: str, recipe: Recipe) -> tuple[Step, ...]:
    """Commands that look or measure."""
    steps = []
    if code in ("RUN_NO_SIGNAL", "RUN_RATE_LOW", "RUN_UNDERFITS"):
        steps.append(Step(STEP_MEMORISE, shell_line("tamesu", "train", recipe.name, "--overfit", str(FEW_IMAGES))))
    if code in ("RUN_DIVERGED", "RUN_RATE_HIGH", "RUN_RATE_LOW"):
        steps.append(Step(STEP_RANGE, shell_line("tamesu", "lr", recipe.name)))
    if code in ("RUN_NO_SIGNAL", "RUN_FOLD_UNLIKE", "RUN_GROUP_FAILS"):
        steps.append(Step(STEP_AUDIT, shell_line("tamesu", "audit")))
    return tuple(steps)
