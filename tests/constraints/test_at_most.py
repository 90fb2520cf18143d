from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from scipy.special import logit, softmax

from tamesu.constraints import CONSTRAINTS, GIVEN_BY_US, AtMost
from tamesu.constraints.at_most import log_rest
from tamesu.errors import InputError
from tamesu.testing.constraints import ConstraintContract


class TestAtMost(ConstraintContract):
    part = AtMost
    options: ClassVar[Mapping[str, Any]] = {"n": 2}
    width = 5
    valid = ((0, 0, 0, 0, 0), (1, 0, 0, 0, 0), (0, 1, 0, 0, 1), (0, 0, 0, 1, 1))
    invalid = ((1, 1, 1, 0, 0), (1, 1, 1, 1, 1), (2, 0, 0, 0, 0), (-1, 0, 0, 0, 0))
    wrong_widths = (1,)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values.sum(axis=1) - 2.0)


class TestOneEvent(TestAtMost):
    options: ClassVar[Mapping[str, Any]] = {"n": 1}
    width = 3
    valid = ((0, 0, 0), (1, 0, 0), (0, 0, 1))
    invalid = ((1, 1, 0), (1, 1, 1))
    wrong_widths = (0,)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values.sum(axis=1) - 1.0)


def test_probs_are_those_of_all_ways_to_fill_the_slots() -> None:
    """Every way that 2 slots can take 3 columns or none, one by one."""
    raw = torch.randn(1, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    slots = softmax(raw.numpy().reshape(2, 4), axis=1)
    probs = np.zeros(3)
    for first, second in itertools.product(range(4), repeat=2):
        probs += [slots[0, first] * slots[1, second] * (column in (first, second)) for column in range(3)]
    np.testing.assert_allclose(AtMost(width=3, n=2)(raw).sigmoid().numpy()[0], probs, rtol=1e-12)


@pytest.mark.parametrize(("width", "n"), [(2, 1), (2, 2), (4, 3)])
def test_agrees_with_the_formula(width: int, n: int) -> None:
    generator = torch.Generator().manual_seed(width)
    raw = 3.0 * torch.randn(50, n * (width + 1), generator=generator, dtype=torch.float64)
    slots = softmax(raw.numpy().reshape(50, n, width + 1), axis=2)
    probs = 1.0 - np.prod(1.0 - slots[..., :width], axis=1)
    np.testing.assert_allclose(AtMost(width=width, n=n)(raw).numpy(), logit(probs), rtol=1e-8, atol=1e-8)


def test_logits_are_right_where_probs_round_to_0_or_1() -> None:
    """Slot 0 is sure of column 0, slot 1 of none: by hand, log odds of p = 1 - e^-60, and of about 2 e^-60 and e^-60."""
    raw = torch.tensor([[60.0, 0.0, 0.0, 0.0, 0.0, 60.0]])
    found = AtMost(width=2, n=2)(raw)[0].tolist()
    # Column 0 is missed if slot 0 is in column 1 or in none, e^-60 each; column 1 is hit by either slot, e^-60 each.
    assert found[0] == pytest.approx(60.0 - np.log(2.0), rel=1e-6)
    assert found[1] == pytest.approx(np.log(2.0) - 60.0, rel=1e-6)


def test_the_rest_of_a_prob_agrees_with_long_numbers() -> None:
    logits = torch.tensor([[1.0, -2.0, 0.5], [700.0, 0.0, 0.0], [5.0, 5.0, 5.0]], dtype=torch.float64)
    wanted = [[np.logaddexp.reduce(np.delete(row, i)) - np.logaddexp.reduce(row) for i in range(3)] for row in logits.numpy()]
    np.testing.assert_allclose(log_rest(logits.log_softmax(dim=1)).numpy(), wanted, rtol=1e-9, atol=1e-300)


def test_it_can_be_learned_with_bce() -> None:
    """One event in each row of three: the slots find it, and the loss goes towards zero."""
    torch.manual_seed(0)
    at_most, marks = AtMost(width=3, n=2), torch.eye(3)
    raw = (0.1 * torch.randn(3, at_most.raw)).requires_grad_()
    for _ in range(200):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(at_most(raw), marks)
        (gradient,) = torch.autograd.grad(loss, raw)
        raw = (raw - 10.0 * gradient).detach().requires_grad_()
    assert loss.item() < 0.01


def test_decode_keeps_the_most_probable_at_or_above_the_threshold() -> None:
    at_most = AtMost(width=4, n=2)
    probs = np.array([[0.9, 0.6, 0.7, 0.1], [0.5, 0.4, 0.1, 0.0], [0.6, 0.6, 0.6, 0.6], [0.1, 0.2, 0.3, 0.4]])
    assert at_most.decode(probs).tolist() == [[1, 0, 1, 0], [1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]]
    assert at_most.decode(probs, threshold=0.35).tolist()[1:2] == [[1, 1, 0, 0]]
    assert at_most.decode(probs, threshold=0.35).tolist()[3] == [0, 0, 0, 1]


def test_encode_puts_events_into_slots_in_order() -> None:
    marks = np.array([[0, 1, 0, 1], [0, 0, 0, 0], [0, 0, 1, 0], [np.nan, 1, 1, 1]])
    codes = AtMost(width=4, n=3).encode(marks)
    assert codes.dtype == np.int64
    assert codes.tolist() == [[1, 3, 4], [4, 4, 4], [2, 4, 4], [-1, -1, -1]]


def test_encode_and_decode_are_each_others_way_back() -> None:
    at_most = AtMost(width=5, n=2)
    marks = np.array([row for row in itertools.product((0, 1), repeat=5) if sum(row) <= 2])
    probs = np.zeros(marks.shape)
    for row, codes in enumerate(at_most.encode(marks)):
        probs[row, [code for code in codes if code < 5]] = 1.0
    np.testing.assert_array_equal(at_most.decode(probs), marks)


@pytest.mark.parametrize("marks", [[[1, 1, 1, 0]], [[0.5, 0, 0, 0]]])
def test_marks_that_do_not_fit_the_slots_are_refused(marks: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"at most 2 fit|marks are 0 or 1"):
        AtMost(width=4, n=2).encode(np.array(marks))


def test_soft_marks_can_be_reached_while_they_add_to_n() -> None:
    assert AtMost(width=3, n=1).check_values(np.array([[0.5, 0.3, 0.2], [0.5, 0.5, 0.5]])).tolist() == [True, False]


def test_fewer_columns_than_events_are_refused_by_the_option() -> None:
    with pytest.raises(InputError) as raised:
        AtMost(width=2, n=3)
    assert raised.value.faults[0].where.key == "n" and "3 or more" in raised.value.faults[0].text("en")
    assert [f.code for f in CONSTRAINTS.check("at_most", {"n": 0}, given_by_us=GIVEN_BY_US)] == ["CONFIG_RANGE"]
