from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import click
import pytest

from tamesu.artifacts import competition
from tamesu.artifacts.tables import Table
from tamesu.cli import cli
from tamesu.errors import InputError, QuestionError
from tamesu.intake.host_tables import HostTable
from tamesu.intake.kinds import Kind
from tamesu.intake.layout import Layout, RowSource
from tamesu.intake.targets import KINDS, Targets, find_targets, make_name

Columns = Mapping[str, Sequence[str]]


def layout_of(columns: Columns, form: Columns | None = None, test: Sequence[str] | None = None) -> Layout:
    rows = len(next(iter(columns.values())))
    cells = {"id": tuple(map(str, range(rows))), **{name: tuple(column) for name, column in columns.items()}}
    sample = None
    if form is not None:
        count = len(next(iter(form.values())))
        filled = {"id": tuple(map(str, range(count))), **{name: tuple(column) for name, column in form.items()}}
        sample = HostTable("sample.csv", Table(Path("sample.csv"), "sample.csv", filled, tuple(range(count))), (), False)
    names = None if test is None else frozenset(test)
    return Layout(RowSource("train.csv", "{id}"), None, "id", cells, names, frozenset({"id"}), sample)


CATS = ["cat", "dog"] * 6
SHELF = ["a", "b", "c"] * 4
ONES = ["0", "1"] * 6
LATE = ["0"] * 6 + ["1"] * 6


@pytest.mark.parametrize(
    ("columns", "form", "test", "main", "reason"),
    [
        ({"label": CATS, "shelf": SHELF}, None, None, "label", "TARGET_NAME"),
        ({"正解": CATS, "棚": SHELF}, None, None, "正解", "TARGET_NAME"),
        ({"breed_label": CATS, "shelf": SHELF}, None, None, "breed_label", "TARGET_NAME"),
        ({"animal_kind": CATS}, None, None, "animal_kind", "TARGET_ONLY"),
        ({"animal_kind": CATS, "shelf": SHELF}, None, ["id", "shelf"], "animal_kind", "TARGET_ONLY"),
        ({"label": CATS, "shelf": SHELF}, None, ["id", "label"], "label", "TARGET_NAME"),
        ({"what": CATS, "label": SHELF}, {"what": ["cat"]}, None, "what", "TARGET_FORM"),
        ({"what": CATS, "where": SHELF}, {"prediction": ["cat", "dog"]}, None, "what", "TARGET_FORM_VALUES"),
        ({"what": CATS, "where": SHELF}, {"a": ["0"], "b": ["0"], "c": ["1"]}, None, "where", "TARGET_FORM_LABELS"),
        ({"label": ONES, "label_name": CATS}, None, None, "label", "TARGET_NAME"),
        ({"class_id": ONES, "class_name": CATS}, None, None, "class_name", "TARGET_NAME"),
        ({"person": SHELF}, None, None, "person", "TARGET_ONLY"),
        ({"person": SHELF, "pose": CATS}, None, None, "pose", "TARGET_ONLY"),
    ],
)
def test_the_column_is_found(columns: Columns, form: Columns | None, test: list[str] | None, main: str, reason: str) -> None:
    found = find_targets(layout_of(columns, form, test))
    assert found.main.column == main
    assert next(guess.code for guess in found.guesses if guess.what == "main") == reason


def test_folds_constants_texts_and_numbers_that_are_free_are_no_targets() -> None:
    columns = {"what": CATS, "fold": ONES, "orig_split": ONES, "camera": ["x"] * 12}
    assert find_targets(layout_of(columns)).main.column == "what"
    long = {"what": CATS * 5, "comment": [f"note {n}" for n in range(60)]}
    assert find_targets(layout_of(long)).main.column == "what"
    with pytest.raises(InputError) as error:
        find_targets(layout_of({"camera": ["x"] * 12}))
    assert error.value.codes == ("INTAKE_NO_TARGET",) and not isinstance(error.value, QuestionError)


def test_one_hot_and_free_columns() -> None:
    hot = find_targets(layout_of({"cat": ONES, "dog": [str(1 - int(cell)) for cell in ONES]})).main
    assert (hot.kind, hot.columns, dict(hot.counts)) == ("class", ("cat", "dog"), {"cat": 6, "dog": 6})
    free = find_targets(layout_of({"cat": ONES, "dog": LATE, "cow": ["1"] * 5 + ["0"] * 7})).main
    assert (free.kind, free.columns) == ("multilabel", ("cat", "dog", "cow"))
    with pytest.raises(QuestionError):  # two free columns: one target and one fact, or two labels
        find_targets(layout_of({"cat": ONES, "dog": LATE}))
    named = find_targets(layout_of({"cat": ONES, "dog": LATE}), target=["cat", "dog"]).main
    assert (named.kind, named.columns) == ("multilabel", ("cat", "dog"))


def test_several_targets_of_the_form() -> None:
    columns = {"length": [f"{n}.5" for n in range(12)], "weight": [f"{n}.25" for n in range(12)], "site": SHELF}
    found = find_targets(layout_of(columns, {"length": ["0.0"], "weight": ["0.0"]}))
    assert [(target.name, target.kind) for target in found.found] == [("length", "value"), ("weight", "value")]
    assert "weight" in next(guess.why for guess in found.guesses if guess.code == "MAIN_FIRST")
    assert found.spare == ("site",)


def test_fractions_in_the_form_tell_a_value() -> None:
    grades = [str(n % 4) for n in range(12)]
    assert find_targets(layout_of({"grade": grades}, {"grade": ["0.5"]})).main.kind == "value"
    with pytest.raises(QuestionError):
        find_targets(layout_of({"grade": grades}, {"grade": ["0"]}))


def test_probabilities_of_a_form() -> None:
    assert find_targets(layout_of({"where": SHELF}, {"a": ["0.2"], "b": ["0.3"], "c": ["0.5"]})).probabilities
    assert not find_targets(layout_of({"where": SHELF}, {"where": ["a"]})).probabilities


def test_counts_of_labels() -> None:
    found = find_targets(layout_of({"tags": ["a b", "a", "b", "a b c", "c", "c a"] * 2})).main
    assert (found.labels, dict(found.counts)) == (("a", "b", "c"), {"a": 8, "b": 6, "c": 6})


def test_names() -> None:
    taken = {"label"}
    assert make_name("label", taken) == "label_"
    assert make_name("x" * 99, set()) == "x" * 60
    assert make_name(".hidden-", set()) == "hidden"


FIRST = [f"{n / 16}" for n in range(12)]
REST = [f"{1 - n / 16}" for n in range(12)]


def codes_of(found: Targets) -> list[str]:
    return [guess.code for guess in found.guesses]


def test_columns_that_add_to_one_are_shares() -> None:
    columns = {"犬": [*FIRST, ""], "猫": [*REST, ""], "camera": ["x"] * 13}
    found = find_targets(layout_of(columns))
    main = found.main
    assert (main.name, main.kind, main.columns, main.labels) == ("shares", "soft", ("犬", "猫"), ("犬", "猫"))
    # 0 to 11 sixteenths: the dog has more from 9 on, and stands first where both are 8.
    assert dict(main.counts) == {"犬": 4, "猫": 8}
    assert {"TARGET_SHARES", "KIND_SHARES"} <= set(codes_of(found))
    form = find_targets(layout_of(columns, {"猫": ["0.5"], "犬": ["0.5"]}))
    assert (form.main.kind, form.main.columns, form.probabilities) == ("soft", ("猫", "犬"), True)
    assert find_targets(layout_of(columns), target=["犬", "猫"], kind="class").main.kind == "class"
    with pytest.raises(QuestionError):
        find_targets(layout_of(columns | {"猫": ["0.5", *REST[1:], ""]}))


def test_shares_that_the_user_names() -> None:
    hot = {"a": ONES, "b": [str(1 - int(cell)) for cell in ONES], "c": SHELF}
    found = find_targets(layout_of(hot), target=["a", "b"], kind="soft").main
    assert (found.kind, found.columns) == ("soft", ("a", "b"))
    with pytest.raises(InputError) as error:
        find_targets(layout_of(hot), target="c", kind="soft")
    assert error.value.codes == ("INTAKE_SOFT_COLUMNS",) and "only c" in str(error.value)


def test_several_numbers_of_the_form_are_one_target_where_the_user_says_so() -> None:
    columns = {"length": [f"{n}.5" for n in range(12)], "weight": [f"{n}.25" for n in range(12)], "age": ["1.5", "2.5"] * 6}
    layout = layout_of(columns, {"weight": ["0.0"], "length": ["0.0"]})
    for wish in ({"target": ["length", "weight"]}, {"kind": "value"}):
        found = find_targets(layout, **wish)
        assert (found.main.name, found.main.kind, found.main.columns) == ("values", "value", ("weight", "length"))
        assert len(found.found) == 1 and "KIND_VALUES" in codes_of(found) and found.spare == ("age",)
    # Nobody said so: one each, as ever, and the way to one is told.
    alone = find_targets(layout)
    assert [target.name for target in alone.found] == ["weight", "length"] and "VALUES_TOGETHER" in codes_of(alone)
    # Not what the form asks for.
    others = find_targets(layout, target=["length", "age"])
    assert [target.name for target in others.found] == ["length", "age"] and "VALUES_TOGETHER" not in codes_of(others)
    words = layout_of(columns | {"weight": CATS}, {"weight": ["x"], "length": ["0.0"]})
    assert len(find_targets(words, kind="value").found) == 2


def test_grades_of_several_organs_stay_apart() -> None:
    columns = {"肝": SHELF, "腎": [*SHELF[1:], "a"]}
    found = find_targets(layout_of(columns, {"肝": ["a"], "腎": ["a"]}), target=["肝", "腎"])
    assert [(target.name, target.kind) for target in found.found] == [("肝", "class"), ("腎", "class")]


def test_words_for_degrees_are_ordinal() -> None:
    found = find_targets(layout_of({"診断": ["軽症", "重症", "中等症"] * 4}))
    assert (found.main.kind, found.main.labels, found.main.ordered) == ("ordinal", ("軽症", "中等症", "重症"), True)
    assert "KIND_ORDER" in codes_of(found)
    assert find_targets(layout_of({"診断": ["軽症", "重症", "中等症"] * 4}), kind="class").main.kind == "class"
    # In no order that a word tells: written as it is, for the user to put in order.
    said = find_targets(layout_of({"label": SHELF}), kind="ordinal").main
    assert (said.kind, said.labels, said.ordered) == ("ordinal", ("a", "b", "c"), False)


def test_grades_are_ordinal_where_nothing_else_is_meant() -> None:
    grades = [str(n % 4) for n in range(24)]
    with pytest.raises(QuestionError) as error:
        find_targets(layout_of({"grade": grades}))
    for kind in ("ordinal", "class", "value"):
        assert f"`--target grade --kind {kind}`" in str(error.value)
    sure = find_targets(layout_of({"grade_label": grades}))
    assert (sure.main.kind, sure.main.labels, sure.main.ordered) == ("ordinal", ("0", "1", "2", "3"), False)
    by_metric = find_targets(layout_of({"label": grades}), metric="quadratic_kappa")
    assert by_metric.main.kind == "ordinal" and "KIND_ORDER_METRIC" in codes_of(by_metric)
    assert find_targets(layout_of({"label": grades}), metric="accuracy").main.kind == "class"
    assert find_targets(layout_of({"label": CATS}), metric="quadratic_kappa").main.kind == "class"


def test_many_labels_with_few_rows_each_are_identities() -> None:
    whales = [f"鯨{n // 2}" for n in range(220)]
    found = find_targets(layout_of({"label": whales}), target="label")
    assert (found.main.kind, len(found.main.labels)) == ("identity", 110) and "KIND_IDENTITY" in codes_of(found)
    assert find_targets(layout_of({"label": whales}), target="label", kind="class").main.kind == "class"
    breeds = [f"breed{n % 110}" for n in range(1100)]
    assert find_targets(layout_of({"label": breeds})).main.kind == "class"


def test_kinds_are_those_that_can_be_the_main_target() -> None:
    kinds = set(get_args(competition.Kind)) - {"points", "mask", "map"}
    assert set(KINDS) == kinds == set(get_args(Kind))
    option = next(option for option in cli.commands["init"].params if option.name == "kind")
    assert isinstance(option.type, click.Choice) and set(option.type.choices) == kinds
