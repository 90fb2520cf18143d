from __future__ import annotations

from pathlib import Path
from typing import Any

from tamesu import probing, sizing
from tamesu.cli import main
from tests.tiny import write_competition


def test_lr_hands_over_its_options(tmp_path: Path, capsys, monkeypatch) -> None:
    said: list[Any] = []
    monkeypatch.setattr(probing, "find_lr", lambda *words, **wishes: said.append((words, wishes)))
    assert main(["lr", "basis", "batch_size=6", "--folder", "f", "--steps", "40", "--from", "1e-5", "--to", "1"]) == 0
    [(words, wishes)] = said
    assert words == ("basis", ("batch_size=6",))
    wanted = {"folder": Path("f"), "steps": 40, "first": 1e-5, "last": 1.0, "device": "auto", "accept": (), "force": False}
    assert {key: wishes[key] for key in wanted} == wanted
    monkeypatch.undo()
    assert main(["lr", "--folder", str(write_competition(tmp_path / "comp")), "--steps", "2"]) == 2
    assert "LR_STEPS" in capsys.readouterr().err


def test_batch_hands_over_its_options(monkeypatch) -> None:
    said: list[Any] = []
    monkeypatch.setattr(sizing, "find_batch_size", lambda *words, **wishes: said.append((words, wishes)))
    assert main(["batch", "--folder", "f", "--device", "cpu", "--accept", "X"]) == 0
    [(words, wishes)] = said
    assert words == ("base", ()) and wishes["device"] == "cpu" and wishes["accept"] == ("X",)
