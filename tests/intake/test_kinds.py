from __future__ import annotations

import itertools

import pytest

from tamesu.intake.kinds import as_number, is_binary, is_separator, read_column, read_labels, sums_to_one, tokens_of


def kinds(name: str, cells: list[str]) -> list[str]:
    return [reading.kind for reading in read_column(name, cells)]


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("label", ["cat", "dog"] * 5, ["class"]),
        ("label", ["0", "1"] * 5, ["class"]),
        ("age", ["31", "40"], ["class"]),  # two different numbers are two classes
        ("label", [str(n % 10) for n in range(100)], ["class"]),
        ("digit", [str(n % 10 + 1) for n in range(100)], ["class"]),
        ("label", [f"{n % 10:02d}" for n in range(100)], ["class"]),  # zeros in front: text
        ("severity", [str(n % 5) for n in range(100)], ["class", "value"]),
        ("label", ["3", "7", "9", "20"] * 5, ["class", "value"]),  # gaps: codes, or amounts
        ("label", [str(n) for n in range(100)], ["class", "value"]),
        ("age", [str(n) for n in range(20, 60)], ["value"]),
        ("count", [str(n % 5) for n in range(100)], ["class", "value"]),
        ("target", [str(n) for n in range(70)], ["value"]),
        ("target", ["0.5", "1", "2"], ["value"]),
        ("target", ["1e3", "-2", "7"], ["value"]),
        ("target", ["1", "2", "nan"], ["class"]),  # the reader keeps `nan` as text, and so do we
        ("level", ["1.0", "2.0", "3.0"] * 4, ["class", "value"]),
        ("label", ["cat", "", "dog", ""], ["class"]),
    ],
)
def test_readings(name: str, cells: list[str], expected: list[str]) -> None:
    assert kinds(name, cells) == expected


def test_planet_like_tags_are_sets() -> None:
    # As in the satellite images of 2017: weather first, then land; one label stands alone.
    weather, land = ["clear", "haze", "partly_cloudy"], ["agriculture", "road", "water", "habitation", "cultivation"]
    cells = ["cloudy"]
    for first in weather:
        for size in range(4):
            cells += [" ".join((first, "primary", *rest)) for rest in itertools.combinations(land, size)]
    readings = read_labels(sorted(set(cells)))
    assert [(reading.kind, reading.separator, reading.labels) for reading in readings] == [("multilabel", " ", 10)]


def test_names_with_spaces_are_names() -> None:
    breeds = ["german shepherd", "golden retriever", "labrador retriever", "pug", "boston terrier"]
    assert [reading.kind for reading in read_labels(sorted(breeds))] == ["class"]
    assert [reading.kind for reading in read_labels(["Bulldog, French", "Poodle", "Spaniel, Cocker"])] == ["class"]


def test_a_grid_of_words_is_a_question() -> None:
    leaves = ["potato early blight", "potato late blight", "potato healthy", "tomato early blight", "tomato late blight"]
    leaves += ["tomato healthy", "apple healthy", "apple scab", "tomato scab"]
    assert [reading.kind for reading in read_labels(sorted(leaves))] == ["class", "multilabel"]


def test_separator_with_its_space() -> None:
    assert is_separator(["a", "b", "a, b", "b, c", "c", "a, b, c"], ", ") is True
    assert [r.separator for r in read_labels(["a", "a, b", "a, b, c", "b", "b, c", "c"])] == [", "]
    assert [r.separator for r in read_labels(["a", "a,b", "a,b,c", "b", "b,c", "c"])] == [","]
    assert tokens_of(["a|b", "", "b"], "|") == {"a", "b"}


def test_a_hint_settles_it() -> None:
    cells = [str(n % 5) for n in range(20)]
    assert [r.kind for r in read_column("x", cells, "value")] == ["value"]
    assert [(r.kind, r.separator) for r in read_column("x", ["a;b", "c"], "multilabel")] == [("multilabel", ";")]


def test_numbers() -> None:
    assert [as_number(cell) for cell in ("5", " 5", "5_0", "inf", "１", "0", "0.5", "00.5", "1e400")] == [
        5.0,
        5.0,
        None,
        None,
        None,
        0.0,
        0.5,
        None,
        None,
    ]
    assert is_binary(["0", "1"]) and not is_binary(["1", "1"]) and not is_binary(["0", "1", ""])
    assert sums_to_one([["1", "0"], ["0", "1"]]) and not sums_to_one([["1", "0"], ["1", "1"]])
