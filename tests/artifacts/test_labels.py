"""Labels under suspicion."""

from __future__ import annotations

import pytest

from tamesu.artifacts.labels import find_missing_like, find_spellings, looks_like_id, sort_labels, spelling_key


@pytest.mark.parametrize(
    "labels",
    [
        ["cat", "Cat", "CAT", "cat ", " cat", "ｃａｔ", "c a t", "ca\u200bt", "ca_t", "ca-t"],
        ["1", "1.0", "01", "True", "TRUE", "1e0", "１", "+1"],
        ["0", "0.0", "-0", "false"],
        ["ガ", "カ\u3099", "ｶﾞ"],
        ["straße", "STRASSE"],
    ],
)
def test_spellings_of_one_label_have_one_key(labels: list[str]) -> None:
    assert len({spelling_key(label) for label in labels}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("cat", "cats"), ("1", "-1"), ("1-11", "11-1"), ("1.5", "15"), ("v1.0", "v10"), ("a+", "a"), ("は", "ば"), ("ハ", "は")],
)
def test_different_labels_stay_different(one: str, other: str) -> None:
    assert spelling_key(one) != spelling_key(other)


def test_a_number_too_long_for_a_float_keeps_all_digits() -> None:
    assert spelling_key("9007199254740993") != spelling_key("9007199254740992")
    assert spelling_key("9" * 400) != spelling_key("9" * 401)
    assert spelling_key("1e999999") != spelling_key("1")


def test_the_most_frequent_spelling_leads() -> None:
    assert find_spellings({"Dog": 1, "dog": 3, "cat": 2}) == [["dog", "Dog"]]
    assert find_spellings({"dog": 3, "cat": 2}) == []


def test_missing_like() -> None:
    texts = ["NA", "N/A", "None", "null", "nan", "NaN", "<NA>", "-", "?", "  "]
    assert find_missing_like(["cat", "nah", "0", *texts]) == texts


def test_ids_and_classes() -> None:
    names = [f"i{n}" for n in range(20)]
    assert looks_like_id(names, names)
    assert looks_like_id([f"c{n}" for n in range(20)], names)
    assert not looks_like_id(["a", "b"] * 10, names)
    assert not looks_like_id(["a", "b", "c"], ["1", "2", "3"])


def test_order_of_labels() -> None:
    assert sort_labels(["10", "2", "01", "1", "-3"]) == ("-3", "01", "1", "2", "10")
    assert sort_labels(["猫", "犬", "cat"]) == ("cat", "犬", "猫")
