"""From the user's files to a run's identity, without torch where nothing has changed.

`prepare` reads competition, recipe, plugins, tables and folds, looks at every image file's mark, and names the run. The
second time it does so in well under a second: the recipe with its defaults spelled out is remembered in `.cache/`, folds are
found again by what was asked for, and only changed image files are hashed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.dataset import Dataset, digest_target, load_test, load_train
from tamesu.artifacts.derived import is_in_picture
from tamesu.artifacts.files import digest_files, digest_of
from tamesu.artifacts.folds import FoldTable, find_folds, read_folds
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import RunSpec, TargetSpec
from tamesu.artifacts.subset import choose_quick_rows, take_rows
from tamesu.errors import Fault, InputError, Where, raise_faults
from tamesu.images.fingerprint import ABSENT, FileMark, fingerprint_images
from tamesu.learnable import check_constrained
from tamesu.plugins import load_plugins
from tamesu.resolving import Changes, choose_recipe
from tamesu.results.target_scale import judge_scales
from tamesu.symmetries import find_moves, find_overridden, find_sources

QUICK_EPOCHS = 2
# Objects to paste, however their ending is written.
PNG = "*.[pP][nN][gG]"
# What decides how masks, maps and points are read, and what is made of them.
PICTURE_KEYS = {"values", "unknown", "scale", "unit", "box", "derive", "labels"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run before it is made: what it will be trained on, and its identity.

    Attributes:
        folder: the competition's folder.
        recipe: with every default spelled out.
        train: rows and the marks of their images. `test`: the same for the rows to predict, or None.
        folds: file name of the fold table in `folds/`.
        notes: faults that do not stop the work.
        forced: flips and turns that are used though competition.yaml forbids them, or should first speak of them.
        accepted: codes of questions answered with "use it as it is", and leaks that are accepted (`leak:groups`).
    """

    folder: Path
    competition: Competition
    recipe: Recipe
    train: tuple[Dataset, list[FileMark]]
    test: tuple[Dataset, list[FileMark]] | None
    folds: str
    spec: RunSpec
    notes: tuple[Fault, ...]
    forced: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything about a run that does not depend on its recipe; looked at once for many recipes.

    Attributes:
        folder: the competition's folder.
        plugins: digest of the plugin files.
        accepted: codes of questions answered with "use it as it is".
        train: rows and the marks of their images. `test`: the same for the rows to predict, or None.
        table: the fold table, whose file is `table_path`.
        quick: whether the rows are those of a quick look.
        notes: faults that do not stop the work.
        force: use flips and turns that competition.yaml forbids or does not speak of.
    """

    folder: Path
    competition: Competition
    plugins: str
    accepted: tuple[str, ...]
    train: tuple[Dataset, list[FileMark]]
    test: tuple[Dataset, list[FileMark]] | None
    table: FoldTable
    table_path: Path
    data_digest: str
    quick: bool
    notes: tuple[Fault, ...]
    force: bool = False


def prepare(
    folder: Path,
    recipe_name: str,
    changes: Changes = (),
    *,
    seeds: Sequence[int] | None = None,
    quick: bool = False,
    accept: Sequence[str] = (),
    force: bool = False,
) -> Prepared:
    """Read and check everything a run needs, and name it.

    Args:
        folder: the competition's folder.
        recipe_name: a recipe in `recipes/`, or a path.
        changes: `key=value`, as on the command line, or dotted key → value.
        seeds: instead of the recipe's.
        quick: a few hundred rows, two epochs, no test rows.
        accept: codes of questions answered with "use it as it is".
        force: use flips and turns that competition.yaml forbids or does not speak of.

    Raises:
        InputError: any fault in the user's files; all that were found.
        QuestionError: something has two readings.
    """
    plugins, competition, accepted = open_folder(folder, accept)
    # The recipe first: a typo is told before any table is read.
    recipe = choose_recipe(folder, recipe_name, changes, competition, plugins, accepted, force=force)
    found = survey_data(folder, competition, plugins, accepted, quick=quick, force=force)
    return name_run(found, recipe, seeds=seeds)


def survey(folder: Path, *, accept: Sequence[str] = (), force: bool = False) -> Survey:
    """Look at plugins, competition, tables, folds and image files, once for many recipes.

    Args:
        folder: the competition's folder.
        accept: codes of questions answered with "use it as it is".
        force: use flips and turns that competition.yaml forbids or does not speak of.

    Raises:
        InputError: any fault in the user's files; all that were found.
        QuestionError: something has two readings.
    """
    plugins, competition, accepted = open_folder(folder, accept)
    return survey_data(folder, competition, plugins, accepted, force=force)


def open_folder(folder: Path, accept: Sequence[str]) -> tuple[str, Competition, tuple[str, ...]]:
    """The digest of a folder's plugins, now loaded, its competition, and the codes of all questions answered.

    Raises:
        InputError: a plugin or competition.yaml is at fault, or the folder may not be written to.
    """
    plugins = load_plugins(folder)
    competition = load_competition(folder)
    if not os.access(folder, os.W_OK):
        raise InputError(Fault("FOLDER_READ_ONLY", "refuse", Where(folder)))
    return plugins.digest, competition, (*competition.accept, *accept)


def prepare_recipe(found: Survey, recipe_name: str, changes: Changes = (), *, seeds: Sequence[int] | None = None) -> Prepared:
    """One recipe, with changes, on data that have been looked at; otherwise as `prepare`."""
    facts = (found.competition, found.plugins, found.accepted)
    recipe = choose_recipe(found.folder, recipe_name, changes, *facts, force=found.force)
    raise_faults(check_constrained(recipe, found.train[0]))
    return name_run(found, recipe, seeds=seeds)


def survey_data(
    folder: Path, competition: Competition, plugins: str, accepted: tuple[str, ...], *, quick: bool = False, force: bool = False
) -> Survey:
    """`survey`, once the competition is read."""
    train, test = load_train(folder, competition), load_test(folder, competition)
    notes = raise_faults([*train.faults, *(test.faults if test is not None else ())], accepted)
    if quick:
        train, test = take_rows(train, choose_quick_rows(train, competition.main)), None
    table_path, fold_notes = make_folds(folder, competition, train, accepted, plugins)
    root = competition.data_folder(folder)
    paths = (*train.paths, *(test.paths if test is not None else ()))
    marks = fingerprint_images(root, paths, marks_memory(folder, root))
    train_marks, test_marks = marks[: len(train)], marks[len(train) :]
    return Survey(
        folder,
        competition,
        plugins,
        accepted,
        (train, train_marks),
        None if test is None else (test, test_marks),
        read_folds(table_path),
        table_path,
        digest_data(train, train_marks, test, test_marks, fingerprint_masks(folder, root, train)),
        quick,
        # The loader and the splitter may both name a rare class.
        (*notes, *(note for note in fold_notes if note.code not in {said.code for said in notes})),
        force,
    )


def name_run(found: Survey, recipe: Recipe, *, seeds: Sequence[int] | None = None) -> Prepared:
    """The identity of the run of a recipe on surveyed data."""
    if seeds is not None:
        recipe = recipe.vary({"seeds": list(seeds)})
    if found.quick:
        recipe = recipe.vary({"epochs": min(recipe.epochs, QUICK_EPOCHS)})
    competition, train = found.competition, found.train[0]
    spec = RunSpec(
        recipe_digest=recipe.digest(),
        data_digest=found.data_digest,
        folds=found.table_path.name,
        folds_digest=found.table.digest(),
        n_splits=found.table.n_splits,
        repeats=found.table.repeats,
        targets={
            name: TargetSpec(
                kind=competition.targets[name].kind,
                labels=list(train.targets[name].labels),
                in_picture=is_in_picture(competition.targets[name]),
            )
            for name in recipe.learned
        },
        main=competition.main,
        metric=competition.metric,
        plugins=found.plugins,
        weights=digest_weights(found.folder, recipe),
        labels_digests={name: digest_target(train, name, train.ids) for name in recipe.learned},
        quick=found.quick,
        symmetries=find_moves(competition, recipe, train),
        pictures=describe_pictures(recipe, competition),
        columns_digest=digest_columns(recipe, train, None if found.test is None else found.test[0]),
        objects={name: digest_files(found.folder / name, pattern=PNG) for name in find_objects(recipe.written())},
    )
    overridden = find_overridden(recipe, competition, found.folder) if found.force else []
    return Prepared(
        found.folder,
        competition,
        recipe,
        found.train,
        found.test,
        found.table_path.name,
        spec,
        (*found.notes, *overridden, *judge_scales(recipe, train, competition.main)),
        tuple(dict.fromkeys(str(note.values["symmetry"]) for note in overridden)),
        found.accepted,
    )


def describe_pictures(recipe: Recipe, competition: Competition) -> dict[str, dict[str, Any]]:
    """How the targets that lie in the picture are written, of those that a recipe learns and of what they are made of."""
    names = {name for name in recipe.learned if is_in_picture(competition.targets[name])} | find_sources(recipe, competition)
    return {
        name: competition.targets[name].model_dump(mode="json", include=PICTURE_KEYS, exclude_defaults=True)
        for name in sorted(names)
    }


def digest_columns(recipe: Recipe, train: Dataset, test: Dataset | None) -> str:
    """The digest of the columns that a recipe's network reads, and of all of them where laws may; empty where neither is."""
    names: set[str] = set()
    if recipe.columns is not None:
        names |= {*recipe.columns.numeric, *recipe.columns.category}
    if recipe.penalties:
        names |= train.columns.keys()
    tables = [dataset.columns for dataset in (train, test) if dataset is not None]
    return digest_of([{name: list(table[name]) for name in sorted(names & table.keys())} for table in tables]) if names else ""


def make_folds(
    folder: Path, competition: Competition, train: Dataset, accepted: Sequence[str], plugins: str = ""
) -> tuple[Path, tuple[Fault, ...]]:
    """The fold table for these rows: found again by what is asked for, or split and written.

    Args:
        folder: the competition's folder.
        competition: with the splitter and its options.
        train: the rows.
        accepted: codes of questions answered with "use it as it is".
        plugins: digest of the plugins; a splitter of the user's own splits anew when its file changes.

    Returns:
        The CSV's path, and what the splitter had to say (only when it split).
    """
    from tamesu.splitters import SPLITTERS, SplitRows, split_rows

    folds = competition.folds
    part = folds.splitter
    is_plugin = part.name in SPLITTERS and not SPLITTERS[part.name].__module__.startswith("tamesu.")
    asked = {
        "folds": folds.model_dump(mode="json"),
        "ids": sorted(train.ids),
        "targets": digest_target(train, competition.main, train.ids),
        "groups": None if train.groups is None else sorted(zip(train.ids, train.groups.tolist(), strict=True)),
        "columns": read_split_columns(competition, train),
        "plugins": plugins if is_plugin else "",
    }
    request = digest_of(asked)
    found = find_folds(folder / "folds", request)
    if found is not None:
        return found, ()
    rows = SplitRows.of(train, competition.main, competition.train.table)
    split = split_rows(part.name, part.options, rows, n_splits=folds.n_splits, repeats=folds.repeats, seed=folds.seed)
    notes = raise_faults(split.faults, accepted)
    table = FoldTable(train.ids, split.folds, split.n_splits, split.ordered)
    return table.write(folder / "folds", request), tuple(notes)


def marks_memory(folder: Path, root: Path) -> Path:
    """Where the marks of the image files below `root` are remembered: one file per root."""
    return folder / ".cache" / f"marks-{digest_of(str(root.resolve()))[:12]}.json"


def read_split_columns(competition: Competition, train: Dataset) -> list[list[str]]:
    """The cells of the columns that the splitter's options name, by id."""
    named = [value for value in competition.folds.splitter.options.values() if isinstance(value, str)]
    used = [train.columns[name] for name in named if name in train.columns]
    return [list(row) for row in sorted(zip(train.ids, *used, strict=True))] if used else []


def fingerprint_masks(folder: Path, root: Path, train: Dataset) -> dict[str, list[FileMark]]:
    """The marks of the files of each mask and map, row by row; one without a file is `ABSENT`.

    Args:
        folder: the competition's folder.
        root: its data folder.
        train: the rows.
    """
    # A map with names of layers is made of points while training, and has no files.
    in_files = {n: of for n, of in train.targets.items() if of.kind == "mask" or (of.kind == "map" and not of.labels)}
    paths = {name: target.values.tolist() for name, target in in_files.items()}
    there = sorted({path for of in paths.values() for path in of if path})
    found = dict(zip(there, fingerprint_images(root, there, marks_memory(folder, root)), strict=True)) if there else {}
    return {name: [found.get(path, ABSENT) for path in of] for name, of in paths.items()}


def digest_data(
    train: Dataset,
    train_marks: Sequence[FileMark],
    test: Dataset | None,
    test_marks: Sequence[FileMark],
    mask_marks: Mapping[str, Sequence[FileMark]],
) -> str:
    """SHA-256 over rows, labels, image and mask contents, by id: shuffling a table changes nothing, one pixel does."""

    def pair(dataset: Dataset, marks: Sequence[FileMark]) -> list[list[str | None]]:
        return sorted([row, mark.sha256] for row, mark in zip(dataset.ids, marks, strict=True))

    targets = {name: digest_target(train, name, train.ids) for name in sorted(train.targets)}
    masks = {name: pair(train, marks) for name, marks in sorted(mask_marks.items())}
    # Without masks the digest is the one there was before there were any.
    facts = [pair(train, train_marks), targets, None if test is None else pair(test, test_marks)]
    return digest_of([*facts, masks] if masks else facts)


def digest_weights(folder: Path, recipe: Recipe) -> str:
    """SHA-256 of the weight file the backbone starts from; empty when it is none of the user's."""
    weights = recipe.backbone.options.get("weights", "")
    path = folder / str(weights)
    if weights in ("", "imagenet", "none") or not path.is_file():
        return ""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_objects(written: Any) -> Iterator[str]:
    """The folders of objects that a recipe pastes, wherever in it: alone, or as a choice of another part.

    Args:
        written: a recipe, or a value of one, as plain data.

    Examples:
        >>> list(find_objects({"augmentations": ["rotate", {"one_of": {"of": [{"paste_object": {"objects": "things"}}]}}]}))
        ['things']
    """
    if isinstance(written, dict):
        if isinstance(options := written.get("paste_object"), dict) and "objects" in options:
            yield str(options["objects"])
        for value in written.values():
            yield from find_objects(value)
    if isinstance(written, list):
        for value in written:
            yield from find_objects(value)


def count_workers(asked: int | None) -> int:
    """How many threads make batches: the cores we may use, at most 16, unless told."""
    if asked is not None:
        return asked
    return min(16, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
