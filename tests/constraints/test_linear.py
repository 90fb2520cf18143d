from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
import torch

from tamesu.constraints import CONSTRAINTS, GIVEN_BY_US, LinearMap
from tamesu.errors import InputError
from tamesu.testing.constraints import ConstraintContract, make_raw

# A plane in space: z = x + 2 y + 1.
PLANE = [[1.0, 0.0], [0.0, 1.0], [1.0, 2.0]]


class TestPlane(ConstraintContract):
    part = LinearMap
    options: ClassVar[Mapping[str, Any]] = {"matrix": PLANE, "offset": [0.0, 0.0, 1.0]}
    width = 3
    valid = ((0.0, 0.0, 1.0), (1.0, 1.0, 4.0), (-300.0, 20.0, -259.0))
    invalid = ((0.0, 0.0, 0.0), (1.0, 1.0, 5.0))
    wrong_widths = (2, 4)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.abs(values[:, 2] - values[:, 0] - 2.0 * values[:, 1] - 1.0)


class TestOneFreeNumber(ConstraintContract):
    part = LinearMap
    options: ClassVar[Mapping[str, Any]] = {"matrix": [[2.0], [-1.0]], "offset": 0.5}
    width = 2
    valid = ((0.5, 0.5), (2.5, -0.5), (-3.5, 2.5))
    invalid = ((2.5, 0.5), (0.0, 0.0))

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.abs((values[:, 0] - 0.5) + 2.0 * (values[:, 1] - 0.5))


def test_agrees_with_numpy() -> None:
    generator = np.random.default_rng(0)
    matrix, offset = generator.normal(size=(5, 3)), generator.normal(size=5)
    raw = make_raw(200, 3).double()
    linear = LinearMap(width=5, matrix=matrix.tolist(), offset=offset.tolist())
    np.testing.assert_allclose(linear(raw).numpy(), raw.numpy() @ matrix.T + offset, rtol=1e-9, atol=1e-9)


def test_the_inverse_is_numpys_least_squares() -> None:
    generator = np.random.default_rng(1)
    matrix = generator.normal(size=(5, 3))
    values = generator.normal(size=(10, 3)) @ matrix.T
    found = LinearMap(width=5, matrix=matrix.tolist()).inverse(torch.from_numpy(values)).numpy()
    np.testing.assert_allclose(found, np.linalg.lstsq(matrix, values.T, rcond=None)[0].T, rtol=1e-9)


def test_more_free_numbers_than_they_fix_come_back_as_values() -> None:
    linear = LinearMap(width=2, matrix=[[1.0, 1.0, 0.0], [2.0, 2.0, 0.0]])
    values = linear(torch.tensor([[1.0, 2.0, 5.0]], dtype=torch.float64))
    assert values.tolist() == [[3.0, 6.0]]
    torch.testing.assert_close(linear(linear.inverse(values)), values)


def test_rows_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError) as raised:
        LinearMap(width=2, matrix=[[1.0, 2.0], [1.0]])
    assert raised.value.codes == ("CONSTRAINT_MATRIX",)
    assert "2, 1" in raised.value.faults[0].text("en") and "2, 1" in raised.value.faults[0].text("ja")


def test_an_offset_of_another_length_is_named() -> None:
    with pytest.raises(InputError) as raised:
        LinearMap(width=3, matrix=PLANE, offset=[1.0, 2.0])
    assert raised.value.codes == ("CONSTRAINT_WIDTH",) and raised.value.faults[0].where.key == "offset"


@pytest.mark.parametrize("options", [{}, {"matrix": []}, {"matrix": [[]]}, {"matrix": [1.0]}, {"matrix": [[float("nan")]]}])
def test_what_is_no_matrix_is_refused(options: dict[str, Any]) -> None:
    assert len(CONSTRAINTS.check("linear", options, given_by_us=GIVEN_BY_US)) == 1
