"""The verb `report` beyond one run: the whole competition, the write-up, and the Markdown twin of each page."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tamesu.artifacts.audit_file import read_audit
from tamesu.artifacts.dataset import load_test, load_train
from tamesu.artifacts.files import read_json, write_text
from tamesu.artifacts.ideas import load_ideas
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.notes import read_noted_ledger
from tamesu.artifacts.run import Run, find_runs
from tamesu.artifacts.verdict import Verdict, newest
from tamesu.errors import DamagedError, TamesuError
from tamesu.messages import choose_language
from tamesu.messages.phrases import phrase
from tamesu.metrics import METRICS
from tamesu.plugins import load_plugins
from tamesu.progress import Reporter, Silent
from tamesu.report.competition_page import CompetitionView, find_best, make_competition_page
from tamesu.report.markdown import to_markdown
from tamesu.report.progress_chart import HistoryPoint
from tamesu.report.progress_png import write_history_png
from tamesu.report.section import Section
from tamesu.report.targets import make_target_sections
from tamesu.report.words import Words
from tamesu.report.writeup import HISTORY, WriteupView, make_writeup
from tamesu.results.finding import Finding
from tamesu.results.ledger import describe_run
from tamesu.results.public_scores import FOLDER, read_public, written_at
from tamesu.results.scores import Scores, read_scores, sample_spread
from tamesu.results.standing import tell_standings
from tamesu.showing import count_false_keeps, list_points

COMPETITION, WRITEUP, CHART = "competition.html", "writeup.html", "history.png"


def report_competition(folder: str | Path = ".", *, reporter: Reporter | None = None) -> Path:
    """Write `reports/competition.html`: runs, verdicts, ideas, leaderboard, audit and the best run's confusions in one file.

    Args:
        folder: the competition's folder.
        reporter: told where the page is.

    Returns:
        The page's path. What is damaged is left out; `tamesu doctor` names it.

    Raises:
        InputError: competition.yaml or ideas.yaml is at fault.
    """
    reporter, folder, language = reporter or Silent(), Path(folder), choose_language()
    competition = load_competition(folder)
    load_plugins(folder)
    verdicts, _ = read_noted_ledger(folder)
    runs, shown = describe_runs(folder), newest(verdicts)
    metric = METRICS.build(competition.metric.name, competition.metric.options)
    audit, day = read_findings(folder)
    view = CompetitionView(
        name=competition.name,
        metric=competition.metric.name,
        greater_is_better=bool(metric.greater_is_better),
        runs=runs,
        verdicts=shown,
        points=trace_points(verdicts, competition.metric.name),
        false_keeps=count_false_keeps(shown),
        standings=tell_standings(load_ideas(folder).values(), verdicts),
        public=read_public(folder),
        audit=audit,
        audit_day=day,
        best=make_best_section(folder, find_best(runs, competition.metric.name)),
    )
    path = folder / "reports" / COMPETITION
    path.parent.mkdir(exist_ok=True)
    write_text(path, make_competition_page(view, language))
    write_chart(view, path.with_name(CHART))
    reporter.say(phrase("wrote", path=path))
    return path


def describe_runs(folder: Path) -> list[Mapping[str, Any]]:
    """One line a run that has scores, best first within each metric, with the spread of its CV over seeds."""
    rows: list[Mapping[str, Any]] = []
    for path in find_runs(folder):
        with contextlib.suppress(DamagedError):
            run = Run(path)
            rows.append({**describe_run(run), "seed_spread": spread_over_seeds(run, read_scores(run))})
    return sorted(rows, key=lambda row: (row["metric"], row["order"], row["run"]))


def spread_over_seeds(run: Run, scores: Scores) -> float | None:
    """The standard deviation of the CV over seeds, each averaged over its repeats; None with fewer than two."""
    repeats = run.spec.repeats
    by_seed = [scores.oof[place : place + repeats] for place in range(0, len(scores.oof), repeats)]
    means = [sum(filter(None, seed)) / repeats if None not in seed else None for seed in by_seed]
    return sample_spread(means)


def read_findings(folder: Path) -> tuple[list[Finding] | None, str]:
    """What the last audit found, without pictures, and its day; None where there is none that can be read."""
    try:
        audit = read_audit(folder)
        if audit is None:
            return None, ""
        found = [Finding(one.code, one.weight, one.revived(), worth=one.worth or 0.0) for one in audit.findings]
        for finding in found:
            # A message of ours may have changed since.
            finding.text()
    except (DamagedError, KeyError):
        return None, ""
    return found, audit.time[:10]


def make_best_section(folder: Path, best: Mapping[str, Any] | None) -> Section | None:
    """The main target of the best run, as its own page shows it; None where its rows are not those of now."""
    if best is None:
        return None
    try:
        run = Run(folder / "runs" / best["run"])
        train = load_train(folder, load_competition(folder))
        return make_target_sections(run, train, read_scores(run), Words(choose_language()))[0]
    except (TamesuError, OSError):
        return None


def write_up(folder: str | Path = ".", *, reporter: Reporter | None = None) -> Path:
    """Write `reports/writeup.md` and `.html`, and the chart `history.png`: what was tried, the final model, how to repeat it.

    Args:
        folder: the competition's folder.
        reporter: told where the files are.

    Returns:
        The Markdown's path.

    Raises:
        InputError: competition.yaml or a table is at fault.
    """
    reporter, folder, language = reporter or Silent(), Path(folder), choose_language()
    view = gather_writeup(folder)
    page = make_writeup(view, language)
    path = folder / "reports" / WRITEUP
    path.parent.mkdir(exist_ok=True)
    write_text(path, page)
    pictures = {}
    if chart := write_chart(view, path.with_name(CHART)):
        pictures[HISTORY] = CHART
        reporter.say(phrase("wrote", path=chart))
    twin = path.with_suffix(".md")
    write_text(twin, to_markdown(page, pictures))
    for written in (path, twin):
        reporter.say(phrase("wrote", path=written))
    return twin


def trace_points(verdicts: Sequence[Verdict], metric: str) -> list[HistoryPoint]:
    """The way of the score on the competition's own metric; verdicts on a metric of before are another scale."""
    return list_points([verdict for verdict in verdicts if verdict.metric.name == metric])


def write_chart(view: CompetitionView | WriteupView, path: Path) -> Path | None:
    """Write the score over time as a picture, for the Markdown; None where nothing was tried."""
    if not view.points:
        return None
    better, language = view.greater_is_better, choose_language()
    return write_history_png(
        view.points, path, metric=view.metric, greater_is_better=better, language=language, title=view.name
    )


def gather_writeup(folder: Path) -> WriteupView:
    """Everything the write-up says, out of the competition's files."""
    competition = load_competition(folder)
    load_plugins(folder)
    train, test = load_train(folder, competition), load_test(folder, competition)
    verdicts, _ = read_noted_ledger(folder)
    submissions = list_submissions(folder)
    final, submitted = find_final(folder, competition.metric.name, submissions)
    metric = METRICS.build(competition.metric.name, competition.metric.options)
    names = sorted(train.targets, key=lambda name: name != competition.main)
    folds = competition.folds
    return WriteupView(
        name=competition.name,
        metric=competition.metric.name,
        greater_is_better=bool(metric.greater_is_better),
        targets={name: (train.targets[name].kind, len(train.targets[name].labels)) for name in names},
        train_rows=len(train),
        test_rows=None if test is None else len(test),
        groups=str(competition.groups or ""),
        splitter=(folds.splitter.name, folds.n_splits, folds.repeats, folds.seed),
        verdicts=newest(verdicts),
        points=trace_points(verdicts, competition.metric.name),
        final=final,
        submitted=submitted,
        submissions=submissions,
    )


def list_submissions(folder: Path) -> list[tuple[str, str, float | None]]:
    """Name, run and public score of every submission, the newest last; what is damaged is left out."""
    found = []
    for path in sorted((folder / FOLDER).glob("*.json"), key=lambda path: (written_at(path), path.name)):
        with contextlib.suppress(DamagedError):
            about = read_json(path)
            if isinstance(about, dict) and isinstance(about.get("run"), str):
                public = about.get("public")
                known = isinstance(public, int | float) and not isinstance(public, bool)
                found.append((path.stem, str(about["run"]), float(str(public)) if known else None))
    return found


def find_final(
    folder: Path, metric: str, submissions: list[tuple[str, str, float | None]]
) -> tuple[tuple[Run, Scores] | None, bool]:
    """The run behind the newest submission that is still there, else the one with the best CV; and which of both it is."""
    best = find_best(describe_runs(folder), metric)
    candidates = [(run, True) for _, run, _ in reversed(submissions)]
    candidates += [(best["run"], False)] if best is not None else []
    for name, submitted in candidates:
        with contextlib.suppress(DamagedError):
            run = Run(folder / "runs" / name)
            return (run, read_scores(run)), submitted
    return None, False


def write_twin(page: Path, *, reporter: Reporter | None = None) -> Path:
    """Write the Markdown twin of a page of ours: `<name>.md` beside it.

    Args:
        page: the HTML file.
        reporter: told where the twin is.

    Returns:
        The twin's path.
    """
    chart = page.with_name(CHART)
    pictures = {HISTORY: CHART} if page.name in (COMPETITION, "verdicts.html") and chart.is_file() else {}
    twin = page.with_suffix(".md")
    write_text(twin, to_markdown(page.read_text(encoding="utf-8"), pictures))
    (reporter or Silent()).say(phrase("wrote", path=twin))
    return twin
