"""The sub-command `speed` hands its options over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tamesu import speeding
from tamesu.cli import main


def test_speed_hands_over_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    monkeypatch.setattr(speeding, "measure_speed", lambda *words, **wishes: said.append((words, wishes)))
    assert main(["speed", "a", "b", "--folder", "f", "--price-per-hour", "0.526", "--device", "cpu", "--again"]) == 0
    [(words, wishes)] = said
    assert words == (("a", "b"),)
    wanted = {"folder": Path("f"), "price_per_hour": 0.526, "device": "cpu", "again": True}
    assert {key: wishes[key] for key in wanted} == wanted


@pytest.mark.parametrize("price", ["0", "-1", "dear"])
def test_a_price_is_a_number_above_zero(price: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speed", f"--price-per-hour={price}"]) == 2
    assert "--price-per-hour" in capsys.readouterr().err
