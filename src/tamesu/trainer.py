"""The trainer: does jobs of one run or of several, in this process or side by side in worker processes."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tamesu.artifacts.run import Job, JobResult, Run
from tamesu.execution.capacity import WORKER_BYTES, choose_parallel, count_cores, read_available_bytes, read_wish
from tamesu.execution.pool import Pool
from tamesu.execution.wire import Order
from tamesu.messages.phrases import phrase
from tamesu.preparation import Prepared
from tamesu.progress import Move, Noted, Once, Reporter, Silent
from tamesu.running import load_material, raise_stopped, say_result
from tamesu.signals import StopRequest
from tamesu.threads import wait_politely

if TYPE_CHECKING:
    import torch

    from tamesu.training import Material
    from tamesu.training.precision import Precision

Task = tuple[Prepared, Run, Job]


@dataclass(frozen=True, slots=True)
class Way:
    """How the jobs of a run are computed: decided when it began, the same for all of them and after every restart."""

    precision: Precision
    threads: int


class Trainer:
    """Does jobs, as many at once as the machine is good for. A context: its workers end with it.

    The results do not depend on how many jobs run at once. Whoever calls holds the lock of each run.

    Args:
        device: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`.
        workers: threads that make batches, in each process; the cores, shared out, when None.
        cache_bytes: how large the cache of decoded images may grow.
        parallel: how many jobs at once; None takes `TAMESU_PARALLEL`, or else on a CPU as many as it has cores and memory
            for, 1 on an accelerator.
        stop: whether somebody asked us to stop.
        reporter: told what could not be read, and each job's result.
        titles: what runs are called in the lines about their jobs, by folder; their folder's name when not said. May grow.
        say_jobs: whether each job's result is said; whoever races hundreds of jobs shows a table instead.
    """

    def __init__(
        self,
        *,
        device: str = "auto",
        workers: int | None = None,
        cache_bytes: int,
        parallel: int | None = None,
        stop: StopRequest | None = None,
        reporter: Reporter | None = None,
        titles: Mapping[Path, str] | None = None,
        say_jobs: bool = True,
    ) -> None:
        self._titles, self._say_jobs = {} if titles is None else titles, say_jobs
        self._wanted_device, self._workers, self._cache_bytes = device, workers, cache_bytes
        self._asked = read_wish() if parallel is None else parallel
        self._stop = stop or StopRequest()
        self._reporter = Once(reporter or Silent())
        self._cores = count_cores()
        self._ways: dict[Path, Way] = {}
        self._machine: Machinery | None = None
        self._pool: Pool | None = None

    def __enter__(self) -> Trainer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End the workers, close the materials, and give torch its threads back."""
        if self._pool is not None:
            self._pool.close()
        if self._machine is not None:
            self._machine.close()

    def open(self, tasks: Sequence[Task]) -> None:
        """Decode the images of the tasks' runs and decide how they are computed, with a bar of its own.

        `train` does this too, but a terminal has room for one bar, and by then it is the caller's.

        Raises:
            InputError, QuestionError: no image can be read, an image has two readings, there is no such device.
            StoppedRunError: somebody asked us to stop.
        """
        self._open(find_todo(tasks), self._reporter)

    def train(self, tasks: Sequence[Task], tick: Move) -> None:
        """Do the tasks' jobs; those that are done or have diverged stay as they are. Returns when all are through.

        Args:
            tasks: what was prepared, the run it names, and one of its jobs.
            tick: takes (jobs done, with the part of those at work, from 0 to the number of tasks; a few words).

        Raises:
            BusyError: another process works on one of these jobs.
            StoppedRunError: somebody asked us to stop; every job at work has saved a checkpoint.
            InputError, DamagedError, FolderGoneError: as `run_job`, from whichever process.
            TamesuError: a worker process was ended twice on the same job. What is done stays.
        """
        todo = find_todo(tasks)
        before = len(tasks) - len(todo)
        inside = Noted(self._reporter, lambda note: tick(before, note))
        parallel = self._open(todo, inside)
        board = Board(todo, before, tick, self._titles)
        if parallel == 1:
            self._train_here(todo, board, inside)
        else:
            self._train_beside(todo, board, parallel)
        tick(len(tasks), "")

    def _open(self, todo: Sequence[Task], reporter: Reporter) -> int:
        """Make every run of the tasks ready; returns how many jobs run at once."""
        if not todo:
            return 1
        from tamesu.training import choose_precision, use_threads

        if self._machine is None:
            self._machine = Machinery(self._wanted_device)
        place, runs = self._machine.place, {run.path: (prepared, run) for prepared, run, _ in todo}
        threads = {path: self._choose_threads(*found) for path, found in runs.items()}
        parallel = self._choose_parallel(len(todo), max(threads.values()))
        for path, (prepared, run) in runs.items():
            if path in self._ways:
                continue
            if parallel == 1:
                self._take_material(prepared, run, reporter)
            else:
                # The workers open their own; here the images are decoded, and what cannot be read is said, once.
                load_material(prepared, run, self._workers, self._cache_bytes, reporter, self._stop).close()
            use_threads(threads[path])
            precision = choose_precision(run, place, lambda: reporter.say(phrase("precision")))
            self._ways[path] = Way(precision, threads[path])
            here = sum(task[1].path == path for task in todo)
            jobs = max(here, len(run.jobs(prepared.recipe.seeds)))
            if self._say_jobs or len(self._ways) == 1:
                name = self._titles.get(path, run.name)
                reporter.say(
                    phrase("run", name=name, todo=here, jobs=jobs, device=place, precision=precision, parallel=parallel)
                )
        return parallel

    def _choose_threads(self, prepared: Prepared, run: Run) -> int:
        """The threads of a run's jobs."""
        from tamesu.training import choose_threads

        if run.path in self._ways:
            return self._ways[run.path].threads
        assert self._machine is not None
        jobs = len(run.jobs(prepared.recipe.seeds))
        return choose_threads(run, self._machine.place, jobs, self._cores, self._machine.most_threads)

    def _choose_parallel(self, jobs: int, threads: int) -> int:
        """How many of so many jobs run at once."""
        assert self._machine is not None
        if self._asked is not None:
            return min(self._asked, jobs)
        if self._machine.place.type != "cpu":
            return 1
        free = self._machine.available_bytes
        wanted, fitting = choose_parallel(jobs, threads, self._cores, free)
        if fitting < wanted and free is not None:
            self._reporter.say(
                phrase("memory_limits", parallel=fitting, wanted=wanted, free=free / 2**30, each=WORKER_BYTES / 2**30)
            )
        return fitting

    def _take_material(self, prepared: Prepared, run: Run, reporter: Reporter) -> Material:
        """What the run's jobs read, open."""
        assert self._machine is not None
        return self._machine.shelf.take(
            run.path, lambda: load_material(prepared, run, self._workers, self._cache_bytes, reporter, self._stop)
        )

    def _train_here(self, todo: Sequence[Task], board: Board, reporter: Reporter) -> None:
        """One job after the other, in this process."""
        if not todo:
            return
        from tamesu.training import Machine, StoppedError, run_job, use_threads

        assert self._machine is not None
        for number, (prepared, run, job) in enumerate(todo):
            if self._stop():
                raise_stopped(self._stop)
            way = self._ways[run.path]
            material = self._take_material(prepared, run, reporter)
            use_threads(way.threads)
            started = time.monotonic()
            try:
                result = run_job(material, job, Machine(self._machine.place, way.precision, self._stop, board.ticker(number)))
            except StoppedError:
                raise_stopped(self._stop)
            self._finish(todo, board, number, result, time.monotonic() - started)

    def _train_beside(self, todo: Sequence[Task], board: Board, parallel: int) -> None:
        """So many jobs at once, in worker processes."""
        ways = [self._ways[run.path] for _, run, _ in todo]
        orders = [Order(job, way.precision, way.threads) for way, (_, _, job) in zip(ways, todo, strict=True)]
        if self._pool is None:
            self._pool = self._start_pool(parallel, ways[0].threads)
        if not self._pool.run(
            orders, parallel, board.move, lambda number, result, seconds: self._finish(todo, board, number, result, seconds)
        ):
            raise_stopped(self._stop)

    def _start_pool(self, parallel: int, threads: int) -> Pool:
        """The pool of worker processes, none of them started yet."""
        assert self._machine is not None
        settings = {
            "parent": os.getpid(),
            "device": str(self._machine.place),
            "workers": max(1, self._cores // parallel) if self._workers is None else self._workers,
            "cache_bytes": self._cache_bytes,
            # What this process finds, a worker finds too: plugins may import files beside a notebook.
            "path": sys.path,
        }
        # -P: until then, a folder called `json` in the working directory must not be imported instead.
        program = (
            "import json, sys; settings = json.loads(sys.argv[1]); sys.path[:] = settings['path']; "
            "from tamesu.worker import main; main(settings)"
        )
        command = [sys.executable, "-P", "-c", program, json.dumps(settings)]
        return Pool(command, make_environment(os.environ, threads), stop=self._stop, say=self._reporter.reporter.say)

    def _finish(self, todo: Sequence[Task], board: Board, number: int, result: JobResult, seconds: float) -> None:
        """A job is through: show it, and say its result in a line."""
        board.ticker(number)(float(todo[number][1].recipe.epochs), "")
        if self._say_jobs or result.diverged is not None:
            say_result(todo[number][1], board.names[number], result, seconds, self._reporter.reporter)


class Machinery:
    """What this process computes with; made when there is something to do, as it imports torch.

    Args:
        device: as `choose_device` takes it.

    Attributes:
        place: the device.
        most_threads: torch's own number of threads.
        available_bytes: memory that was free before any worker was started; None when unknown.
        shelf: the open materials.

    Raises:
        InputError: there is no such device.
    """

    def __init__(self, device: str) -> None:
        import torch

        from tamesu.training import Shelf, choose_device

        self.place: torch.device = choose_device(device)
        self.most_threads = torch.get_num_threads()
        self.available_bytes = read_available_bytes()
        self.shelf: Shelf = Shelf()

    def close(self) -> None:
        """Close the materials and give torch its threads back."""
        from tamesu.training import use_threads

        self.shelf.close()
        use_threads(self.most_threads)


class Board:
    """How far several jobs are, as one number.

    Args:
        todo: the jobs.
        before: how many were done before.
        tick: takes (jobs done, a few words).
        titles: what runs are called, by folder.
    """

    def __init__(self, todo: Sequence[Task], before: int, tick: Move, titles: Mapping[Path, str] | None = None) -> None:
        titles, several = titles or {}, len({run.path for _, run, _ in todo}) > 1
        self.names = [f"{titles.get(run.path, run.name)} {job.name}" if several else job.name for _, run, job in todo]
        self._epochs = [run.recipe.epochs for _, run, _ in todo]
        self._shares, self._words = [0.0] * len(todo), [""] * len(todo)
        self._before, self._tick = before, tick

    def move(self, number: int, position: float, note: str) -> None:
        """A job stands at this position in epochs; the last words said of it stay."""
        self._shares[number] = position / self._epochs[number]
        self._words[number] = note or self._words[number]
        self._tick(self._before + sum(self._shares), f"{self.names[number]} {self._words[number]}")

    def ticker(self, number: int) -> Move:
        """`move` of one job."""
        return lambda position, note: self.move(number, position, note)


def find_todo(tasks: Sequence[Task]) -> list[Task]:
    """The tasks whose job is neither done nor diverged."""
    return [(prepared, run, job) for prepared, run, job in tasks if run.state(job) not in ("done", "diverged")]


def make_environment(environ: Mapping[str, str], threads: int) -> dict[str, str]:
    """A worker's environment: as many OpenMP threads as torch is told to use, waiting politely.

    Examples:
        >>> make_environment({"HOME": "/root"}, 1)
        {'HOME': '/root', 'OMP_NUM_THREADS': '1', 'OMP_WAIT_POLICY': 'PASSIVE'}
    """
    made = {**environ, "OMP_NUM_THREADS": str(threads)}
    wait_politely(made)
    return made
