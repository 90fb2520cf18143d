from __future__ import annotations

from typing import Any

import pytest

from tamesu.platforms.kaggle import Kaggle
from tamesu.results.answers import Asked, Target, find_asked, find_id_column, find_readings, match_names
from tamesu.results.sample import Sample

NAMES = ("ant", "bee", "cat")


def make(*columns: tuple[str, ...], header: tuple[str, ...] | None = ("id", "label")) -> Sample:
    rows = len(columns[0])
    return Sample("sample.csv", header, columns, tuple(range(2, rows + 2)))


def ask(
    cells: tuple[str, ...],
    labels: tuple[str, ...],
    kind: str = "class",
    reads: str | None = None,
    name: str = "label",
    **options: Any,
) -> Asked | list[tuple[str, str]]:
    ids = tuple(str(i) for i in range(len(cells)))
    sample = make(ids, cells, header=("id", name))
    found = find_asked(sample, 0, Target(kind, labels, reads), Kaggle(**options))
    assert all(fault.text("en") and fault.text("ja") for fault in (found.notes if isinstance(found, Asked) else found))
    return found if isinstance(found, Asked) else [(fault.code, fault.outcome) for fault in found]


def how(*args: Any, **kwargs: Any) -> str:
    found = ask(*args, **kwargs)
    assert isinstance(found, Asked), found
    return found.how


QUESTION = [("SUBMISSION_ANSWER", "ask")]


@pytest.mark.parametrize(
    ("cells", "labels", "reads", "expected"),
    [
        (("ant", "ant"), NAMES, None, "label"),
        (("ant", "unknown"), NAMES, None, "label"),
        (("", ""), NAMES, None, "label"),
        (("0", "0"), ("0", "1", "2"), None, "label"),
        (("0.0", "0.0"), ("0", "1", "2"), None, "label"),
        (("0.5", "0.5"), ("0", "1"), None, "probability"),
        (("0.5", "0.5"), ("0", "1"), "preds", "probability"),
        (("0", "0"), ("0", "1"), "probs", "probability"),
        (("0", "1"), ("0", "1"), "preds", "label"),
        (("0.0", "1.0"), ("0", "1"), "preds", "label"),
        (("no", "no"), ("no", "yes"), "probs", "label"),
        (("0", "0"), ("no", "yes"), "probs", "probability"),
        (("ant bee", "cat ant"), NAMES, None, "ranked"),
        (("犬", "猫"), ("犬", "猫"), None, "label"),
        (("NA", "None"), ("NA", "None"), None, "label"),
    ],
)
def test_one_column_for_classes(cells: tuple[str, ...], labels: tuple[str, ...], reads: str | None, expected: str) -> None:
    assert how(cells, labels, reads=reads) == expected


@pytest.mark.parametrize(
    ("cells", "labels", "reads"),
    [
        # A label or a probability; nothing says which.
        (("0", "1"), ("0", "1"), None),
        (("", ""), ("0", "1"), None),
        # The number of a label, or a 0 that holds the place of its name.
        (("0", "0"), NAMES, "preds"),
        (("0", "0"), ("no", "yes"), "preds"),
        # Nothing that is known.
        (("?", "?"), NAMES, None),
        (("0.5", "0.5"), NAMES, None),
    ],
)
def test_two_readings_are_a_question(cells: tuple[str, ...], labels: tuple[str, ...], reads: str | None) -> None:
    assert ask(cells, labels, reads=reads) == QUESTION


@pytest.mark.parametrize("answer", ["label", "code", "ranked", "probability"])
def test_the_user_can_say_it(answer: str) -> None:
    assert how(("0", "0"), ("no", "yes"), answer=answer) == answer


def test_a_probability_of_three_is_a_question() -> None:
    assert ask(("0", "0"), NAMES, answer="probability") == QUESTION


@pytest.mark.parametrize(
    ("labels", "name", "options", "expected"),
    [
        (("0", "1"), "label", {}, 1),
        (("No", "Yes"), "label", {}, 1),
        (("陽性", "陰性"), "判定", {}, 0),
        (("cat", "dog"), "cat", {}, 0),
        (("cat", "dog"), "Dog", {}, 1),
        (("cat", "dog"), "label", {"positive": "cat"}, 0),
    ],
)
def test_the_positive_label(labels: tuple[str, ...], name: str, options: dict[str, Any], expected: int) -> None:
    found = ask(("0.5", "0.5"), labels, name=name, **options)
    assert isinstance(found, Asked)
    assert found.classes == (expected,)
    assert repr(labels[expected]) in found.notes[0].text("en")


def test_an_unknown_positive_label_is_a_question() -> None:
    assert ask(("0.5", "0.5"), ("cat", "dog")) == [("SUBMISSION_POSITIVE", "ask")]
    assert ask(("0.5", "0.5"), ("cat", "dog"), positive="cta") == [("SUBMISSION_POSITIVE", "ask")]


def columns(names: tuple[str, ...], cell: str, kind: str, reads: str | None = None, **options: Any) -> Asked | list[Any]:
    sample = make(("x", "y"), *[(cell, cell)] * len(names), header=("id", *names))
    return find_asked(sample, 0, Target(kind, NAMES, reads), Kaggle(**options))


def test_one_column_per_class() -> None:
    found = columns(("cat", "ant", "bee"), "0", "class")
    assert isinstance(found, Asked)
    assert (found.how, found.answers, found.classes) == ("columns", (1, 2, 3), (2, 0, 1))
    assert [note.code for note in found.notes] == ["SUBMISSION_READ_AS", "SUBMISSION_REORDERED"]
    marks = columns(NAMES, "0", "class", answer="label")
    assert isinstance(marks, Asked)
    assert marks.how == "marks"


@pytest.mark.parametrize(
    ("cell", "reads", "expected"),
    [
        ("0.5", None, "columns"),
        ("0", "probs", "columns"),
        ("0", "preds", "marks"),
        ("0.0", "preds", "marks"),
        ("0.5", "preds", "columns"),
    ],
)
def test_one_column_per_label(cell: str, reads: str | None, expected: str) -> None:
    found = columns(NAMES, cell, "multilabel", reads)
    assert isinstance(found, Asked)
    assert found.how == expected


def test_zeros_per_label_are_a_question() -> None:
    found = columns(NAMES, "0", "multilabel")
    assert isinstance(found, list)
    assert found[0].code == "SUBMISSION_ANSWER"


@pytest.mark.parametrize("names", [("ant", "bee"), ("ant", "bee", "cow"), ("ant", "bee", "cat", "Usage")])
def test_other_columns_are_refused(names: tuple[str, ...]) -> None:
    found = columns(names, "0", "class")
    assert isinstance(found, list)
    assert [(fault.code, fault.outcome) for fault in found] == [("SUBMISSION_COLUMNS", "refuse")]


@pytest.mark.parametrize(
    ("names", "labels", "expected"),
    [
        (["b", "a"], ["a", "b"], [1, 0]),
        (["class_10", "class_11"], ["10", "11"], [0, 1]),
        (["p(ant)", "p(bee)"], ["bee", "ant"], [1, 0]),
        (["ANT", "Bee"], ["ant", "bee"], [0, 1]),
        (["クラスA", "クラスB"], ["B", "A"], [1, 0]),
        (["ant", "ANT"], ["ANT", "ant"], [1, 0]),
        (["ant", "Ant"], ["ANT", "ant"], None),
        (["a", "b", "c"], ["a", "b"], None),
    ],
)
def test_columns_are_matched_by_name(names: list[str], labels: list[str], expected: list[int] | None) -> None:
    assert match_names(names, labels) == expected


@pytest.mark.parametrize(
    ("cells", "separator"),
    [
        (("ant bee", "cat"), " "),
        (("ant,bee", ""), ","),
        (("ant, bee", "cat"), ", "),
        (("ant|bee", "cat"), "|"),
        (("", ""), " "),
    ],
)
def test_label_sets(cells: tuple[str, ...], separator: str) -> None:
    found = ask(cells, NAMES, kind="multilabel")
    assert isinstance(found, Asked)
    assert (found.how, found.separator) == ("set", separator)


def test_a_separator_inside_a_label_is_refused() -> None:
    assert ask(("", ""), ("sea lion", "bee"), kind="multilabel") == [("SUBMISSION_SEPARATOR", "refuse")]
    assert ask(("x", "x"), ("sea lion", "bee", "cat"), answer="ranked") == [("SUBMISSION_SEPARATOR", "refuse")]


def test_values() -> None:
    assert how(("0", "0"), (), kind="value") == "value"
    found = find_asked(make(("1",), ("0",), ("0",), header=("id", "a", "b")), 0, Target("value", ()), Kaggle())
    assert isinstance(found, list)
    assert found[0].code == "SUBMISSION_COLUMNS"
    only_ids = find_asked(make(("1",), header=("id",)), 0, Target("value", ()), Kaggle())
    assert isinstance(only_ids, list)


def test_the_id_column() -> None:
    sample = make(("0", "0"), ("1", "0"), header=("label", "id"))
    assert find_id_column(sample, ["0", "1"], "id") == 1
    numbered = make(("0", "1"), ("1", "0"), ("x", "x"), header=("", "id", "label"))
    assert find_id_column(numbered, ["0", "1"], "image") == 1
    assert find_id_column(make(("a", "b"), ("c", "d")), ["x"], "id") == 0
    assert find_id_column(make(("a", "b"), ("c", "d"), header=None), ["d"], "id") == 1


def test_a_column_without_name_is_left_alone() -> None:
    found = find_asked(
        make(("0", "1"), ("a", "b"), ("ant", "ant"), header=("", "id", "x")), 1, Target("class", NAMES), Kaggle()
    )
    assert isinstance(found, Asked)
    assert found.answers == (2,)


def test_readings_are_all_there() -> None:
    assert find_readings({"0", "1"}, ["cat", "dog"]) == ["label", "code", "probability"]
    assert find_readings({"7"}, ["cat", "dog"]) == []
    assert find_readings({"3"}, ["0", "1"]) == []


def test_one_column_per_value() -> None:
    found = columns(("cat", "ant", "bee"), "0.0", "value")
    assert isinstance(found, Asked)
    assert (found.how, found.answers, found.classes) == ("values", (1, 2, 3), (2, 0, 1))
    assert [note.code for note in found.notes] == ["SUBMISSION_READ_AS", "SUBMISSION_REORDERED"]
    assert all(note.text("en") and note.text("ja") for note in found.notes)
    # A column too few, one too many, and one in all.
    for names in (("cat", "ant"), ("cat", "ant", "bee", "cow"), ("cat",)):
        refused = columns(names, "0.0", "value")
        assert isinstance(refused, list) and [fault.code for fault in refused] == ["SUBMISSION_COLUMNS"]
    assert "ant, bee" in str(columns(("cat",), "0.0", "value")[0].text("en")).replace("'", "")  # type: ignore[index]


def test_one_value_still_has_one_column() -> None:
    sample = make(("x", "y"), ("0", "0"), ("0", "0"), header=("id", "a", "b"))
    refused = find_asked(sample, 0, Target("value", ()), Kaggle())
    assert isinstance(refused, list) and [fault.code for fault in refused] == ["SUBMISSION_COLUMNS"]


@pytest.mark.parametrize("kind", ["ordinal", "identity", "soft"])
def test_kinds_with_one_label_per_row_are_asked_as_classes_are(kind: str) -> None:
    assert how(("ant", "ant"), NAMES, kind=kind) == "label"
    assert how(("ant bee", "cat ant"), NAMES, kind=kind) == "ranked"
    assert how(("0.5", "0.5"), ("0", "1"), kind=kind) == "probability"
    assert how(("0", "0"), NAMES, kind=kind, answer="code") == "code"
    found = columns(("cat", "ant", "bee"), "0", kind)
    assert isinstance(found, Asked) and (found.how, found.classes) == ("columns", (2, 0, 1))


def test_a_ranked_list_may_hold_individuals_that_nobody_has_seen() -> None:
    cells = ("新個体 ant bee", "ant 新個体 cat")
    found = ask(cells, NAMES, kind="identity")
    assert isinstance(found, Asked) and (found.how, found.k) == ("ranked", 3)
    # Of classes everything is known.
    assert ask(cells, NAMES) == QUESTION
    assert ask(("no such", "name here"), NAMES, kind="identity") == QUESTION
