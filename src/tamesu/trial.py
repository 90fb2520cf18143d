"""A trial: what one call of `try` opens once and shares among its races, and the racing of a queue in it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tamesu.allowance import Budget
from tamesu.artifacts.changes import merge_changes
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.queue import essential_first
from tamesu.artifacts.verdict import Verdict, read_ledger, write_verdict
from tamesu.board import Board
from tamesu.errors import Fault, InputError, Where
from tamesu.messages.phrases import phrase
from tamesu.preparation import Prepared, Survey, prepare_recipe
from tamesu.progress import Reporter
from tamesu.racing import DoesJobs, Entrant, Race, hold_runs, write_identical
from tamesu.report.columns import wrap
from tamesu.results.pairs import ScoredRun, row_share
from tamesu.results.posterior import LEVEL
from tamesu.results.race import Plan, count_seeds, smallest_gain
from tamesu.results.verdict import choose_rope
from tamesu.running import open_run

# Seeds behind the noise floor unless the user asks for more.
NOISE_SEEDS = 2


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asks of `try`.

    Attributes:
        coupled: changes given on the spot belong together, and an idea may change more than two keys.
        noise: measure the baseline's noise floor over this many seeds.
        budget_s: seconds of the clock. `jobs`: trainings.
        seeds: at most so many seeds an idea.
        rope: half-width of the region of practical equivalence, in the metric's unit.
        stack: try the kept ideas together. `climb`: adopt them and try the rest on top.
        accept: codes of questions answered with "use it as it is".
        force: use flips and turns that competition.yaml forbids or does not speak of.
        sweep: heads whose ready queue is tried too, as `heads.size.weight`.
        device, workers, cache_bytes, parallel: as for `tamesu.workflow.train`.
    """

    coupled: bool = False
    noise: int | None = None
    budget_s: float | None = None
    jobs: int | None = None
    seeds: int | None = None
    rope: float | None = None
    stack: bool = True
    climb: bool = False
    accept: tuple[str, ...] = ()
    force: bool = False
    sweep: tuple[str, ...] = ()
    device: str = "auto"
    workers: int | None = None
    cache_bytes: int = 20 * 2**30
    parallel: int | None = None


@dataclass(slots=True)
class Trial:
    """One call of `try`: what is opened once and shared by all its races.

    Attributes:
        found: the data, looked at once.
        recipe: the recipe's name.
        wishes: of the user.
        budget: shared by all races.
        trainer, board, stack: open while the trial runs.
        verdicts: reached so far, in order.
        held: folders of the runs whose lock we hold. `titles`: what they are called: the recipe, or the idea.
    """

    found: Survey
    recipe: str
    wishes: Wishes
    budget: Budget
    trainer: DoesJobs
    board: Board
    locks: ExitStack
    reporter: Reporter
    verdicts: list[Verdict] = field(default_factory=list)
    held: set[Path] = field(default_factory=set)
    titles: dict[Path, str] = field(default_factory=dict)

    def open(self, changes: dict[str, Any], title: str) -> tuple[Prepared, ScoredRun]:
        """The run of the recipe with changes: prepared, made when it is not there, locked for us, and given a title."""
        prepared = prepare_recipe(self.found, self.recipe, changes)
        run = open_run(prepared, self.reporter)
        self.titles.setdefault(run.path, title)
        if run.path not in self.held:
            hold_runs([run], self.locks)
            self.held.add(run.path)
        return prepared, ScoredRun(run, self.found.train[0])


def say(trial: Trial, line: str) -> None:
    """A sentence above the board, in lines of at most 100 columns."""
    for piece in wrap(line):
        trial.board.say(piece)


def make_plan(trial: Trial, race: Race, baseline: tuple[Prepared, ScoredRun]) -> Plan:
    """How many pairs an idea may get, and by which rope it is judged; the noise floor is measured where seeds allow it."""
    prepared, scored = baseline
    spec = prepared.spec
    if spec.n_splits * spec.repeats < 2:
        raise InputError(Fault("TRY_FEW_FOLDS", "refuse", Where("competition.yaml", key="folds"), {"folds": spec.n_splits}))
    count = trial.wishes.seeds or max(count_seeds(spec.n_splits, spec.repeats), len(prepared.recipe.seeds))
    seeds = choose_seeds(prepared.recipe.seeds, count)
    wanted = trial.wishes.noise or (NOISE_SEEDS if count > 1 else 0)
    noise = race.measure_noise(choose_seeds(prepared.recipe.seeds, wanted)) if wanted > 1 else None
    keys = [(repeat, fold, seeds[0]) for repeat in range(spec.repeats) for fold in range(spec.n_splits)]
    rope = choose_rope(trial.wishes.rope, noise)
    return Plan(spec.n_splits, spec.repeats, seeds, LEVEL, rope, row_share(scored.folds, keys), noise)


def choose_seeds(own: Sequence[int], count: int) -> tuple[int, ...]:
    """So many seeds: the recipe's own first, then the smallest numbers that are not among them.

    Examples:
        >>> choose_seeds([7], 3), choose_seeds([0, 1, 2], 2)
        ((7, 0, 1), (0, 1))
    """
    further = (seed for seed in range(count + len(own)) if seed not in own)
    return tuple([*own, *further][:count])


def say_plan(trial: Trial, plan: Plan, baseline: tuple[Prepared, ScoredRun]) -> None:
    """The noise floor, the rope and what the plan can see, in a line each."""
    metric = baseline[0].spec.metric.name
    if plan.noise is None:
        say(trial, phrase("noise_unknown", metric=metric))
        return
    found = plan.noise
    say(trial, phrase("noise", metric=metric, cv=found.cv, job=found.job, seeds=len(found.seeds), rope=plan.rope))
    seen = smallest_gain(plan)
    if seen is not None:
        say(trial, phrase("plan_sees", gain=seen, pairs=plan.pairs, metric=metric))


def race_queue(
    trial: Trial, race: Race, plan: Plan, queue: Sequence[Idea], adopted: dict[str, Any], *, again: bool = False
) -> tuple[list[Verdict], dict[str, Entrant]]:
    """The verdict on every idea of a queue: from the ledger where it is decided, otherwise by a race.

    An idea that is the baseline itself, or another idea of the queue, is told and not run.

    Args:
        trial: what is open.
        race: with the baseline.
        plan: the pairs an idea may get.
        queue: the ideas.
        adopted: changes the baseline has over the recipe.
        again: race those too that the ledger has decided; their jobs are done, so it costs little.

    Returns:
        The verdicts in the order of the queue, and what stands for each idea that was opened, by name.
    """
    known = {} if again else find_decided(trial.found.folder, race.prepared.spec.digest(), queue)
    entrants: dict[str, Entrant] = {}
    twins: dict[str, str] = {}
    by_run = {race.baseline.run.path: ""}
    for idea in essential_first(queue):
        if idea.name in known and known[idea.name].because == "hand":
            continue
        prepared, scored = trial.open(merge_changes([adopted, idea.changes]), idea.name)
        other = by_run.setdefault(scored.run.path, idea.name)
        if other == idea.name:
            entrants[idea.name] = Entrant(idea, prepared, scored)
        elif idea.name not in known:
            twins[idea.name] = other
            say(trial, phrase("twin_of", idea=idea.name, other=other or race.recipe))
    race.entrants = [entrant for name, entrant in entrants.items() if name not in known]
    reached = known | {verdict.idea: verdict for verdict in race.run(plan)}
    for idea in queue:
        if idea.name in twins and not twins[idea.name]:
            reached[idea.name] = write_identical(idea, race.recipe, (race.prepared, race.baseline), plan)
        elif idea.name in twins and twins[idea.name] in reached:
            reached[idea.name] = write_twin(idea, reached[twins[idea.name]], trial.found.folder)
    return [reached[idea.name] for idea in queue if idea.name in reached], entrants


def find_decided(folder: Path, baseline: str, queue: Sequence[Idea]) -> dict[str, Verdict]:
    """The newest verdict on each idea that the ledger has decided against a baseline, or that was decided by hand.

    Args:
        folder: the competition's folder.
        baseline: the digest of the baseline's run.
        queue: the ideas; one whose changes are no longer those that were tried is not decided.
    """
    ledger, _ = read_ledger(folder)
    found: dict[str, Verdict] = {}
    for idea in queue:
        about = [verdict for verdict in ledger if verdict.idea == idea.name and verdict.changes == idea.changes]
        about = [verdict for verdict in about if verdict.baseline_digest == baseline or verdict.because == "hand"]
        if about and about[-1].word != "undecided":
            found[idea.name] = about[-1]
    return found


def write_twin(idea: Idea, same: Verdict, folder: Path) -> Verdict:
    """The verdict on an idea that is another one's run: that one's, under its own name."""
    own = {"idea": idea.name, "changes": dict(idea.changes), "why": idea.why, "expected": idea.expected}
    verdict = Verdict.model_validate(same.model_dump(mode="json") | own | {"twin": same.idea})
    write_verdict(folder, verdict)
    return verdict
