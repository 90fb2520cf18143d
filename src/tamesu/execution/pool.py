"""A pool of worker processes: hands out jobs, says how they go, tries a job once more whose worker died."""

from __future__ import annotations

import selectors
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tamesu.artifacts.run import JobResult
from tamesu.errors import TamesuError
from tamesu.execution.process import Worker
from tamesu.execution.wire import Order, unpack_error
from tamesu.messages.phrases import phrase

LOOK_S = 0.1  # how long a request to stop may go unnoticed
PATIENCE_S = 30.0  # after an error, for the others to save; a checkpoint of theirs is never far back
TRIES = 2  # a worker may have been killed for another's sake


class Pool:
    """Worker processes that live as long as the pool; each does one job at a time.

    Args:
        command: the worker's program and its words.
        environ: the workers' environment.
        stop: whether somebody asked us to stop.
        say: takes a line for the user.
    """

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        stop: Callable[[], bool] = lambda: False,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self._command, self._environ, self._stop, self._say = command, environ, stop, say
        self._selector = selectors.DefaultSelector()
        self._workers: list[Worker] = []

    def run(
        self,
        orders: Sequence[Order],
        limit: int,
        tick: Callable[[int, float, str], None],
        take: Callable[[int, JobResult, float], None],
    ) -> bool:
        """Have every job done, at most `limit` at once.

        Args:
            orders: the jobs, in the order they are begun.
            limit: workers that work at the same time.
            tick: takes (number of the order, its position in epochs, a few words or "").
            take: takes (number of the order, its result, seconds); called once for each job that is done.

        Returns:
            Whether all are done; False when `stop` said so first, and then every job at work has saved a checkpoint.

        Raises:
            TamesuError: a worker died twice on the same job.
            Exception: the first error of a worker, of the class it had there; the other jobs have saved a checkpoint.
        """
        waiting, done, deaths = deque(range(len(orders))), 0, Counter[int]()
        failure: Exception | None = None
        ends_at: float | None = None
        while waiting or self._busy():
            if ends_at is None and (failure is not None or self._stop()):
                waiting.clear()
                ends_at = time.monotonic() + PATIENCE_S if failure is not None else float("inf")
                self._ask_to_stop()
            if ends_at is not None and time.monotonic() > ends_at:
                for worker in self._busy():
                    self._drop(worker)
            self._hand_out(waiting, orders, limit)
            for worker, answer in self._listen():
                number = worker.number
                if answer is None:
                    how = self._drop(worker)
                    if number is None or ends_at is not None:
                        continue
                    deaths[number] += 1
                    words = {"job": orders[number].job.name, "how": how}
                    if deaths[number] < TRIES:
                        # Whoever ends a process for want of memory would end the next one too, beside as many others.
                        limit = max(1, limit - 1) if how == "SIGKILL" else limit
                        waiting.appendleft(number)
                        self._say(phrase("worker_died", **words))
                    else:
                        failure = failure or TamesuError(phrase("worker_died_again", **words))
                elif answer == "ready":
                    worker.ready = True
                elif number is None:
                    continue
                elif "at" in answer:
                    tick(number, answer["at"], answer["note"])
                else:
                    worker.number = None
                    if "error" in answer:
                        failure = failure or unpack_error(answer["error"])
                    elif "result" in answer:
                        done += 1
                        take(number, JobResult(**answer["result"]), answer["seconds"])
        if failure is not None:
            raise failure
        return done == len(orders)

    def close(self) -> None:
        """End every worker."""
        while self._workers:
            self._drop(self._workers[0])
        self._selector.close()

    def _busy(self) -> list[Worker]:
        """The workers that are at work."""
        return [worker for worker in self._workers if worker.number is not None]

    def _hand_out(self, waiting: deque[int], orders: Sequence[Order], limit: int) -> None:
        """Give the next orders to workers that wait, or to new ones."""
        while waiting and len(self._busy()) < limit:
            worker = self._find_idle() or self._start()
            worker.number = waiting.popleft()
            worker.tell(asdict(orders[worker.number]))

    def _find_idle(self) -> Worker | None:
        """A worker that waits; those that were ended while they waited are forgotten."""
        for worker in [worker for worker in self._workers if worker.number is None]:
            if worker.is_alive:
                return worker
            self._drop(worker)
        return None

    def _start(self) -> Worker:
        """A new worker."""
        worker = Worker(self._command, self._environ)
        self._workers.append(worker)
        self._selector.register(worker.answers, selectors.EVENT_READ, worker)
        return worker

    def _listen(self) -> Iterator[tuple[Worker, Any]]:
        """What the workers have said, answer by answer; None for one that has ended."""
        for key, _ in self._selector.select(LOOK_S):
            worker: Worker = key.data
            answers = worker.listen()
            yield from ((worker, answer) for answer in ([None] if answers is None else answers))

    def _ask_to_stop(self) -> None:
        """Ask the workers that train to save and stop; those that have not begun are ended."""
        for worker in self._busy():
            if worker.ready:
                worker.tell("stop")
            else:
                self._drop(worker)

    def _drop(self, worker: Worker) -> str:
        """End a worker and forget it; says how it ended."""
        self._workers.remove(worker)
        self._selector.unregister(worker.answers)
        worker.number = None
        return worker.end()
