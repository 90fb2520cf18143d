"""The verb `speed`: what a run's score costs in time, measured here, and which runs no other beats in both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tamesu.artifacts.latency import Latency, Place, keep_latency, read_latencies
from tamesu.artifacts.run import Job, Run, find_runs
from tamesu.errors import DamagedError, Fault, InputError, Where
from tamesu.lookup import find_run
from tamesu.messages import choose_language
from tamesu.messages.speed import tell
from tamesu.plugins import load_plugins
from tamesu.progress import Reporter, Silent
from tamesu.report.speed_page import write_speed_page
from tamesu.report.speed_table import format_speed
from tamesu.results.pareto import SpeedPoint, group_points
from tamesu.results.scores import Scores, read_scores


def measure_speed(
    names: Sequence[str] = (),
    *,
    folder: str | Path = ".",
    device: str = "auto",
    price_per_hour: float | None = None,
    again: bool = False,
    reporter: Reporter | None = None,
) -> Path:
    """Time the networks of runs on this machine, one image at a time, and hold score against time.

    What was measured here before is not measured again. Times of other machines are shown by themselves.

    Args:
        names: which runs; every complete one but quick looks when empty.
        folder: the competition's folder.
        device: as for `train`.
        price_per_hour: of this machine, in any currency; no cost is told without one.
        again: measure anew.
        reporter: told the table and where the page is.

    Returns:
        `reports/speed.html`.

    Raises:
        InputError: no such run; RUN_NOT_FINISHED, a named run has no score yet; RUN_NONE, no run has one.
        DamagedError: a network is not what was written.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    runs = list_runs(folder, names)
    from tamesu.training import choose_device
    from tamesu.training.latency import find_place, measure_latencies

    chosen = choose_device(device)
    here = find_place(chosen)
    todo = [run for run, _ in runs if again or find_own(read_latencies(run.path), run, here) is None]
    with reporter.track(tell("measuring"), len(todo)) as move:
        for number, (run, latency) in enumerate(measure_latencies([(run, first_job(run)) for run in todo], chosen)):
            keep_latency(run.path, latency)
            move(number + 1, run.name)
    points: list[SpeedPoint] = []
    for run, scores in runs:
        kept = read_latencies(run.path)
        own = find_own(kept, run, here)
        shown = [one for one in kept if one == own or one.place != here]
        points += [make_point(run, scores, one) for one in shown]
    for place, _, group in group_points(points):
        if place == here:
            reporter.say(format_speed(group, price_per_hour))
            if wandering := [point.run for point in group if point.latency.wanders]:
                reporter.say(tell("wanders", count=len(wandering), total=len(group)))
    path = folder / "reports" / "speed.html"
    write_speed_page(points, path, choose_language(), here=here, price=price_per_hour)
    reporter.say(tell("wrote", path=path))
    return path


def list_runs(folder: Path, names: Sequence[str]) -> list[tuple[Run, Scores]]:
    """The runs meant, with their scores: named, or every scored one but quick looks.

    Raises:
        InputError: no such run, or one without a score; there is none.
    """
    if names:
        named = {run.name: run for run in (find_run(folder, name) for name in names)}
        return [(run, scored(run)) for run in named.values()]
    load_plugins(folder)
    found = []
    for path in find_runs(folder):
        try:
            run = Run(path)
            if not run.spec.quick and run.complete_seeds():
                found.append((run, scored(run)))
        except (DamagedError, InputError):
            continue
    if not found:
        raise InputError(Fault("RUN_NONE", "refuse", Where(folder / "runs")))
    return found


def scored(run: Run) -> Scores:
    """A run's scores.

    Raises:
        InputError: RUN_NOT_FINISHED, it has none yet, or none that is defined.
    """
    try:
        scores = read_scores(run)
    except DamagedError as error:
        raise InputError(Fault("RUN_NOT_FINISHED", "refuse", Where(run.name), {"recipe": run.recipe.name})) from error
    if scores.cv is None or not run.complete_seeds():
        raise InputError(Fault("RUN_NOT_FINISHED", "refuse", Where(run.name), {"recipe": run.recipe.name}))
    return scores


def first_job(run: Run) -> Job:
    """The job whose network is timed: all networks of a run take the same time."""
    return run.jobs(run.complete_seeds())[0]


def find_own(latencies: Sequence[Latency], run: Run, here: Place) -> Latency | None:
    """What was measured here of this very run; None where nothing was, or the run has more networks by now."""
    job, networks = run.job_digest(first_job(run)), len(run.jobs(run.complete_seeds()))
    fitting = (one for one in latencies if one.place == here and (one.job, one.networks) == (job, networks))
    return next(fitting, None)


def make_point(run: Run, scores: Scores, latency: Latency) -> SpeedPoint:
    """A run's score beside one of its times; the score is defined."""
    assert scores.cv is not None, "`scored` refuses it"
    metric = scores.metric, scores.greater_is_better
    return SpeedPoint(run.name, *metric, scores.cv, scores.standard_error, run.spec.folds_digest, latency)
