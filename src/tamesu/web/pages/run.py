"""The page of one run: its report, made from its files as they are now, also while it trains."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tamesu.artifacts.dataset import Dataset, load_test, load_train
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import Verdict, newest
from tamesu.errors import DamagedError, Fault, InputError, TamesuError, Where
from tamesu.metrics import METRICS
from tamesu.report.audit_page import mark_code
from tamesu.report.curves import make_curve_section
from tamesu.report.fold_scores import make_fold_section
from tamesu.report.headline import make_headline
from tamesu.report.html import Html, element, join
from tamesu.report.inputs import make_input_section
from tamesu.report.origin import make_environment_section, make_recipe_section, make_reproduce_section
from tamesu.report.section import Section
from tamesu.report.targets import make_target_sections
from tamesu.report.verdict_section import make_verdict_section
from tamesu.results.scores import Scores, check_same_labels, read_scores
from tamesu.web.explained import describe_explanation
from tamesu.web.listing import list_paths, list_runs, read_line
from tamesu.web.memory import Memory, stamp_of
from tamesu.web.pages.competition import choose_metric, find_best, read_verdicts
from tamesu.web.view import Page, View
from tamesu.web.working import open_run

# matplotlib draws for one thread at a time.
DRAWING = threading.Lock()


def find_path(folder: Path, name: str, memory: Memory) -> Path:
    """A run's folder, out of those that are there: a name is looked up and never made part of a path.

    Args:
        folder: the competition's folder.
        name: the folder's name, whole.
        memory: keeps what files said.

    Raises:
        InputError: PAGE_NO_RUN.
    """
    found = {path.name: path for path in list_paths(folder, memory)}.get(name)
    if found is None:
        raise InputError(Fault("PAGE_NO_RUN", "refuse", Where("runs"), {"name": name}))
    return found


def build(view: View) -> Page:
    """The page."""
    path = find_path(view.folder, view.name, view.desk.memory)
    run = open_run(path, view.desk.memory)
    scores = find_scores(run)
    verdicts = find_verdicts(view, run)
    lines = list_runs(view.folder, view.desk.memory)
    chosen = choose_metric(lines, run.spec.metric.name)
    best = None if chosen is None else find_best(lines, *chosen)
    data: dict[str, Any] = {
        "run": run.name,
        "line": read_line(path, view.desk.memory),
        "scores": None if scores is None else asdict(scores),
        "recipe": run.recipe.written(),
        "verdicts": [verdict.model_dump(mode="json") for verdict in verdicts],
        "jobs": {job.name: run.state(job) for job in run.jobs(sorted({*run.recipe.seeds, *run.trained_seeds()}))},
        "best": None if best is None or best.name == run.name else best.name,
        "explained": describe_explanation(view, run),
    }
    parts = {"report": make_report(view, run, scores, verdicts), "mark_code": mark_code, "errors": link_errors(run.name)}
    return Page("run.html", run.name, data, parts)


def find_scores(run: Run) -> Scores | None:
    """A run's scores; None while it has none."""
    return read_scores(run) if (run.path / "scores.json").is_file() else None


def find_verdicts(view: View, run: Run) -> list[Verdict]:
    """The newest verdicts in which a run is baseline or idea."""
    verdicts, _ = read_verdicts(view.folder, view.desk.memory)
    return [one for one in newest(verdicts) if run.name in (one.baseline_run, one.idea_run)]


def make_report(view: View, run: Run, scores: Scores | None, verdicts: Sequence[Verdict]) -> Html:
    """The report's sections; made again when a job comes to an end, an epoch is over, or a verdict is reached."""
    jobs = sorted((run.path / "jobs").glob("*/*.json*")) if (run.path / "jobs").is_dir() else []
    files = [run.path / "scores.json", *(path for path in jobs if path.name in ("result.json", "journal.jsonl"))]
    stamp = (tuple((str(path), stamp_of(path)) for path in files), tuple(one.digest() + one.note for one in verdicts))
    return view.desk.memory.keep(
        ("report", run.path, view.language), stamp, lambda: draw_report(view, run, scores or no_scores(run), verdicts)
    )


def no_scores(run: Run) -> Scores:
    """What stands for the scores of a run that has none yet."""
    try:
        greater = bool(METRICS.build(run.spec.metric.name, run.spec.metric.options).greater_is_better)
    except InputError:
        # A plugin's metric: pages run no code of the folder, and no score is shown that could be read the wrong way.
        greater = True
    return Scores(run.spec.metric.name, greater, None, [], [], None, None, 0, 0, [], [])


def draw_report(view: View, run: Run, scores: Scores, verdicts: Sequence[Verdict]) -> Html:
    """Headline and sections; a part that cannot be made says why in its place."""
    words, problems = view.words, []

    def lead(target: str, truth: str, told: str) -> str:
        return link_errors(run.name, target=target, truth=truth, told=told)

    def attempt(make: Callable[[], list[Section]]) -> list[Section]:
        try:
            return make()
        except (TamesuError, ArithmeticError, LookupError, ValueError, OSError) as error:
            problems.append(view.say("problem_part", reason=say_error(error, view.language)))
            return []

    tables: list[tuple[Dataset, Dataset | None]] = []

    def read_tables() -> list[Section]:
        competition = load_competition(run.folder)
        train = load_train(run.folder, competition)
        check_same_labels(run, train)
        tables.append((train, load_test(run.folder, competition)))
        return []

    with DRAWING:
        attempt(read_tables)
        sections = attempt(lambda: [make_fold_section(run, scores, words)])
        sections += attempt(lambda: [make_verdict_section(verdicts, words)] if verdicts else [])
        sections += attempt(lambda: [make_curve_section(run, scores, words)])
        for train, test in tables:
            if scores.seeds:
                made = lambda train=train: make_target_sections(run, train, scores, words, lead=lead)  # noqa: E731
                sections += attempt(made)
            sections += attempt(lambda: [make_input_section(run, words), make_recipe_section(run, words)])
            sections += attempt(lambda train=train, test=test: [make_environment_section(run, train, test, words)])  # type: ignore[misc]
        if not tables:
            sections += attempt(lambda: [make_recipe_section(run, words)])
        sections += attempt(lambda: [make_reproduce_section(run, words)])
        headline = make_headline(run, scores, sections, words)
    notes = [element("p", problem, class_="callout") for problem in problems]
    return join(headline, notes, [one.to_html() for one in sections])


def link_errors(name: str, **values: str) -> str:
    """The address of a run's errors, or of those of one cell of its confusion matrix."""
    return "/errors?" + urlencode({"run": name, **values}, errors="replace")


def say_error(error: BaseException, language: str) -> str:
    """An error in words: of the user's input every fault, of anything else what it says itself."""
    if isinstance(error, InputError):
        return " / ".join(fault.text("ja" if language == "ja" else "en") for fault in error.faults)
    return str(error) if isinstance(error, DamagedError | TamesuError) else f"{type(error).__name__}: {error}"
