"""Cells to target values: hand-worked tables, and the questions they raise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tamesu.artifacts.competition import Target
from tamesu.artifacts.reading import read_target
from tamesu.artifacts.targets import TargetCells, TargetValues
from tamesu.errors import Fault

NAN = float("nan")


def read(
    target: dict[str, Any], columns: dict[str, list[str]], **options: Any
) -> tuple[TargetValues, list[tuple[str, str]], list[Fault]]:
    """Values, (code, outcome) of each fault, and the faults; rows begin on line 2, rare classes are left out."""
    rows = len(next(iter(columns.values())))
    given = TargetCells(
        name="label",
        target=Target.model_validate(target),
        columns={name: tuple(cells) for name, cells in columns.items()},
        ids=tuple(f"i{row}" for row in range(rows)),
        lines=tuple(range(2, 2 + rows)),
        table="train.csv",
        **{"n_splits": 0, **options},
    )
    values, faults = read_target(given)
    for fault in faults:
        assert fault.text("en") and fault.text("ja")
    return values, [(fault.code, fault.outcome) for fault in faults], faults


CLASS = {"kind": "class", "column": "label"}
SETS = {"kind": "multilabel", "column": "tags"}
SHARES = {"kind": "class", "columns": ["a", "b"]}
MARKS = {"kind": "multilabel", "columns": ["a", "b"]}
VALUE = {"kind": "value", "column": "x"}


def test_classes_are_codes_in_sorted_labels() -> None:
    values, codes, _ = read(CLASS, {"label": ["dog", "cat", "dog", "猫"]})
    assert (values.kind, values.labels, values.values.dtype) == ("class", ("cat", "dog", "猫"), np.int64)
    assert values.values.tolist() == [1, 0, 1, 2]
    assert codes == []


def test_a_given_label_list_keeps_its_order_and_its_empty_classes() -> None:
    values, codes, _ = read(CLASS | {"labels": ["fox", "dog", "cat"]}, {"label": ["dog", "cat"]})
    assert (values.labels, values.values.tolist(), codes) == (("fox", "dog", "cat"), [1, 2], [])


def test_a_given_label_list_settles_what_is_a_label() -> None:
    values, codes, _ = read(CLASS | {"labels": ["NA", "cat", "Cat"]}, {"label": ["NA", "cat", "Cat"]})
    assert (values.values.tolist(), codes) == ([0, 1, 2], [])


def test_an_unknown_label_names_line_and_nearest() -> None:
    _, codes, faults = read(CLASS | {"labels": ["dog", "cat"]}, {"label": ["dog", "cat", "dgo", "dgo"]})
    assert codes == [("TABLE_UNKNOWN_LABEL", "refuse")]
    assert (faults[0].near, faults[0].where.line, faults[0].values["lines"]) == ("dog", 4, "4, 5")


def test_missing_labels_are_minus_one_and_asked_for_the_main_target_alone() -> None:
    cells = {"label": ["cat", "", "dog", ""]}
    values, codes, faults = read(CLASS, cells)
    assert values.values.tolist() == [0, -1, 1, -1]
    assert (codes, faults[0].values["lines"]) == ([("TABLE_LABEL_MISSING", "ask")], "3, 5")
    assert read(CLASS, cells, main=False)[1] == [("TABLE_LABEL_MISSING", "note")]
    assert read(CLASS | {"missing": [""]}, cells)[1] == [("TABLE_LABEL_MISSING", "note")]


def test_labels_that_look_missing_are_asked_until_missing_is_written_down() -> None:
    cells = {"label": ["cat", "NA", "None", "cat"]}
    values, codes, faults = read(CLASS, cells)
    assert (values.labels, codes) == (("NA", "None", "cat"), [("TABLE_LABEL_LOOKS_MISSING", "ask")])
    assert "`targets.label.missing: [\"\", 'NA', 'None']`" in faults[0].text("en")
    values, codes, _ = read(CLASS | {"missing": ["NA"]}, cells)
    assert (values.labels, values.values.tolist()) == (("None", "cat"), [1, -1, 0, 1])
    assert codes == [("TABLE_LABEL_MISSING", "note")]
    values, codes, _ = read(CLASS | {"missing": []}, cells | {"label": ["cat", "NA", "", "cat"]})
    assert (values.labels, codes) == (("", "NA", "cat"), [])


def test_spellings_and_padded_labels() -> None:
    values, codes, faults = read(CLASS, {"label": ["cat", "cat", "Cat", " fox", "ox"]})
    assert codes == [("TABLE_NEAR_EQUAL_LABELS", "ask"), ("TABLE_LABEL_PADDED", "note")]
    assert (faults[0].values["spellings"], faults[0].values["lines"]) == ("'cat' = 'Cat'", "4")
    assert values.labels == (" fox", "Cat", "cat", "ox")


def test_rare_classes_are_noted() -> None:
    _, codes, faults = read(CLASS, {"label": ["a"] * 5 + ["b"] * 5 + ["c"]}, n_splits=5)
    assert codes == [("TABLE_RARE_CLASS", "note")]
    assert faults[0].values == {"count": 1, "classes": "c (1)", "n_splits": 5}


@pytest.mark.parametrize("cells", [["a", "a"], ["", ""]])
def test_one_class_is_refused(cells: list[str]) -> None:
    assert ("TABLE_ONE_CLASS", "refuse") in read(CLASS, {"label": cells})[1]


def test_one_column_per_class() -> None:
    values, codes, _ = read(SHARES, {"a": ["1", "0", "", "1.0"], "b": ["0", "1", "", "0"]})
    assert (values.labels, values.values.tolist()) == (("a", "b"), [0, 1, -1, 0])
    assert codes == [("TABLE_LABEL_MISSING", "ask")]


def test_shares_that_do_not_add_to_one_are_asked() -> None:
    values, codes, faults = read(
        SHARES, {"a": ["0.7", "0.7", "-0.2", "0", "0.3333"], "b": ["0.3", "0.6", "1.2", "0", "0.6667"]}
    )
    assert codes == [("TABLE_SOFT_LABEL_SUM", "ask")]
    assert (faults[0].values["lines"], faults[0].values["examples"]) == ("3, 4, 5", "'1.3', '1', '0'")
    assert values.values.tolist() == [0, 0, 1, -1, 1]


def test_proper_shares_are_still_a_question() -> None:
    values, codes, _ = read(SHARES, {"a": ["0.7", "0.2"], "b": ["0.3", "0.8"]})
    assert (values.values.tolist(), codes) == ([0, 1], [("TABLE_SOFT_LABELS", "ask")])


def test_text_in_a_column_of_marks_is_refused() -> None:
    columns = {"a": ["1", "x"], "b": ["0", "1"]}
    for target in (SHARES, MARKS):
        _, codes, faults = read(target, columns)
        assert codes == [("TABLE_NOT_FINITE", "refuse")]
        assert faults[0].values["lines"] == "3"


def test_label_sets() -> None:
    values, codes, _ = read(SETS | {"separator": " "}, {"tags": ["b a", "", "a", "c  a a"]})
    assert (values.kind, values.labels, values.values.dtype) == ("multilabel", ("a", "b", "c"), np.float32)
    assert values.values.tolist() == [[1, 1, 0], [0, 0, 0], [1, 0, 0], [1, 0, 1]]
    assert codes == []


def test_an_empty_set_is_missing_only_when_written_so() -> None:
    values, codes, _ = read(SETS | {"separator": ",", "missing": [""]}, {"tags": ["a, b", ""]})
    np.testing.assert_array_equal(values.values, [[1, 1], [NAN, NAN]])
    assert codes == [("TABLE_LABEL_MISSING", "note")]


@pytest.mark.parametrize(
    ("cells", "labels", "outcome"),
    [
        (["a b", "c"], ("a", "b", "c"), "note"),
        (["a,b", "c"], ("a", "b", "c"), "note"),
        (["a, b", "c"], ("a", "b", "c"), "note"),
        (["a|b", "c"], ("a", "b", "c"), "note"),
        (["a b", "a,c", "b;c", ""], ("a", "b", "c"), "ask"),
        (["living room, hall", "hall"], ("hall", "living", "room"), "ask"),
        (["a", "b"], ("a", "b"), None),
    ],
)
def test_separators_are_found_or_asked(cells: list[str], labels: tuple[str, ...], outcome: str | None) -> None:
    values, codes, _ = read(SETS, {"tags": cells})
    assert values.labels == labels
    assert codes == ([("TABLE_LABEL_SEPARATOR", outcome)] if outcome else [])


def test_a_written_separator_is_not_doubted() -> None:
    values, codes, _ = read(SETS | {"separator": ","}, {"tags": ["living room, hall", "hall"]})
    assert (values.labels, codes) == (("hall", "living room"), [])


def test_label_sets_know_their_list() -> None:
    values, codes, _ = read(SETS | {"separator": " ", "labels": ["b", "a"]}, {"tags": ["a", "a x"]})
    assert (values.values.tolist(), codes) == ([[0, 1], [0, 1]], [("TABLE_UNKNOWN_LABEL", "refuse")])


def test_a_caption_column_does_not_eat_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamesu.artifacts.targets.MAX_MARKS", 10)
    _, codes, _ = read(SETS | {"separator": " "}, {"tags": ["a b c", "d e f"]})
    assert codes == [("TABLE_TOO_MANY_LABELS", "refuse")]


def test_one_column_per_label() -> None:
    values, codes, _ = read(MARKS, {"a": ["1", "0", "", "true"], "b": ["1", "0", "1", "False"]})
    np.testing.assert_array_equal(values.values, [[1, 1], [0, 0], [NAN, NAN], [1, 0]])
    assert (values.values.dtype, codes) == (np.float32, [("TABLE_LABEL_MISSING", "ask")])
    _, codes, faults = read(MARKS, {"a": ["1", "0.5"], "b": ["1", "2"]})
    assert (codes, faults[0].values["lines"]) == ([("TABLE_NOT_ZERO_ONE", "refuse")], "3")


def test_values() -> None:
    values, codes, _ = read(VALUE, {"x": ["1", "", "-2.5e1"]})
    np.testing.assert_array_equal(values.values, [1, NAN, -25])
    assert (values.kind, values.labels, values.values.dtype) == ("value", (), np.float64)
    assert codes == [("TABLE_LABEL_MISSING", "ask")]


def test_values_that_are_none_are_refused_with_their_lines() -> None:
    _, codes, faults = read(VALUE, {"x": ["1", "inf", "1e999", "-", "2"]})
    assert (codes, faults[0].values["lines"]) == ([("TABLE_NOT_FINITE", "refuse")], "3, 4, 5")


def test_decimal_commas_are_noted_and_thousands_asked() -> None:
    values, codes, _ = read(VALUE, {"x": ["0,5", "1,25"]}, commas_are_decimals=True)
    assert (values.values.tolist(), codes) == ([0.5, 1.25], [("TABLE_DECIMAL_COMMA", "note")])
    assert read(VALUE, {"x": ["1,500", "2"]}, commas_are_decimals=True)[1] == [("TABLE_DECIMAL_COMMA", "ask")]


def test_one_value_is_refused() -> None:
    assert read(VALUE, {"x": ["2", "2.0"]})[1] == [("TABLE_ONE_VALUE", "refuse")]
