"""How long work is shown: a bar with an estimate of the end in a terminal, plain lines elsewhere, nothing in tests."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress

Move = Callable[[float, str], None]


class Reporter(Protocol):
    """Where verbs say what they do. `track` gives a function `move(done, note)`; `say` prints one line."""

    def say(self, line: str) -> None:
        """Print one line."""
        ...

    @contextmanager
    def track(self, label: str, total: float) -> Iterator[Move]:
        """Show work of `total` units while the block runs; call `move(done so far, note)` in it."""
        ...


class Silent:
    """Says nothing."""

    def say(self, line: str) -> None:
        """Nothing."""

    @contextmanager
    def track(self, label: str, total: float) -> Iterator[Move]:
        """Nothing."""
        del label, total
        yield lambda _done, _note: None


class Lines:
    """One plain line now and then: for logs, notebooks and pipes.

    Args:
        every_s: seconds between two lines of the same work.
    """

    def __init__(self, every_s: float = 30.0) -> None:
        self.every_s = every_s

    def say(self, line: str) -> None:
        """Print one line to standard output."""
        print(line, flush=True)

    @contextmanager
    def track(self, label: str, total: float) -> Iterator[Move]:
        """A line every `every_s` seconds, with the time that is left."""
        started = last = time.monotonic()

        def move(done: float, note: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= self.every_s and done > 0:
                last = now
                left = (now - started) / done * (total - done)
                self.say(f"{label} {100 * done / total:.0f} % {note} (ETA {format_seconds(left)})")

        yield move


class Bars:
    """A live bar, for a terminal."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console(highlight=False, soft_wrap=True)

    def say(self, line: str) -> None:
        """Print one line above the bar."""
        self.console.print(line, markup=False)

    @contextmanager
    def track(self, label: str, total: float) -> Iterator[Move]:
        """A bar with the part done, the time gone and the time left."""
        with self.make_bar() as bar:
            task = bar.add_task(label, total=total, note="")
            yield lambda done, note: bar.update(task, completed=done, note=note)

    def make_bar(self) -> Progress:
        """The bar itself, not shown yet."""
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(24),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", markup=False),
        )
        return Progress(*columns, console=self.console, transient=True, refresh_per_second=4, speed_estimate_period=600)


class Once:
    """Says each line once, through another reporter: several runs on the same images have the same to say about them."""

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self._said: set[str] = set()

    def say(self, line: str) -> None:
        """Print the line, unless it was printed before."""
        if line not in self._said:
            self._said.add(line)
            self.reporter.say(line)

    @contextmanager
    def track(self, label: str, total: float) -> Iterator[Move]:
        """As the other reporter shows it."""
        with self.reporter.track(label, total) as move:
            yield move


class Noted:
    """Shows its work as the note of a bar that is there already; a terminal has room for one.

    Args:
        reporter: says the lines.
        note: takes a few words.
    """

    def __init__(self, reporter: Reporter, note: Callable[[str], None]) -> None:
        self.reporter = reporter
        self.note = note

    def say(self, line: str) -> None:
        """Print one line above the bar."""
        self.reporter.say(line)

    @contextmanager
    def track(self, label: str, total: float) -> Iterator[Move]:
        """The label and the part done, as the note."""
        yield lambda done, _note: self.note(f"{label} {100 * done / max(total, 1):.0f} %")


def make_reporter() -> Reporter:
    """Bars in a terminal, lines elsewhere."""
    return Bars() if sys.stdout.isatty() else Lines()


def format_seconds(seconds: float) -> str:
    """Seconds as a person says them.

    Examples:
        >>> format_seconds(3.2), format_seconds(75), format_seconds(4000)
        ('3.2 s', '1 min 15 s', '1 h 6 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"
