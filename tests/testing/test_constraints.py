"""Each rule of the contract can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tamesu.constraints import SumKept
from tamesu.constraints.constraint import refuse_width, widen
from tamesu.testing.constraints import ROWS, SIZES, ConstraintContract, make_raw


class Kept(SumKept):
    def __init__(self, *, width: int) -> None:
        super().__init__(width=width, total=1.0)


class OfAnUnknownKind(Kept):
    kinds = frozenset({"colour"})


class Learned(Kept):
    def __init__(self, *, width: int) -> None:
        super().__init__(width=width)
        self.factor = nn.Parameter(torch.ones(1))


class Saved(Kept):
    def __init__(self, *, width: int) -> None:
        super().__init__(width=width)
        self.register_buffer("factor", torch.ones(1))


class Loose(Kept):
    def forward(self, raw: Tensor) -> Tensor:
        return super().forward(raw) + 0.01


class Dividing(Kept):
    def forward(self, raw: Tensor) -> Tensor:
        shares = widen(raw).exp()
        return shares / shares.sum(dim=1, keepdim=True)


class RefusingItsOwn(Kept):
    def check_values(self, values: np.ndarray) -> np.ndarray:
        return np.zeros(len(values), dtype=bool)


class Half(Kept):
    def forward(self, raw: Tensor) -> Tensor:
        return raw - (raw.sum(dim=1, keepdim=True) - 1.0) / raw.shape[1]


class OfTheBatch(Kept):
    def forward(self, raw: Tensor) -> Tensor:
        return super().forward(raw - raw.amax(dim=0))


class OneWay(Kept):
    def inverse(self, values: Tensor) -> Tensor:
        return torch.zeros_like(values)


class Infinite(Kept):
    def inverse(self, values: Tensor) -> Tensor:
        return values / 0.0


class TakingAll(Kept):
    def inverse(self, values: Tensor) -> Tensor:
        return values


class AllFine(Kept):
    def check_values(self, values: np.ndarray) -> np.ndarray:
        return np.ones(len(values), dtype=bool)


class UnknownIsWrong(Kept):
    def check_values(self, values: np.ndarray) -> np.ndarray:
        return super().check_values(values) & ~np.isnan(values).any(axis=1)


class WrongGradient(Kept):
    def forward(self, raw: Tensor) -> Tensor:
        values = super().forward(raw)
        return 2.0 * values - values.detach()


class WithoutGradient(Kept):
    def forward(self, raw: Tensor) -> Tensor:
        return super().forward(torch.cat([raw[:, :-1], torch.zeros_like(raw[:, :1]) * raw[:, -1:].detach()], dim=1))


class ByLength(Kept):
    def forward(self, raw: Tensor) -> Tensor:
        # The gradient of a root is infinite at 0.
        return super().forward(widen(raw) * widen(raw).abs().sqrt())


class AnyWidth(Kept):
    def __init__(self, *, width: int) -> None:
        super().__init__(width=max(width, 2))


class AlwaysFound(Kept):
    def __init__(self, *, width: int) -> None:
        if width < 2:
            raise refuse_width("kept", 2, 7)
        super().__init__(width=width)


class InPlace(Kept):
    def forward(self, raw: Tensor) -> Tensor:
        return super().forward(raw.add_(1.0))


class OfKept(ConstraintContract):
    part: Any = Kept
    width = 3
    valid = ((1.0, 0.0, 0.0), (-5.0, 3.0, 3.0))
    invalid = ((1.0, 1.0, 0.0),)
    wrong_widths = (1,)

    def breach(self, values: np.ndarray) -> np.ndarray:
        return np.abs(values.sum(axis=1) - 1.0)


RULES: list[tuple[Any, str]] = [
    (OfAnUnknownKind, "says_what_it_is"),
    (Learned, "says_what_it_is"),
    (Saved, "says_what_it_is"),
    (Loose, "the_rule_holds"),
    (Dividing, "the_rule_holds"),
    (RefusingItsOwn, "the_rule_holds"),
    (Half, "float32_whatever_the_precision"),
    (OfTheBatch, "samples_do_not_see_each_other"),
    (OneWay, "given_values_map_back"),
    (Infinite, "given_values_map_back"),
    (OneWay, "valid_targets_survive"),
    (TakingAll, "what_cannot_be_given_is_told"),
    (AllFine, "what_cannot_be_given_is_told"),
    (UnknownIsWrong, "what_cannot_be_given_is_told"),
    (WrongGradient, "gradient"),
    (WithoutGradient, "gradient"),
    (ByLength, "gradients_stay_finite"),
    (AnyWidth, "other_widths_are_refused"),
    (AlwaysFound, "other_widths_are_refused"),
    (InPlace, "nothing_is_changed"),
]


@pytest.mark.parametrize(("part", "rule"), RULES)
def test_each_rule_can_fail(part: Any, rule: str) -> None:
    contract = OfKept()
    check: Callable[[], None] = getattr(contract, f"test_{rule}")
    check()
    contract.part = part
    with pytest.raises((AssertionError, RuntimeError)):
        check()


def test_every_rule_is_among_them() -> None:
    assert {f"test_{rule}" for _, rule in RULES} == {name for name in dir(ConstraintContract) if name.startswith("test_")}


def test_raw_numbers_have_every_size_and_their_corners() -> None:
    raw = make_raw(600, 3)
    sizes = raw[5:].abs().amax(dim=1)
    assert raw.dtype == torch.float32 and all(bool((sizes <= size).any()) for size in SIZES)
    assert sizes.max() > 5e3 and raw[:5].abs().max() == 1e4 and ROWS == 100_000
    assert make_raw(2, 3).tolist() == [[0.0] * 3, [1e4] * 3]


def test_a_contract_without_a_rule_of_its_own_says_so() -> None:
    with pytest.raises(NotImplementedError):
        ConstraintContract().breach(np.zeros((1, 1)))
