"""What to try after a network has collapsed: commands to paste, the likeliest help first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tamesu.artifacts.competition import Part
from tamesu.artifacts.run import Run
from tamesu.artifacts.spelling import change_words, number_text, shell_line
from tamesu.messages.advice import (
    STEP_BALANCED,
    STEP_DECIDE,
    STEP_EVEN_SAMPLER,
    STEP_FOCAL,
    STEP_LONGER,
    STEP_OVERFIT,
    STEP_PRETRAINED,
    STEP_RANGE_TEST,
    STEP_RATES,
    STEP_WARMUP,
    STEP_WEIGHTS,
)
from tamesu.messages.message import Phrase

# How many images a sound recipe memorises within a minute.
FEW_IMAGES = 4
# Learning rates to try, as factors on the recipe's: too large a step is the more frequent cause.
RATES = (1 / 10, 1 / 3, 3.0)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try: why, and the command."""

    why: Phrase
    command: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a collapse.

    Attributes:
        kind: of the target.
        main: whether it is the target that is scored.
        ranked: whether the probabilities tell rows apart, so that only the decision fails.
        imbalanced: whether some classes have far more rows than others.
    """

    kind: str
    main: bool
    ranked: bool
    imbalanced: bool


def suggest_steps(run: Run, target: str, situation: Situation) -> tuple[Step, ...]:
    """What to try next with a run's recipe, in order.

    A network that ranks rows needs another decision, then another balance of its classes. One that does not has not
    learnt: weights and steps first, then balance.

    Args:
        run: the run.
        target: the target that collapsed.
        situation: what is known of it.
    """
    balance = suggest_balance(run, target, situation)
    decide = [Step(STEP_DECIDE, shell_line("tamesu", "submit", run.name, "--decide", "oof"))]
    learn, longer = suggest_learning(run), suggest_time(run)
    if situation.ranked:
        return (*(decide if situation.main else []), *balance, *longer)
    return (*learn, *balance, *longer)


def say_try(run: Run, changes: Mapping[str, object]) -> str:
    """The command that tries one idea on the run's recipe."""
    return shell_line("tamesu", "try", run.recipe.name, *change_words(changes))


def suggest_learning(run: Run) -> list[Step]:
    """Weights to begin with, whether anything can be learnt at all, and the size of the steps."""
    recipe, steps = run.recipe, []
    if recipe.backbone.options.get("weights") == "none":
        changes: dict[str, object] = {f"backbone.{recipe.backbone.name}.weights": "imagenet"}
        steps.append(Step(STEP_PRETRAINED, say_try(run, changes)))
    overfit = shell_line("tamesu", "train", recipe.name, "--overfit", str(FEW_IMAGES))
    steps += [Step(STEP_OVERFIT, overfit), Step(STEP_RANGE_TEST, shell_line("tamesu", "lr", recipe.name))]
    rate = recipe.optimizer.options.get("lr")
    if isinstance(rate, int | float) and rate > 0:
        values = ",".join(number_text(float(f"{rate * factor:.2g}")) for factor in RATES)
        command = shell_line("tamesu", "try", recipe.name, f"optimizer.{recipe.optimizer.name}.lr={values}")
        steps.append(Step(STEP_RATES, command))
    return steps


def suggest_balance(run: Run, target: str, situation: Situation) -> list[Step]:
    """What gives rare classes more weight; nothing for values, or where no class is rare."""
    if situation.kind == "value" or not situation.imbalanced:
        # What was drawn evenly may be why a small class is called everywhere.
        even = situation.kind != "value" and run.recipe.sampler.name == "balanced"
        return [Step(STEP_EVEN_SAMPLER, say_try(run, {"sampler": "all"}))] if even else []
    heads = run.recipe.heads_of(target) or [target]
    key, steps = f"heads.{heads[0]}.loss", []
    loss = run.recipe.heads[heads[0]].loss if heads[0] in run.recipe.heads else Part(name="")
    if situation.kind != "multilabel":
        if run.recipe.sampler.name == "all":
            steps.append(Step(STEP_BALANCED, say_try(run, {"sampler": "balanced"})))
        if loss.options.get("class_weights", "none") == "none":
            steps.append(Step(STEP_WEIGHTS, say_try(run, {key: {"cross_entropy": {"class_weights": "balanced"}}})))
    if loss.name != "focal":
        steps.append(Step(STEP_FOCAL, say_try(run, {key: "focal"})))
    return steps


def suggest_time(run: Run) -> list[Step]:
    """More epochs, and a softer start where there is none."""
    recipe = run.recipe
    steps = [Step(STEP_LONGER, say_try(run, {"epochs": 2 * recipe.epochs}))]
    if recipe.schedule.options.get("warmup_epochs") == 0 and recipe.epochs > 1:
        changes: dict[str, object] = {f"schedule.{recipe.schedule.name}.warmup_epochs": max(1, recipe.epochs // 10)}
        steps.append(Step(STEP_WARMUP, say_try(run, changes)))
    return steps
