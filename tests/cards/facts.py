"""Competitions made by hand, for tests of cards about heads and losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.recipe import Recipe
from tamesu.cards.learning import Learning, read_learning


def learn(
    targets: Mapping[str, Mapping[str, Any]],
    cells: Mapping[str, Sequence[Any]] | None = None,
    heads: Mapping[str, Any] | None = None,
    *,
    metric: str = "accuracy",
    test: Sequence[str] = (),
    **recipe: Any,
) -> Learning:
    """What cards see; the first target is the main one, and has the one head where none are given.

    Args:
        targets: as in competition.yaml.
        cells: columns of the train table.
        heads: of the recipe.
        metric: of the competition.
        test: names of the test table's columns.
        **recipe: other keys of the recipe.
    """
    main = next(iter(targets))
    competition = Competition.model_validate(
        {
            "name": "made",
            "train": {"table": "train.csv", "image": "{id}.png"},
            "targets": targets,
            "main": main,
            "metric": metric,
        }
    )
    usual = {main: {"loss": "cross_entropy" if targets[main]["kind"] in ("class", "ordinal", "identity") else "smooth_l1"}}
    made = Recipe.model_validate({"name": "base", "backbone": {"resnet18": {}}, "heads": heads or usual} | recipe)
    columns = {name: tuple(map(str, column)) for name, column in (cells or {}).items()}
    return read_learning(competition, made, columns, test)


KIND = {"kind": {"kind": "class", "column": "kind"}}


def classes(**counts: int) -> list[str]:
    """Cells with so many rows of each class."""
    return [label for label, count in counts.items() for _ in range(count)]
