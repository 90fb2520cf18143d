"""The images to look at after a run: most wrong, most uncertain, most confidently right, label by label; largest residuals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from tamesu.artifacts.competition import CODED
from tamesu.results.averaged import Averaged

Look = Literal["wrong", "unsure", "sure", "above", "below"]

# A label of a multilabel target counts as told from this probability on.
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """Images of one label that are worth a look, the most telling first.

    Attributes:
        look: `wrong`: told wrong, the truth's probability lowest (of ordered labels: told furthest from the truth); `unsure`:
            the two most probable answers closest to each other; `sure`: right, and most sure of it; `above`, `below`: the
            largest residuals of a value on either side.
        label: the label (of several values the column) the gallery is about; -1 of a single value.
        rows: int64 (k,), places among the training rows.
        truth, told: (k,): codes; of a multilabel target 1 or 0 for this label; of a value the numbers.
        truth_chance, told_chance: float64 (k,), the probabilities of both; NaN of values.
        score: float64 (k,), what orders them.
        total: how many rows of this sort there are in all.
    """

    look: Look
    label: int
    rows: np.ndarray
    truth: np.ndarray
    told: np.ndarray
    truth_chance: Float[np.ndarray, " k"]
    told_chance: Float[np.ndarray, " k"]
    score: Float[np.ndarray, " k"]
    total: int


def find_mistakes(said: Averaged, most: int = 12, most_labels: int = 24) -> list[Gallery]:
    """The galleries of a target: of the labels with most mistakes first.

    Args:
        said: averaged out-of-fold predictions.
        most: images in a gallery.
        most_labels: labels (of several values: columns) with galleries.

    Returns:
        For a label up to three galleries, `wrong`, `unsure` and `sure`, those with an image; for a value `above` and `below`.
        Nothing for targets that lie in the picture, and for shares.

    Examples:
        >>> probs = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]])
        >>> said = Averaged("class", ("cat", "dog"), np.arange(3), np.array([0, 1, 1]), probs, np.ones(3, int))
        >>> [(one.look, one.label, one.rows.tolist()) for one in find_mistakes(said)]
        [('wrong', 1, [1]), ('unsure', 1, [2, 1]), ('sure', 1, [2]), ('unsure', 0, [0]), ('sure', 0, [0])]
    """
    if not len(said):
        return []
    if said.kind in CODED:
        return find_class_mistakes(said, most, most_labels)
    if said.kind == "multilabel":
        return find_label_mistakes(said, most, most_labels)
    return find_residuals(said, most, most_labels) if said.kind == "value" else []


def find_class_mistakes(said: Averaged, most: int, most_labels: int) -> list[Gallery]:
    """The galleries of a target of one label a row."""
    truth, probs, place = said.truth.astype(np.int64), said.output, np.arange(len(said))
    told = probs.argmax(axis=1)
    right, of_truth, of_told = told == truth, probs[place, truth], probs[place, told]
    # Of ordered labels the worst is the furthest, not the least probable.
    badness = expect_distance(probs, truth) if said.kind == "ordinal" else 1.0 - of_truth
    margin = find_margin(probs)

    def gallery(look: Look, label: int, inside: np.ndarray, order: np.ndarray) -> Gallery:
        first = rank(inside, order, most)
        return Gallery(
            look,
            label,
            said.rows[first],
            truth[first],
            told[first],
            of_truth[first],
            of_told[first],
            order[first],
            len(inside),
        )

    wrong_counts = np.bincount(truth[~right], minlength=len(said.labels))
    there = np.bincount(truth, minlength=len(said.labels)) > 0
    labels = [label for label in np.argsort(-wrong_counts, kind="stable").tolist() if there[label]]
    by_label = np.argsort(truth, kind="stable")
    edges = np.searchsorted(truth[by_label], np.arange(len(said.labels) + 1))
    found = []
    for label in labels[:most_labels]:
        own = by_label[edges[label] : edges[label + 1]]
        found += [
            gallery("wrong", label, own[~right[own]], -badness),
            gallery("unsure", label, own, margin),
            gallery("sure", label, own[right[own]], -of_truth),
        ]
    return [one for one in found if len(one.rows) and (one.look != "unsure" or len(said.labels) > 1)]


def find_label_mistakes(said: Averaged, most: int, most_labels: int) -> list[Gallery]:
    """The galleries of a target of several labels a row: for each label the rows told wrong about it, either way."""
    there, chance = said.truth > 0.5, said.output
    told = chance >= THRESHOLD
    of_truth = np.where(there, chance, 1.0 - chance)
    wrong = told != there
    found = []
    for label in np.argsort(-wrong.sum(axis=0), kind="stable")[:most_labels].tolist():
        # That a label is rightly not there is seldom worth a look: sure is shown of rows that have it.
        sorts: list[tuple[Look, np.ndarray, np.ndarray]] = [
            ("wrong", np.flatnonzero(wrong[:, label]), of_truth[:, label]),
            ("unsure", np.arange(len(said)), np.abs(chance[:, label] - THRESHOLD)),
            ("sure", np.flatnonzero(there[:, label] & told[:, label]), -of_truth[:, label]),
        ]
        for look, inside, order in sorts:
            first = rank(inside, order, most)
            if not len(first):
                continue
            is_told = told[first, label]
            found.append(
                Gallery(
                    look,
                    label,
                    said.rows[first],
                    there[first, label].astype(np.int64),
                    is_told.astype(np.int64),
                    of_truth[first, label],
                    np.where(is_told, chance[first, label], 1.0 - chance[first, label]),
                    order[first],
                    len(inside),
                )
            )
    return found


def find_residuals(said: Averaged, most: int, most_columns: int) -> list[Gallery]:
    """The largest residuals of each value on either side: told too much, told too little."""
    truth = said.truth.reshape(len(said), -1).astype(np.float64)
    residual = said.output - truth
    several, found = truth.shape[1] > 1, []
    for column in range(min(truth.shape[1], most_columns)):
        sides: list[tuple[Look, float]] = [("above", 1.0), ("below", -1.0)]
        for look, sign in sides:
            inside = np.flatnonzero(sign * residual[:, column] > 0)
            first = rank(inside, -sign * residual[:, column], most)
            if not len(first):
                continue
            unknown = np.full(len(first), np.nan)
            found.append(
                Gallery(
                    look,
                    column if several else -1,
                    said.rows[first],
                    truth[first, column],
                    said.output[first, column],
                    unknown,
                    unknown,
                    residual[first, column],
                    len(inside),
                )
            )
    return found


def rank(inside: np.ndarray, order: np.ndarray, most: int) -> np.ndarray:
    """The places of `inside` whose `order` is lowest, equals as they come."""
    return inside[np.argsort(order[inside], kind="stable")[:most]]


def find_margin(probs: Float[np.ndarray, "rows labels"]) -> Float[np.ndarray, " rows"]:
    """How far the most probable label is ahead of the second; with a single label its own probability.

    Examples:
        >>> find_margin(np.array([[0.5, 0.2, 0.3]])).round(3).tolist()
        [0.2]
    """
    if probs.shape[1] < 2:
        return probs[:, 0].copy()
    two = np.partition(probs, probs.shape[1] - 2, axis=1)[:, -2:]
    return np.asarray(two[:, 1] - two[:, 0])


def expect_distance(probs: Float[np.ndarray, "rows labels"], truth: np.ndarray) -> Float[np.ndarray, " rows"]:
    """How many steps an answer lies from the truth, on average over the probabilities of ordered labels.

    Examples:
        >>> expect_distance(np.array([[0.5, 0.0, 0.5]]), np.array([0])).tolist()
        [1.0]
    """
    steps = np.abs(np.arange(probs.shape[1])[None, :] - truth[:, None])
    return np.asarray((probs * steps).sum(axis=1) / np.maximum(probs.sum(axis=1), 1e-12))
