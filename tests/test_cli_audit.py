"""The sub-command `audit` hands its options over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tamesu import auditing
from tamesu.cli import main


def test_audit_hands_over_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    monkeypatch.setattr(auditing, "audit", lambda *words, **wishes: said.append((words, wishes)))
    assert main(["audit", "--folder", "f", "--accept", "X", "--device", "cpu", "--relabel", "--adopt"]) == 0
    [(words, wishes)] = said
    assert words == (Path("f"),)
    wanted = {"accept": ("X",), "device": "cpu", "relabel": True, "adopt_groups": True}
    assert {key: wishes[key] for key in wanted} == wanted


def test_a_folder_without_a_competition_is_an_error_of_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--folder", str(tmp_path)]) == 2
    assert "FOLDER_NO_COMPETITION" in capsys.readouterr().err
