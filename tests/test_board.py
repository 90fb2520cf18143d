"""The live board on a terminal that is played by a few lines here, and where there is no terminal."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rich.console import Console, ConsoleDimensions

from tamesu.board import Board, open_board
from tamesu.progress import Bars, Lines, Move, Silent


class Screen(io.StringIO):
    """A terminal that knows the cursor's moves that a live display makes: up, to the left, and a line wiped."""

    def lines(self) -> list[str]:
        """What stands on it now, without lines that are empty."""
        lines, row, column = [""], 0, 0
        for code, up, char in re.findall(r"(\x1b\[2K)|\x1b\[(\d+)A|\x1b\[\?25[lh]|\x1b\[[\d;]*m|([\s\S])", self.getvalue()):
            if code:
                lines[row] = ""
            elif up:
                row -= int(up)
            elif char == "\r":
                column = 0
            elif char == "\n":
                row, column = row + 1, 0
                lines += [""] * (row + 1 - len(lines))
            elif char:
                lines[row] = lines[row][:column].ljust(column) + char + lines[row][column + 1 :]
                column += 1
        return [line.rstrip() for line in lines if line.strip()]


@pytest.fixture
def terminal() -> tuple[Bars, Screen]:
    bars, screen = Bars(), Screen()
    bars.console = Console(
        file=screen, force_terminal=True, width=100, height=40, color_system=None, highlight=False, soft_wrap=True
    )
    return bars, screen


def test_the_table_is_drawn_in_place_with_the_bar_under_it(terminal: tuple[Bars, Screen]) -> None:
    bars, screen = terminal
    with open_board(bars) as board:
        board.show("idea    pairs\n平滑化      2/30")
        with board.track("競争中", 10) as move:
            move(5, "r0-f0-s0")
            board.show("idea    pairs\n平滑化      5/30\nsepia      2/30")
            *table, bar = screen.lines()
            assert table == ["idea    pairs", "平滑化      5/30", "sepia      2/30"]
            assert bar.startswith("競争中 ") and " 50 % " in bar and bar.endswith("r0-f0-s0")
            move(10, "")
            board.show("all")
            assert screen.lines()[0] == "all" and " 100 % " in screen.lines()[1]
        board.show("after")
        # The work is over, and so is its bar.
        assert screen.lines() == ["after"]
        assert board.text == "after"


def test_a_table_larger_than_the_terminal_leaves_room_for_the_bar(terminal: tuple[Bars, Screen]) -> None:
    bars, screen = terminal
    bars.console.size = ConsoleDimensions(60, 10)
    with open_board(bars) as board, board.track("work", 2) as move:
        move(1, "")
        board.show("\n".join(["idea    pairs", *["x " * 40] * 30]))
        shown = screen.lines()
        assert shown[0] == "idea    pairs" and " 50 % " in shown[-1]
        assert shown[-2] == "…" and 5 < len(shown) <= 10
        assert shown[1] == shown[2] == "x " * 29 + "x…"


def test_lines_stand_above_the_board_and_stay_when_it_is_gone(terminal: tuple[Bars, Screen]) -> None:
    bars, screen = terminal
    with open_board(bars) as board:
        board.show("table")
        board.say("first")
        board.show("other table")
        board.say("second")
        assert screen.lines() == ["first", "second", "other table"]
    assert screen.lines() == ["first", "second"]


def test_what_looks_like_markup_is_shown_as_it_is(terminal: tuple[Bars, Screen]) -> None:
    bars, screen = terminal
    with open_board(bars) as board:
        board.show("[red]lr=[1e-3, 1e-4][/red] :cat:")
        with board.track("[b]label[/b]", 1) as move:
            move(0, "[i]note[/i]")
            board.show(board.text)
            table, bar = screen.lines()
        assert table == "[red]lr=[1e-3, 1e-4][/red] :cat:"
        assert bar.startswith("[b]label[/b]") and bar.endswith("[i]note[/i]")


def test_a_fault_leaves_neither_board_nor_bar(terminal: tuple[Bars, Screen]) -> None:
    bars, screen = terminal
    with pytest.raises(ValueError, match="broken"), open_board(bars) as board:
        board.show("table")
        with pytest.raises(KeyError), board.track("one", 3):
            raise KeyError
        board.show("table")
        assert screen.lines() == ["table"]
        with board.track("two", 3):
            raise ValueError("broken")
    assert screen.lines() == []
    # The cursor that was hidden is there again.
    assert screen.getvalue().rindex("\x1b[?25h") > screen.getvalue().rindex("\x1b[?25l")


def test_several_works_have_a_bar_each(terminal: tuple[Bars, Screen]) -> None:
    bars, screen = terminal
    with open_board(bars) as board, board.track("outer", 2) as outer:
        with board.track("inner", 4) as inner:
            outer(1, "")
            inner(1, "")
            board.show("table")
            table, first, second = screen.lines()
            assert table == "table"
            assert first.startswith("outer") and " 50 % " in first
            assert second.startswith("inner") and " 25 % " in second
        board.show("table")
        assert [line.split()[0] for line in screen.lines()] == ["table", "outer"]


class Memo(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def say(self, line: str) -> None:
        self.heard.append(line)

    @contextmanager
    def track(self, label: str, total: float) -> Iterator[Move]:
        self.heard.append((label, total))
        yield lambda done, note: self.heard.append((done, note))
        self.heard.append("end")


def test_without_a_terminal_everything_goes_to_the_reporter() -> None:
    memo = Memo()
    with open_board(memo) as board:
        board.say("a")
        with board.track("work", 8) as move:
            move(2, "x")
        board.show("table")
    assert memo.heard == ["a", ("work", 8), (2, "x"), "end"]
    # A table that cannot be drawn in place is kept for whoever asks for it.
    assert board.text == "table"


def test_in_a_log_there_are_no_control_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with open_board(Lines()) as board:
        board.show("table")
        board.say("平滑化: keep")
    assert capsys.readouterr().out == "平滑化: keep\n"


def test_a_board_that_is_not_open_is_silent() -> None:
    board = Board(Silent())
    board.show("table")
    with board.track("work", 1) as move:
        move(1, "")
    assert board.text == "table"
