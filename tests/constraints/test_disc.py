from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from scipy.special import expit

from tamesu.constraints import CONSTRAINTS, GIVEN_BY_US, Disc
from tamesu.testing.constraints import ConstraintContract, make_raw


class TestDisc(ConstraintContract):
    part = Disc
    options: ClassVar[Mapping[str, Any]] = {"radius": 2.5, "center": (1.0, -3.0)}
    width = 2
    valid = ((1.0, -3.0), (3.5, -3.0), (-1.5, -3.0), (1.0, -5.5), (2.0, -2.0))
    invalid = ((3.51, -3.0), (0.0, 0.0), (3.0, -1.0))
    wrong_widths = (1, 3)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(np.sqrt((values[:, 0] - 1.0) ** 2 + (values[:, 1] + 3.0) ** 2) - 2.5)


class TestUnitDisc(TestDisc):
    options: ClassVar[Mapping[str, Any]] = {}
    valid = ((0.0, 0.0), (0.0, 1.0), (-0.6, 0.8), (0.1, 0.0))
    invalid = ((0.8, 0.8), (1.001, 0.0))

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(np.linalg.norm(values, axis=1) - 1.0)


def test_agrees_with_complex_numbers() -> None:
    raw = make_raw(200, 2).double().clamp(-50, 50)
    points = 1.0 - 3.0j + 2.5 * expit(raw[:, 0].numpy()) * np.exp(1j * raw[:, 1].numpy())
    values = Disc(width=2, radius=2.5, center=(1.0, -3.0))(raw).numpy()
    np.testing.assert_allclose(values, np.stack([points.real, points.imag], axis=1), rtol=1e-12, atol=1e-12)


def test_the_inverse_finds_the_raw_numbers_themselves() -> None:
    raw = torch.tensor([[0.3, 1.2], [-2.0, -3.0], [4.0, 0.0]], dtype=torch.float64)
    disc = Disc(width=2, radius=7.0, center=(0.5, 0.5))
    torch.testing.assert_close(disc.inverse(disc(raw)), raw)


@pytest.mark.parametrize(
    ("options", "code"),
    [({"radius": 0.0}, "CONFIG_RANGE"), ({"center": [1.0]}, "CONFIG_TYPE"), ({"center": [0.0, float("inf")]}, "CONFIG_RANGE")],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], code: str) -> None:
    assert [fault.code for fault in CONSTRAINTS.check("disc", options, given_by_us=GIVEN_BY_US)] == [code]


def test_a_list_stands_for_the_centre_in_a_recipe() -> None:
    assert CONSTRAINTS.check("disc", {"center": [1.0, 2]}, given_by_us=GIVEN_BY_US) == []
    assert CONSTRAINTS.build("disc", {"center": [1.0, 2]}, width=2).center == (1.0, 2.0)
