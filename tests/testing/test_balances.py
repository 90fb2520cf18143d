from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor, nn

from tamesu.balances import Fixed, GradNorm
from tamesu.testing.balances import BalanceContract


class Good(nn.Module):
    needs_gradients: ClassVar[bool] = False
    never_decayed: ClassVar[bool] = True

    def __init__(self, *, terms: Sequence[str]) -> None:
        super().__init__()
        self.fixed = Fixed(terms=terms)

    def forward(self, losses: Tensor, weights: Tensor) -> Tensor:
        return self.fixed(losses, weights)

    def factors(self) -> Tensor:
        return self.fixed.factors()


class NeverSteps(Good):
    needs_gradients: ClassVar[bool] = True


class Halved(Good):
    def forward(self, losses: Tensor, weights: Tensor) -> Tensor:
        return 0.5 * super().forward(losses, weights)


class InHalfPrecision(Good):
    def forward(self, losses: Tensor, weights: Tensor) -> Tensor:
        return torch.where(weights > 0, losses * weights.to(losses), 0.0).sum()


class SaysOne(GradNorm):
    def factors(self) -> Tensor:
        return torch.ones(len(self.terms))


class WrongGradient(Good):
    def forward(self, losses: Tensor, weights: Tensor) -> Tensor:
        return super().forward(2.0 * losses - losses.detach(), weights)


class TimesZero(Good):
    def forward(self, losses: Tensor, weights: Tensor) -> Tensor:
        wide = losses if losses.dtype == torch.float64 else losses.float()
        return (wide * weights).sum()


class KeptAside(GradNorm):
    def __init__(self, *, terms: Sequence[str]) -> None:
        super().__init__(terms=terms)
        del self.weights
        self.weights = torch.ones(len(terms))


class InPlace(Good):
    def forward(self, losses: Tensor, weights: Tensor) -> Tensor:
        return super().forward(losses, weights.mul_(1.0 + 1e-9))


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (NeverSteps, "is_a_balance"),
        (Halved, "starts_as_the_weighted_sum"),
        (InHalfPrecision, "one_number_in_float32"),
        (SaysOne, "factors_are_what_the_terms_are_multiplied_by"),
        (WrongGradient, "gradient"),
        (TimesZero, "a_term_without_weight_is_out"),
        (KeptAside, "everything_is_saved"),
        (InPlace, "nothing_is_changed"),
    ],
)
def test_each_rule_can_fail(part: Any, rule: str) -> None:
    contract = BalanceContract()
    contract.part = Good
    getattr(contract, f"test_{rule}")()
    contract.part = part
    with pytest.raises((AssertionError, RuntimeError)):
        getattr(contract, f"test_{rule}")()
