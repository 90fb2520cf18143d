"""Proposal: a competition made from what is there, with every guess and its reason."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.documents import parse_document
from tamesu.artifacts.files import write_text
from tamesu.artifacts.recipe import Recipe
from tamesu.errors import Fault, InputError, QuestionError, Where, raise_faults
from tamesu.intake.auxiliary import find_auxiliary
from tamesu.intake.class_folders import ClassFolders, find_class_folders, lay_out_class_folders
from tamesu.intake.competition_text import competition_text, make_competition
from tamesu.intake.guesses import Guess
from tamesu.intake.host_tables import HostTable, Roles, find_roles, is_train_name, load_host_tables
from tamesu.intake.kinds import Kind
from tamesu.intake.layout import Layout
from tamesu.intake.matching import ImageIndex
from tamesu.intake.protocol import choose_protocol
from tamesu.intake.recipe_text import ideas_text, make_ideas, make_recipe, recipe_text
from tamesu.intake.scan import Listing, Places, find_places, scan_folder, short_side
from tamesu.intake.symmetries import find_symmetries
from tamesu.intake.table_layout import lay_out_table
from tamesu.intake.targets import find_targets
from tamesu.intake.weights import choose_backbone
from tamesu.intake.words import LABEL, says
from tamesu.messages import Language

COMPETITION_FILE = "competition.yaml"
RECIPE_FILE = "recipes/base.yaml"
IDEAS_FILE = "ideas.yaml"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What `init` would write.

    Attributes:
        competition: the facts.
        recipe: the first recipe.
        guesses: what was guessed, and why, in the order of the files.
        files: text by path, relative to the competition's folder, in the order of writing; competition.yaml comes last.
    """

    competition: Competition
    recipe: Recipe
    guesses: tuple[Guess, ...]
    files: dict[str, str]


def propose(
    folder: Path,
    data: Path | None = None,
    *,
    backbone: str | None = None,
    size_px: int | None = None,
    weights: str | None = None,
    backbone_options: Mapping[str, Any] | None = None,
    id: str | None = None,  # noqa: A002
    target: str | Sequence[str] | None = None,
    kind: Kind | None = None,
    image: str | None = None,
    test_image: str | None = None,
    train: str | None = None,
    test: str | None = None,
    sample: str | None = None,
    groups: str | None = None,
    metric: str | None = None,
    class_level: int | None = None,
    epochs: int | None = None,
    language: Language | None = None,
) -> Proposal:
    """Look at what is there and propose a competition; nothing is written.

    Args:
        folder: the competition's folder; it may not exist yet.
        data: the host's files; `folder/data` if it is there, else `folder`, when None.
        backbone: timm name; `resnet34`, or what the weights file says, when None.
        size_px: height and width of the network's input.
        weights: `imagenet`, `none`, or the path of a safetensors file.
        backbone_options: more options of the backbone (`mean`, `std`, `pad_type`, ...), before what the file says.
        id: the column that names a row.
        target: the column to be predicted, or several.
        kind: of the target: `class`, `ordinal`, `identity`, `multilabel`, `soft` or `value`.
        image: the train rows' path template, such as `train/{id}.jpg`, relative to the data folder.
        test_image: the test rows' path template.
        train: the train table, relative to the data folder.
        test: the test table.
        sample: the form of the submission.
        groups: a column that must not be split between folds, or `none`.
        metric: a metric's name.
        class_level: which folder of an image's path is its class, from 1.
        epochs: of the first recipe; the family's default when None.
        language: of the reasons and comments; the user's when None.

    Returns:
        The proposal; hand it to `write_proposal`.

    Raises:
        InputError: nothing to start from, a folder that may not be written to, files already there, an unknown column.
        QuestionError: two readings are possible; every fault names the options that settle it.
    """
    folder = Path(folder)
    places = find_places(folder, None if data is None else Path(data))
    if (folder / COMPETITION_FILE).exists():
        there = [name for name in (COMPETITION_FILE, RECIPE_FILE, IDEAS_FILE) if (folder / name).exists()]
        raise InputError(Fault("INTAKE_EXISTS", "refuse", Where(folder), {"files": ", ".join(there)}))
    listing = scan_folder(places)
    if not listing.images:
        raise InputError(Fault("INTAKE_NO_IMAGES", "refuse", Where(places.data)))
    index = ImageIndex(listing)
    tables, broken = load_host_tables(places, listing, index)
    roles = find_roles(
        tables,
        broken,
        train=as_listed(places, listing, train),
        test=as_listed(places, listing, test),
        sample=as_listed(places, listing, sample),
    )
    image, test_image = without_prefix(places, image), without_prefix(places, test_image)
    found = None if train or image or id else class_folders_of(listing, roles, class_level)

    def lay_out(places: Places) -> Layout:
        if found is not None:
            return lay_out_class_folders(places, found, index, roles, test_image=test_image)
        main = require_table(roles, tables, listing, places, image)
        return lay_out_table(
            places, listing, index, replace(roles, train=main), main, id=id, image=image, test_image=test_image
        )

    faults: list[Fault] = []
    with collect(faults):
        choice = choose_backbone(folder, backbone, weights, backbone_options)
    with collect(faults):
        layout = lay_out(places)
        if layout.new_files and places.own_prefix is None:
            places = places.widen()
            layout = lay_out(places)
        no_groups = groups == "none" and "none" not in layout.columns
        targets = find_targets(layout, target=target, kind=kind, groups=None if no_groups else groups, metric=metric)
        protocol = choose_protocol(layout, targets, groups=groups, metric=metric)
        auxiliary, spare_guesses = find_auxiliary(layout, targets, protocol.groups)
    raise_faults(faults)
    rows = len(next(iter(layout.columns.values())))
    side = None if size_px else short_side(places, listing)
    symmetries = find_symmetries(targets.found, auxiliary)
    recipe, recipe_guesses = make_recipe(
        targets, choice, symmetries, rows=rows, size_px=size_px, short_side_px=side, language=language
    )
    if epochs is not None:
        recipe["epochs"] = epochs
    competition, more = make_competition(places, layout, targets, auxiliary, protocol, symmetries.facts)
    guesses = [*layout.guesses, *left_out(listing), *targets.guesses, *spare_guesses, *protocol.guesses, *more]
    said = tuple(replace(guess, language=language) for guess in [*guesses, *recipe_guesses])
    files = {
        **layout.new_files,
        RECIPE_FILE: recipe_text(recipe, [g for g in said if g not in said[: len(guesses)]], language),
        IDEAS_FILE: ideas_text(make_ideas(recipe, targets, symmetries, auxiliary), language),
        COMPETITION_FILE: competition_text(competition, said, language),
    }
    for name in (COMPETITION_FILE, RECIPE_FILE, IDEAS_FILE):
        # What our own reader would refuse (a control character in a column's name) is not written in the first place.
        parse_document(files[name], name)
    return Proposal(Competition.model_validate(competition), Recipe.model_validate(recipe), said, files)


@contextlib.contextmanager
def collect(faults: list[Fault]) -> Iterator[None]:
    """Put the faults of an InputError into a list, so that they can be told with those of the next step."""
    try:
        yield
    except InputError as error:
        faults += error.faults


def class_folders_of(listing: Listing, roles: Roles, level: int | None) -> ClassFolders | None:
    """Class folders, unless a table tells the labels.

    A table that names images yet is called nothing like train or labels, in any column either, may be mere measurements.
    """
    table = roles.train
    if table is not None and level is None:
        if is_train_name(table.name) or says(table.name, LABEL) or any(says(name, LABEL) for name in table.columns):
            return None
        try:
            return find_class_folders(listing.images)
        except QuestionError:
            return None
    return find_class_folders(listing.images, level)


def require_table(roles: Roles, tables: Sequence[HostTable], listing: Listing, places: Places, image: str | None) -> HostTable:
    """The train table.

    With a template of the user's, a table whose columns name no image will do, if there is one such only.

    Raises:
        InputError: there is none.
    """
    if roles.train is not None:
        return roles.train
    others = [table for table in tables if table not in (roles.test, roles.sample)]
    if len(others) == 1 and image is not None:
        return others[0]
    if not others:
        counts = {"images": len(listing.images), "tables": len(listing.tables)}
        raise InputError(Fault("INTAKE_NOTHING_FOUND", "refuse", Where(places.data), counts))
    faults = []
    for table in others:
        cells = next(iter(table.columns.values()), ())
        values = {"images": ", ".join(listing.images[:2]), "cells": ", ".join(cells[:2]) or "-"}
        faults.append(Fault("INTAKE_NO_ID", "refuse", Where(table.name), values))
    raise InputError(faults)


def as_listed(places: Places, listing: Listing, name: str | None) -> str | None:
    """A table as the listing names it, when the user gave its path from the current folder instead."""
    if name is None or name in listing.tables:
        return name
    path = Path(name).resolve()
    root = places.data.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) and path.is_file() else name


def without_prefix(places: Places, template: str | None) -> str | None:
    """An image template relative to the data folder, when the user wrote it from the competition's folder."""
    return template.removeprefix(places.prefix) if template is not None and places.prefix else template


def left_out(listing: Listing) -> list[Guess]:
    """What the listing could not take."""
    found = []
    if listing.unnameable:
        found.append(Guess("train", "-", "SKIPPED_NAMES", {"count": listing.unnameable}))
    if listing.links:
        found.append(Guess("train", "-", "SKIPPED_LINKS", {"links": ", ".join(listing.links[:5])}))
    return found


def write_proposal(proposal: Proposal, folder: Path) -> list[Path]:
    """Write the files of a proposal; competition.yaml last, so that a killed `init` can simply be run again.

    Args:
        proposal: what `propose` returned.
        folder: the competition's folder that the proposal was made for; made when absent.

    Returns:
        The files, in the order of writing.

    Raises:
        InputError: files are there already; nothing is written then.
        FolderGoneError: the folder vanished, or may not be written to.
    """
    folder = Path(folder)
    # Equal files without a competition.yaml are what a killed `init` left.
    finished = (folder / COMPETITION_FILE).exists()
    there = [
        name
        for name, text in proposal.files.items()
        if (folder / name).exists() and (finished or (folder / name).read_bytes() != text.encode("utf-8"))
    ]
    if there:
        raise InputError(Fault("INTAKE_EXISTS", "refuse", Where(folder), {"files": ", ".join(sorted(there))}))
    written = []
    for name, text in proposal.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        written.append(path)
    return written
