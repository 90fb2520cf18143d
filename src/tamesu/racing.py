"""Racing: ideas against one baseline, on its folds and seeds, each with as many pairs as its verdict needs.

`tamesu.results.race` says which pairs come next and when an idea has had enough; here they are trained. Everything follows from
the jobs on the disk, so the same call after a kill goes on where it stood and ends in the same verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from tamesu.allowance import Budget
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.run import Job, Run
from tamesu.artifacts.verdict import Because, Verdict, write_verdict
from tamesu.board import Board
from tamesu.errors import DamagedError, Fault, InputError, Where
from tamesu.messages import choose_language
from tamesu.messages.phrases import phrase
from tamesu.preparation import Prepared
from tamesu.progress import Move, format_seconds
from tamesu.report.verdict_table import RaceRow, RaceState, format_race, format_verdict_line
from tamesu.results.noise import Noise, measure_noise, read_noise, write_noise
from tamesu.results.pairs import Key, ScoredRun, pair_up
from tamesu.results.race import Look, Plan, look
from tamesu.results.verdict import is_failed, make_identical, make_verdict, read_circumstances

# Jobs handed out at a time, in units of what runs at once: enough to keep every core busy, few enough to look often.
ROUNDS = 4


class DoesJobs(Protocol):
    """Who trains: `tamesu.trainer.Trainer`."""

    def train(self, tasks: Sequence[tuple[Prepared, Run, Job]], tick: Move) -> None:
        """Do the jobs; those that are done stay as they are."""
        ...


@dataclass(slots=True)
class Entrant:
    """One idea in the race.

    Attributes:
        idea: what it changes.
        prepared, scored: its run.
        bought: blocks of the plan whose jobs are done.
        seen: the last look.
        verdict: once it is out of the race.
    """

    idea: Idea
    prepared: Prepared
    scored: ScoredRun
    bought: int = 0
    seen: Look = field(default_factory=lambda: Look(None, 0.0, 0.0, 0.0, None, None, None))
    verdict: Verdict | None = None


def name_job(scored: ScoredRun, key: Key) -> str:
    """A job's name across runs."""
    return f"{scored.run.name}/{scored.job(key).name}"


class Race:
    """Ideas against one baseline.

    Args:
        baseline: prepared and scored. Its lock is held while `run` works, and those of all entrants.
        entrants: the ideas, in the order of the queue.
        trainer: does the jobs.
        budget: what may be spent.
        board: shows the running table.
        recipe: the name under which verdicts name the baseline's recipe.
    """

    def __init__(
        self,
        baseline: tuple[Prepared, ScoredRun],
        entrants: Sequence[Entrant],
        trainer: DoesJobs,
        budget: Budget,
        board: Board,
        recipe: str,
    ) -> None:
        self.prepared, self.baseline = baseline
        self.entrants, self.trainer, self.budget, self.board, self.recipe = list(entrants), trainer, budget, board, recipe
        self.verdicts: list[Verdict] = []

    def measure_noise(self, seeds: Sequence[int]) -> Noise | None:
        """The baseline's noise floor over at least these seeds: as kept, or measured now; its jobs are trained where missing.

        Raises:
            InputError: TRY_BASELINE_FAILED.
        """
        known = read_noise(self.baseline.run)
        if known is not None and set(seeds) <= set(known.seeds):
            return known
        seeds = sorted({*seeds, *self.baseline.run.complete_seeds()})
        keys = [(job.repeat, job.fold, job.seed) for job in self.baseline.run.jobs(seeds)]
        self._train([(self.prepared, self.baseline, key) for key in keys], phrase("noise_measuring"))
        scores: dict[tuple[int, int], list[float]] = {}
        for repeat, fold, seed in keys:
            score = self._baseline_score((repeat, fold, seed))
            if score is not None:
                scores.setdefault((repeat, fold), []).append(score)
        noise = measure_noise(self.baseline.run.spec.metric.name, scores, seeds)
        if noise is not None:
            write_noise(self.baseline.run, noise)
        return noise

    def run(self, plan: Plan) -> list[Verdict]:
        """Race until every idea has its verdict or the budget is spent; each verdict is written as soon as it is reached.

        Args:
            plan: the pairs an idea may get in all.

        Returns:
            The verdicts, in the order of the queue.

        Raises:
            InputError: TRY_BASELINE_FAILED.
            StoppedRunError: somebody asked us to stop; finished jobs are kept, and what they say is on the board.
        """
        blocks = plan.blocks()
        active = list(self.entrants)
        while active:
            self.show(plan)
            batch = self._choose(active, blocks)
            if not batch:
                break
            work = [(entrant, key) for entrant in batch for key in blocks[entrant.bought]]
            tasks = [task for entrant, key in work for task in self._tasks(entrant, key)]
            self._train(tasks, phrase("racing", ideas=len(active), left=self._say_left(active, blocks)))
            for entrant in batch:
                self._advance(entrant, plan, blocks)
            active = [entrant for entrant in active if entrant.verdict is None]
        for entrant in active:
            self._finish(entrant, plan, blocks, "budget")
        self.show(plan)
        return [entrant.verdict for entrant in self.entrants if entrant.verdict is not None]

    def rows(self, plan: Plan) -> list[RaceRow]:
        """Where each idea stands."""
        return [describe(entrant, plan) for entrant in self.entrants]

    def show(self, plan: Plan) -> None:
        """Draw the running table."""
        self.board.show(format_race(self.rows(plan), choose_language()))

    def _choose(self, active: Sequence[Entrant], blocks: Sequence[Sequence[Key]]) -> list[Entrant]:
        """Whose next block is bought now: those most likely to be kept first, as many as keep every core busy.

        Every idea gets its first block before any gets its second.
        """
        least = min(0 if entrant.bought == 0 else 1 for entrant in active)
        ready = [entrant for entrant in active if least or entrant.bought == 0]
        ready.sort(key=lambda entrant: -(1.0 if entrant.seen.chance is None else entrant.seen.chance))
        chosen: list[Entrant] = []
        charged: set[str] = set()
        jobs = 0
        for entrant in ready:
            names = self._names(entrant, blocks[entrant.bought])
            if not self.budget.affords(charged | names, self._job_seconds(entrant)):
                continue
            chosen.append(entrant)
            charged |= names
            jobs += len(self._missing(entrant, blocks[entrant.bought]))
            if jobs >= ROUNDS * self.budget.parallel:
                break
        return chosen

    def _names(self, entrant: Entrant, keys: Iterable[Key]) -> set[str]:
        """Both jobs of some pairs, by name."""
        return {name_job(side, key) for key in keys for side in (self.baseline, entrant.scored)}

    def _missing(self, entrant: Entrant, keys: Iterable[Key]) -> list[str]:
        """The jobs of some pairs that are still to be trained."""
        sides = [(side, key) for key in keys for side in (self.baseline, entrant.scored)]
        return [name_job(side, key) for side, key in sides if not side.is_done(key)]

    def _tasks(self, entrant: Entrant, key: Key) -> list[tuple[Prepared, ScoredRun, Key]]:
        """Both jobs of a pair, the baseline's first."""
        return [(self.prepared, self.baseline, key), (entrant.prepared, entrant.scored, key)]

    def _train(self, tasks: Sequence[tuple[Prepared, ScoredRun, Key]], label: str) -> None:
        """Have jobs done and count what they cost."""
        unique = {name_job(scored, key): (prepared, scored, key) for prepared, scored, key in tasks}
        todo = [
            (prepared, scored.run, scored.job(key))
            for prepared, scored, key in unique.values()
            if not self._is_done(scored, key)
        ]
        if todo:
            with self.board.track(label, len(todo)) as move:
                self.trainer.train(todo, move)
        for name, (_, scored, key) in unique.items():
            self.budget.charge(name, scored.seconds(key))

    def _is_done(self, scored: ScoredRun, key: Key) -> bool:
        """Whether a job is through.

        Raises:
            DamagedError: what it left is not what was written.
        """
        state = scored.run.state(scored.job(key))
        if state == "damaged":
            raise DamagedError(phrase("damaged", run=scored.run.name, jobs=scored.job(key).name))
        return state in ("done", "diverged")

    def _baseline_score(self, key: Key) -> float | None:
        """The baseline's score of a job; a baseline that diverges is no baseline."""
        if self.baseline.run.state(self.baseline.job(key)) == "diverged":
            values = {"job": self.baseline.job(key).name}
            raise InputError(Fault("TRY_BASELINE_FAILED", "refuse", Where(self.baseline.run.name), values))
        return self.baseline.score(key)

    def _advance(self, entrant: Entrant, plan: Plan, blocks: Sequence[Sequence[Key]]) -> None:
        """Look at an idea whose next block is done."""
        entrant.bought += 1
        keys = bought_keys(entrant, blocks)
        for key in keys:
            self._baseline_score(key)
        pairs, unscored = pair_up(self.baseline, entrant.scored, keys)
        failed = [name for name in unscored if is_failed(entrant.scored, name, keys)]
        entrant.seen = look(pairs, plan, failed=failed, unscored=len(unscored) - len(failed))
        if entrant.seen.word is not None:
            self._finish(entrant, plan, blocks)

    def _finish(self, entrant: Entrant, plan: Plan, blocks: Sequence[Sequence[Key]], because: Because | None = None) -> None:
        """Write an idea's verdict; without a single pair there is none."""
        keys = bought_keys(entrant, blocks)
        if not keys:
            return
        entrant.verdict = make_verdict(
            entrant.idea,
            self.recipe,
            self.baseline,
            entrant.scored,
            keys,
            plan,
            entrant.seen,
            read_circumstances(self.prepared.folder),
            because=because,
        )
        write_verdict(self.prepared.folder, entrant.verdict)
        self.board.say(format_verdict_line(entrant.verdict, choose_language()))

    def _job_seconds(self, entrant: Entrant) -> float:
        """How long a job of an idea takes: as its own have, as the baseline's have, or not known (0)."""
        for scored in (entrant.scored, self.baseline):
            known = [seconds for key in done_keys(scored) if (seconds := scored.seconds(key)) > 0]
            if known:
                return sum(known) / len(known)
        return 0.0

    def _say_left(self, active: Sequence[Entrant], blocks: Sequence[Sequence[Key]]) -> str:
        """At most how long the race still takes."""
        missing = {name for entrant in active for block in blocks[entrant.bought :] for name in self._missing(entrant, block)}
        jobs = len(missing) if self.budget.jobs is None else min(len(missing), self.budget.jobs - len(self.budget.spent))
        each = max((self._job_seconds(entrant) for entrant in active[:1]), default=0.0)
        seconds = jobs * each / self.budget.parallel
        if self.budget.seconds is not None:
            seconds = min(seconds, max(0.0, self.budget.seconds - self.budget.elapsed()))
        return phrase("race_left", jobs=jobs, time=format_seconds(seconds) if each else "?")


def bought_keys(entrant: Entrant, blocks: Sequence[Sequence[Key]]) -> list[Key]:
    """The keys of all pairs an idea has."""
    return [key for block in blocks[: entrant.bought] for key in block]


def done_keys(scored: ScoredRun) -> list[Key]:
    """The jobs of a run that are through, of the seeds begun; the first few are enough to know how long one takes."""
    jobs = scored.run.jobs(scored.run.trained_seeds()[:2])
    return [key for job in jobs if scored.is_done(key := (job.repeat, job.fold, job.seed))]


def describe(entrant: Entrant, plan: Plan) -> RaceRow:
    """An idea's row of the running table."""
    pairs = sum(len(block) for block in plan.blocks()[: entrant.bought])
    state: RaceState = "waiting" if entrant.bought == 0 else "going_on"
    if entrant.verdict is not None:
        state = entrant.verdict.word
        if entrant.verdict.because in ("hopeless", "failed"):
            state = "stopped" if entrant.verdict.because == "hopeless" else "failed"
    posterior = entrant.seen.posterior
    if posterior is None:
        return RaceRow(entrant.idea.name, pairs, plan.pairs, state=state)
    low, high = posterior.interval()
    better, chance = entrant.seen.better, entrant.seen.chance
    return RaceRow(entrant.idea.name, pairs, plan.pairs, posterior.mean, low, high, better, chance, state)


def write_identical(idea: Idea, recipe: str, baseline: tuple[Prepared, ScoredRun], plan: Plan) -> Verdict:
    """The verdict on an idea that is the baseline itself, written into the ledger."""
    verdict = make_identical(idea, recipe, baseline[1], plan, read_circumstances(baseline[0].folder))
    write_verdict(baseline[0].folder, verdict)
    return verdict


def hold_runs(runs: Iterable[Run], stack: ExitStack) -> None:
    """Hold the lock of every run until the stack is closed; two ideas may share one.

    Raises:
        BusyError: another process works on one of them.
    """
    for path in sorted({run.path for run in runs}):
        stack.enter_context(hold_lock(path / "run.lock"))
