from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor

from tamesu.penalties.penalty import where_known, widen
from tamesu.testing.penalties import PenaltyContract, make_fields


class Good:
    needs_image: ClassVar[bool] = False

    def __init__(self, *, weight: float = 1.0) -> None:
        self.weight = weight

    def reads(self) -> tuple[str, ...]:
        return ("first", "column")

    def __call__(self, fields: Mapping[str, Tensor], images: Tensor | None) -> Tensor:
        return where_known(self.reads(), fields, self.law)

    def law(self, fields: Mapping[str, Tensor]) -> Tensor:
        return (widen(fields["first"])[:, 0] - widen(fields["column"])).square()


class OfNothing(Good):
    def reads(self) -> tuple[str, ...]:
        return ("column", "nothing")


class Weighted(Good):
    def __call__(self, fields: Mapping[str, Tensor], images: Tensor | None) -> Tensor:
        return self.weight * super().__call__(fields, images)


class AlreadyAveraged(Good):
    def __call__(self, fields: Mapping[str, Tensor], images: Tensor | None) -> Tensor:
        return super().__call__(fields, images).mean()


class InHalfPrecision(Good):
    def law(self, fields: Mapping[str, Tensor]) -> Tensor:
        return (fields["first"][:, 0] - fields["column"]).square()


class OfTheBatch(Good):
    def law(self, fields: Mapping[str, Tensor]) -> Tensor:
        return super().law(fields) + 0.0 * len(fields["first"]) + super().law(fields).detach().mean()


class Offset(Good):
    def law(self, fields: Mapping[str, Tensor]) -> Tensor:
        return super().law(fields) + 1.0


class Signed(Good):
    def law(self, fields: Mapping[str, Tensor]) -> Tensor:
        return widen(fields["first"])[:, 0] - widen(fields["column"])


class WrongGradient(Good):
    def law(self, fields: Mapping[str, Tensor]) -> Tensor:
        return super().law({**fields, "first": 2.0 * fields["first"].detach() - fields["first"]})


class WithoutGradient(Good):
    def law(self, fields: Mapping[str, Tensor]) -> Tensor:
        return super().law(fields) * 0.0 + super().law(fields).detach()


class Rooted(Good):
    def law(self, fields: Mapping[str, Tensor]) -> Tensor:
        return super().law(fields).sqrt()


class TimesZero(Good):
    def __call__(self, fields: Mapping[str, Tensor], images: Tensor | None) -> Tensor:
        values = self.law(fields)
        return torch.where(values.isnan(), 0.0, values.nan_to_num() * 1.0) + 0.0 * fields["first"].sum() / 1.0 * values.mean()


class InPlace(Good):
    def law(self, fields: Mapping[str, Tensor]) -> Tensor:
        return super().law(fields)

    def __call__(self, fields: Mapping[str, Tensor], images: Tensor | None) -> Tensor:
        fields["column"].mul_(0.5)
        return super().__call__(fields, images)


class GoodContract(PenaltyContract):
    part = Good

    def keep(self, fields: dict[str, Tensor], images: Tensor) -> dict[str, Tensor]:
        return {**fields, "first": fields["column"][:, None]}


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (OfNothing, "says_what_it_reads"),
        (AlreadyAveraged, "one_finite_value_per_sample"),
        (Weighted, "one_finite_value_per_sample"),
        (InHalfPrecision, "float32_whatever_the_precision"),
        (OfTheBatch, "samples_do_not_see_each_other"),
        (Offset, "nothing_where_the_law_holds_and_more_where_it_is_broken"),
        (Signed, "nothing_where_the_law_holds_and_more_where_it_is_broken"),
        (WrongGradient, "gradient"),
        (WithoutGradient, "gradient"),
        (Rooted, "gradient_is_finite_where_the_law_holds"),
        (TimesZero, "a_column_that_is_missing_costs_nothing"),
        (InPlace, "nothing_is_changed"),
    ],
)
def test_each_rule_can_fail(part: Any, rule: str) -> None:
    contract = GoodContract()
    getattr(contract, f"test_{rule}")()
    contract.part = part
    with pytest.raises((AssertionError, RuntimeError)):
        getattr(contract, f"test_{rule}")()


def test_the_law_is_to_be_said() -> None:
    with pytest.raises(NotImplementedError):
        PenaltyContract().keep(make_fields(), torch.zeros(0))
