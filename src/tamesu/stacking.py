"""Kept ideas together: tried as one, held against each alone, and adopted as the next baseline."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tamesu.artifacts.changes import merge_changes
from tamesu.artifacts.files import write_text
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.verdict import Verdict, write_verdict
from tamesu.errors import InputError
from tamesu.messages.phrases import phrase
from tamesu.preparation import prepare_recipe
from tamesu.racing import Entrant, Race
from tamesu.results.pairs import common_keys
from tamesu.results.race import Plan
from tamesu.results.stack import name_stack, stack_ideas
from tamesu.results.verdict import compare_pairs, read_circumstances
from tamesu.trial import Trial, race_queue, say


def try_stack(
    trial: Trial, race: Race, plan: Plan, kept: Sequence[Verdict], adopted: dict[str, Any], entrants: dict[str, Entrant]
) -> tuple[list[Verdict], list[str]]:
    """Try the kept ideas together, against the baseline and against each alone: gains may not add up.

    Args:
        trial: what is open.
        race: with the baseline.
        plan: the pairs the stack may get.
        kept: the verdicts on the kept ideas.
        adopted: changes the baseline has over the recipe.
        entrants: what stands for each idea, by name.

    Returns:
        The verdict on the stack and those against each idea alone (none when fewer than two can stand together), and the
        names of its ideas.
    """
    stacked, left_out = stack_ideas(kept)
    for name in left_out:
        say(trial, phrase("stack_clash", idea=name))
    if len(stacked) < 2:
        return [], []
    changes = merge_changes([verdict.changes for verdict in stacked])
    idea = Idea(name_stack([verdict.idea for verdict in stacked]), changes)
    say(trial, phrase("stacking", name=idea.name))
    reached, found = race_queue(trial, race, plan, [idea], adopted)
    stack = found.get(idea.name)
    if stack is None or not reached:
        return [], []
    verdicts = list(reached)
    for verdict in stacked:
        if verdict.idea in entrants:
            verdicts += compare_with(trial, idea, entrants[verdict.idea], stack, plan)
    return verdicts, [verdict.idea for verdict in stacked]


def compare_with(trial: Trial, idea: Idea, alone: Entrant, stack: Entrant, plan: Plan) -> list[Verdict]:
    """The verdict on a stack against one of its ideas alone, from the pairs both have; nothing is trained for it."""
    keys = common_keys(alone.scored, stack.scored)
    try:
        verdict = compare_pairs(
            idea,
            f"{trial.recipe}+{alone.idea.name}",
            alone.scored,
            stack.scored,
            keys,
            read_circumstances(stack.prepared.folder),
            level=plan.level,
            rope=plan.rope,
            noise=plan.noise,
        )
    except InputError:
        return []  # too few pairs in common, because the budget ended
    write_verdict(stack.prepared.folder, verdict)
    return [verdict]


def is_hopeless(idea: Idea, verdicts: Sequence[Verdict]) -> bool:
    """Whether an idea is surely worse, so that trying it again on top of another is not worth a pair."""
    return any(verdict.idea == idea.name and verdict.worse >= verdict.level for verdict in verdicts)


def write_climbed(trial: Trial, adopted: dict[str, Any], name: str) -> Path:
    """Write the recipe that was climbed to, whole, as `recipes/<recipe>-climbed.yaml`; one of yours is never replaced."""
    recipe = prepare_recipe(trial.found, trial.recipe, adopted).recipe
    folder = trial.found.folder / "recipes"
    for number in itertools.count(1):
        path = folder / f"{trial.recipe}-climbed{'' if number == 1 else f'-{number}'}.yaml"
        text = climbed_text(recipe, name, path.stem)
        if not path.exists() or path.read_text(encoding="utf-8") == text:
            write_text(path, text)
            return path
    raise AssertionError("there is always a next number")


def climbed_text(recipe: Recipe, name: str, stem: str) -> str:
    """A recipe file that opens with where it comes from and how to train it."""
    plain = recipe.written()
    for key in ("name", "question"):
        del plain[key]
    head = f"# {name}: what `tamesu try --climb` kept, every default spelled out\n# Run: tamesu train {stem}\n"
    return head + yaml.safe_dump(plain, allow_unicode=True, sort_keys=False)
