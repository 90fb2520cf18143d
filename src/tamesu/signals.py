"""Ctrl-C, SIGTERM and SIGHUP: the first asks the work to save and end, the second ends it at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

CAUGHT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """Whether, and by which signal, we were asked to stop.

    Attributes:
        number: the signal; None while nobody asked.
    """

    def __init__(self) -> None:
        self.number: int | None = None

    def __call__(self) -> bool:
        """Whether somebody asked."""
        return self.number is not None


@contextmanager
def catch_signals() -> Iterator[StopRequest]:
    """While the block runs, a first signal only sets the flag; a second one ends the process as if uncaught.

    Outside the main thread nothing is caught and the flag stays unset.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return

    def catch(number: int, _frame: FrameType | None) -> None:
        if request.number is not None:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        request.number = number

    # What was ignored when we were started stays ignored: `nohup` means it.
    heard = [number for number in CAUGHT if signal.getsignal(number) not in (signal.SIG_IGN, None)]
    before = {number: signal.signal(number, catch) for number in heard}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
