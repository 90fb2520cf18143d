"""Which rows, in which order: against plain loops over the rows."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.results.averaged import Averaged
from tamesu.results.told import KINDS, Told, condense
from tamesu.results.told_choice import LOOKS, LOOKS_OF, ORDERS, ORDERS_OF, Wish, choose_rows, measure

ROWS = 120


def make(kind: str, width: int = 4) -> tuple[Told, np.ndarray, np.ndarray]:
    """Drawn truth and output of a kind."""
    rng = np.random.default_rng(7)
    labels, probs = tuple("abcd"[:width]), rng.dirichlet(np.ones(width), ROWS)
    truth: np.ndarray = rng.integers(0, width, ROWS)
    if kind == "multilabel":
        truth, probs = (rng.random((ROWS, width)) < 0.4).astype(float), rng.random((ROWS, width))
    elif kind == "soft":
        truth = rng.dirichlet(np.ones(width), ROWS)
    elif kind == "value":
        truth, probs = rng.normal(0, [1, 10, 2, 3][:width], (ROWS, width)), rng.normal(0, [1, 10, 2, 3][:width], (ROWS, width))
    return condense(Averaged(kind, labels, np.arange(ROWS), truth, probs, np.ones(ROWS, int))), truth, probs


def test_every_kind_has_its_looks_and_orders() -> None:
    assert set(LOOKS_OF) == set(ORDERS_OF) == set(KINDS)
    for kind in KINDS:
        told = make(kind)[0]
        for look in LOOKS_OF[kind]:
            for order in ("", *ORDERS_OF[kind]):
                found = choose_rows(told, Wish(look, order=order))
                assert len(set(found.tolist())) == len(found)
                assert sorted(found.tolist()) == sorted(choose_rows(told, Wish(look)).tolist())
    assert {look for looks in LOOKS_OF.values() for look in looks} == set(LOOKS)
    assert {order for orders in ORDERS_OF.values() for order in orders} == set(ORDERS)


def test_looks_at_classes_are_those_of_a_loop() -> None:
    told, truth, probs = make("class")
    wrong, unsure, sure = [], [], []
    for row in range(ROWS):
        first, second = sorted(probs[row].tolist(), reverse=True)[:2]
        unsure.append((first - second, row))
        (sure if probs[row].argmax() == truth[row] else wrong).append((probs[row, truth[row]], row))
    assert choose_rows(told, Wish("wrong")).tolist() == [row for _, row in sorted(wrong)]
    assert choose_rows(told, Wish("unsure")).tolist() == [row for _, row in sorted(unsure)]
    assert choose_rows(told, Wish("sure")).tolist() == [row for _, row in sorted(sure, reverse=True)]
    assert choose_rows(told, Wish("mistakes")).tolist() == sorted(row for _, row in wrong)
    surest = sorted((-probs[row].max(), row) for _, row in wrong)
    assert choose_rows(told, Wish("wrong", order="sure")).tolist() == [row for _, row in surest]


def test_a_cell_of_the_matrix_has_the_rows_of_that_truth_and_answer() -> None:
    told, truth, probs = make("class")
    answers = probs.argmax(axis=1)
    for one in range(4):
        for other in range(4):
            wanted = [row for row in range(ROWS) if truth[row] == one and answers[row] == other]
            assert sorted(choose_rows(told, Wish("all", truth=one, told=other)).tolist()) == wanted
    assert len(choose_rows(told, Wish("all", truth=-1))) == 0


def test_rows_outside_are_left_out() -> None:
    told = make("class")[0]
    inside = np.arange(ROWS) % 3 == 1
    found = choose_rows(told, Wish("all"), inside)
    assert sorted(found.tolist()) == list(range(1, ROWS, 3))
    assert found.tolist() == [row for row in choose_rows(told, Wish("all")).tolist() if row % 3 == 1]


def test_ordered_labels_are_told_too_high_or_too_low_by_so_many_steps() -> None:
    told, truth, probs = make("ordinal")
    steps = probs.argmax(axis=1) - truth
    assert sorted(choose_rows(told, Wish("above")).tolist()) == np.flatnonzero(steps > 0).tolist()
    assert sorted(choose_rows(told, Wish("below", least=2)).tolist()) == np.flatnonzero(steps <= -2).tolist()
    far = [sum(p * abs(code - truth[row]) for code, p in enumerate(probs[row])) for row in range(ROWS)]
    found = choose_rows(told, Wish("above")).tolist()
    assert found == sorted(found, key=lambda row: -far[row])


@pytest.mark.parametrize("label", [0, 2])
def test_a_label_of_several_is_missed_or_alarmed(label: int) -> None:
    told, truth, probs = make("multilabel")
    there, said = truth[:, label] > 0.5, probs[:, label] >= 0.5
    chance = probs[:, label]
    missed = choose_rows(told, Wish("missed", label=label)).tolist()
    assert missed == sorted(np.flatnonzero(there & ~said).tolist(), key=lambda row: chance[row])
    alarmed = choose_rows(told, Wish("alarmed", label=label)).tolist()
    assert alarmed == sorted(np.flatnonzero(~there & said).tolist(), key=lambda row: -chance[row])
    assert sorted(choose_rows(told, Wish("wrong", label=label)).tolist()) == sorted(missed + alarmed)
    sure = choose_rows(told, Wish("sure", label=label)).tolist()
    assert sure == sorted(np.flatnonzero(there & said).tolist(), key=lambda row: -chance[row])
    unsure = choose_rows(told, Wish("unsure", label=label)).tolist()
    assert np.abs(chance[unsure] - 0.5).tolist() == sorted(np.abs(chance - 0.5).tolist())


def test_of_all_labels_together_the_worst_one_counts() -> None:
    told, truth, probs = make("multilabel")
    off = np.abs(probs - truth).max(axis=1)
    wrong = [row for row in range(ROWS) if ((probs[row] >= 0.5) != (truth[row] > 0.5)).any()]
    found = choose_rows(told, Wish("wrong")).tolist()
    assert sorted(found) == wrong
    assert off[found].tolist() == pytest.approx(sorted(off[found].tolist(), reverse=True))
    assert sorted(choose_rows(told, Wish("sure")).tolist()) == sorted(set(range(ROWS)) - set(wrong))


def test_values_go_by_size_and_sign_in_their_own_unit() -> None:
    told, truth, output = make("value")
    residual = output[:, 1] - truth[:, 1]
    assert choose_rows(told, Wish("off", label=1)).tolist() == sorted(range(ROWS), key=lambda row: -abs(residual[row]))
    assert choose_rows(told, Wish("near", label=1)).tolist() == sorted(range(ROWS), key=lambda row: abs(residual[row]))
    above = choose_rows(told, Wish("above", label=1, least=5.0)).tolist()
    assert sorted(above) == np.flatnonzero(residual >= 5.0).tolist()
    assert residual[above].tolist() == sorted(residual[above].tolist(), reverse=True)
    below = choose_rows(told, Wish("below", label=1)).tolist()
    assert residual[below].tolist() == sorted(residual[residual < 0].tolist())


def test_several_columns_count_by_their_spreads() -> None:
    told, truth, output = make("value", 2)
    far = (np.abs(output - truth) / truth.std(axis=0)).sum(axis=1)
    assert choose_rows(told, Wish("off")).tolist() == np.argsort(-far, kind="stable").tolist()
    np.testing.assert_allclose(measure(told).error, ((output - truth) / truth.std(axis=0)).sum(axis=1))


def test_nothing_told_is_nothing_chosen() -> None:
    none = condense(Averaged("class", ("a", "b"), np.zeros(0, int), np.zeros(0, int), np.zeros((0, 2)), np.zeros(0, int)))
    assert [len(choose_rows(none, Wish(look))) for look in LOOKS_OF["class"]] == [0] * 5
