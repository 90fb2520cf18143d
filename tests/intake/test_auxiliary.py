"""Spare columns: kinds and amounts become auxiliary targets; names, groups, copies and questions do not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.intake.test_targets import CATS, ONES, layout_of

from tamesu.intake.auxiliary import MOST, find_auxiliary, is_counter, part_alike
from tamesu.intake.guesses import Guess
from tamesu.intake.targets import FoundTarget, find_targets


def auxiliary(
    spare: dict[str, Sequence[str]], groups: str | None = None, target: str = "label"
) -> tuple[dict[str, FoundTarget], list[Guess]]:
    layout = layout_of({"label": CATS, **spare})
    found, guesses = find_auxiliary(layout, find_targets(layout, target=target), groups)
    return {one.name: one for one in found}, guesses


KINDS = ["oil", "ink", "oil"] * 4
YEARS = ["1850", "1851", "1850", "1900"] * 3


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("medium", KINDS, "class"),
        ("画材", ["油彩", "墨", "油彩"] * 4, "class"),
        ("signed", ["0", "0", "1"] * 4, "class"),
        ("price", [f"{n}.5" for n in range(12)], "value"),
        ("year", YEARS, "value"),
        ("grade", ["0", "1", "2"] * 4, "value"),
        ("partly", ["oil", "", "ink", "oil", "", "ink"] * 2, "class"),
    ],
)
def test_kinds_and_amounts(name: str, cells: list[str], kind: str) -> None:
    found, guesses = auxiliary({name: cells})
    assert {key: (target.kind, target.column) for key, target in found.items()} == {name: (kind, name)}
    assert [(guess.what, guess.code) for guess in guesses] == [(f"targets.{name}", "AUXILIARY")]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("painter_id", KINDS),
        ("番号", KINDS),
        ("patient", KINDS),
        ("row", [str(n + 5) for n in range(12)]),
        ("name", [f"n{n // 2}" for n in range(12)]),
        ("label_code", ["7" if cell == "cat" else "9" for cell in CATS]),
        ("spelling", ["Oil", "oil", "ink"] * 4),
        ("tags", ["a,b", "a", "b", "c,a,b"] * 3),
    ],
)
def test_names_groups_copies_and_questions_are_only_told(name: str, cells: list[str]) -> None:
    found, guesses = auxiliary({name: cells})
    assert found == {} and [(guess.value, guess.code) for guess in guesses] == [(name, "SPARE_COLUMNS")]


def test_the_column_of_the_groups_is_not_even_told() -> None:
    assert auxiliary({"studio": KINDS}, "studio") == ({}, [])


def test_a_copy_of_one_hot_columns_is_found_too() -> None:
    hot = {"cat": ONES, "dog": [str(1 - int(cell)) for cell in ONES]}
    layout = layout_of({**hot, "name": ["x" if cell == "1" else "y" for cell in ONES], "medium": KINDS})
    targets = find_targets(layout, target=["cat", "dog"])
    assert [target.name for target in find_auxiliary(layout, targets, None)[0]] == ["medium"]


def test_there_is_a_most_and_the_rest_is_told() -> None:
    columns = {f"c{n}": [f"{row * (n + 2)}.5" for row in range(12)] for n in range(MOST + 2)}
    found, guesses = auxiliary(columns)
    assert list(found) == [f"c{n}" for n in range(MOST)]
    assert guesses[-1].value == f"c{MOST}, c{MOST + 1}"


def test_nothing_to_spare() -> None:
    assert auxiliary({}) == ({}, [])


def test_counters_and_copies() -> None:
    assert is_counter(["07", "08"]) is False and is_counter(["7", "8.0"]) and not is_counter(["7", "9"])
    assert not part_alike(["a", "b", "c"], [("1",), ("1",), ("2",)])
