"""The verb `try`: ideas beside the baseline, on its folds and seeds, until each has its verdict; then their stack.

queue → checks → baseline and its noise floor → race → stack → (climb: adopt, rebase, race again) → table, ledger, page
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tamesu.allowance import Budget, forget_trial, remember_before
from tamesu.artifacts.changes import merge_changes
from tamesu.artifacts.ideas import Idea, load_ideas
from tamesu.artifacts.loading import find_recipes
from tamesu.artifacts.queue import check_coupling, check_grid, expand_words, settle_names
from tamesu.artifacts.run import Run
from tamesu.artifacts.spelling import shell_line
from tamesu.artifacts.verdict import Verdict, read_ledger
from tamesu.board import Board, open_board
from tamesu.checking import check_queue
from tamesu.errors import Fault, InputError, StoppedRunError, Where, raise_faults
from tamesu.execution.capacity import count_cores, read_wish
from tamesu.messages import choose_language
from tamesu.messages.phrases import phrase
from tamesu.preparation import Survey, survey
from tamesu.progress import Reporter, Silent
from tamesu.queueing import advise, expand_sweeps
from tamesu.racing import Race
from tamesu.report.displays import Verdicts
from tamesu.report.verdict_table import format_verdicts
from tamesu.results.advice import advise_budget, advise_small_data
from tamesu.results.collapse import judge_run
from tamesu.results.guarding import judge_guards
from tamesu.results.ledger import write_ledger
from tamesu.results.race import Plan, smallest_gain
from tamesu.results.scores import write_scores
from tamesu.results.standing import tell_standings
from tamesu.running import say_notes
from tamesu.showing import count_false_keeps, write_verdicts_page
from tamesu.signals import StopRequest, catch_signals
from tamesu.stacking import is_hopeless, try_stack, write_climbed
from tamesu.symmetries import force_faults
from tamesu.trainer import Trainer
from tamesu.trial import Trial, Wishes, make_plan, race_queue, say, say_plan


def try_ideas(
    recipe: str = "base",
    words: Sequence[str] = (),
    *,
    folder: str | Path = ".",
    wishes: Wishes | None = None,
    reporter: Reporter | None = None,
    **wish: Any,
) -> list[Verdict]:
    """Try ideas beside a recipe, on its folds and seeds, and write a verdict on each into the ledger.

    Args:
        recipe: the baseline: a recipe in `recipes/`.
        words: names of ideas in `ideas.yaml`, or changes (`epochs=20,30`); all ideas without a verdict when there are none.
        folder: the competition's folder.
        wishes: budget, seeds and the like.
        reporter: where to say what happens.
        **wish: single wishes by name, instead of `wishes`.

    Returns:
        The verdicts, in the order of the queue; those on stacks last.

    Raises:
        InputError: any fault in the user's files, all at once, before anything is trained.
        BusyError: another process works on one of the runs.
        StoppedRunError: Ctrl-C or a signal; the same call goes on from there.
    """
    folder, reporter = Path(folder), reporter or Silent()
    wishes = wishes or Wishes(**wish)
    ideas = load_ideas(folder)
    queue = expand_words(words, ideas, coupled=wishes.coupled, recipes=find_recipes(folder))
    if wishes.sweep:
        queue, _ = settle_names([*queue, *expand_sweeps(folder, recipe, wishes.sweep)])
    found = survey(folder, accept=wishes.accept, force=wishes.force)
    say_notes([*found.notes, *check_grid(words, coupled=wishes.coupled)], reporter)
    wanted = queue or list(ideas.values())
    faults = check_queue(folder, recipe, wanted, found.competition)
    notes = raise_faults(
        [fault for idea in wanted for fault in check_coupling(idea, wishes.coupled)]
        + (force_faults(faults) if wishes.force else faults),
        found.accepted,
    )
    say_notes([note for note in notes if note.code == "SYMMETRY_FORCED"], reporter)
    if not queue and not ideas and wishes.noise is None:
        raise InputError(Fault("TRY_NOTHING", "refuse", Where(folder / "ideas.yaml"), {"recipe": recipe}))
    with catch_signals() as stop, ExitStack() as locks, open_board(reporter) as board:
        trial = open_trial(found, recipe, wishes, stop, board, locks, reporter, words)
        try:
            run_trial(trial, queue or list(ideas.values()), again=bool(queue))
        except StoppedRunError:
            if board.text:
                reporter.say(board.text)
            raise
        finally:
            score_runs(trial)
    forget_trial(found.folder, name_trial(recipe, words, wishes))
    return Verdicts(trial.verdicts, count_false_keeps(trial.verdicts))


def open_trial(
    found: Survey,
    recipe: str,
    wishes: Wishes,
    stop: StopRequest,
    board: Board,
    locks: ExitStack,
    reporter: Reporter,
    words: Sequence[str],
) -> Trial:
    """Open what all races of a trial share."""
    titles: dict[Path, str] = {}
    trainer = locks.enter_context(
        Trainer(
            device=wishes.device,
            workers=wishes.workers,
            cache_bytes=wishes.cache_bytes,
            parallel=wishes.parallel,
            stop=stop,
            reporter=board,
            titles=titles,
            say_jobs=False,
        )
    )
    parallel = wishes.parallel or read_wish() or count_cores()
    limited = wishes.jobs is not None or wishes.budget_s is not None
    before = remember_before(found.folder, name_trial(recipe, words, wishes)) if limited else frozenset()
    budget = Budget(wishes.jobs, wishes.budget_s, before, parallel)
    return Trial(found, recipe, wishes, budget, trainer, board, locks, reporter, titles=titles)


def name_trial(recipe: str, words: Sequence[str], wishes: Wishes) -> list[Any]:
    """What tells one trial from another: the same call goes on with the same budget."""
    return [recipe, list(words), wishes.jobs, wishes.budget_s, wishes.seeds, wishes.climb, *wishes.sweep]


def run_trial(trial: Trial, queue: Sequence[Idea], *, again: bool) -> None:
    """Race the queue, stack what is kept, and climb when asked to; then the table, the page and advice.

    Args:
        trial: what is open.
        queue: the ideas.
        again: race those too that the ledger has decided.
    """
    adopted: dict[str, Any] = {}
    name, rest = trial.recipe, list(queue)
    while True:
        baseline = trial.open(adopted, name)
        race = Race(baseline, [], trial.trainer, trial.budget, trial.board, name)
        plan = make_plan(trial, race, baseline)
        say_plan(trial, plan, baseline)
        verdicts, entrants = race_queue(trial, race, plan, rest, adopted, again=again and not adopted)
        if verdicts and not race.entrants:
            say(trial, phrase("all_tried"))
        kept = [verdict for verdict in verdicts if verdict.word == "keep" and not verdict.twin]
        stacked, members = (
            try_stack(trial, race, plan, kept, adopted, entrants) if trial.wishes.stack and len(kept) > 1 else ([], [])
        )
        step = choose_step(kept, stacked)
        trial.verdicts += [*verdicts, *stacked]
        show_verdicts(trial, [*verdicts, *stacked])
        if step is None or not trial.wishes.climb:
            break
        adopted = merge_changes([adopted, step.changes])
        name = f"{name}+{step.idea}"
        taken = set(members) if step in stacked else {step.idea}
        taken |= {verdict.idea for verdict in verdicts if verdict.twin in taken}
        rest = [idea for idea in rest if idea.name not in taken and not is_hopeless(idea, verdicts)]
        if not rest:
            break
        say(trial, phrase("climbing", name=name, count=len(rest)))
    if adopted:
        say(trial, phrase("wrote", path=write_climbed(trial, adopted, name)))
    reached = {verdict.idea for verdict in trial.verdicts if verdict.because != "budget"}
    left = [idea.name for idea in queue if idea.name not in reached]
    for fault in give_advice(trial, plan, left):
        say(trial, fault.text())


def choose_step(kept: Sequence[Verdict], stacked: Sequence[Verdict]) -> Verdict | None:
    """What to adopt: the stack when it is kept and gains at least as much as the best idea alone, else that one."""
    best = max(kept, key=lambda verdict: verdict.gain, default=None)
    if best is not None and stacked and stacked[0].word == "keep" and stacked[0].gain >= best.gain:
        return stacked[0]
    return best


def give_advice(trial: Trial, plan: Plan, left: Sequence[str]) -> list[Fault]:
    """What the ledger, the size of the data and the budget give reason to say; `left` are the ideas that it ended before."""
    folder = trial.found.folder
    ledger, _ = read_ledger(folder)
    ideas = load_ideas(folder)
    return [
        *advise_small_data(len(trial.found.train[0]), smallest_gain(plan)),
        *advise(folder, trial.found.competition, tell_standings(ideas.values(), ledger), ledger),
        *advise_budget(left, shell_line("tamesu", "try", trial.recipe, *left)),
    ]


def show_verdicts(trial: Trial, shown: Sequence[Verdict]) -> None:
    """The table, what to expect of it, and where to look."""
    trial.board.show("")
    if not shown:
        return
    trial.board.say(format_verdicts(shown, choose_language(), false_keeps=count_false_keeps(shown)))
    say(trial, phrase("wrote", path=write_verdicts_page(trial.found.folder)))


def score_runs(trial: Trial) -> None:
    """Score every run of the trial that has a whole seed, for lists and `report`; name what collapsed, and heads that harm."""
    named = set()
    for path in sorted(trial.held):
        run = Run(path)
        if run.complete_seeds():
            scores = write_scores(run, trial.found.train[0])
            for advice in judge_run(run, trial.found.train[0], scores.seeds):
                say(trial, advice.fault.text())
            for advice in judge_guards(run, trial.found.train[0]):
                # Most ideas leave a head as it is: the first run that has it speaks for all.
                if (key := (advice.fault.code, advice.fault.where.key)) not in named:
                    named.add(key)
                    say(trial, advice.fault.text())
    if trial.held:
        write_ledger(trial.found.folder)
