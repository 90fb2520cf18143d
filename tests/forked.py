"""`tamesu` in a process of its own that is there in milliseconds: forked from one that has imported torch already.

A process started anew spends five seconds on imports, and a kill at a random moment mostly hits those. A forked one is a
process all the same: it has its own group, is killed by a real SIGKILL, and ends with the code of the command line.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
# Imported once, before the first fork; a run of the tiny competition needs nothing heavy beside them.
PRELOADED = [
    "tamesu.workflow",
    "tamesu.trying",
    "tamesu.training.job",
    "tamesu.backbones.timm_backbone",
    "timm",
    "torch._dynamo",
]


class Forked:
    """A running `tamesu <words>`.

    Args:
        words: of the command line.
        log: file that gets what is said on stderr.
        parallel: jobs side by side; more than one have workers, which import torch themselves.
        every_step: whether a checkpoint is written at every step, so that a kill may land amid one.
        full_at: number of the fsync that fails with "no space left on device"; none fails when 0.
    """

    def __init__(
        self, words: Sequence[str], log: Path, *, parallel: int = 1, every_step: bool = False, full_at: int = 0
    ) -> None:
        CONTEXT.set_forkserver_preload(PRELOADED)
        self.log = log
        self.process = CONTEXT.Process(target=run, args=(list(words), str(log), parallel, every_step, full_at))
        self.process.start()

    def is_over(self) -> bool:
        return self.process.exitcode is not None

    def kill(self) -> None:
        """SIGKILL to the process and all of its helpers."""
        try:
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        except ProcessLookupError:
            # Not in a group of its own yet.
            self.process.kill()

    def finish(self, limit_s: float = 600.0) -> int:
        """The exit code, minus the signal when killed; no traceback may have been printed."""
        self.process.join(limit_s)
        said = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        assert "Traceback" not in said, said
        assert self.process.exitcode is not None, "it never ended"
        return self.process.exitcode


def run(words: list[str], log: str, parallel: int, every_step: bool, full_at: int) -> None:
    """In the forked process: the command line, its words on stdout dropped."""
    os.setsid()
    with open(os.devnull, "wb") as nothing, open(log, "wb") as said:
        os.dup2(nothing.fileno(), 1)
        os.dup2(said.fileno(), 2)
    os.environ["TAMESU_PARALLEL"] = str(parallel)
    from tamesu.cli import main
    from tamesu.training.checkpoint import Checkpoints

    if every_step:
        Checkpoints.due = lambda self: True  # type: ignore[method-assign]
    if full_at:
        count, real = [0], os.fsync

        def fsync(handle: int) -> None:
            count[0] += 1
            if count[0] == full_at:
                raise OSError(28, "No space left on device")
            real(handle)

        os.fsync = fsync  # type: ignore[assignment]
    raise SystemExit(main(words))


def count_epochs(folder: Path) -> int:
    """Lines in the journals of all jobs."""
    return sum(path.read_bytes().count(b"\n") for path in folder.glob("runs/*/jobs/*/journal.jsonl"))


def wait_for_epochs(folder: Path, more: int, draws: random.Random, is_over: Callable[[], bool]) -> None:
    """Until `more` epochs have ended from now on, and then for a random part of one; or until the process is over."""
    wanted = count_epochs(folder) + more
    while count_epochs(folder) < wanted and not is_over():
        time.sleep(0.005)
    time.sleep(draws.uniform(0.0, 0.1))
