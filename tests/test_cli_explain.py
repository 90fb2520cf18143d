"""The sub-command `explain` hands its options over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tamesu import explaining
from tamesu.cli import main


def test_explain_hands_over_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    monkeypatch.setattr(explaining, "explain", lambda *words, **wishes: said.append((words, wishes)))
    assert (
        main(["explain", "base-3f2a", "--folder", "f", "--accept", "X", "--device", "cpu", "--pictures", "8", "--every-method"])
        == 0
    )
    [(words, wishes)] = said
    assert words == ("base-3f2a",)
    wanted = {"folder": Path("f"), "accept": ("X",), "device": "cpu", "pictures": 8, "every_method": True}
    assert {key: wishes[key] for key in wanted} == wanted


def test_an_unknown_run_is_an_error_of_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "competition.yaml").write_text("name: x\n", encoding="utf-8")
    assert main(["explain", "nonsense", "--folder", str(tmp_path)]) == 2
    assert "RUN_NONE" in capsys.readouterr().err
