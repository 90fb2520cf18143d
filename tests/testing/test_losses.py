from __future__ import annotations

from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses import MeanSquaredError
from tamesu.testing.losses import LossContract, make_case


class Good:
    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return MeanSquaredError()(logits, target)


class OfNothing(Good):
    kinds: ClassVar[frozenset[str]] = frozenset({"picture"})


class AlreadyAveraged(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return F.mse_loss(logits.float(), target)


class InHalfPrecision(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return (logits - target.to(logits.dtype)).square()[:, 0]


class OfTheBatch(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return super().__call__(logits - logits.mean(), target)


class UpsideDown(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return -super().__call__(logits, target)


class Unbounded:
    kinds: ClassVar[frozenset[str]] = frozenset({"class"})

    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        wide = logits if logits.dtype == torch.float64 else logits.float()
        probs = wide.exp() / wide.exp().sum(dim=1, keepdim=True)
        return -probs[torch.arange(len(target)), target].log()


class WrongGradient(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return super().__call__(2.0 * logits.detach() - logits, target)


class WithoutGradient(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return super().__call__(logits.round(), target)


class InPlace(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return super().__call__(logits, target.mul_(0.5))


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (OfNothing, "says_what_it_is_for"),
        (AlreadyAveraged, "one_finite_value_per_sample"),
        (InHalfPrecision, "float32_whatever_the_precision"),
        (OfTheBatch, "samples_do_not_see_each_other"),
        (UpsideDown, "the_right_answer_costs_less"),
        (Unbounded, "large_logits_stay_finite"),
        (WrongGradient, "gradient"),
        (WithoutGradient, "gradient"),
        (InPlace, "nothing_is_changed"),
    ],
)
def test_each_rule_can_fail(part: Any, rule: str) -> None:
    contract = LossContract()
    contract.part = Good
    getattr(contract, f"test_{rule}")()
    contract.part = part
    with pytest.raises((AssertionError, RuntimeError)):
        getattr(contract, f"test_{rule}")()


def test_every_class_is_there() -> None:
    for outputs in (2, 4, 6):
        assert set(make_case("class", outputs)[1].tolist()) == set(range(outputs))
