from __future__ import annotations

from collections.abc import Sequence

import pytest

from tamesu.schedules import Constant
from tamesu.testing.schedules import ScheduleContract


class AboveOne:
    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:
        return 1.0 + epoch


class DeadAtFirst:
    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:
        return epoch / epochs


class WholeNumbers:
    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:
        return 1


class Remembers:
    def __init__(self) -> None:
        self.asked = 0

    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:
        self.asked += 1
        return 0.99**self.asked


class LooksAhead:
    def factor(self, epoch: float, epochs: int, history: Sequence[float]) -> float:
        return 1.0 / (1 + len(history))


class Forgets:
    def factor(self, epoch: float, epochs: int, history: list[float]) -> float:  # type: ignore[override]
        history.clear()
        return 1.0


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (AboveOne, "factor_is_between_0_and_1"),
        (DeadAtFirst, "factor_is_between_0_and_1"),
        (WholeNumbers, "factor_is_between_0_and_1"),
        (Remembers, "is_a_function"),
        (LooksAhead, "does_not_look_ahead"),
        (Forgets, "history_is_left_alone"),
    ],
)
def test_each_rule_can_fail(part: type, rule: str) -> None:
    contract = ScheduleContract()
    contract.part = Constant
    getattr(contract, f"test_{rule}")()
    contract.part = part
    with pytest.raises(AssertionError):
        getattr(contract, f"test_{rule}")()
