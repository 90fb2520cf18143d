"""The ready queue of a head, `tamesu try --sweep heads.size.weight`: weaker, stronger, apart, without it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tamesu.artifacts.competition import DENSE, Target
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.recipe import AUXILIARY_WEIGHT, Recipe
from tamesu.artifacts.spelling import change_words
from tamesu.errors import Fault, InputError, Where, nearest

KEY = re.compile(r"heads\.(?P<head>.+)\.weight")
# A weight is told apart from another when it is some three times it.
STEP = 3.0
# These have no features of their own stages to read.


def sweep_head(key: str, recipe: Recipe, targets: Mapping[str, Target], main: str) -> list[Idea]:
    """The ideas worth trying with an auxiliary head, named as they would be typed.

    Args:
        key: `heads.<head>.weight`.
        recipe: what the ideas change; it has the head.
        targets: of the competition.
        main: the target that is scored.

    Returns:
        Its weight at a third and three times (a head whose weight is 0 gets three weights); its own copy of the last stage, or
        none where it has one already; the recipe without it, and without the penalties that speak of it.

    Raises:
        InputError: SWEEP_KEY, SWEEP_HEAD, SWEEP_MAIN.

    Examples:
        >>> recipe = Recipe(
        ...     backbone={"resnet18": {}}, heads={"kind": {"loss": "cross_entropy"}, "size": {"loss": "mse", "weight": 0.3}}
        ... )
        >>> [idea.name for idea in sweep_head("heads.size.weight", recipe, {}, "kind")]
        ['heads.size.weight=0.1', 'heads.size.weight=0.9', 'heads.size.branch=1', 'heads-=size']
    """
    match, known = KEY.fullmatch(key), ", ".join(recipe.heads)
    if match is None:
        near = nearest(key, [f"heads.{name}.weight" for name in recipe.heads])
        raise refuse("SWEEP_KEY", key, {"key": key}, near)
    head = match["head"]
    if head not in recipe.heads:
        raise refuse("SWEEP_HEAD", key, {"head": head, "known": known}, nearest(head, recipe.heads))
    if recipe.heads_of(main)[:1] == [head]:
        others = [name for name in recipe.heads if name != head]
        example = others[0] if others else "…"
        raise refuse("SWEEP_MAIN", key, {"head": head, "main": main, "example": example}, None)
    spec = recipe.heads[head]
    base = spec.weight or AUXILIARY_WEIGHT
    weights = [base / STEP, *([] if spec.weight else [base]), base * STEP]
    changes: list[dict[str, Any]] = [{key: float(f"{weight:.2g}")} for weight in weights]
    target = targets.get(spec.target or head)
    if target is None or target.kind not in DENSE:
        changes.append({f"heads.{head}.branch": 0 if spec.branch else 1})
    changes.append(leave_out(recipe, head))
    return [Idea(" ".join(change_words(change)), change) for change in changes]


def leave_out(recipe: Recipe, head: str) -> dict[str, Any]:
    """The change that takes a head out of a recipe, with the penalties that speak of it.

    Examples:
        >>> heads = {"kind": {"loss": "cross_entropy"}, "size": {"loss": "mse"}}
        >>> law = {"conservation": {"expression": "(size - inflow)**2"}}
        >>> leave_out(Recipe(backbone={"resnet18": {}}, heads=heads, penalties=[law]), "size")
        {'heads-': 'size', 'penalties-': 'conservation'}
    """
    word = re.compile(rf"(?<!\w){re.escape(head)}(?!\w)")
    laws = [part.name for part in recipe.penalties if word.search(repr(part.options))]
    names = list(dict.fromkeys(laws))
    return {"heads-": head} | ({"penalties-": names[0] if len(names) == 1 else names} if names else {})


def refuse(code: str, key: str, values: dict[str, object], near: str | None) -> InputError:
    """The error about a sweep."""
    return InputError(Fault(code, "refuse", Where(key=key), values, near))
