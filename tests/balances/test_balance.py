from __future__ import annotations

import pytest
import torch

from tamesu.balances import BALANCES, GIVEN_BY_US
from tamesu.balances.balance import add_up, widen
from tamesu.testing.balances import BalanceContract


class TestEveryBalance(BalanceContract):
    @pytest.fixture(params=sorted(BALANCES), autouse=True)
    def choose(self, request: pytest.FixtureRequest) -> None:
        self.part = BALANCES[request.param]


def test_terms_are_not_the_users() -> None:
    for name in BALANCES:
        assert [fault.code for fault in BALANCES.check(name, {"terms": ["a"]}, given_by_us=GIVEN_BY_US)] == [
            "CONFIG_UNKNOWN_OPTION"
        ]
        assert BALANCES.build(name, {}, terms=["a", "b"]).factors().tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("name", "options", "codes"),
    [
        ("gradnorm", {"alpha": 0.5, "lr": 0.1}, []),
        ("gradnorm", {"alpha": -1}, ["CONFIG_RANGE"]),
        ("gradnorm", {"lr": 0}, ["CONFIG_RANGE"]),
        ("fixed", {"lr": 0.1}, ["CONFIG_UNKNOWN_OPTION"]),
        ("uncertanty", {}, ["CONFIG_UNKNOWN_PART"]),
    ],
)
def test_options_are_checked(name: str, options: dict[str, object], codes: list[str]) -> None:
    assert [fault.code for fault in BALANCES.check(name, options, given_by_us=GIVEN_BY_US)] == codes


def test_float64_is_kept_and_everything_else_becomes_float32() -> None:
    for dtype in (torch.bfloat16, torch.float16, torch.float32):
        assert widen(torch.zeros(1, dtype=dtype)).dtype == torch.float32
    assert widen(torch.zeros(1, dtype=torch.float64)).dtype == torch.float64


def test_a_small_term_is_not_rounded_away() -> None:
    # In bf16 256 + 1 is 256.
    losses = torch.tensor([256.0, 1.0], dtype=torch.bfloat16)
    assert add_up(losses, torch.ones(2), torch.ones(2)).item() == 257.0
