"""The sub-command `ui` hands its options over, and says what is missing."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path
from typing import Any

import pytest

from tamesu.cli import main
from tamesu.web import serve as serve_module


def test_ui_hands_over_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    monkeypatch.setattr(serve_module, "serve", lambda *words, **wishes: said.append((words, wishes)))
    assert main(["ui", "--folder", "f", "--port", "0", "--host", "::1", "--no-browser"]) == 0
    [(words, wishes)] = said
    assert words == (Path("f"),)
    assert {key: wishes[key] for key in ("port", "host", "browser")} == {"port": 0, "host": "::1", "browser": False}


def test_a_folder_without_a_competition_is_an_error_of_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ui", "--folder", str(tmp_path), "--port", "0", "--no-browser"]) == 2
    assert "FOLDER_NO_COMPETITION" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["starlette.applications", "uvicorn", "jinja2"])
def test_a_missing_extra_is_named_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    real = builtins.__import__

    def without(wanted: str, *rest: Any, **more: Any) -> Any:
        if wanted == "tamesu.web.serve":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(wanted, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["ui", "--no-browser"]) == 2
    said = capsys.readouterr().err
    assert "pip install 'tamesu[ui]'" in said
    assert name in said


def test_a_fault_of_ours_is_no_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tamesu.web.serve", None)
    with pytest.raises(ImportError):
        main(["ui", "--no-browser"])
