"""What an audit looks at, gathered: rows, facts of their images, what runs have said."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import CODED, Competition
from tamesu.artifacts.corrections import sum_hours
from tamesu.artifacts.dataset import Dataset, columns_of, digest_target
from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import digest_of, escape_surrogates
from tamesu.artifacts.image_paths import parse_template
from tamesu.artifacts.loading import recipe_path
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Run, find_runs
from tamesu.errors import DamagedError, Fault, InputError, QuestionError, Where, nearest, raise_faults
from tamesu.images.direct import DirectImages
from tamesu.images.scan import scan_images
from tamesu.lookup import choose_newest, is_quick
from tamesu.messages import CATALOGUE, Language
from tamesu.metrics import METRICS
from tamesu.preparation import Survey, count_workers, digest_weights, survey
from tamesu.progress import Move
from tamesu.resolving import choose_recipe
from tamesu.results.audit.data import UNKNOWN, AuditData
from tamesu.results.audit.inspection import GROUP_FILE, Given
from tamesu.results.audit.objects import ObjectSizes, object_sizes
from tamesu.results.leaks import check_accepted
from tamesu.results.noise import read_noise
from tamesu.results.public_scores import read_public
from tamesu.results.scores import read_scores

if TYPE_CHECKING:
    from tamesu.images.facts import Facts
    from tamesu.images.fingerprint import FileMark

# Raise by hand when an audit finds other things in the same data.
AUDIT_VERSION = 1
NEXT_GROUP_FILE = "audit/groups-next.csv"
GROUP_FILES = (GROUP_FILE, NEXT_GROUP_FILE)
PIXEL_PX = 256


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is to be audited, before any image was opened.

    Attributes:
        found: rows, marks, folds.
        asked: questions about the tables that are still open; the rows stand as if they were answered with "go on".
        recipe: `base`, for its network and size; None where there is none or it is at fault.
        recipe_faults: why there is no recipe, where its file is there.
        has_recipe: whether its file is there.
        run: the newest complete run of these labels; None before there is one.
        digest: of everything the findings depend on.
    """

    found: Survey
    asked: tuple[Fault, ...]
    recipe: Recipe | None
    run: Run | None
    digest: str
    recipe_faults: tuple[Fault, ...] = ()
    has_recipe: bool = True

    @property
    def train(self) -> Dataset:
        """The training rows."""
        return self.found.train[0]

    @property
    def root(self) -> Path:
        """The data folder."""
        return self.found.competition.data_folder(self.found.folder)

    @property
    def parts(self) -> tuple[tuple[Dataset, list[FileMark]], ...]:
        """The rows and the marks of their images: of train, and of test where there is one."""
        return (self.found.train,) if self.found.test is None else (self.found.train, self.found.test)

    @property
    def ids(self) -> tuple[str, ...]:
        """Of all rows, train first."""
        return tuple(row for rows, _ in self.parts for row in rows.ids)

    @property
    def paths(self) -> tuple[str, ...]:
        """Of all images, train first."""
        return tuple(path for rows, _ in self.parts for path in rows.paths)

    @property
    def marks(self) -> list[FileMark]:
        """Of all images, train first."""
        return [mark for _, marks in self.parts for mark in marks]


def check_wishes(accept: Sequence[str], device: str) -> None:
    """Refuse what nobody can mean, before anything is read.

    Args:
        accept: codes of questions, or leaks.
        device: `auto` and `cpu` are there always, and torch need not be asked.

    Raises:
        InputError: ACCEPT_LEAK_UNKNOWN, ACCEPT_UNKNOWN with the nearest code, DEVICE_UNKNOWN.
    """
    faults = check_accepted(accept)
    for word in accept:
        if not word.startswith("leak:") and word not in CATALOGUE:
            near = nearest(word, CATALOGUE)
            faults.append(Fault("ACCEPT_UNKNOWN", "refuse", Where(key="--accept"), {"name": word}, near))
    raise_faults(faults)
    if device not in ("auto", "cpu"):
        from tamesu.training import choose_device

        choose_device(device)


def find_subject(folder: Path, accept: Sequence[str], language: Language) -> Subject:
    """Look at tables, folds, file marks, recipe and runs.

    Args:
        folder: the competition's folder.
        accept: codes of questions answered with "use it as it is".
        language: in which the audit speaks.

    Raises:
        InputError: any fault in the user's files that leaves nothing to audit.
    """
    asked: tuple[Fault, ...] = ()
    try:
        found = survey(folder, accept=accept)
    except QuestionError as error:
        asked = error.faults
        found = survey(folder, accept=(*accept, *error.codes))
    # Parts of the recipe may be at fault; a metric that is not there would leave no sign to scores.
    raise_faults(
        METRICS.check(found.competition.metric.name, found.competition.metric.options, Where("competition.yaml", key="metric"))
    )
    recipe, recipe_faults, has_recipe = find_base(found)
    run = find_told_run(found)
    facts: list[object] = [AUDIT_VERSION, find_version("tamesu"), language, found.data_digest, found.table.digest()]
    facts += [None if found.train[0].groups is None else found.train[0].groups.tolist(), found.train[0].columns]
    facts += [None if found.test is None else found.test[0].columns]
    facts += [None if run is None else [run.name, run.complete_seeds()], read_public(folder)]
    facts += [found.competition.folds.model_dump(mode="json"), find_effort(found), find_noise(run)]
    if recipe is not None:
        network = [recipe.backbone.model_dump(mode="json"), recipe.image.model_dump(mode="json")]
        facts += [network, digest_weights(folder, recipe)]
    # Another fault is another audit, even where neither leaves a network to ask.
    facts += [has_recipe, [fault.text("en") for fault in recipe_faults]]
    return Subject(found, asked, recipe, run, digest_of(escape_surrogates(facts)), recipe_faults, has_recipe)


def find_base(found: Survey) -> tuple[Recipe | None, tuple[Fault, ...], bool]:
    """The recipe `base`; or None with its faults, and whether there is such a file at all."""
    there = recipe_path(found.folder, "base").exists()
    try:
        wanted = "base", (), found.competition, found.plugins, found.accepted
        return choose_recipe(found.folder, *wanted, force=True), (), there
    except InputError as error:
        return None, error.faults if there else (), there


def find_told_run(found: Survey) -> Run | None:
    """The newest complete run whose main target had the labels of now."""
    main, train = found.competition.main, found.train[0]
    wanted = digest_target(train, main, train.ids)
    runs = []
    for path in find_runs(found.folder):
        with contextlib.suppress(DamagedError):
            run = Run(path)
            if not is_quick(path) and run.spec.labels_digests.get(main) == wanted and run.complete_seeds():
                runs.append(path)
    return choose_newest(runs) if runs else None


def gather_facts(subject: Subject, move: Move) -> Facts:
    """The facts of all images; what is not known yet is scanned."""
    return scan_images(
        subject.root,
        subject.paths,
        subject.marks,
        folder=subject.found.folder / ".cache" / "facts",
        workers=count_workers(None),
        progress=lambda done, total: move(done / max(total, 1), ""),
    )


def gather_data(subject: Subject, facts: Facts) -> AuditData:
    """The rows as the judges see them, without features."""
    found, train = subject.found, subject.train
    main = train.targets[found.competition.main]
    is_coded = main.kind in CODED
    codes = np.asarray(main.values, np.int64) if is_coded else np.zeros(len(train), np.int64)
    place = {row: index for index, row in enumerate(found.table.ids)}
    folds = found.table.folds[[place[row] for row in train.ids]].T.astype(np.int64)
    groups = None if train.groups is None else np.unique(train.groups, return_inverse=True)[1].astype(np.int64)
    return AuditData(
        ids=subject.ids,
        paths=subject.paths,
        train_rows=len(train),
        sha256=tuple(mark.sha256 for mark in subject.marks),
        facts=facts,
        kind=main.kind,
        target=found.competition.main,
        codes=np.where(codes < 0, UNKNOWN, codes),
        labels=tuple(main.labels) if is_coded or main.kind == "multilabel" else (),
        values=main.values,
        folds=folds,
        groups=groups,
        columns={"train": train.columns, "test": {} if found.test is None else found.test[0].columns},
    )


def name_labels(data: AuditData) -> tuple[str, ...]:
    """The label of each training row, as text."""
    if data.has_classes:
        return tuple(data.labels[code] if code >= 0 else "" for code in data.codes.tolist())
    if data.values.ndim == 1:
        return tuple(f"{value:g}" if isinstance(value, float) else str(value) for value in data.values.tolist())
    return ()


def list_left_out(subject: Subject) -> tuple[str, ...]:
    """Columns that are ids, paths, groups or targets."""
    competition = subject.found.competition
    names = [competition.id, *([competition.groups] if competition.groups else [])]
    for target in competition.targets.values():
        names += columns_of(target)
    for rows in (competition.train, competition.test):
        with contextlib.suppress(InputError):
            names += [] if rows is None else parse_template(rows.image, Where()).columns
    return tuple(dict.fromkeys(names))


def gather_given(subject: Subject, data: AuditData) -> Given:
    """What the judges are told besides the rows, as far as it needs no network."""
    found = subject.found
    competition = found.competition
    metric = METRICS.build(competition.metric.name, competition.metric.options)
    run = subject.run
    images = DirectImages(subject.root, subject.paths, data.facts, PIXEL_PX)
    return Given(
        pixels=images.pixels,
        splitter=competition.folds.splitter.name,
        n_splits=found.table.n_splits,
        repeats=found.table.repeats,
        left_out=list_left_out(subject),
        probs=None if run is None or not data.has_classes else average_oof(run, data),
        objects=find_objects(subject, data),
        effort=find_effort(found),
        cv=tuple(pair_public(subject)),
        greater_is_better=metric.greater_is_better,
        noise=find_noise(run),
        group_file=name_group_file(competition),
    )


def name_group_file(competition: Competition) -> str:
    """Where groups that are proposed will stand: never over a file that the competition uses, whose folds would change.

    Args:
        competition: its `groups` may name the last proposal.
    """
    return GROUP_FILE if competition.groups != GROUP_FILE else NEXT_GROUP_FILE


def average_oof(run: Run, data: AuditData) -> NDArray[np.float64] | None:
    """The run's out-of-fold probs over repeats and complete seeds, (train, classes); NaN for rows it did not validate."""
    place = {row: index for index, row in enumerate(data.ids[: data.train_rows])}
    total, times = np.zeros((data.train_rows, len(data.labels))), np.zeros(data.train_rows)
    try:
        for seed in run.complete_seeds():
            for repeat in range(run.spec.repeats):
                told = run.oof(repeat, seed)
                kept = np.array([row in place for row in told.ids]) & ~told.flagged
                used = np.array([place[row] for row, keep in zip(told.ids, kept, strict=True) if keep], np.int64)
                total[used] += told.outputs[run.spec.main][kept]
                times[used] += 1
    except (DamagedError, KeyError, ValueError):
        # `doctor` tells of damage; an audit goes on without the run.
        return None
    return np.asarray(np.where(times[:, None] > 0, total / np.maximum(times, 1)[:, None], np.nan))


def find_objects(subject: Subject, data: AuditData) -> ObjectSizes | None:
    """Objects of the first target that says where they are."""
    train, count = subject.train, data.train_rows
    heights, widths = data.facts.heights[:count], data.facts.widths[:count]
    for name, target in subject.found.competition.targets.items():
        if name in train.targets:
            sizes = object_sizes(target, train.targets[name], heights, widths, subject.root)
            if sizes is not None and len(sizes):
                return sizes
    return None


def find_noise(run: Run | None) -> float | None:
    """The standard deviation of the run's CV score over seeds; None where it was not measured."""
    found = None if run is None else read_noise(run)
    return None if found is None else found.cv


def find_effort(found: Survey) -> tuple[Mapping[str, object], float] | None:
    """What a person has corrected of the main target, and the hours it took; None where nobody has."""
    competition = found.competition
    notes = [note for note in found.train[0].faults if note.code == "CORRECTIONS_APPLIED"]
    counted = next((note.values for note in notes if note.values["target"] == competition.main), None)
    path = competition.main_target.corrections
    if counted is None or path is None:
        return None
    return counted, sum_hours(found.folder / path, path)


def pair_public(subject: Subject) -> list[tuple[float, float]]:
    """CV and public score of each run that has both."""
    pairs = []
    folder = subject.found.folder
    for name, public in read_public(folder).items():
        with contextlib.suppress(DamagedError):
            cv = read_scores(Run(folder / "runs" / name)).cv
            if cv is not None:
                pairs.append((cv, public))
    return pairs
