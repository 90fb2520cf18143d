from __future__ import annotations

import pytest
import torch

from tamesu.losses import GIVEN_BY_US, LOSSES
from tamesu.losses.loss import widen
from tamesu.testing.losses import LossContract


class TestEveryLoss(LossContract):
    @pytest.fixture(params=sorted(LOSSES), autouse=True)
    def choose(self, request: pytest.FixtureRequest) -> None:
        self.part = LOSSES[request.param]


def test_float64_is_kept_and_everything_else_becomes_float32() -> None:
    for dtype in (torch.bfloat16, torch.float16, torch.float32):
        assert widen(torch.zeros(1, 1, dtype=dtype)).dtype == torch.float32
    assert widen(torch.zeros(1, 1, dtype=torch.float64)).dtype == torch.float64


def test_class_counts_are_not_the_users() -> None:
    faults = LOSSES.check("cross_entropy", {"class_counts": [1, 2]}, given_by_us=GIVEN_BY_US)
    assert [fault.code for fault in faults] == ["CONFIG_UNKNOWN_OPTION"]


@pytest.mark.parametrize(
    ("name", "options", "codes"),
    [
        ("cross_entropy", {"label_smoothing": 1.5}, ["CONFIG_RANGE"]),
        ("cross_entropy", {"class_weights": "ballanced"}, ["CONFIG_TYPE"]),
        ("cross_entropy", {"class_weights": [1.0, -2.0]}, ["CONFIG_RANGE"]),
        ("cross_entropy", {"class_weights": [1, 2.5]}, []),
        ("bce", {"pos_weight": 3}, []),
        ("bce", {"pos_weight": [1.0, 2.0]}, []),
        ("bce", {"pos_weight": 0}, ["CONFIG_RANGE"]),
        ("smooth_l1", {"beta": 0.0}, ["CONFIG_RANGE"]),
        ("smooth_l1", {"betta": 1.0}, ["CONFIG_UNKNOWN_OPTION"]),
        ("mse", {"beta": 1.0}, ["CONFIG_UNKNOWN_OPTION"]),
    ],
)
def test_options_are_checked(name: str, options: dict[str, object], codes: list[str]) -> None:
    assert [fault.code for fault in LOSSES.check(name, options, given_by_us=GIVEN_BY_US)] == codes
