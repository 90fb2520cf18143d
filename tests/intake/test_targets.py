from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tamesu.artifacts.tables import Table
from tamesu.errors import InputError, QuestionError
from tamesu.intake.host_tables import HostTable
from tamesu.intake.layout import Layout, RowSource
from tamesu.intake.targets import find_targets, make_name

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
