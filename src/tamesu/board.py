"""The live board of long work with many parts: a table that is drawn anew in place, with a bar and the time left under it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tamesu.progress import Bars, Move, Reporter

# Of the terminal's lines, for the bars under the table and the cursor.
SPARE_LINES = 3


@dataclass(slots=True)
class Board:
    """What is on the board; drawn in place in a terminal; elsewhere the table is only kept, for whoever wants to say it.

    Attributes:
        reporter: where it is shown.
        text: the table.
    """

    reporter: Reporter
    text: str = ""
    _live: Any = field(default=None)
    _bar: Any = field(default=None)

    def show(self, text: str) -> None:
        """Replace the table."""
        self.text = text
        self._draw()

    @contextmanager
    def track(self, label: str, total: float) -> Iterator[Move]:
        """Show work of `total` units under the table while the block runs, with the time left."""
        if self._live is None:
            with self.reporter.track(label, total) as move:
                yield move
            return
        task = self._bar.add_task(label, total=total, note="")
        try:
            yield lambda done, note: self._bar.update(task, completed=done, note=note)
        finally:
            self._bar.remove_task(task)

    def say(self, line: str) -> None:
        """Print one line above the board."""
        self.reporter.say(line)

    def _draw(self) -> None:
        if self._live is not None:
            from rich.console import Group
            from rich.text import Text

            lines = self.text.splitlines()
            # What does not fit would push the bar out of sight.
            room = max(1, self._live.console.height - SPARE_LINES)
            if len(lines) > room:
                lines = [*lines[: room - 1], "…"]
            table = Text("\n".join(lines), no_wrap=True, overflow="ellipsis")
            self._live.update(Group(table, self._bar), refresh=True)


@contextmanager
def open_board(reporter: Reporter) -> Iterator[Board]:
    """A board for as long as the block runs; it leaves nothing in the terminal when it ends."""
    if not isinstance(reporter, Bars):
        yield Board(reporter)
        return
    from rich.live import Live

    bar = reporter.make_bar()
    with Live(bar, console=reporter.console, transient=True, refresh_per_second=4) as live:
        yield Board(reporter, "", live, bar)
