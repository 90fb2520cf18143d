from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tamesu.losses import LOSSES, ArcFace, Coral, Dice, MeanSquaredError, Triplet
from tamesu.testing.losses import KINDS, LossContract, make_case

# Beside every loss as it comes: options that change what is computed.
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in LOSSES),
    ("cross_entropy", {"label_smoothing": 0.2, "class_weights": "balanced"}),
    ("cross_entropy", {"class_weights": "effective"}),
    ("cross_entropy", {"class_weights": [0.5, 1.0, 2.0, 4.0]}),
    ("bce", {"label_smoothing": 0.1, "pos_weight": [0.5, 1.0, 1.5, 2.0]}),
    ("focal", {"gamma": 0.5, "alpha": [0.25, 0.5, 0.75, 1.0]}),
    ("focal", {"gamma": 0.0}),
    ("asymmetric", {"gamma_present": 0.5, "gamma_absent": 0.5, "margin": 0.0}),
    ("asymmetric", {"gamma_absent": 0.0, "margin": 0.2}),
    ("class_balanced", {"beta": 0.9, "gamma": 1.5}),
    ("poly", {"epsilon": -1.0}),
    ("gce", {"q": 1.0}),
    ("smooth_l1", {"beta": 0.1}),
    ("quantile", {"quantile": 0.9}),
    ("dice", {"smooth": 1.0, "from_background": False}),
    ("focal_tversky", {"gamma": 1.5, "smooth": 0.5}),
    ("lovasz", {"from_background": False}),
    ("triplet", {"mining": "semihard", "margin": 1.0}),
    ("triplet", {"mining": "all", "normalised": False, "margin": 2.0}),
    ("contrastive", {"normalised": False, "margin": 3.0}),
    ("arcface", {"margin": 2.0}),
]


def name_of(value: object) -> str:
    return value if isinstance(value, str) else ",".join(f"{k}={v}" for k, v in value.items()) if value else "-"  # type: ignore[attr-defined]


class TestEveryLoss(LossContract):
    @pytest.fixture(params=VARIANTS, ids=lambda given: f"{given[0]}({name_of(given[1])})", autouse=True)
    def choose(self, request: pytest.FixtureRequest) -> None:
        name, options = request.param
        self.part = LOSSES[name]
        self.options = options  # type: ignore[misc]


def test_every_kind_has_a_loss() -> None:
    assert frozenset().union(*(part.kinds for part in LOSSES.values())) == KINDS  # type: ignore[attr-defined]


class Good:
    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return MeanSquaredError()(logits, target)


class OfNothing(Good):
    kinds: ClassVar[frozenset[str]] = frozenset({"picture"})


class ReadsTea(Good):
    reads: ClassVar[str] = "tea leaves"


class RegionsOfNumbers(Good):
    regions: ClassVar[bool] = True


class AlreadyAveraged(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return F.mse_loss(logits.float(), target)


class InHalfPrecision(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return (logits - target.to(logits.dtype)).square()[:, 0]


class CastAround(Good):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return super().__call__(logits.float() @ torch.eye(1) * 1.001, target)


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


class Counting(nn.Module):
    kinds: ClassVar[frozenset[str]] = frozenset({"value"})
    calls: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        self.calls += 1
        return MeanSquaredError()(logits, target)


class ByTheFirst(Triplet):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return super().__call__(logits, target) + logits[0].mean().to(torch.float64)


class NeedsPairs(Triplet):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        same = (target[:, None] == target) & ~torch.eye(len(target), dtype=torch.bool)
        return super().__call__(logits, target) + torch.cdist(logits, logits)[same].mean()


class NotShares(ArcFace):
    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:
        return logits


class Backwards(Coral):
    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:
        return super().decode(kind, logits)[:, ::-1]


class ShiftedNumbers(MeanSquaredError):
    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:
        return super().decode(kind, logits) + 0.5 * (kind != "ordinal")


class CountsUnknown(Dice):
    def __call__(self, logits: Tensor, target: Tensor) -> Tensor:
        return super().__call__(logits, target.clamp_min(0))


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (OfNothing, "says_what_it_is_for"),
        (ReadsTea, "says_what_it_is_for"),
        (RegionsOfNumbers, "says_what_it_is_for"),
        (AlreadyAveraged, "one_finite_value_per_sample"),
        (InHalfPrecision, "float32_whatever_the_precision"),
        (CastAround, "float32_whatever_the_precision"),
        (OfTheBatch, "samples_do_not_see_each_other"),
        (ByTheFirst, "samples_do_not_see_each_other"),
        (UpsideDown, "the_right_answer_costs_less"),
        (Unbounded, "large_logits_stay_finite"),
        (WrongGradient, "gradient"),
        (WithoutGradient, "gradient"),
        (InPlace, "nothing_is_changed"),
        (Counting, "nothing_is_changed"),
        (NotShares, "predictions_are_probabilities"),
        (Backwards, "predictions_are_probabilities"),
        (ShiftedNumbers, "predictions_are_probabilities"),
        (NeedsPairs, "a_batch_without_pairs_is_no_trouble"),
        (CountsUnknown, "unknown_pixels_do_not_count"),
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


def test_shares_add_to_one() -> None:
    torch.testing.assert_close(make_case("soft")[1].sum(dim=1), torch.ones(6))
