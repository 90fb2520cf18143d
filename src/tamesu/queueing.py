"""The verb `ideas`: what the queue and the ledger say of each idea, what the user says of it, and the ledger elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.files import write_text
from tamesu.artifacts.head_sweep import sweep_head
from tamesu.artifacts.ideas import Idea, load_ideas
from tamesu.artifacts.loading import find_recipes, load_competition, read_recipe
from tamesu.artifacts.notes import add_note, read_noted_ledger
from tamesu.artifacts.queue import expand_words
from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import FOLDER, Verdict, newest, write_verdict
from tamesu.errors import DamagedError, Fault, InputError, Where, nearest, raise_faults
from tamesu.messages import choose_language
from tamesu.messages.phrases import phrase
from tamesu.metrics import METRICS
from tamesu.plugins import load_plugins
from tamesu.progress import Reporter, Silent
from tamesu.report.frame import format_csv, format_markdown
from tamesu.report.standing_list import format_advice, format_standings
from tamesu.results.advice import (
    advise_auxiliary,
    advise_edges,
    advise_leaderboard,
    advise_looks,
    advise_order,
    advise_surprises,
)
from tamesu.results.posterior import LEVEL
from tamesu.results.public_scores import read_public
from tamesu.results.standing import Standing, suggest_ideas, tell_standings
from tamesu.results.verdict import Circumstances, read_circumstances

CSV = "verdicts.csv"
BASE = "base"


def list_ideas(folder: str | Path = ".", *, reporter: Reporter | None = None) -> list[Standing]:
    """Say what was kept, dropped, is open, waits and is suggested, and what to do next; nothing is written.

    Args:
        folder: the competition's folder.
        reporter: told the list and the advice.

    Returns:
        Where each idea of ideas.yaml stands, then those that only the ledger knows.

    Raises:
        InputError: competition.yaml or ideas.yaml is at fault.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    competition, ideas = load_competition(folder), load_ideas(folder)
    verdicts, damaged = read_noted_ledger(folder)
    standings = tell_standings(ideas.values(), verdicts)
    suggested = suggest_ideas(competition, read_plain(folder), [standing.idea for standing in standings])
    reporter.say(format_standings(standings, suggested, choose_language()))
    if advice := advise(folder, competition, standings, verdicts):
        reporter.say("\n" + phrase("advice") + "\n" + format_advice(advice, choose_language()))
    if damaged:
        names = ", ".join(path.name for path in damaged)
        reporter.say("\n" + phrase("damaged_verdicts", count=len(damaged), names=names))
    return standings


def advise(folder: Path, competition: Competition, standings: Sequence[Standing], verdicts: Sequence[Verdict]) -> list[Fault]:
    """Everything that the queue and the ledger give reason to say."""
    waiting = [standing.idea for standing in standings if standing.state == "untried"]
    tried = [standing.idea for standing in standings if standing.verdict is not None and standing.verdict.pairs]
    return [
        *advise_order(waiting, tried),
        *advise_auxiliary(verdicts, competition.main),
        *advise_edges(verdicts, read_baselines(folder, verdicts)),
        *advise_surprises(standings),
        *advise_leaderboard(verdicts, read_public(folder)),
        *advise_looks(verdicts),
    ]


def read_plain(folder: Path) -> Mapping[str, Any]:
    """The first recipe's values as written; nothing when there is none, or none that can be read."""
    name = first_recipe(folder)
    recipe = None if name is None else read_recipe(folder, name)[0]
    return {} if recipe is None else recipe.written()


def first_recipe(folder: Path) -> str | None:
    """The recipe that ideas change when nobody says which: `base`, or the first there is."""
    recipes = find_recipes(folder)
    return BASE if BASE in recipes else next(iter(recipes), None)


def read_baselines(folder: Path, verdicts: Sequence[Verdict]) -> dict[str, Mapping[str, Any]]:
    """The recipes of the baselines, every default spelled out, by run; those whose run is not here are left out."""
    found: dict[str, Mapping[str, Any]] = {}
    for name in {verdict.baseline_run for verdict in verdicts} - {""}:
        try:
            found[name] = Run(folder / "runs" / name).recipe.written()
        except DamagedError:
            continue
    return found


def expand_sweeps(folder: Path, recipe: str, keys: Sequence[str]) -> list[Idea]:
    """The ready queues of some heads; none for a recipe that cannot be read, which is told elsewhere.

    Args:
        folder: the competition's folder.
        recipe: the recipe's name.
        keys: `heads.<head>.weight`, one a head.

    Raises:
        InputError: the faults of all keys, see `sweep_head`; competition.yaml is at fault.
    """
    found = read_recipe(folder, recipe)[0] if keys else None
    if found is None:
        return []
    competition = load_competition(folder)
    ideas: list[Idea] = []
    faults: list[Fault] = []
    for key in keys:
        try:
            ideas += sweep_head(key, found, competition.targets, competition.main)
        except InputError as error:
            faults += error.faults
    raise_faults(faults)
    return ideas


def drop_ideas(
    name: str, why: str, *, folder: str | Path = ".", when: Circumstances | None = None, reporter: Reporter | None = None
) -> list[Path]:
    """Record an idea as dropped by hand, with the reason; `try` then leaves it alone until it is asked for by name.

    Args:
        name: of ideas.yaml or of the ledger, or a change as typed; one with several values drops each.
        why: the reason.
        folder: the competition's folder.
        when: time and commit; now when None.
        reporter: told what was written.

    Returns:
        The verdicts' files.

    Raises:
        InputError: IDEA_NO_REASON, IDEA_UNKNOWN, and what `expand_words` finds in a change.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    load_plugins(folder)
    competition = load_competition(folder)
    verdicts, _ = read_noted_ledger(folder)
    check_reason(name, why)
    known = {verdict.idea: Idea(verdict.idea, verdict.changes, verdict.why, verdict.expected) for verdict in verdicts}
    # Changes that were typed together stand in the ledger under one name with blanks in it.
    typed = "=" in name and name in known
    ideas = [known[name]] if typed else expand_words([name], known | load_ideas(folder), coupled=False)
    when = when or read_circumstances(folder)
    recipe = first_recipe(folder) or BASE
    paths = []
    for idea in ideas:
        before = [verdict for verdict in verdicts if verdict.idea == idea.name and verdict.changes == idea.changes]
        verdict = drop_by_hand(idea, competition, recipe, before, why, when)
        paths.append(write_verdict(folder, verdict))
        reporter.say(phrase("dropped", idea=idea.name, path=paths[-1]))
    return paths


def drop_by_hand(
    idea: Idea, competition: Competition, recipe: str, before: Sequence[Verdict], why: str, when: Circumstances
) -> Verdict:
    """The verdict that says no more than the user's word: no pairs, and every probability 0.

    Args:
        idea: what is dropped.
        competition: with the metric.
        recipe: what it would have changed.
        before: earlier verdicts on it, oldest first; the last one's runs are taken over, so that this one takes its place.
        why: the reason.
        when: time and commit.
    """
    last = before[-1] if before else None
    metric = METRICS.build(competition.metric.name, competition.metric.options)
    return Verdict(
        idea=idea.name,
        recipe=recipe if last is None else last.recipe,
        changes=dict(idea.changes),
        why=idea.why,
        expected=idea.expected,
        baseline_run="" if last is None else last.baseline_run,
        idea_run="" if last is None else last.idea_run,
        baseline_digest="" if last is None else last.baseline_digest,
        idea_digest="" if last is None else last.idea_digest,
        folds="" if last is None else last.folds,
        rows=0 if last is None else last.rows,
        metric=competition.metric,
        greater_is_better=metric.greater_is_better,
        level=LEVEL,
        rope=0.0,
        noise=None,
        pairs=[],
        gain=0.0,
        low=0.0,
        high=0.0,
        better=0.0,
        same=0.0,
        worse=0.0,
        word="drop",
        because="hand",
        cv_baseline=None,
        cv_idea=None,
        note=" ".join(why.split()),
        time=when.time,
        commit=when.commit,
        clean=when.clean,
    )


def note_idea(
    name: str, text: str, *, folder: str | Path = ".", when: Circumstances | None = None, reporter: Reporter | None = None
) -> Path:
    """Add the user's words to the newest verdict on an idea; they stand beside the ledger, which is never rewritten.

    Args:
        name: the idea, as the ledger calls it.
        text: the words.
        folder: the competition's folder.
        when: time and commit; now when None.
        reporter: told what was written.

    Returns:
        The file of notes.

    Raises:
        InputError: IDEA_NO_REASON, IDEA_NO_VERDICT.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    check_reason(name, text)
    verdicts, _ = read_noted_ledger(folder)
    about = [verdict for verdict in verdicts if verdict.idea == name]
    if not about:
        known = list(dict.fromkeys(verdict.idea for verdict in verdicts))
        values = {"name": name, "known": ", ".join(known) or "-"}
        raise InputError(Fault("IDEA_NO_VERDICT", "refuse", Where(), values, nearest(name, known)))
    path = add_note(folder, about[-1], text, (when or read_circumstances(folder)).time)
    reporter.say(phrase("wrote", path=path))
    return path


def check_reason(name: str, text: str) -> None:
    """Refuse to record nothing."""
    if not text.strip():
        raise InputError(Fault("IDEA_NO_REASON", "refuse", Where(), {"name": name}))


def write_verdicts_csv(folder: str | Path = ".", *, reporter: Reporter | None = None) -> Path:
    """Write verdicts/verdicts.csv: every line of the ledger, notes and commits among it, for a spreadsheet.

    Returns:
        The file's path.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    verdicts, _ = read_noted_ledger(folder)
    path = folder / FOLDER / CSV
    path.parent.mkdir(exist_ok=True)
    write_text(path, format_csv(verdicts))
    reporter.say(phrase("wrote", path=path))
    return path


def say_markdown(folder: str | Path = ".", *, reporter: Reporter | None = None) -> str:
    """The newest verdict on each idea as a Markdown table, for an issue or a discussion."""
    reporter, folder = reporter or Silent(), Path(folder)
    text = format_markdown(newest(read_noted_ledger(folder)[0]), choose_language())
    reporter.say(text)
    return text
