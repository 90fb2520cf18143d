"""What an audit looks at, gathered: rows, facts of their images, features of a frozen network, what runs have said."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.corrections import sum_hours
from tamesu.artifacts.dataset import Dataset, columns_of, digest_target
from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import digest_of, read_sealed, write_sealed
from tamesu.artifacts.image_paths import parse_template
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Run, find_runs
from tamesu.errors import DamagedError, Fault, InputError, QuestionError, Where, raise_faults
from tamesu.images.direct import DirectImages
from tamesu.images.scan import scan_images
from tamesu.lookup import choose_newest, is_quick
from tamesu.messages import Language
from tamesu.metrics import METRICS
from tamesu.preparation import Survey, count_workers, digest_weights, survey
from tamesu.progress import Move
from tamesu.resolving import choose_recipe
from tamesu.results.audit.data import UNKNOWN, AuditData
from tamesu.results.audit.inspection import GROUP_FILE, Given
from tamesu.results.audit.objects import ObjectSizes, object_sizes
from tamesu.results.audit.sizes import Vision
from tamesu.results.noise import read_noise
from tamesu.results.public_scores import read_public
from tamesu.results.scores import read_scores

if TYPE_CHECKING:
    from tamesu.images.facts import Facts

# Raise by hand when an audit finds other things in the same data.
AUDIT_VERSION = 1
# Rows that a frozen network looks at: enough for what a leak is worth, and seconds instead of hours on a laptop.
TRAIN_ROWS, TEST_ROWS, GREY_ROWS = 1500, 500, 400
FEATURE_PX = 128
NEXT_GROUP_FILE = "audit/groups-next.csv"
GROUP_FILES = (GROUP_FILE, NEXT_GROUP_FILE)
# Pictures of which it is asked by which part a run tells their class.
LOOKED_ROWS = 64
PIXEL_PX = 256
ONE_CODE = ("class", "ordinal", "identity")


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is to be audited, before any image was opened.

    Attributes:
        found: rows, marks, folds.
        asked: questions about the tables that are still open; the rows stand as if they were answered with "go on".
        recipe: `base`, for its network and size; None where there is none or it is at fault.
        run: the newest complete run of these labels; None before there is one.
        digest: of everything the findings depend on.
    """

    found: Survey
    asked: tuple[Fault, ...]
    recipe: Recipe | None
    run: Run | None
    digest: str

    @property
    def train(self) -> Dataset:
        """The training rows."""
        return self.found.train[0]

    @property
    def root(self) -> Path:
        """The data folder."""
        return self.found.competition.data_folder(self.found.folder)

    @property
    def paths(self) -> tuple[str, ...]:
        """Of all images, train first."""
        return (*self.train.paths, *(self.found.test[0].paths if self.found.test is not None else ()))

    @property
    def sha256(self) -> tuple[str | None, ...]:
        """Of all images."""
        marks = [*self.found.train[1], *(self.found.test[1] if self.found.test is not None else ())]
        return tuple(mark.sha256 for mark in marks)


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
    recipe = None
    with contextlib.suppress(InputError):
        recipe = choose_recipe(folder, "base", (), found.competition, found.plugins, found.accepted, force=True)
    run = find_told_run(found)
    facts: list[object] = [AUDIT_VERSION, find_version("tamesu"), language, found.data_digest, found.table.digest()]
    facts += [None if found.train[0].groups is None else found.train[0].groups.tolist(), found.train[0].columns]
    facts += [None if found.test is None else found.test[0].columns]
    facts += [None if run is None else [run.name, run.complete_seeds()], read_public(folder)]
    facts += [found.competition.folds.model_dump(mode="json"), find_effort(found), find_noise(run)]
    if recipe is not None:
        network = [recipe.backbone.model_dump(mode="json"), recipe.image.model_dump(mode="json")]
        facts += [network, digest_weights(folder, recipe)]
    return Subject(found, asked, recipe, run, digest_of(clean(facts)))


def clean(value: Any) -> Any:
    """A plain value that UTF-8 can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {clean(key): clean(inner) for key, inner in value.items()}
    return [clean(inner) for inner in value] if isinstance(value, list | tuple) else value


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
    marks = [*subject.found.train[1], *(subject.found.test[1] if subject.found.test is not None else ())]
    return scan_images(
        subject.root,
        subject.paths,
        marks,
        folder=subject.found.folder / ".cache" / "facts",
        workers=count_workers(None),
        progress=lambda done, total: move(done / max(total, 1), ""),
    )


def gather_data(subject: Subject, facts: Facts) -> AuditData:
    """The rows as the judges see them, without features."""
    found, train = subject.found, subject.train
    main = train.targets[found.competition.main]
    is_coded = main.kind in ONE_CODE
    codes = np.asarray(main.values, np.int64) if is_coded else np.zeros(len(train), np.int64)
    place = {row: index for index, row in enumerate(found.table.ids)}
    folds = found.table.folds[[place[row] for row in train.ids]].T.astype(np.int64)
    groups = None if train.groups is None else np.unique(train.groups, return_inverse=True)[1].astype(np.int64)
    test = found.test[0] if found.test is not None else None
    return AuditData(
        ids=(*train.ids, *(test.ids if test is not None else ())),
        paths=subject.paths,
        train_rows=len(train),
        sha256=subject.sha256,
        facts=facts,
        kind=main.kind,
        target=found.competition.main,
        codes=np.where(codes < 0, UNKNOWN, codes),
        labels=tuple(main.labels) if is_coded or main.kind == "multilabel" else (),
        values=main.values,
        folds=folds,
        groups=groups,
        columns={"train": train.columns, "test": {} if test is None else test.columns},
    )


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
                used = np.array([place[row] for row in told.ids if row in place], np.int64)
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


def choose_seen(data: AuditData, train_rows: int, test_rows: int) -> NDArray[np.int64]:
    """The rows that a network looks at: readable, the same ones every time, by the hash of their content."""
    parts = []
    for start, end, most in ((0, data.train_rows, train_rows), (data.train_rows, len(data), test_rows)):
        rows = [row for row in range(start, end) if data.facts.readable[row]]
        rows.sort(key=lambda row: (str(data.sha256[row])[::-1], row))
        parts += rows[:most]
    return np.array(sorted(parts), np.int64)


def add_features(subject: Subject, data: AuditData, given: Given, device: str, move: Move) -> tuple[AuditData, Given]:
    """The same with features of the recipe's frozen network, of colour and grey images, and what it sees.

    Args:
        subject: with a recipe.
        data: the rows.
        given: what else is known.
        device: as for `train`.
        move: shows how far it is, from 0 to 1.

    Raises:
        InputError: the weights cannot be had; no device of this name is here.
    """
    assert subject.recipe is not None, "features need a recipe's network"
    from tamesu.training import choose_device
    from tamesu.training.features import FeatureFile, build_frozen, compute_features

    recipe, folder = subject.recipe, subject.found.folder
    size_px = min(FEATURE_PX, recipe.image.size)
    built: list[Any] = []

    def build() -> Any:
        if not built:
            built.append(build_frozen(recipe.backbone, folder, size_px))
        return built[0]

    images = DirectImages(subject.root, data.paths, data.facts, size_px)
    names = [sha256 or "" for sha256 in data.sha256]
    place = choose_device(device)
    network = [recipe.backbone.model_dump(mode="json"), digest_weights(folder, recipe), size_px, recipe.image.fit]
    jobs = [(False, choose_seen(data, TRAIN_ROWS, TEST_ROWS))]
    if (data.facts.saturation[data.facts.readable] > 1.0).any():
        jobs.append((True, choose_seen(data, GREY_ROWS, 0)))
    jobs = [(grey, rows) for grey, rows in jobs if len(rows)]
    total, before = max(1, sum(len(rows) for _, rows in jobs)), 0
    features: list[NDArray[np.float32] | None] = [None, None]
    for grey, rows in jobs:

        def progress(done: int, of: int, before: int = before, own: int = len(rows)) -> None:
            move((before + own - of + done) / total, "")

        found = compute_features(
            build,
            images,
            names,
            rows,
            FeatureFile(folder / ".cache" / "features", [*network, grey]),
            size_px=size_px,
            fit=recipe.image.fit,
            grey=grey,
            device=place,
            workers=count_workers(None),
            progress=progress,
        )
        full = np.full((len(data), found.shape[1]), np.nan, np.float32)
        full[rows] = found
        features[int(grey)] = full
        before += len(rows)
    vision = see(recipe, folder, digest_of(network), build)
    looked = find_looked_at(subject, data, place) if given.objects is None else None
    return replace(data, features=features[0]), replace(given, grey=features[1], vision=vision, looked=looked)


def find_looked_at(subject: Subject, data: AuditData, place: Any) -> tuple[NDArray[np.float64], str] | None:
    """How large the parts are by which the run tells classes; None without a run whose network can be asked."""
    run = subject.run
    if run is None or not data.has_classes or run.recipe.columns is not None:
        return None
    from tamesu.training.saliency import measure_saliency

    images = DirectImages(subject.root, data.paths, data.facts, run.recipe.image.size)
    rows = choose_seen(data, LOOKED_ROWS, 0)
    names = [sha256 or "" for sha256 in data.sha256]
    try:
        sides = measure_saliency(run, images, names, rows, data.folds[0][rows], place, count_workers(None))
    except (DamagedError, RuntimeError):
        # A damaged file, which `doctor` tells of, or a network without a map that its head depends on.
        return None
    return sides, run.name


def see(recipe: Recipe, folder: Path, key: str, build: Any) -> Vision:
    """What the recipe's network sees at its own size; measured once and remembered."""
    from tamesu.training.receptive import measure_receptive_field

    memory = folder / ".cache" / "receptive.json"
    try:
        known = read_sealed(memory)
    except DamagedError:
        known = {}
    key = digest_of([key, recipe.image.size])
    if key not in known:
        field = measure_receptive_field(build(), recipe.image.size, inputs=2)
        known |= {key: [field.stride, field.theoretical_px, field.effective_px]}
        memory.parent.mkdir(parents=True, exist_ok=True)
        write_sealed(memory, known)
    stride, theoretical, effective = known[key]
    return Vision(recipe.image.size, stride, theoretical, effective, recipe.backbone.name)
