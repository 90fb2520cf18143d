"""Counts of labels: tables with known counts, and classes whose names say that nobody knew."""

from __future__ import annotations

import numpy as np
import pytest
from tests.results.audit.made import make_data

from tamesu.results.audit.counts import count_effective, find_counts


def codes_of(*counts: int) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts)


def folds_of(rows: int, n_splits: int = 5) -> np.ndarray:
    return (np.arange(rows) % n_splits)[None]


def audit(counts: tuple[int, ...], labels: tuple[str, ...], missing: int = 0, **more):
    codes = np.concatenate([codes_of(*counts), np.full(missing, -1)])
    return find_counts(make_data(len(codes), labels=labels, codes=codes, folds=folds_of(len(codes)), **more))


def test_even_classes_are_a_note_with_a_chart() -> None:
    (only,) = audit((30, 20, 25), ("a", "b", "c"))
    assert (only.code, only.weight) == ("AUDIT_CLASS_COUNTS", "note")
    assert (only.values["most"], only.values["least"], only.values["largest"], only.values["smallest"]) == (30, 20, "a", "b")
    assert dict(zip(only.charts[0].names, only.charts[0].series["train"], strict=True)) == {"a": 30, "c": 25, "b": 20}
    assert only.text("en") and only.text("ja")


def test_skew_is_a_warning_from_twenty_to_one() -> None:
    assert [f.weight for f in audit((190, 10), ("a", "b"))] == ["note"]
    assert [(f.code, f.weight) for f in audit((200, 10), ("a", "b"))] == [("AUDIT_IMBALANCE", "warning")]


def test_effective_number_of_classes() -> None:
    assert count_effective(np.array([7, 7, 7, 7])) == pytest.approx(4)
    # Two classes with shares 0.9 and 0.1: exp(-(0.9 ln 0.9 + 0.1 ln 0.1)).
    assert count_effective(np.array([90, 10])) == pytest.approx(0.9**-0.9 * 0.1**-0.1)


def test_a_class_of_three_is_named_with_all_its_rows() -> None:
    small = next(f for f in audit((50, 3, 40), ("a", "rare", "c")) if f.code == "AUDIT_SMALL_CLASSES")
    assert small.weight == "warning"
    assert small.values["classes"] == "rare (3)"
    assert small.rows == (50, 51, 52)
    assert "rare (3)" in small.text("ja")


def test_as_many_rows_as_folds_are_enough() -> None:
    assert {f.code for f in audit((50, 5), ("a", "b"))} == {"AUDIT_CLASS_COUNTS"}


def test_groups_count_instead_of_rows() -> None:
    codes = codes_of(50, 20)
    groups = np.concatenate([np.arange(50), np.full(20, 99)])
    data = make_data(70, labels=("a", "one scene"), codes=codes, groups=groups, folds=folds_of(70))
    small = next(f for f in find_counts(data) if f.code == "AUDIT_SMALL_CLASSES_GROUPS")
    assert small.values["classes"] == "one scene (20 / 1)"
    assert small.rows == tuple(range(50, 70))


def test_leave_one_out_and_identities_have_no_classes_too_small() -> None:
    codes = codes_of(30, 3)
    loo = make_data(33, labels=("a", "b"), codes=codes, folds=np.arange(33)[None])
    assert {f.code for f in find_counts(loo)} == {"AUDIT_CLASS_COUNTS"}
    people = make_data(33, labels=("a", "b"), codes=codes, kind="identity", folds=folds_of(33))
    assert {f.code for f in find_counts(people)} == {"AUDIT_CLASS_COUNTS"}


@pytest.mark.parametrize("name", ["unknown", "Other", "N/A", "不明", "その他", "なし", "わからない", "（不明）", "NOT KNOWN"])
def test_classes_that_mean_unknown_beside_missing_cells(name: str) -> None:
    found = audit((40, 30, 12), ("cat", "dog", name), missing=9)
    unknown = next(f for f in found if f.code == "AUDIT_UNKNOWN_CLASS")
    assert unknown.weight == "warning"
    assert (unknown.values["missing"], unknown.values["rows"]) == (9, 21)
    assert f"{name} (12)" in unknown.values["classes"]
    assert unknown.rows == tuple(range(70, 91))
    assert not any(f.code == "AUDIT_LABELS_MISSING" for f in found)
    assert name in unknown.text("en") and name in unknown.text("ja")


def test_without_missing_cells_only_unknown_is_worth_a_note() -> None:
    assert {f.code for f in audit((40, 30), ("scratch", "none"))} == {"AUDIT_CLASS_COUNTS"}
    note = next(f for f in audit((40, 30), ("cat", "unknown")) if f.code == "AUDIT_UNKNOWN_CLASS")
    assert note.weight == "note"
    both = next(f for f in audit((40, 30, 20), ("cat", "unknown", "不明")) if f.code == "AUDIT_UNKNOWN_CLASS")
    assert (both.weight, both.values["missing"]) == ("warning", 0)


@pytest.mark.parametrize("name", ["another", "brother", "known", "nana", "motherboard", "名無し"])
def test_names_that_only_contain_such_a_word(name: str) -> None:
    assert "AUDIT_UNKNOWN_CLASS" not in {f.code for f in audit((40, 30), ("cat", name), missing=3)}


def test_missing_labels_are_counted() -> None:
    missing = next(f for f in audit((40, 30), ("a", "b"), missing=30) if f.code == "AUDIT_LABELS_MISSING")
    assert (missing.values["count"], missing.values["share"]) == (30, pytest.approx(0.3))
    assert missing.rows == tuple(range(70, 100))


def test_several_labels_a_row_and_kinds_without_labels() -> None:
    marks = np.zeros((40, 2))
    marks[:, 0] = 1
    marks[:4, 1] = 1
    marks[-2:] = np.nan
    several = make_data(40, labels=("sky", "bird"), values=marks, kind="multilabel", folds=folds_of(40))
    found = {f.code: f for f in find_counts(several)}
    assert found["AUDIT_CLASS_COUNTS"].values["most"] == 38
    assert found["AUDIT_SMALL_CLASSES"].values["classes"] == "bird (4)"
    assert found["AUDIT_LABELS_MISSING"].values["count"] == 2
    assert find_counts(make_data(40, labels=(), kind="value", values=np.arange(40.0))) == []


def test_rows_with_several_labels_or_none_are_counted_once() -> None:
    marks = np.array([[1, 1], [1, 1], [0, 0], [1, 0], [np.nan, np.nan]], np.float32)
    data = make_data(5, labels=("sky", "bird"), values=marks, kind="multilabel")
    [finding] = [one for one in find_counts(data) if one.code == "AUDIT_CLASS_COUNTS"]
    assert (finding.values["rows"], finding.values["most"], finding.values["least"]) == (4, 3, 2)
