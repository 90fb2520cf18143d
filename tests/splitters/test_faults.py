"""What split_rows says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from tamesu.errors import Fault, InputError
from tamesu.splitters import FoldAssignment, SplitRows, split_rows
from tamesu.splitters.faults import find_unseen
from tamesu.testing.splitters import make_rows


def make(codes: list[int], labels: str = "abcdefgh", groups: list[str] | None = None, **columns: list[str]) -> SplitRows:
    lines = tuple(range(2, len(codes) + 2))
    ids = tuple(f"{i:04}" for i in range(len(codes)))
    group = None if groups is None else np.array(groups)
    return SplitRows(ids, "class", np.array(codes), tuple(labels), group, columns, lines, "train.csv")


def split(name: str, rows: SplitRows, n_splits: int = 5, repeats: int = 1, **options: Any) -> FoldAssignment:
    return split_rows(name, options, rows, n_splits=n_splits, repeats=repeats, seed=0)


def codes_of(done: FoldAssignment) -> list[tuple[str, str]]:
    say(done.faults)
    return [(fault.code, fault.outcome) for fault in done.faults]


def refused(name: str, rows: SplitRows, **how: Any) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        split(name, rows, **how)
    say(caught.value.faults)
    return caught.value.codes


def say(faults: Iterable[Fault]) -> None:
    """Every placeholder is filled, in both languages."""
    for fault in faults:
        assert "{" not in fault.text("en") + fault.text("ja")


def test_nothing_is_said_of_good_rows() -> None:
    assert split("stratified_kfold", make([0] * 20 + [1] * 20, "ab")).faults == ()


def test_class_of_one() -> None:
    done = split("stratified_kfold", make([0] * 20 + [1] * 20 + [2], "abc"))
    assert codes_of(done) == [("TABLE_RARE_CLASS", "note")]
    assert done.faults[0].values["classes"] == "c (1)"


def test_class_in_one_fold() -> None:
    folds = [str(i % 5) for i in range(40)] + ["0"] * 6
    done = split("column", make([0] * 20 + [1] * 20 + [2] * 6, "abc", fold=folds), column="fold")
    assert ("FOLD_CLASS_UNSEEN", "note") in codes_of(done)
    assert done.faults[0].values["classes"] == "c"


def test_class_without_rows() -> None:
    done = split("stratified_kfold", make([0] * 20 + [2] * 20, "a猫c"))
    assert codes_of(done) == [("FOLD_CLASS_EMPTY", "note")]
    assert "猫" in done.faults[0].text("ja")


def test_more_classes_than_sensible() -> None:
    done = split("stratified_kfold", make([i // 2 for i in range(16)]))
    assert [code for code, _ in codes_of(done)] == ["TABLE_RARE_CLASS", "FOLD_MOST_CLASSES_RARE"]


def test_class_unseen_in_time() -> None:
    times = [str(i) for i in range(60)]
    done = split("ordered", make([0, 1] * 25 + [2] * 10, "abc", t=times), column="t")
    assert codes_of(done) == [("FOLD_CLASS_UNSEEN", "note")]
    assert done.faults[0].values["classes"] == "c"


def test_labels_of_a_multilabel_target_are_looked_at() -> None:
    target = np.zeros((40, 3), dtype=np.int64)
    target[:, 0] = 1
    target[:1, 1] = 1
    rows = SplitRows(tuple(f"{i:02}" for i in range(40)), "multilabel", target, ("a", "b", "c"))
    assert [code for code, _ in codes_of(split("multilabel_stratified_kfold", rows))] == [
        "FOLD_CLASS_EMPTY",
        "TABLE_RARE_CLASS",
    ]


@pytest.mark.parametrize("name", ["kfold", "stratified_kfold", "leave_one_out"])
def test_groups_that_are_ignored_are_asked_about(name: str) -> None:
    done = split(name, make_rows())
    assert codes_of(done)[0] == ("FOLD_GROUP_LEAK", "ask")
    assert "group 00, group 01" in done.faults[0].text("en")


def test_given_folds_that_keep_groups_are_fine() -> None:
    groups = [f"p{i % 10}" for i in range(40)]
    rows = make([0, 1] * 20, "ab", groups, fold=[str(i % 10 % 5) for i in range(40)])
    assert split("column", rows, column="fold").faults == ()


def test_given_folds_that_share_groups_are_asked_about() -> None:
    rows = make([0, 1] * 20, "ab", ["p"] * 2 + [f"q{i}" for i in range(38)], fold=[str(i % 5) for i in range(40)])
    done = split("column", rows, column="fold")
    assert codes_of(done) == [("FOLD_GROUP_LEAK", "ask")]
    assert done.faults[0].values["groups"] == "p"


def test_groups_that_span_classes_are_harmless() -> None:
    groups = [f"p{i // 2}" for i in range(40)]
    assert codes_of(split("stratified_group_kfold", make([0, 1] * 20, "ab", groups))) == [("FOLD_GROUP_SPANS_CLASSES", "note")]


def test_blank_groups_are_asked_about() -> None:
    groups = [f"p{i}" for i in range(38)] + ["", " "]
    done = split("group_kfold", make([0, 1] * 20, "ab", groups))
    assert codes_of(done) == [("FOLD_GROUP_BLANK", "ask")]
    assert done.faults[0].values["lines"] == "40, 41"


def test_a_giant_group_makes_uneven_folds() -> None:
    groups = ["p"] * 30 + [f"q{i}" for i in range(10)]
    assert ("FOLD_UNEVEN", "note") in codes_of(split("group_kfold", make([0, 1] * 20, "ab", groups)))


def test_refusals() -> None:
    assert refused("stratified_kfold", make([0, 1, 0], "ab")) == ("FOLD_FEW_ROWS",)
    assert refused("ordered", make([0] * 5, "ab", t=list("12345")), column="t") == ("FOLD_FEW_ROWS",)
    assert refused("group_kfold", make([0, 1] * 10, "ab")) == ("FOLD_NEEDS_GROUPS",)
    assert refused("group_kfold", make([0, 1] * 10, "ab", ["p", "q"] * 10)) == ("FOLD_FEW_GROUPS",)
    assert refused("leave_one_group_out", make([0, 1], "ab", ["p", "p"])) == ("FOLD_FEW_GROUPS",)
    assert refused("stratified_kfold", make_rows("multilabel")) == ("FOLD_KIND",)
    assert refused("leave_one_out", make([0, 1] * 10, "ab"), repeats=2) == ("FOLD_REPEATS_SAME",)
    assert refused("column", make([0, 1] * 10, "ab", fold=["0", "1"] * 10), column="fold") == ("FOLD_EMPTY",)


def test_too_few_rows_or_groups_are_said_where_the_number_of_folds_stands() -> None:
    for name, rows in (("stratified_kfold", make([0, 1, 0], "ab")), ("group_kfold", make([0, 1] * 10, "ab", ["p", "q"] * 10))):
        with pytest.raises(InputError) as caught:
            split(name, rows, n_splits=5)
        assert [str(fault.where) for fault in caught.value.faults] == ["competition.yaml folds.n_splits"]


def test_repeats_that_come_out_alike_are_refused() -> None:
    # Groups of 1, 2, 4 and 8 rows in two folds: the largest are placed first, so there is one way only.
    groups = ["a"] + ["b"] * 2 + ["c"] * 4 + ["d"] * 8
    rows = make([0] + [0, 1] + [0, 0, 1, 0] + [0, 1] * 4, "ab", groups)
    assert refused("stratified_group_kfold", rows, n_splits=2, repeats=2) == ("FOLD_REPEATS_EQUAL",)


def test_a_column_that_is_not_there_is_named_with_its_nearest() -> None:
    with pytest.raises(InputError) as caught:
        split("column", make([0, 1] * 10, "ab", fold=["0"] * 20), column="folds")
    assert (caught.value.codes, caught.value.faults[0].near) == (("FOLD_NO_COLUMN",), "fold")


def test_all_faults_come_at_once() -> None:
    rows = make([0, 1], "ab", ["p", ""])
    assert refused("leave_one_group_out", rows.take([0]), repeats=2) == (
        "FOLD_REPEATS_SAME",
        "FOLD_FEW_ROWS",
        "FOLD_FEW_GROUPS",
    )
    bad = make([0, 1] * 10, "ab", ["p", ""] * 10, fold=["9"] * 20)
    assert refused("column", bad, column="fold") == ("FOLD_BAD_VALUE", "FOLD_GROUP_BLANK")


@pytest.mark.parametrize("ordered", [True, False])
def test_find_unseen_agrees_with_looking_at_every_fold(ordered: bool) -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        code = rng.integers(0, 6, 20)
        folds = rng.integers(-1 if ordered else 0, 4, (20, 2))
        expected = set()
        for fold in folds.T:
            for k in range(4):
                train = fold < k if ordered else fold != k
                expected |= set(code[fold == k].tolist()) - set(code[train].tolist())
        assert set(find_unseen(np.arange(20), code, folds, 6, ordered)) == expected
