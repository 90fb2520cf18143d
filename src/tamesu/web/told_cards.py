"""One image as a card: what it is, what was told, and how surely, in lines whose names keep their own direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from tamesu.artifacts.competition import CODED
from tamesu.messages.mistakes import say as say_mistakes
from tamesu.report.audit_sets import shorten_text
from tamesu.report.numbers import format_number, format_share
from tamesu.results.changed import Changes
from tamesu.results.told import Told
from tamesu.web.gallery import Gallery
from tamesu.web.view import View

# id of a mistake → (id, cosine) of the training images nearest to it.
Neighbours = Mapping[str, Sequence[tuple[str, float]]]
# Pieces of a line: what somebody named, and words of ours.
Piece = dict[str, str]

MOST_NAMES = 6


def name(text: str) -> Piece:
    """What somebody named."""
    return {"name": shorten_text(text)}


def words(text: str) -> Piece:
    """Words and numbers of ours."""
    return {"text": text}


def make_card(told: Told, place: int, label: int | None, gallery: Gallery, number: int, view: View) -> dict[str, Any]:
    """An image with its truth and answer.

    Args:
        told: what a run says.
        place: of the row in it.
        label: the label of several, or the column of several values, that is looked at; all together when None.
        gallery: all images.
        number: of the image in the gallery.
        view: the request, for its language.

    Returns:
        `number`, `id`, `part`; `truth` and `told` as text, of several labels as a list; `chances` of both (None where there is
        none); `right` (None where nothing is right or wrong); `lines` of pieces.
    """
    truth, answer, chances, right, lines = TELLERS.get(told.kind, tell_class)(told, place, label, view)
    return {
        "number": number,
        "id": gallery.ids[number],
        "part": gallery.part(number),
        "truth": truth,
        "told": answer,
        "chances": chances,
        "right": right,
        "lines": lines,
    }


Names = str | list[str]
Teller = tuple[Names, Names, list[float] | None, bool | None, list[list[Piece]]]


def tell_class(told: Told, place: int, _label: int | None, _view: View) -> Teller:
    """Of one label a row, and of shares the largest on either side."""
    true, answer = told.labels[int(told.truth[place])], told.labels[int(told.told[place])]
    chances = [float(one) for one in told.chance[place]]
    right = None if told.kind == "soft" else true == answer
    # The probability first: a name may be longer than the card is wide.
    lines = [[words(f"{format_share(chances[0])} "), name(true)]]
    if true != answer:
        lines.append([words(f"→ {format_share(chances[1])} "), name(answer)])
    return true, answer, chances, right, lines


def tell_labels(told: Told, place: int, label: int | None, view: View) -> Teller:
    """Of several labels: one of them, or what is wrong."""
    there, said, chance = told.truth[place], told.told[place], told.chance[place]
    codes = [label] if label is not None else range(len(told.labels))
    true = [told.labels[code] for code in codes if there[code]]
    answer = [told.labels[code] for code in codes if said[code]]
    right = all(there[code] == said[code] for code in codes)
    if label is not None:
        word = {(1, 1): "there", (1, 0): "missed", (0, 1): "false_alarm", (0, 0): "not_there"}[
            int(there[label]), int(said[label])
        ]
        lines = [[words(say_mistakes(word, view.language))], [words(format_share(float(chance[label])))]]
        return true, answer, None, right, lines
    lines = []
    for word, found in (("look_missed", there & ~said), ("look_alarmed", ~there & said)):
        wrong = np.flatnonzero(found)
        order = wrong[np.argsort(-np.abs(chance[wrong] - 0.5), kind="stable")][:MOST_NAMES].tolist()
        if order:
            pieces = [words(view.say(word) + ": ")]
            for rank, code in enumerate(order):
                pieces += [words(", ")] * (rank > 0) + [name(told.labels[code]), words(f" {format_share(float(chance[code]))}")]
            lines.append(pieces)
    return true, answer, None, right, lines or [[words(say_mistakes("none_wrong", view.language))]]


def tell_values(told: Told, place: int, column: int | None, view: View) -> Teller:
    """Of values: one column, or of several the one that is furthest off over the spread of its truth."""
    truth, said = told.truth[place], told.told[place]
    if column is None:
        column = int(np.argmax(np.abs(said - truth) / find_spread(told))) if len(truth) > 1 else 0
    residual = float(said[column] - truth[column])
    shown, signed = (format_number(float(truth[column])), format_number(float(said[column]))), format_number(abs(residual))
    head = [name(told.labels[column]), words(": ")] if len(told.labels) > 1 else []
    off = say_mistakes("residual", view.language, residual=f"{'+' if residual > 0 else '−' if residual < 0 else ''}{signed}")
    texts = [" ".join(format_number(float(one)) for one in side) for side in (truth, said)]
    return texts[0], texts[1], None, None, [[*head, words(f"{shown[0]} → {shown[1]}")], [words(off)]]


@lru_cache(maxsize=2)
def find_spread(told: Told) -> np.ndarray:
    """The spread of each column's truth; the same for all the cards of a stretch."""
    return np.asarray(np.maximum(told.truth.std(axis=0), 1e-12))


TELLERS = {"multilabel": tell_labels, "value": tell_values}


def make_change_card(changes: Changes, place: int, gallery: Gallery, view: View) -> dict[str, Any]:
    """An image with its truth and what two runs told.

    Args:
        changes: of two runs.
        place: of the row in it.
        gallery: all images.
        view: the request, for its language.
    """
    number = int(changes.rows[place])
    truth, sides, lines = tell_change(changes, place, view)
    return {
        "number": number,
        "id": gallery.ids[number],
        "part": gallery.part(number),
        "truth": truth,
        "told": sides,
        "fold": "",
        "lines": lines,
    }


def tell_change(changes: Changes, place: int, view: View) -> tuple[Names, Sequence[Names], list[list[Piece]]]:
    """The truth of an image, what each run told, and both as lines."""
    truth, both = changes.truth[place], (changes.before[place], changes.after[place])
    if changes.kind in CODED:
        true, (one, other) = changes.labels[int(truth)], (changes.labels[int(code)] for code in both)
        return true, [one, other], [[name(true)], [words("· "), name(one)], [words("→ "), name(other)]]
    if changes.kind == "multilabel":
        names = [[changes.labels[code] for code in np.flatnonzero(side).tolist()] for side in (truth, *both)]
        lines = [
            [words(arrow), *say_wrong([changes.labels[code] for code in np.flatnonzero(truth != side).tolist()], view)]
            for arrow, side in zip(("· ", "→ "), both, strict=True)
        ]
        return names[0], names[1:], lines
    texts = [" ".join(format_number(float(one)) for one in np.atleast_1d(side)) for side in (truth, *both)]
    return texts[0], texts[1:], [[words(texts[0])], [words(f"{texts[1]} → {texts[2]}")]]


def say_wrong(labels: Sequence[str], view: View) -> list[Piece]:
    """The labels that a run has wrong on an image, the first few of them."""
    if not labels:
        return [words(say_mistakes("none_wrong", view.language))]
    before, _, after = say_mistakes("wrong_labels", view.language, labels="\0").partition("\0")
    pieces = [words(before)]
    for rank, label in enumerate(labels[:MOST_NAMES]):
        pieces += [words(say_mistakes("comma", view.language))] * (rank > 0) + [name(label)]
    return [*pieces, words(after + (" …" if len(labels) > MOST_NAMES else ""))]
