"""The sub-commands `compare` and `history` hand their options over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tamesu import showing
from tamesu.cli import main


def test_compare_and_history_hand_over_their_options(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    for name in ("compare", "history"):
        monkeypatch.setattr(showing, name, lambda *words, **wishes: said.append((words, wishes)))
    assert main(["compare", "base", "a", "b", "--rope", "0.01", "--folder", "f"]) == 0
    assert main(["history", "--folder", "g"]) == 0
    (compared, wishes), (drawn, _) = said
    assert compared == ("base", ("a", "b")) and (wishes["folder"], wishes["rope"]) == (Path("f"), 0.01)
    assert drawn == (Path("g"),)
