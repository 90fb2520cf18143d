"""The verbs `compare` and `history`, and the page of all verdicts: what was found, shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tamesu.artifacts.dataset import Dataset, load_train
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.notes import read_noted_ledger
from tamesu.artifacts.recipe import Recipe, shorten_head
from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import Verdict, newest, write_verdict
from tamesu.errors import Fault, InputError, Where
from tamesu.lookup import find_run
from tamesu.messages import choose_language
from tamesu.messages.phrases import phrase
from tamesu.progress import Reporter, Silent
from tamesu.report.change_page import write_change_page
from tamesu.report.change_section import say_changes
from tamesu.report.columns import wrap
from tamesu.report.displays import Verdicts
from tamesu.report.progress_chart import HistoryPoint
from tamesu.report.row_pictures import RowPictures
from tamesu.report.verdict_page import write_verdict_page
from tamesu.report.verdict_table import format_verdicts
from tamesu.results.changed import COMPARED, compare_runs
from tamesu.results.collapse import judge_run
from tamesu.results.noise import measure_noise, read_noise
from tamesu.results.pairs import ScoredRun, check_comparable, common_keys
from tamesu.results.path import trace_path
from tamesu.results.posterior import LEVEL
from tamesu.results.race import expect_false_keeps
from tamesu.results.verdict import compare_pairs, read_circumstances

# For the pictures of two runs side by side, as they stand in the page.
PICTURE_BYTES = 2_500_000


def compare(
    baseline: str,
    others: Sequence[str],
    *,
    folder: str | Path = ".",
    rope: float | None = None,
    reporter: Reporter | None = None,
) -> list[Verdict]:
    """Compare runs that are trained already: the pairs they share, one verdict each, written into the ledger.

    Args:
        baseline: a run, by name or the beginning of it.
        others: the runs to hold against it.
        folder: the competition's folder.
        rope: half-width of the region of practical equivalence; a quarter of the baseline's seed spread when None.
        reporter: told the table.

    Returns:
        The verdicts, in the order of `others`.

    Raises:
        InputError: no such run; or jobs that are not pairs: other folds, labels, images or metric, missing rows, too few.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    first = find_run(folder, baseline)
    train = load_train(first.folder, load_competition(first.folder))
    before = ScoredRun(first, train)
    verdicts, collapsed = [], judge_run(first, train, first.complete_seeds())
    others_found: list[Run] = []
    for name in others:
        run = find_run(folder, name)
        if run.path == first.path:
            raise InputError(Fault("COMPARE_SELF", "refuse", Where(run.name), {"other": first.name}))
        check_comparable(first, run)
        after = ScoredRun(run, train)
        changes = differences(first.recipe, run.recipe)
        idea = Idea(run.recipe.name if run.recipe.name != first.recipe.name else run.name, changes)
        keys = common_keys(before, after)
        noise = read_noise(first) or spread_of_seeds(before)
        verdict = compare_pairs(
            idea, first.recipe.name, before, after, keys, read_circumstances(folder), level=LEVEL, rope=rope, noise=noise
        )
        write_verdict(folder, verdict)
        verdicts.append(verdict)
        collapsed += judge_run(run, train, run.complete_seeds())
        others_found.append(run)
    reporter.say(format_verdicts(verdicts, choose_language(), false_keeps=count_false_keeps(verdicts)))
    for advice in collapsed:
        reporter.say(advice.fault.text())
    for run in others_found:
        show_changes(first, run, train, reporter)
    return Verdicts(verdicts, count_false_keeps(verdicts))


def show_changes(first: Run, second: Run, train: Dataset, reporter: Reporter) -> Path | None:
    """Say which images the second run fixed and broke, and show them: `reports/compare-<first>-<second>.html`.

    Args:
        first: the run before.
        second: the run after, held against it already.
        train: the training rows of both.
        reporter: told the sentences and where the page is.

    Returns:
        The page; None where the main target cannot be told right or wrong.
    """
    if first.spec.targets[first.spec.main].kind not in COMPARED:
        return None
    changes, language = compare_runs(first, second, train), choose_language()
    names = first.name, second.name
    for sentence in say_changes(changes, names, language):
        reporter.say("\n".join(wrap(sentence)))
    pictures = RowPictures(load_competition(first.folder).data_folder(first.folder), train, PICTURE_BYTES)
    path = first.folder / "reports" / f"compare-{first.name}-{second.name}.html"
    write_change_page(changes, names, train.ids, lambda row: pictures.take(train.ids[row]), path, language)
    reporter.say(phrase("wrote", path=path))
    return path


def spread_of_seeds(scored: ScoredRun) -> Any:
    """The noise floor, where the run happens to have several whole seeds; None otherwise."""
    seeds = scored.run.complete_seeds()
    scores: dict[tuple[int, int], list[float]] = {}
    for job in scored.run.jobs(seeds):
        score = scored.score((job.repeat, job.fold, job.seed))
        if score is not None:
            scores.setdefault((job.repeat, job.fold), []).append(score)
    return measure_noise(scored.run.spec.metric.name, scores, seeds)


def differences(before: Recipe, after: Recipe) -> dict[str, Any]:
    """The keys in which two recipes differ, with the second one's values; names and seeds make no difference.

    Examples:
        >>> base = Recipe(backbone={"name": "resnet18"}, heads={"a": {"loss": {"name": "bce"}}})
        >>> differences(base, base.vary({"epochs": 3, "heads.a.weight": 0.5}))
        {'epochs': 3, 'heads.a.weight': 0.5}
    """
    one, other = before.written(), after.written()
    for plain in (one, other):
        for key in ("name", "question", "seeds"):
            plain.pop(key)
    found = dict(sorted(walk(one, other, ())))
    # A head that is new is shown as one would write it.
    new = {f"heads.{name}": shorten_head(name, head) for name, head in other["heads"].items() if name not in one["heads"]}
    return {key: new.get(key, value) for key, value in found.items()}


def walk(one: Any, other: Any, path: tuple[str, ...]) -> list[tuple[str, Any]]:
    """The leaves in which two plain values differ, as (dotted path, value of the second)."""
    if one == other:
        return []
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [found for key in one for found in walk(one[key], other[key], (*path, str(key)))]
    if isinstance(one, dict) and isinstance(other, dict) and path in ((), ("heads",)):
        return [found for key in {**one, **other} for found in walk(one.get(key), other.get(key), (*path, str(key)))]
    return [(".".join(path), other)]


def count_false_keeps(verdicts: Sequence[Verdict]) -> float:
    """How many of the kept ideas are expected to be no better, at most; told and hand-written verdicts are no evidence."""
    compared = [verdict for verdict in verdicts if verdict.pairs and not verdict.twin]
    return expect_false_keeps(sum(verdict.word == "keep" for verdict in compared), len(compared))


def history(folder: str | Path = ".", *, reporter: Reporter | None = None) -> Path:
    """Draw the score over time, each kept idea a step with its name: `reports/history.png`.

    Args:
        folder: the competition's folder.
        reporter: told the steps and where the picture is.

    Returns:
        The picture's path.

    Raises:
        InputError: TRY_NO_VERDICT, nothing was tried yet.
    """
    from tamesu.report.progress_png import write_history_png

    reporter, folder = reporter or Silent(), Path(folder)
    verdicts = find_verdicts(folder)
    points = list_points(verdicts)
    path = folder / "reports" / "history.png"
    path.parent.mkdir(exist_ok=True)
    latest = verdicts[-1]
    write_history_png(
        points,
        path,
        metric=latest.metric.name,
        greater_is_better=latest.greater_is_better,
        language=choose_language(),
        title=load_competition(folder).name,
    )
    for point in points:
        if point.is_step and point.score is not None:
            reporter.say(phrase("history_step", time=point.time[:16].replace("T", " "), name=point.name, score=point.score))
    reporter.say(phrase("wrote", path=path))
    reporter.say(phrase("wrote", path=write_verdicts_page(folder)))
    return path


def find_verdicts(folder: Path) -> list[Verdict]:
    """The ledger in the order reached.

    Raises:
        InputError: TRY_NO_VERDICT, there is none.
    """
    verdicts, _ = read_noted_ledger(folder)
    if not verdicts:
        raise InputError(Fault("TRY_NO_VERDICT", "refuse", Where(folder / "verdicts")))
    return verdicts


def list_points(verdicts: Sequence[Verdict]) -> list[HistoryPoint]:
    """The way of the score, as the chart takes it."""
    return [
        HistoryPoint(point.verdict.time, point.score, point.baseline, point.verdict.word, point.verdict.idea, point.is_step)
        for point in trace_path(verdicts)
    ]


def write_verdicts_page(folder: Path) -> Path:
    """Write `reports/verdicts.html`: the newest verdict on each idea, and the way of the score."""
    verdicts = find_verdicts(folder)
    title = load_competition(folder).name
    shown = newest(verdicts)
    return write_verdict_page(
        shown,
        list_points(verdicts),
        folder / "reports" / "verdicts.html",
        choose_language(),
        title=title,
        false_keeps=count_false_keeps(shown),
    )
