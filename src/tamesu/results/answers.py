"""What a sample submission asks for: which columns, and what is to stand in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from tamesu.artifacts.row_faults import show_examples
from tamesu.artifacts.tables import NUMBER
from tamesu.errors import Fault, Where, nearest
from tamesu.messages.message import Phrase, fill_both
from tamesu.platforms import Platform
from tamesu.results.sample import Sample, drop_ending

How = Literal["label", "code", "probability", "ranked", "columns", "marks", "set", "value", "values"]

SEPARATORS = (", ", ",", ";", "|", " ")
# Label pairs whose second is what one probability is about.
POSITIVE_PAIRS = frozenset(
    {
        ("0", "1"),
        ("-1", "1"),
        ("no", "yes"),
        ("n", "y"),
        ("false", "true"),
        ("f", "t"),
        ("negative", "positive"),
        ("neg", "pos"),
        ("normal", "abnormal"),
        ("healthy", "sick"),
        ("benign", "malignant"),
        ("いいえ", "はい"),
        ("陰性", "陽性"),
        ("正常", "異常"),
        ("なし", "あり"),
        ("無", "有"),
    }
)
WORDS: dict[str, Phrase] = {
    "label": Phrase("one label per row (column {column})", "各行に 1 つのラベル(列 {column})"),
    "code": Phrase(
        "the number of a label per row, its place in `labels` from 0 (column {column})",
        "各行に `labels` の中での番号(0 から、列 {column})",
    ),
    "probability": Phrase("the probability of {label} (column {column})", "{label} の確率(列 {column})"),
    "ranked": Phrase(
        "the {k} most probable labels per row, best first (column {column})",
        "各行に確率の高い順に {k} 個のラベル(列 {column})",
    ),
    "columns": Phrase("the probability of each label in a column of its own", "ラベルごとの列に確率"),
    "marks": Phrase("1 or 0 for each label in a column of its own", "ラベルごとの列に 1 か 0"),
    "set": Phrase(
        "the labels of a row in one cell, divided by {separator} (column {column})",
        "1 つのセルに {separator} 区切りのラベル(列 {column})",
    ),
    "value": Phrase("a number per row (column {column})", "各行に数値(列 {column})"),
    "values": Phrase("a number per row in each column, by its name", "各列に、列名どおりの数値"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """What was predicted.

    Attributes:
        kind: of the target.
        labels: the fixed label list; of several values their columns; empty for one value.
        reads: what the competition's metric reads, `probs` or `preds`: it decides where the sample does not.
        separator: between labels in one cell of the train table, if known.
    """

    kind: str
    labels: tuple[str, ...]
    reads: str | None = None
    separator: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sample asks for.

    Attributes:
        how: what stands in the answers' columns.
        answers: indices of the answers' columns.
        classes: for `columns`, `marks` and `values` the label of each answer column; for `probability` the one label.
        id_column: index of the id column, or None: rows go by order.
        separator: between labels in one cell.
        k: labels per cell, for `ranked`.
        notes: how it was read.
    """

    how: How
    answers: tuple[int, ...]
    classes: tuple[int, ...] = ()
    id_column: int | None = None
    separator: str = " "
    k: int = 1
    notes: tuple[Fault, ...] = field(default=())


def find_id_column(sample: Sample, ids: Sequence[str], id_name: str | None) -> int | None:
    """The column that holds most of the ids, `id_name` among equals; without any, the column that is named so; else None.

    Examples:
        >>> sample = Sample("s.csv", ("label", "image"), (("0", "0"), ("b.jpg", "a.jpg")), (2, 3))
        >>> find_id_column(sample, ["a", "b"], "id"), find_id_column(sample, ["x"], "id")
        (1, None)
    """
    known = {*ids, *map(drop_ending, ids)}
    hits = [len({cell for cell in column if cell in known or drop_ending(cell) in known}) for column in sample.columns]
    hits = [0 if name == "" else count for name, count in zip(sample.names, hits, strict=True)]
    most = [i for i, count in enumerate(hits) if count == max(hits) > 0]
    named = [i for i, name in enumerate(sample.names) if name == id_name]
    found = [i for i in most if i in named] or most or named
    return found[0] if found else None


def find_asked(sample: Sample, id_column: int | None, target: Target, platform: Platform) -> Asked | list[Fault]:
    """What the sample asks for, or the refusals and questions that stand in the way.

    Args:
        sample: as read.
        id_column: its id column, or None.
        target: what was predicted.
        platform: what the user has said about the format.
    """
    # A column without a name holds the row numbers that pandas writes; it is copied.
    answers = [i for i, name in enumerate(sample.names) if name and i != id_column]
    if not answers:
        return [columns_fault(sample, list(target.labels) or [target.kind], [])]
    if len(answers) > 1:
        return find_label_columns(sample, id_column, answers, target, platform)
    return READERS.get(target.kind, read_class_column)(sample, id_column, answers[0], target, platform)


def find_label_columns(
    sample: Sample, id_column: int | None, answers: list[int], target: Target, platform: Platform
) -> Asked | list[Fault]:
    """One column per label, or per value, matched by name."""
    names = [sample.names[i] for i in answers]
    if (target.kind == "value" and not target.labels) or sample.header is None:
        return [columns_fault(sample, [], names[1:])]
    classes = match_names(names, target.labels)
    if classes is None:
        missing = [label for label in target.labels if label not in names]
        extra = [name for name in names if name not in target.labels]
        return [columns_fault(sample, missing, extra)]
    if target.kind == "value":
        return Asked("values", tuple(answers), tuple(classes), id_column, notes=tuple(note_columns(sample, "values", classes)))
    choices = ["probability", "label"]
    how: How = "columns" if platform.answer in ("auto", "probability") else "marks"
    if platform.answer not in ("auto", *choices):
        return [answer_fault(sample, answers[0], choices)]
    cells = {cell.strip() for i in answers for cell in sample.columns[i]} - {""}
    whole = all(NUMBER.fullmatch(cell) and float(cell) in (0.0, 1.0) for cell in cells)
    if target.kind == "multilabel" and platform.answer == "auto" and whole:
        if target.reads is None:
            return [answer_fault(sample, answers[0], choices)]
        how = "columns" if target.reads == "probs" else "marks"
    return Asked(how, tuple(answers), tuple(classes), id_column, notes=tuple(note_columns(sample, how, classes)))


def note_columns(sample: Sample, how: How, classes: list[int]) -> list[Fault]:
    """How several columns were read, and that their order is another."""
    notes = [read_as(sample, how)]
    if classes != sorted(classes):
        notes.append(Fault("SUBMISSION_REORDERED", "note", Where(sample.shown_as), {"what": Phrase("columns", "列")}))
    return notes


def match_names(names: Sequence[str], labels: Sequence[str]) -> list[int] | None:
    """The label of each column, by name: equal, or equal but for width, case, or one common beginning and end.

    Examples:
        >>> match_names(["dog", "cat"], ["cat", "dog"]), match_names(["prob_Dog", "prob_Cat"], ["cat", "dog"])
        ([1, 0], [1, 0])
        >>> match_names(["dog", "cow"], ["cat", "dog"]) is None
        True
    """
    if len(names) != len(labels):
        return None
    for spell in (str, fold_text):
        place = {spell(label): code for code, label in enumerate(labels)}
        if len(place) < len(labels):
            continue
        spelled = [spell(name) for name in names]
        before, after = shared_length(spelled), shared_length([name[::-1] for name in spelled])
        for start in range(before + 1):
            for end in range(after + 1):
                bare = [name[start : len(name) - end] for name in spelled]
                if len(set(bare)) == len(labels) and place.keys() == set(bare):
                    return [place[name] for name in bare]
    return None


def shared_length(texts: Sequence[str]) -> int:
    """How many characters all of these texts begin with alike.

    Examples:
        >>> shared_length(["prob_cat", "prob_cow"])
        6
    """
    # The first and the last in order differ the most.
    first, last = min(texts), max(texts)
    return next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))


def fold_text(text: str) -> str:
    """A text without differences of width and case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def read_class_column(
    sample: Sample, id_column: int | None, answer: int, target: Target, platform: Platform
) -> Asked | list[Fault]:
    """One column for a target with one label per row: a label, its number, a probability, or several labels in order."""
    cells = {cell.strip() for cell in sample.columns[answer]} - {""}
    readings = find_readings(cells, target.labels)
    if target.kind == "identity" and not readings and are_ranked(cells, target.labels):
        readings = ["ranked"]
    possible = ["label", "code", "ranked"] + (["probability"] if len(target.labels) == 2 else [])
    chosen: str | None = platform.answer
    if chosen == "auto":
        chosen = choose_reading(readings, target.reads)
    if chosen not in possible:
        return [answer_fault(sample, answer, readings if len(readings) > 1 else possible)]
    if chosen == "probability":
        positive = find_positive(sample, answer, target.labels, platform.positive)
        if isinstance(positive, Fault):
            return [positive]
        note = read_as(sample, "probability", answer, label=repr(target.labels[positive]))
        return Asked("probability", (answer,), (positive,), id_column, notes=(note,))
    k = min(max((len(cell.split()) for cell in cells), default=1), len(target.labels)) if chosen == "ranked" else 1
    if chosen == "ranked" and (spaced := [label for label in target.labels if len(label.split()) > 1]):
        values = {"separator": " ", "examples": show_examples(spaced)}
        return [Fault("SUBMISSION_SEPARATOR", "refuse", Where(sample.shown_as), values)]
    how: How = "label" if chosen == "label" else "code" if chosen == "code" else "ranked"
    return Asked(how, (answer,), (), id_column, k=k, notes=(read_as(sample, how, answer, k=k),))


def find_readings(cells: set[str], labels: Sequence[str]) -> list[str]:
    """Every way in which a sample's cells can be read, for a `class` target.

    Examples:
        >>> find_readings({"0.5"}, ["0", "1"]), find_readings({"0"}, ["0", "1"]), find_readings({"0"}, ["cat", "dog", "owl"])
        (['probability'], ['label', 'probability'], ['label', 'code'])
        >>> find_readings({"cat"}, ["cat", "dog"]), find_readings({"cat owl"}, ["cat", "dog", "owl"])
        (['label'], ['ranked'])
    """
    numbers = all(NUMBER.fullmatch(cell) for cell in cells)
    whole = all(re.fullmatch(r"\d{1,9}", cell, re.ASCII) for cell in cells)
    shares = numbers and all(0.0 <= float(cell) <= 1.0 for cell in cells)
    probability = ["probability"] if len(labels) == 2 and shares else []
    if not cells:
        return ["label", *probability]
    if cells <= set(labels):
        return ["label", *probability]
    if len({len(cell.split()) for cell in cells}) == 1 and {word for cell in cells for word in cell.split()} <= set(labels):
        return ["ranked"]
    label_numbers = {float(label) for label in labels if NUMBER.fullmatch(label)}
    if numbers and len(label_numbers) == len(labels):
        # 3.0 for a label called 3, as pandas writes it.
        return (["label"] if {float(cell) for cell in cells} <= label_numbers else []) + probability
    if whole and all(int(cell) < len(labels) for cell in cells):
        # A 0 may also hold the place of a label's name.
        return ["label", "code", *probability]
    if numbers:
        return probability
    return ["label"] if cells & set(labels) else []


def are_ranked(cells: set[str], labels: Sequence[str]) -> bool:
    """Whether cells hold as many names each, two or more, some of which are labels; the others are new individuals.

    Examples:
        >>> are_ranked({"new w_1 w_2"}, ["w_1", "w_2"]), are_ranked({"w_1"}, ["w_1", "w_2"])
        (True, False)
    """
    words = [cell.split() for cell in cells]
    counts = {len(found) for found in words}
    return len(counts) == 1 and min(counts) > 1 and any(word in labels for found in words for word in found)


def choose_reading(readings: list[str], reads: str | None) -> str | None:
    """The one reading, or the one that the metric decides; None when the user must say it."""
    if len(readings) == 1:
        return readings[0]
    if "probability" in readings and reads == "probs":
        return "probability"
    if readings == ["label", "probability"] and reads == "preds":
        return "label"
    return None


def find_positive(sample: Sample, answer: int, labels: Sequence[str], positive: str | None) -> int | Fault:
    """The label whose probability is asked for: as said, as the column is named, or as such pairs go."""
    folded = [fold_text(label) for label in labels]
    column = sample.names[answer]
    values = {"column": column, "labels": show_examples(labels)}
    if positive is not None:
        if positive in labels:
            return list(labels).index(positive)
        return Fault("SUBMISSION_POSITIVE", "ask", Where(sample.shown_as), values, nearest(positive, labels))
    if fold_text(column) in folded and sample.header is not None:
        return folded.index(fold_text(column))
    for pair in (folded, folded[::-1]):
        if tuple(pair) in POSITIVE_PAIRS:
            return folded.index(pair[1])
    return Fault("SUBMISSION_POSITIVE", "ask", Where(sample.shown_as), values)


def read_set_column(
    sample: Sample, id_column: int | None, answer: int, target: Target, platform: Platform
) -> Asked | list[Fault]:
    """One column for a `multilabel` target: the labels of a row in one cell."""
    cells = {cell.strip() for cell in sample.columns[answer]} - {""}
    if platform.answer not in ("auto", "label", "ranked"):
        return [answer_fault(sample, answer, ["label", "ranked"])]
    known = set(target.labels)
    split = (s for s in SEPARATORS if any(s in c for c in cells) and all(set(c.split(s)) <= known for c in cells))
    separator = next(split, target.separator or " ")
    if inside := [label for label in target.labels if separator in label]:
        values = {"separator": separator, "examples": show_examples(inside)}
        return [Fault("SUBMISSION_SEPARATOR", "refuse", Where(sample.shown_as), values)]
    if platform.answer == "ranked":
        k = min(max((len(cell.split(separator)) for cell in cells), default=1), len(target.labels))
        return Asked("ranked", (answer,), (), id_column, separator, k, (read_as(sample, "ranked", answer, k=k),))
    note = read_as(sample, "set", answer, separator=repr(separator))
    return Asked("set", (answer,), (), id_column, separator, notes=(note,))


def read_value_column(
    sample: Sample,
    id_column: int | None,
    answer: int,
    target: Target,
    platform: Platform,  # noqa: ARG001
) -> Asked | list[Fault]:
    """One column for a `value` target."""
    if len(target.labels) > 1:
        name = sample.names[answer]
        return [columns_fault(sample, [label for label in target.labels if label != name], [])]
    return Asked("value", (answer,), (), id_column, notes=(read_as(sample, "value", answer),))


# Every other kind has one label per row.
READERS = {"multilabel": read_set_column, "value": read_value_column}


def read_as(sample: Sample, how: How, answer: int | None = None, **values: object) -> Fault:
    """The note that says how the sample was read."""
    words = {"column": repr(sample.names[answer]) if answer is not None else "", **values}
    what = fill_both(WORDS[how], **words)
    return Fault("SUBMISSION_READ_AS", "note", Where(sample.shown_as), {"what": what})


def answer_fault(sample: Sample, answer: int, choices: Sequence[str]) -> Fault:
    """The question what a column is to hold."""
    examples = show_examples(sample.columns[answer])
    values = {"column": sample.names[answer], "examples": examples, "choices": ", ".join(choices)}
    return Fault("SUBMISSION_ANSWER", "ask", Where(sample.shown_as), values)


def columns_fault(sample: Sample, missing: Sequence[str], extra: Sequence[str]) -> Fault:
    """The refusal of columns that do not fit."""
    values = {"missing": show_examples(missing, 10) or "-", "extra": show_examples(extra, 10) or "-"}
    near = nearest(extra[0], missing) if missing and extra else None
    return Fault("SUBMISSION_COLUMNS", "refuse", Where(sample.shown_as, line=1), values, near)
