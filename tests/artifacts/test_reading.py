"""Cells of the kinds with rules of their own: shares, order, identities, several numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tamesu.artifacts.competition import Target
from tamesu.artifacts.reading import READERS, read_target
from tamesu.artifacts.targets import SUM_TOLERANCE, TargetCells, TargetValues
from tamesu.errors import Fault

NAN = float("nan")


def read(
    table: dict[str, list[str]], main: bool = True, commas: bool = False, **target: Any
) -> tuple[TargetValues, list[Fault]]:
    rows = len(next(iter(table.values())))
    cells = {name: tuple(texts) for name, texts in table.items()}
    ids = tuple(f"r{row}" for row in range(rows))
    given = TargetCells(
        "t",
        Target.model_validate(target),
        cells,
        ids,
        tuple(range(2, rows + 2)),
        "t.csv",
        main=main,
        n_splits=2,
        commas_are_decimals=commas,
    )
    return read_target(given)


def refused(faults: list[Fault]) -> list[str]:
    return [fault.code for fault in faults if fault.outcome == "refuse"]


def shares(*rows: tuple[str, str, str]) -> tuple[TargetValues, list[Fault]]:
    cells = {name: [row[place] for row in rows] for place, name in enumerate("abc")}
    return read(cells, kind="soft", columns=list("abc"))


def test_shares_that_add_to_1() -> None:
    made, faults = shares(("0.5", "0.25", "0.25"), ("1", "0", "0"), ("0", "0.1", "0.9"))
    assert (made.kind, made.labels, made.values.dtype) == ("soft", ("a", "b", "c"), np.float32)
    np.testing.assert_allclose(made.values, [[0.5, 0.25, 0.25], [1, 0, 0], [0, 0.1, 0.9]], rtol=1e-6)
    assert faults == []


def test_shares_that_nearly_add_to_1_are_scaled_to_do_so() -> None:
    made, faults = shares(("0.333", "0.333", "0.333"), ("0.336", "0.336", "0.332"))
    assert faults == []
    np.testing.assert_allclose(made.values.astype(np.float64).sum(axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(made.values[1], np.array([0.336, 0.336, 0.332]) / 1.004, rtol=1e-6)


@pytest.mark.parametrize(("last", "fits"), [("0.2049", True), ("0.1951", True), ("0.2051", False), ("0.1949", False)])
def test_the_tolerance_is_where_it_is_said_to_be(last: str, fits: bool) -> None:
    assert SUM_TOLERANCE == 0.005
    _, faults = shares(("0.5", "0.3", last), ("0.2", "0.3", "0.5"))
    assert refused(faults) == ([] if fits else ["SOFT_SUM"])
    if not fits:
        assert faults[0].values["tolerance"] == "0.005" and faults[0].where.line == 2


@pytest.mark.parametrize("row", [("0.4", "0.4", "0.4"), ("1.5", "-0.5", "0"), ("0", "0", "0")])
def test_shares_that_are_none(row: tuple[str, str, str]) -> None:
    made, faults = shares(("0.2", "0.3", "0.5"), row)
    assert refused(faults) == ["SOFT_SUM"] and made.values.shape == (2, 3)


def test_a_row_without_one_of_its_shares_is_not_known() -> None:
    made, faults = shares(("0.2", "0.3", "0.5"), ("0.5", "", "0.5"), ("0", "1", "0"))
    assert np.isnan(made.values).tolist() == [[False] * 3, [True] * 3, [False] * 3]
    assert [(fault.code, fault.outcome) for fault in faults] == [("TABLE_LABEL_MISSING", "ask")]


def test_no_shares_at_all() -> None:
    _, faults = shares(("", "", ""), ("", "", ""))
    assert refused(faults) == ["TABLE_ONE_CLASS"]


def test_a_share_that_is_no_number() -> None:
    made, faults = shares(("0.2", "0.3", "0.5"), ("half", "0", "0.5"))
    assert refused(faults) == ["TABLE_NOT_FINITE"] and made.values.dtype == np.float32


def test_grades_that_are_numbers_stand_by_number() -> None:
    made, faults = read({"g": ["10", "9", "-1", "", "2.5", "10", "9"]}, kind="ordinal", column="g")
    assert made.kind == "ordinal" and made.labels == ("-1", "2.5", "9", "10")
    assert made.values.tolist() == [3, 2, 0, -1, 1, 3, 2]
    assert refused(faults) == []


def test_grades_stand_as_they_are_written() -> None:
    made, faults = read({"g": ["良", "優", "可", "良"]}, kind="ordinal", column="g", labels=["可", "良", "優"])
    assert made.labels == ("可", "良", "優") and made.values.tolist() == [1, 2, 0, 1]
    assert refused(faults) == []
    made, faults = read({"g": ["2", "1", "2"]}, kind="ordinal", column="g", labels=["2", "1"])
    assert made.labels == ("2", "1") and made.values.tolist() == [0, 1, 0]


def test_grades_in_words_need_their_order() -> None:
    _, faults = read({"g": ["low", "high", "mid", "low"]}, kind="ordinal", column="g")
    assert refused(faults) == ["ORDINAL_ORDER"]
    assert "'low'" in str(faults[-1].values["labels"])
    _, faults = read({"g": ["1", "2", "3+", "1"]}, kind="ordinal", column="g")
    assert refused(faults) == ["ORDINAL_ORDER"]


def test_a_grade_that_is_not_listed() -> None:
    _, faults = read({"g": ["low", "hihg", "high"]}, kind="ordinal", column="g", labels=["low", "high"])
    assert refused(faults) == ["TABLE_UNKNOWN_LABEL"] and faults[0].near == "high"


def test_identities_with_few_images_each_are_as_they_should_be() -> None:
    whales = [f"w{number}" for number in range(30)] + ["w0", "w1"]
    made, faults = read({"w": whales}, kind="identity", column="w")
    assert made.kind == "identity" and len(made.labels) == 30 and faults == []
    assert made.values[0] == made.values[30]
    _, faults = read({"w": whales}, kind="class", column="w")
    assert [fault.code for fault in faults] == ["TABLE_RARE_CLASS"]


def test_identities_are_asked_about_like_classes_otherwise() -> None:
    _, faults = read({"w": ["a", "a", "", "b", "b"]}, kind="identity", column="w")
    assert [fault.code for fault in faults] == ["TABLE_LABEL_MISSING"]
    _, faults = read({"w": ["a", "a", "a"]}, kind="identity", column="w")
    assert refused(faults) == ["TABLE_ONE_CLASS"]


def test_several_numbers_with_gaps() -> None:
    made, faults = read({"x": ["1", "", "3", ""], "y": ["4", "5", "6.5", ""]}, kind="value", columns=["x", "y"])
    assert (made.kind, made.labels, made.values.dtype) == ("value", ("x", "y"), np.float64)
    np.testing.assert_array_equal(made.values, [[1, 4], [NAN, 5], [3, 6.5], [NAN, NAN]])
    assert [(fault.code, fault.values["count"]) for fault in faults] == [("TABLE_LABEL_MISSING", 2)]


def test_several_numbers_one_of_which_is_none() -> None:
    made, faults = read({"x": ["1", "wide", "3"], "y": ["4", "5", ""]}, kind="value", columns=["x", "y"])
    # A row that is refused is not missing besides.
    assert [(fault.code, fault.values["count"]) for fault in faults] == [("TABLE_NOT_FINITE", 1), ("TABLE_LABEL_MISSING", 1)]
    assert made.values.shape == (3, 2)


def test_a_column_in_which_nothing_differs() -> None:
    _, faults = read({"x": ["1", "2", "3"], "y": ["4", "4", ""]}, kind="value", columns=["x", "y"])
    assert refused(faults) == ["TABLE_ONE_VALUE"] and "'y'" in str(faults[0].values["examples"])


@pytest.mark.parametrize(
    ("kind", "expected"), [("value", [[0.25, 0.75], [1, 0]]), ("soft", [[0.25, 0.75], [1, 0]]), ("class", [1, 0])]
)
def test_decimal_commas_of_several_columns_are_told(kind: str, expected: list[Any]) -> None:
    made, faults = read({"x": ["0,25", "1"], "y": ["0,75", "0"]}, commas=True, kind=kind, columns=["x", "y"])
    assert made.values.tolist() == expected
    told = {fault.code: fault for fault in faults}
    assert told["TABLE_DECIMAL_COMMA"].outcome == "note" and "0,25" in str(told["TABLE_DECIMAL_COMMA"].values["examples"])


def test_commas_that_may_stand_between_thousands_are_asked_about_unless_a_sister_column_settles_it() -> None:
    asked = {"x": ["1,500", "2,250"], "y": ["3", "4"]}
    for table, outcome in ((asked, "ask"), (asked | {"y": ["3,5", "4"]}, "note")):
        _, faults = read(table, commas=True, kind="value", columns=["x", "y"])
        assert [(fault.code, fault.outcome) for fault in faults] == [("TABLE_DECIMAL_COMMA", outcome)]


def test_texts_that_mean_not_known() -> None:
    made, faults = read({"x": ["1", "-", "3"], "y": ["4", "5", "6"]}, kind="value", columns=["x", "y"], missing=["-"])
    assert np.isnan(made.values[1, 0]) and [fault.outcome for fault in faults] == ["note"]


def test_every_kind_of_a_table_has_its_reader() -> None:
    assert {kind for kind, _ in READERS} == {"class", "multilabel", "soft", "value", "ordinal", "identity"}
