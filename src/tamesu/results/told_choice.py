"""Which images of a run to look at, and in which order: by rightness, truth, answer, label, fold and size of error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from tamesu.artifacts.competition import CODED
from tamesu.results.mistakes import THRESHOLD
from tamesu.results.told import Told


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What a choice goes by, one number a row.

    Attributes:
        wrong: told wrong; never of values and shares, which are near or far.
        missed, alarmed: a label that is there was not told, or the other way round; of several labels only.
        badness: the larger, the worse.
        margin: the smaller, the less sure.
        sureness: of the answer; the larger, the surer.
        error: signed: in steps of ordered labels, in a value's own unit (of several columns over their spread, summed); else 0.
    """

    wrong: Bool[np.ndarray, " n"]
    missed: Bool[np.ndarray, " n"]
    alarmed: Bool[np.ndarray, " n"]
    badness: Float[np.ndarray, " n"]
    margin: Float[np.ndarray, " n"]
    sureness: Float[np.ndarray, " n"]
    error: Float[np.ndarray, " n"]


Test = Callable[[Measures], np.ndarray]
# What is sorted ascending.
ORDERS: Mapping[str, Test] = {
    "worst": lambda one: -one.badness,
    "best": lambda one: one.badness,
    "sure": lambda one: -one.sureness,
    "unsure": lambda one: one.margin,
    "table": lambda one: np.zeros(len(one.wrong)),
}
# Which rows, and their order where no other is asked for.
LOOKS: Mapping[str, tuple[Test, str]] = {
    "wrong": (lambda one: one.wrong, "worst"),
    "unsure": (lambda one: np.ones(len(one.wrong), bool), "unsure"),
    "sure": (lambda one: ~one.wrong, "best"),
    "mistakes": (lambda one: one.wrong, "table"),
    "missed": (lambda one: one.missed, "worst"),
    "alarmed": (lambda one: one.alarmed, "worst"),
    "off": (lambda one: np.ones(len(one.wrong), bool), "worst"),
    "above": (lambda one: one.error > 0, "worst"),
    "below": (lambda one: one.error < 0, "worst"),
    "near": (lambda one: np.ones(len(one.wrong), bool), "best"),
    "all": (lambda one: np.ones(len(one.wrong), bool), "worst"),
}
CLASS_LOOKS = ("wrong", "unsure", "sure", "mistakes", "all")
LOOKS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(CODED, CLASS_LOOKS),
    "ordinal": ("wrong", "above", "below", "unsure", "sure", "mistakes", "all"),
    "multilabel": ("wrong", "missed", "alarmed", "unsure", "sure", "mistakes", "all"),
    "value": ("off", "above", "below", "near"),
    "soft": ("off", "near"),
}
ORDERS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*CODED, "multilabel"), tuple(ORDERS)),
    **dict.fromkeys(("value", "soft"), ("worst", "best", "table")),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to see.

    Attributes:
        look: of `LOOKS`.
        truth, told: codes of a class; any when None.
        label: place of a label of several, or of a column of several values; all together when None.
        least: rows whose error is at least so large, on either side.
        order: of `ORDERS`; that of the look when empty.
    """

    look: str
    truth: int | None = None
    told: int | None = None
    label: int | None = None
    least: float = 0.0
    order: str = ""


def measure(told: Told, label: int | None = None) -> Measures:
    """What a choice goes by.

    Args:
        told: what a run says.
        label: see `Wish`.
    """
    if told.kind == "value":
        return measure_values(told, label)
    if told.kind == "multilabel":
        return measure_labels(told, label)
    none = np.zeros(len(told), bool)
    wrong = none if told.kind == "soft" else told.told != told.truth
    steps = (told.told - told.truth if told.kind == "ordinal" else np.zeros(len(told))).astype(np.float64)
    # What is told right is the surer, the more probable; of what is told wrong, so is the mistake.
    return Measures(wrong, none, none, told.badness, told.margin, told.chance[:, 1].astype(np.float64), steps)


def measure_labels(told: Told, label: int | None) -> Measures:
    """Of several labels: one of them, or the worst of each row."""
    chosen = slice(None) if label is None else slice(label, label + 1)
    there, said, chance = told.truth[:, chosen], told.told[:, chosen], told.chance[:, chosen].astype(np.float64)
    of_truth = np.where(there, chance, 1.0 - chance)
    margin = np.abs(chance - THRESHOLD)
    missed, alarmed = (there & ~said).any(axis=1), (~there & said).any(axis=1)
    badness, sureness = (1.0 - of_truth).max(axis=1), margin.min(axis=1)
    return Measures(missed | alarmed, missed, alarmed, badness, sureness, sureness, np.zeros(len(told)))


def measure_values(told: Told, column: int | None) -> Measures:
    """Of values: one column in its unit, or all of them, each over the spread of its truth."""
    residual = told.told - told.truth
    if column is None and residual.shape[1] > 1:
        residual = residual / np.maximum(told.truth.std(axis=0), 1e-12) if len(told) else residual
        error, size = residual.sum(axis=1), np.abs(residual).sum(axis=1)
    else:
        error = residual[:, column or 0]
        size = np.abs(error)
    none = np.zeros(len(told), bool)
    return Measures(none, none, none, size, size, -size, error)


def choose_rows(told: Told, wish: Wish, inside: Bool[np.ndarray, " n"] | None = None) -> Int[np.ndarray, " k"]:
    """The images somebody wants to see, in order; equals as they stand in the table.

    Args:
        told: what a run says.
        wish: what is wanted.
        inside: which rows may be shown, such as those of one fold; all when None.

    Returns:
        Places in `told`, int64.

    Examples:
        >>> from tamesu.results.averaged import Averaged
        >>> from tamesu.results.told import condense
        >>> probs = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]])
        >>> told = condense(Averaged("class", ("cat", "dog"), np.arange(3), np.array([0, 1, 1]), probs, np.ones(3, int)))
        >>> [choose_rows(told, Wish(look)).tolist() for look in ("wrong", "unsure", "sure", "all")]
        [[1, 2], [2, 1, 0], [0], [1, 2, 0]]
    """
    found = measure(told, wish.label)
    fits, order = LOOKS[wish.look]
    kept = fits(found) if inside is None else fits(found) & inside
    if told.kind == "multilabel" and wish.label is not None and wish.look == "sure":
        # That a label is rightly not there is seldom worth a look.
        kept = kept & told.truth[:, wish.label]
    if wish.truth is not None:
        kept = kept & (told.truth == wish.truth)
    if wish.told is not None:
        kept = kept & (told.told == wish.told)
    if wish.least > 0:
        kept = kept & (np.abs(found.error) >= wish.least)
    places = np.flatnonzero(kept)
    return np.asarray(places[np.argsort(ORDERS[wish.order or order](found)[places], kind="stable")], np.int64)
