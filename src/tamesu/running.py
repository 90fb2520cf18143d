"""A run on this machine: make its folder, decode its images, say what could not be read and how its jobs went."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tamesu.artifacts.audit_file import read_audit
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.environment import describe_environment, read_git
from tamesu.artifacts.files import read_sealed, write_sealed, write_text
from tamesu.artifacts.folds import read_folds
from tamesu.artifacts.run import JobResult, Run, find_runs, make_run
from tamesu.errors import DamagedError, Fault, InputError, StoppedRunError, Where, raise_faults
from tamesu.messages import choose_language
from tamesu.messages.phrases import phrase
from tamesu.preparation import Prepared, count_workers
from tamesu.progress import Reporter, Silent, format_seconds
from tamesu.report.collapse import format_collapse
from tamesu.report.terminal import format_table
from tamesu.results.collapse import judge_run
from tamesu.results.guarding import judge_guards
from tamesu.results.leaks import check_accepted, find_leaks
from tamesu.results.scores import Scores, write_scores
from tamesu.signals import StopRequest

if TYPE_CHECKING:
    from tamesu.training.material import Material

SHOWN_NAMES = 5


def open_run(prepared: Prepared, reporter: Reporter | None = None) -> Run:
    """The run that `prepared` names, made with its facts when it is not there yet.

    Args:
        prepared: what the run will be trained on.
        reporter: told when an earlier run of the same recipe saw other data.

    Raises:
        QuestionError: the folds have a leak that the last audit found, and nobody has accepted it.
    """
    leaks = accept_leaks(prepared)
    environment = describe_environment()
    commit, diff = read_git(prepared.folder)
    facts = environment | {"git": commit} | ({"forced": list(prepared.forced)} if prepared.forced else {})
    facts |= {"accepted_leaks": leaks} if leaks else {}
    run = make_run(prepared.folder, prepared.spec, prepared.recipe, facts)
    if diff and not (run.path / "git.diff").exists():
        write_text(run.path / "git.diff", diff)
    if not (run.path / "data.json").exists():
        seen = list_contents(prepared)
        for earlier in find_runs(prepared.folder):
            if changed := compare_contents(earlier, prepared, seen):
                (reporter or Silent()).say(phrase("changed_data", run=earlier.name, count=len(changed), name=changed[0]))
        write_sealed(run.path / "data.json", seen)
    return run


def accept_leaks(prepared: Prepared) -> list[str]:
    """The leaks of the folds that were accepted, such as `leak:groups`; a quick look scores nothing that could be false.

    Raises:
        InputError: ACCEPT_LEAK_UNKNOWN.
        QuestionError: LEAK_GROUPS, LEAK_COPIES: nobody has accepted it.
    """
    raise_faults(check_accepted(prepared.accepted))
    if prepared.spec.quick:
        return []
    try:
        audit = read_audit(prepared.folder)
    except DamagedError:
        # It can be made again, and `tamesu audit` does so.
        return []
    found = find_leaks(audit, read_folds(prepared.folder / "folds" / prepared.folds))
    raise_faults(fault for word, fault in found.items() if word not in prepared.accepted)
    return sorted(found)


def list_contents(prepared: Prepared) -> dict[str, dict[str, str | None]]:
    """The SHA-256 of every image file by row, for the train and the test rows."""
    parts = {"train": prepared.train, "test": prepared.test}
    return {
        part: {row: mark.sha256 for row, mark in zip(rows[0].ids, rows[1], strict=True)}
        for part, rows in parts.items()
        if rows is not None
    }


def compare_contents(earlier: Path, prepared: Prepared, seen: dict[str, dict[str, str | None]]) -> list[str]:
    """The rows whose image is another than an earlier run of the same recipe saw; none when it is another recipe."""
    try:
        spec, before = read_sealed(earlier / "run.json"), read_sealed(earlier / "data.json")
    except DamagedError:
        return []
    if spec.get("recipe_digest") != prepared.spec.recipe_digest or spec.get("quick") != prepared.spec.quick:
        return []
    return [
        row for part, rows in seen.items() for row, sha256 in rows.items() if before.get(part, {}).get(row, sha256) != sha256
    ]


def raise_stopped(stop: StopRequest) -> NoReturn:
    """End the verb with the signal's exit code; everything is saved."""
    number = stop.number or signal.SIGINT
    raise StoppedRunError(phrase("stopped", signal=signal.Signals(number).name), number)


def load_material(
    prepared: Prepared,
    run: Run,
    workers: int | None,
    cache_bytes: int,
    reporter: Reporter,
    stop: StopRequest | None = None,
) -> Material:
    """Decode the images, say which could not be read, and open everything the jobs read.

    Args:
        prepared: what the run is trained on.
        run: the run.
        workers: threads and processes for the images; as many as there are cores when None.
        cache_bytes: how large the image cache may grow.
        reporter: told what could not be read.
        stop: looked at between images.

    Raises:
        StoppedRunError: somebody asked us to stop while images were decoded; what is decoded stays.
        InputError: no training image can be read; a mask that the recipe needs cannot be used.
        QuestionError: some image has two readings, or some mask or points that the recipe needs.
    """
    from tamesu.marking import check_marks, find_needs
    from tamesu.training import open_material

    if any(find_needs(prepared.recipe)):
        raise_faults(check_marks(prepared.competition, prepared.folder, prepared.train[0]), prepared.competition.accept)
    total = len(prepared.train[0]) + (len(prepared.test[0]) if prepared.test is not None else 0)
    with reporter.track(phrase("decoding"), total) as move:

        def progress(done: int, of: int) -> None:
            if stop is not None and stop():
                raise_stopped(stop)
            move(done * total / max(of, 1), "")

        material = open_material(
            run,
            prepared.competition,
            prepared.train,
            prepared.test,
            workers=count_workers(workers),
            cache_bytes=cache_bytes,
            progress=progress,
        )
    counts: Counter[str] = Counter()
    for part, source in (("train", material.train), ("test", material.test)):
        if source is None:
            continue
        faults = source.images.faults(source.rows.ids)
        counts.update(fault.code for fault in faults if fault.outcome == "note")
        raise_faults(faults, prepared.competition.accept)
        if part == "train" and not source.images.readable.any():
            raise InputError([Fault("IMAGES_UNREADABLE", "refuse", Where("competition.yaml", key="train.image")), *faults[:3]])
        bad = [name for name, readable in zip(source.rows.ids, source.images.readable, strict=True) if not readable]
        if bad:
            key = "left_out" if part == "train" else "kept_flagged"
            names = ", ".join(bad[:SHOWN_NAMES]) + (", …" if len(bad) > SHOWN_NAMES else "")
            reporter.say(phrase(key, count=len(bad), rows=len(source.rows), part=part, names=names))
            for fault in [fault for fault in faults if fault.outcome == "quarantine"][:SHOWN_NAMES]:
                reporter.say("  " + fault.text())
    for code, count in sorted(counts.items()):
        reporter.say(phrase("image_notes", count=count, code=code))
    return material


def say_result(run: Run, name: str, result: JobResult, seconds: float, reporter: Reporter) -> None:
    """One line for a finished job."""
    if result.diverged is not None:
        reporter.say(phrase("job_diverged", job=name, epoch=result.diverged["epoch"], step=result.diverged["step"]))
        return
    score = "undefined" if result.score is None else f"{result.score:.4f}"
    rows, time_text = result.rows["val"], format_seconds(seconds)
    reporter.say(phrase("job_done", job=name, metric=run.spec.metric.name, score=score, rows=rows, time=time_text))


def say_scores(run: Run, train: Dataset, reporter: Reporter) -> Scores:
    """Score a run, write its scores, and say them; then what is wrong with predictions or heads, and what to try next.

    Args:
        run: trained as far as it is.
        train: the training rows, with their labels.
        reporter: told the table of folds.
    """
    scores = write_scores(run, train)
    reporter.say(format_table(scores, choose_language()))
    for advice in judge_run(run, train, scores.seeds):
        reporter.say(format_collapse(advice, choose_language()))
    for advice in judge_guards(run, train):
        reporter.say(format_collapse(advice, choose_language()))
    return scores


def say_notes(notes: Sequence[Fault], reporter: Reporter) -> None:
    """One line for each note."""
    for fault in notes:
        reporter.say(fault.text())
