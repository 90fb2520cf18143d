"""The verbs, in the order of the road: the only file that knows the whole road.

    init → check → split → train → predict → submit → report          doctor stands beside it

Each verb is a plain function; the command line adds nothing but words. Torch is imported inside the verbs that train.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.files import write_text
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.run import Run, find_runs
from tamesu.artifacts.verdict import newest, read_ledger
from tamesu.errors import DamagedError, Fault, InputError, Where, raise_faults
from tamesu.lookup import find_run, is_scored, load_rows, tidy
from tamesu.messages import choose_language
from tamesu.messages.phrases import phrase
from tamesu.metrics import METRICS
from tamesu.platforms import PLATFORMS
from tamesu.plugins import load_plugins
from tamesu.preparation import count_workers, make_folds, prepare
from tamesu.progress import Reporter, Silent
from tamesu.report import format_sentence, write_report
from tamesu.report.displays import ShownRun
from tamesu.results.ledger import write_ledger
from tamesu.results.scores import Scores, read_scores, write_scores
from tamesu.running import load_material, open_run, say_notes, say_scores
from tamesu.signals import catch_signals
from tamesu.trainer import Trainer

if TYPE_CHECKING:
    from tamesu.intake import Proposal
    from tamesu.results.doctor import Diagnosis

CACHE_BYTES = 20 * 2**30


def init(
    folder: str | Path = ".", *, data: str | Path | None = None, reporter: Reporter | None = None, **wishes: Any
) -> Proposal:
    """Write a competition from what is there: `competition.yaml`, `recipes/base.yaml`, `ideas.yaml`.

    Args:
        folder: the competition's folder; made when it is not there.
        data: the host's files; `folder/data` or `folder` when None. Nothing is ever written there.
        reporter: told every guess and its reason.
        **wishes: what you know better: `target`, `kind`, `id`, `backbone`, `weights`, ... (see `tamesu.intake.propose`).

    Returns:
        What was proposed and written.

    Raises:
        InputError: nothing to start from, or files that would be overwritten.
        QuestionError: two readings are possible; the message names the options that settle it.
    """
    from tamesu.intake import propose, write_proposal

    reporter = reporter or Silent()
    proposal = propose(Path(folder), None if data is None else Path(data), **wishes)
    for guess in proposal.guesses:
        reporter.say(phrase("guess", what=guess.what, value=guess.value, why=guess.why))
    for path in write_proposal(proposal, Path(folder)):
        reporter.say(phrase("wrote", path=path))
    return proposal


def check(folder: str | Path = ".") -> list[Fault]:
    """Every fault of a competition's files at once: competition, recipes, ideas, plugins, tables, image paths.

    Returns:
        The faults with file, line, key and nearest name; empty when all is well. Nothing is raised for them.
    """
    from tamesu.checking import check_folder

    return check_folder(Path(folder))


def split(folder: str | Path = ".", *, accept: Sequence[str] = (), reporter: Reporter | None = None) -> Path:
    """Divide the rows into folds, as `competition.yaml` says; the same rows and seed always give the same folds.

    Returns:
        The fold table, `folds/<digest>.csv`.

    Raises:
        InputError: the table or the folds' settings are at fault.
    """
    folder, reporter = Path(folder), reporter or Silent()
    plugins = load_plugins(folder)
    competition = load_competition(folder)
    train_rows = load_train(folder, competition)
    accepted = (*competition.accept, *accept)
    raise_faults(train_rows.faults, accepted)
    path, notes = make_folds(folder, competition, train_rows, accepted, plugins.digest)
    say_notes(notes, reporter)
    folds = competition.folds
    reporter.say(phrase("folds", rows=len(train_rows), n_splits=folds.n_splits, repeats=folds.repeats, name=path.name))
    return path


def train(
    recipe: str = "base",
    changes: Sequence[str] = (),
    *,
    folder: str | Path = ".",
    seeds: Sequence[int] | None = None,
    quick: bool = False,
    accept: Sequence[str] = (),
    force: bool = False,
    device: str = "auto",
    workers: int | None = None,
    cache_bytes: int = CACHE_BYTES,
    parallel: int | None = None,
    reporter: Reporter | None = None,
) -> Run:
    """Train a recipe over all folds and seeds; what is done already is not done again.

    Args:
        recipe: a recipe in `recipes/`, or a path to one.
        changes: `key=value`, `key+=value`, `key-=name`, as on the command line.
        folder: the competition's folder.
        seeds: instead of the recipe's.
        quick: a few hundred rows and two epochs, to see that everything works.
        accept: codes of questions answered with "use it as it is".
        force: use flips and turns that competition.yaml forbids or does not speak of; labels then stay as they are.
        device: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`.
        workers: threads that make batches; changes no result.
        cache_bytes: how large the cache of decoded images may grow.
        parallel: jobs at once; changes no result. None: on a CPU as many as it has cores, 1 on an accelerator.
        reporter: where to say what happens.

    Returns:
        The run, complete and scored.

    Raises:
        InputError: any fault in the user's files, all at once.
        BusyError: another process works on this run.
        StoppedRunError: Ctrl-C or a signal; the same call goes on from there.
    """
    reporter = reporter or Silent()
    prepared = prepare(Path(folder), recipe, changes, seeds=seeds, quick=quick, accept=accept, force=force)
    say_notes(prepared.notes, reporter)
    run = open_run(prepared, reporter)
    jobs = run.jobs(prepared.recipe.seeds)
    with hold_lock(run.path / "run.lock"):
        if damaged := [job.name for job in jobs if run.state(job) == "damaged"]:
            raise DamagedError(phrase("damaged", run=run.name, jobs=", ".join(damaged)))
        todo = [job for job in jobs if run.state(job) in ("new", "stopped", "running")]
        tidy(run, jobs)
        if not todo and is_scored(run):
            reporter.say(phrase("nothing_to_do", name=run.name, jobs=len(jobs)))
            reporter.say(format_sentence(read_scores(run), choose_language()))
            return ShownRun(run.path)
        if quick:
            reporter.say(phrase("quick", rows=len(prepared.train[0]), epochs=run.recipe.epochs))
        if todo:
            tasks = [(prepared, run, job) for job in todo]
            with (
                catch_signals() as stop,
                Trainer(
                    device=device,
                    workers=workers,
                    cache_bytes=cache_bytes,
                    parallel=parallel,
                    stop=stop,
                    reporter=reporter,
                ) as trainer,
            ):
                trainer.open(tasks)
                with reporter.track(phrase("training"), len(tasks)) as move:
                    trainer.train(tasks, move)
        say_scores(run, prepared.train[0], reporter)
        write_ledger(run.folder)
    return ShownRun(run.path)


def overfit(
    recipe: str = "base",
    changes: Sequence[str] = (),
    *,
    count: int = 1,
    folder: str | Path = ".",
    accept: Sequence[str] = (),
    force: bool = False,
    device: str = "auto",
    reporter: Reporter | None = None,
) -> bool:
    """Can the recipe memorise a few images? If not, something before the scores is broken.

    Args:
        recipe: as for `train`.
        changes: as for `train`.
        folder: the competition's folder.
        accept: as for `train`.
        force: as for `train`.
        device: as for `train`.
        count: how many images, the first readable ones with a label.
        reporter: told pass or fail, and what to look at.

    Returns:
        True when they were memorised.
    """
    from tamesu.training import choose_device, memorise

    reporter = reporter or Silent()
    prepared = prepare(Path(folder), recipe, changes, quick=True, accept=accept, force=force)
    run = open_run(prepared)
    material = load_material(prepared, run, None, CACHE_BYTES, reporter)
    outcome = memorise(material, count, choose_device(device))
    (run.path.parent.parent / "reports").mkdir(exist_ok=True)
    sheet = prepared.folder / "reports" / f"overfit-{run.name}.png"
    outcome.write_sheet(sheet)
    reporter.say(phrase("overfit_pass" if outcome.passed else "overfit_fail", sheet=sheet, **outcome.facts()))
    return outcome.passed


def predict(
    run: str | None = None,
    *,
    images: str | Path | None = None,
    folder: str | Path = ".",
    out: str | Path | None = None,
    device: str = "auto",
    reporter: Reporter | None = None,
) -> Path:
    """Predictions as a CSV: of the test rows, or of any folder of images, averaged over the run's folds and seeds.

    Args:
        run: which run; the newest when None.
        images: a folder of images; the competition's test rows when None.
        folder: the competition's folder.
        out: where to write; `<run>/test.csv`, or `<run>/<images' name>.csv`.
        device: as for `train`.
        reporter: told where the file is.

    Returns:
        The CSV's path: id, unreadable, and one column per label or value.

    Raises:
        InputError: no such run, no image in the folder.
        DamagedError: the run is not complete, or a file of it is damaged.
    """
    from tamesu.results.scores import format_predictions

    reporter, found = reporter or Silent(), find_run(folder, run)
    if images is None:
        predictions, name = found.test(), "test"
    else:
        from tamesu.training import choose_device, predict_images

        name = Path(images).resolve().name
        with reporter.track(phrase("decoding"), 1.0) as move:
            predictions = predict_images(found, Path(images), choose_device(device), count_workers(None), move)
    path = Path(out) if out is not None else found.path / f"{name}.csv"
    write_text(path, format_predictions(found, predictions))
    reporter.say(phrase("wrote", path=path))
    return path


def submit(
    run: str | None = None,
    *,
    folder: str | Path = ".",
    name: str | None = None,
    decide: str | None = None,
    reporter: Reporter | None = None,
) -> Path:
    """Write the host's submission file from a run's averaged test predictions, in exactly the sample's form.

    Args:
        run: which run; the newest when None.
        folder: the competition's folder.
        name: of the file, without ending; the run's name when None.
        decide: `oof`: tell classes or labels by a rule fitted on the out-of-fold predictions; as they are when None.
        reporter: told what was written and how the sample was read.

    Returns:
        `submissions/<name>.csv`; beside it a `.json` names every run behind it.

    Raises:
        InputError: there is no sample, ids do not fit, or a prediction is not finite; nothing is written.
    """
    from tamesu.results.submission import write_submission
    from tamesu.results.submission_record import decide_outputs, describe_submission

    reporter, found = reporter or Silent(), find_run(folder, run)
    competition = load_competition(found.folder)
    if competition.submission is None:
        raise InputError(Fault("SUBMISSION_NO_SAMPLE", "refuse", Where("competition.yaml", key="submission")))
    predictions, spec = found.test(), found.spec
    outputs, decision = predictions.outputs[spec.main], None
    if decide is not None:
        outputs, decision, note = decide_outputs(found, load_rows(found)[0], outputs, competition.submission.platform)
        say_notes([note], reporter)
    sample = competition.data_folder(found.folder) / competition.submission.sample
    path = found.folder / "submissions" / f"{name or found.name}{sample.suffix or '.csv'}"
    path.parent.mkdir(exist_ok=True)
    notes = write_submission(
        sample,
        path,
        ids=predictions.ids,
        predictions=outputs,
        kind=spec.targets[spec.main].kind,
        labels=spec.targets[spec.main].labels,
        id_column=competition.id,
        target=competition.main_target.column or spec.main,
        platform=competition.submission.platform,
        reads=METRICS.build(spec.metric.name, spec.metric.options).reads,
        separator=competition.main_target.separator,
        flagged=predictions.flagged,
    )
    say_notes(notes, reporter)
    describe_submission(path, found, predictions, decision)
    reporter.say(phrase("submission", path=path, rows=len(predictions.ids), columns=spec.main))
    platform = PLATFORMS.build(competition.submission.platform.name, competition.submission.platform.options)
    how = platform.hand_in(str(path), competition.submission.slug)
    reporter.say(how.say(choose_language()))
    return path


def report(run: str | None = None, *, folder: str | Path = ".", reporter: Reporter | None = None) -> Path:
    """Write `reports/<run>.html`: one page with scores, curves, confusions, what the network saw, and the run's verdicts.

    Args:
        run: which run; the newest when None.
        folder: the competition's folder.
        reporter: told where the page is.

    Returns:
        The page's path.
    """
    reporter, found = reporter or Silent(), find_run(folder, run)
    train_rows, test_rows = load_rows(found)
    scores = write_scores(found, train_rows)
    path = found.folder / "reports" / f"{found.name}.html"
    path.parent.mkdir(exist_ok=True)
    verdicts = [one for one in newest(read_ledger(found.folder)[0]) if found.name in (one.baseline_run, one.idea_run)]
    root = load_competition(found.folder).data_folder(found.folder)
    write_report(found, train_rows, test_rows, scores, path, choose_language(), verdicts, root=root)
    reporter.say(phrase("wrote", path=path))
    return path


def doctor(folder: str | Path = ".", *, repair: bool = False, reporter: Reporter | None = None) -> list[Diagnosis]:
    """The state of every run, derived from its files, and what can be done about what is wrong.

    Args:
        folder: the competition's folder.
        repair: move damaged files aside (nothing is deleted), cut torn journals, remove leftovers of killed writers.
        reporter: told one line per run and per finding.

    Returns:
        One diagnosis per run.
    """
    from tamesu.results.doctor import diagnose

    reporter, folder = reporter or Silent(), Path(folder)
    if not (folder / "competition.yaml").exists() and not find_runs(folder):
        raise InputError(Fault("FOLDER_NO_COMPETITION", "refuse", Where(folder)))
    found = diagnose(folder, repair=repair)
    for diagnosis in found:
        for line in diagnosis.lines():
            reporter.say(line)
    return found


def score(run: str | None = None, *, folder: str | Path = ".") -> Scores:
    """The scores of a run, computed anew from its predictions."""
    found = find_run(folder, run)
    return write_scores(found, load_rows(found)[0])


def check_submission_file(path: str | Path, *, folder: str | Path = ".", reporter: Reporter | None = None) -> list[Fault]:
    """Compare a submission file with the competition's sample.

    Returns:
        The notes; a file the host would refuse is raised as InputError with every fault.
    """
    from tamesu.results.submission import check_submission

    competition = load_competition(Path(folder))
    if competition.submission is None:
        raise InputError(Fault("SUBMISSION_NO_SAMPLE", "refuse", Where("competition.yaml", key="submission")))
    sample = competition.data_folder(Path(folder)) / competition.submission.sample
    notes = raise_faults(check_submission(sample, Path(path), competition.submission.platform))
    say_notes(notes, reporter or Silent())
    (reporter or Silent()).say(phrase("submission_fits", path=path, sample=competition.submission.sample))
    return notes
