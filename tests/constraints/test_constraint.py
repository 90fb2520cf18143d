from __future__ import annotations

import inspect

import numpy as np
import pytest
import torch
from scipy.special import logit

from tamesu.constraints import CONSTRAINTS, GIVEN_BY_US, Constraint, Disc
from tamesu.constraints.constraint import kept_or_unknown, reachable, refuse_width, to_logit, to_softplus_raw, widen
from tamesu.messages.expected import say_expected


def test_the_shared_logit_agrees_with_scipy_and_is_finite_at_its_ends() -> None:
    shares = torch.linspace(0.01, 0.99, 50, dtype=torch.float64)
    np.testing.assert_allclose(to_logit(shares).numpy(), logit(shares.numpy()), rtol=1e-12)
    for dtype in (torch.float32, torch.float64):
        ends = torch.tensor([0.0, 1.0], dtype=dtype)
        assert torch.isfinite(to_logit(ends)).all()
        torch.testing.assert_close(to_logit(ends).sigmoid(), ends)


def test_the_inverse_of_softplus_agrees_with_numpy_and_is_finite_at_zero() -> None:
    raw = torch.linspace(-30.0, 30.0, 61, dtype=torch.float64)
    values = np.logaddexp(0.0, raw.numpy())
    np.testing.assert_allclose(to_softplus_raw(torch.from_numpy(values)).numpy(), raw.numpy(), rtol=1e-9, atol=1e-9)
    for dtype in (torch.float32, torch.float64):
        numbers = torch.tensor([0.0, 1e-6, 1e30], dtype=dtype)
        back = torch.nn.functional.softplus(to_softplus_raw(numbers))
        torch.testing.assert_close(back, numbers)


def test_widen_keeps_what_is_wide() -> None:
    dtypes = [widen(torch.zeros(1, dtype=d)).dtype for d in (torch.bfloat16, torch.float16, torch.float32, torch.float64)]
    assert dtypes == [torch.float32, torch.float32, torch.float32, torch.float64]


def test_rows_that_cannot_be_reached_are_told_by_number() -> None:
    disc = Disc(width=2)
    with pytest.raises(ValueError, match=r"2 rows break the constraint; the first is row 1: \[3\.0, 0\.0\]"):
        reachable(disc, torch.tensor([[0.0, 0.5], [3.0, 0.0], [0.0, float("nan")]]))


def test_unknown_rows_are_fine_whether_they_keep_the_rule_or_not() -> None:
    values, kept = np.array([[0.0, np.nan], [np.nan, 0.0], [0.0, 0.0], [0.0, 0.0]]), np.array([True, False, True, False])
    assert kept_or_unknown(values, kept).tolist() == [True, True, True, False]


def test_the_error_says_how_many_columns_are_wanted_and_found() -> None:
    error = refuse_width("order", say_expected("greater_than_equal", {"ge": 2}), 1)
    assert "this many columns: 2 or more; the target has 1" in error.faults[0].text("en")
    assert "2 以上" in error.faults[0].text("ja")
    assert refuse_width("linear", 3, 2, "matrix").faults[0].where.key == "matrix"


@pytest.mark.parametrize("name", sorted(CONSTRAINTS))
def test_every_part_of_the_table_is_one(name: str) -> None:
    part = CONSTRAINTS[name]
    methods = {method for method in ("forward", "inverse", "check_values") if callable(getattr(part, method))}
    assert len(methods) == 3 and part.kinds in ({"value"}, {"multilabel"})  # type: ignore[attr-defined]
    assert set(inspect.signature(part).parameters) >= GIVEN_BY_US


def test_the_protocol_knows_them() -> None:
    assert isinstance(Disc(width=2), Constraint) and not isinstance(torch.nn.Identity(), Constraint)
