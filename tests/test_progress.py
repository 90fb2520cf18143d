from __future__ import annotations

import io
import sys

import pytest

from tamesu import progress


def test_lines_says_how_far_and_how_long(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([0.0, 10.0, 40.0, 45.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.Lines(every_s=30).track("training", 100) as move:
        move(5, "a")
        move(20, "b")
        move(22, "c")
    # 20 of 100 in 40 s leaves 80 units at 2 s each.
    assert capsys.readouterr().out == "training 20 % b (ETA 2 min 40 s)\n"


def test_bars_draw_into_their_console() -> None:
    from rich.console import Console

    bars = progress.Bars()
    written = io.StringIO()
    bars.console = Console(file=written, force_terminal=True, width=120, color_system=None)
    with bars.track("学習中", 10) as move:
        move(5, "r0-f0-s0")
        bars.say("[red]not markup[/red]")
    text = written.getvalue()
    assert "学習中" in text
    assert "[red]not markup[/red]" in text


def test_reporter_fits_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    assert isinstance(progress.make_reporter(), progress.Lines)
    with progress.Silent().track("x", 1) as move:
        move(1, "")


class Memo(progress.Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


def test_what_was_said_once_is_not_said_again() -> None:
    memo = Memo()
    once = progress.Once(memo)
    for line in ("a", "b", "a"):
        once.say(line)
    assert memo.lines == ["a", "b"]
    with once.track("x", 1) as move:
        move(1, "")


def test_inside_a_bar_work_is_a_note() -> None:
    memo, notes = Memo(), []
    noted = progress.Noted(memo, notes.append)
    noted.say("a")
    with noted.track("decoding", 8) as move:
        move(2, "x")
    with noted.track("nothing", 0) as move:
        move(0, "")
    assert memo.lines == ["a"]
    assert notes == ["decoding 25 %", "nothing 0 %"]


@pytest.mark.parametrize(("seconds", "text"), [(0.04, "0.0 s"), (59.6, "60 s"), (61, "1 min 1 s"), (7260, "2 h 1 min")])
def test_seconds_in_words(seconds: float, text: str) -> None:
    assert progress.format_seconds(seconds) == text
