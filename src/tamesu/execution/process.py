"""One worker process, seen from its parent: started, given an order, listened to, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from tamesu.execution.wire import split_lines, write_line

END_LIMIT_S = 10.0


class Worker:
    """A worker process. It says `"ready"`, and then answers each order; it ends when its stdin is closed.

    Args:
        command: the program and its words.
        environ: its environment.

    Attributes:
        ready: whether it has said so.
        number: the order it works on; None while it waits for one.

    Raises:
        OSError: no process can be started.
    """

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=dict(environ),
            start_new_session=True,  # Ctrl-C is the parent's to answer
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self.answers = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._rest = b""
        self.ready = False
        self.number: int | None = None

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether its process is there now."""
        return self._process.poll() is None

    def tell(self, value: Any) -> None:
        """Give it one line; one that has died is noticed at the next listening."""
        with contextlib.suppress(BrokenPipeError):
            write_line(self._orders, value)

    def listen(self) -> list[Any] | None:
        """What it has said since the last call, waiting for at least a part of a line; None when it has ended."""
        said = os.read(self.answers, 1 << 16)
        if not said:
            return None
        lines, self._rest = split_lines(self._rest, said)
        return lines

    def end(self) -> str:
        """End it, at once if need be, free its handles, and say how it ended: a signal's name, or its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            # One that closed its pipe is about to end by itself, and how is worth knowing.
            code = self._process.wait(END_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._process.stdout.close()
        return describe_end(code)


def describe_end(code: int) -> str:
    """How a process ended, by its return code.

    Examples:
        >>> describe_end(-9), describe_end(1)
        ('SIGKILL', 'exit code 1')
    """
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
