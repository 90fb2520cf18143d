"""The sub-command `report`: which report is written for which option."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tamesu.cli import main


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    told: list[str] = []

    def note(name: str) -> Any:
        def call(*args: Any, **_: Any) -> Path:
            told.append(f"{name} {args[0].name if isinstance(args[0], Path) else args[0]}")
            return tmp_path / f"{name}.html"

        return call

    monkeypatch.setattr("tamesu.workflow.report", note("run"))
    for name in ("report_competition", "write_up", "write_twin"):
        monkeypatch.setattr(f"tamesu.reporting.{name}", note(name))
    return told


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["base"], ["run base"]),
        (["base", "--markdown"], ["run base", "write_twin run.html"]),
        (["--all"], ["report_competition c"]),
        (["--all", "--markdown"], ["report_competition c", "write_twin report_competition.html"]),
        (["--writeup"], ["write_up c"]),
        (["--all", "--writeup"], ["report_competition c", "write_up c"]),
    ],
)
def test_each_option_has_its_report(called: list[str], words: list[str], expected: list[str]) -> None:
    assert main(["report", *words, "--folder", "c"]) == 0
    assert called == expected


def test_a_run_and_the_whole_competition_are_no_one_report(called: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "base", "--all"]) == 2
    assert called == [] and "--all" in capsys.readouterr().err
