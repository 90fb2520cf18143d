"""The layout of a table of rows beside folders of images."""

from __future__ import annotations

from string import Formatter

from tamesu.errors import Fault, InputError, QuestionError, Where, nearest
from tamesu.intake.guesses import Guess
from tamesu.intake.host_tables import HostTable, Roles
from tamesu.intake.layout import Layout, fits_template, make_source
from tamesu.intake.matching import ImageIndex, Match
from tamesu.intake.scan import Listing, Places
from tamesu.intake.unlabelled import UnlabelledRows, find_unlabelled, refuse_rivals, rows_of_folder, rows_of_table
from tamesu.intake.words import IDENTITY, IMAGE, says


def lay_out_table(
    places: Places,
    listing: Listing,
    index: ImageIndex,
    roles: Roles,
    train: HostTable,
    *,
    id: str | None = None,  # noqa: A002
    image: str | None = None,
    test_image: str | None = None,
) -> Layout:
    """Ids, image templates and test rows for a train table.

    Args:
        places: the folders.
        listing: their files.
        index: all images.
        roles: the host's tables.
        train: the table of the train rows.
        id: the user's choice of the column that names a row.
        image: the user's image template for train rows, relative to the data folder.
        test_image: likewise, for test rows.

    Raises:
        InputError: no column names the images, or a named column is not there.
        QuestionError: two columns or two folders could be meant.
    """
    rows = train.table.columns
    asked = {"--id": [id] if id else [], "--image": columns_of(image)}
    if faults := [missing_column(train, flag, name) for flag, names in asked.items() for name in names if name not in rows]:
        raise InputError(faults)
    match = None
    if image is None:
        match = choose_match(train, index, id)
        refuse_rivals(match, "--image")
    name = id or choose_id(train, match, roles.sample)
    new_files: dict[str, str] = {}
    source = make_source(places, train.name, rows, match, new_files=new_files, image=image)
    guesses = [Guess("train.table", source.table, "TRAIN_TABLE", {"rows": len(train.table)})]
    guesses += [reason_of_id(train, name, match)] if id is None else []
    if match:
        code = "IMAGE_JOINED" if match.paths or not fits_template(match.column) else "IMAGE_TEMPLATE"
        guesses.append(Guess("train.image", source.image, code, {"found": match.found, "rows": match.rows}))
    test = UnlabelledRows(None)
    if table := roles.test or roles.sample:
        form = roles.test is None
        test = rows_of_table(places, index, table, name, new_files=new_files, train_match=match, image=test_image, is_form=form)
    elif images := find_unlabelled(listing, frozenset(files_of(train, match, len(train.table))) if match else frozenset()):
        test = rows_of_folder(places, images, name, new_files=new_files, train_match=match)
    if roles.unused:
        guesses.append(Guess("train.table", source.table, "UNUSED_TABLES", {"tables": ", ".join(roles.unused)}))
    return Layout(
        source,
        test.source,
        name,
        rows,
        test.columns,
        frozenset({name, *(m.column for m in train.matches if m.unique or m.is_mask or m == match)}),
        roles.sample,
        match.column if match and not match.unique and match.column != name else None,
        None,
        new_files,
        (*guesses, *test.guesses),
    )


def choose_match(table: HostTable, index: ImageIndex, id: str | None) -> Match:  # noqa: A002
    """The column that names the images.

    Raises:
        InputError: there is none.
        QuestionError: two columns name different images.
    """
    matches = [m for m in table.matches if not m.is_mask] or list(table.matches)
    if not matches:
        known = sorted(index.paths)[:2]
        cells = next(iter(table.table.columns.values()), ())
        values = {"images": ", ".join(known) or "-", "cells": ", ".join(cells[:2]) or "-"}
        raise InputError(Fault("INTAKE_NO_ID", "refuse", Where(table.name), values))
    own = [m for m in matches if m.column == id]
    matches = own or [m for m in matches if m.unique] or matches
    matches = [m for m in matches if says(m.column, IMAGE)] or [m for m in matches if says(m.column, IDENTITY)] or matches
    first = matches[0]
    if any(files_of(table, m) != files_of(table, first) for m in matches[1:]):
        choices = ", ".join(f"`--id {m.column}`" for m in matches)
        raise QuestionError(Fault("INTAKE_WHICH_ID", "ask", Where(table.name), {"choices": choices}))
    return first


def columns_of(template: str | None) -> list[str]:
    """The columns in the braces of an image template.

    Examples:
        >>> columns_of("train/{id}.jpg"), columns_of(None)
        (['id'], [])
    """
    return [name for _, name, _, _ in Formatter().parse(template or "") if name is not None]


def missing_column(table: HostTable, flag: str, name: str) -> Fault:
    """The fault of an option that names a column which is not there."""
    values = {"table": table.name, "name": name, "known": ", ".join(table.table.columns)}
    return Fault("INTAKE_NO_COLUMN", "refuse", Where(key=flag), values, nearest(name, table.table.columns))


def files_of(table: HostTable, match: Match, count: int = 200) -> list[str]:
    """The image paths that a column gives for the first rows."""
    cells = table.columns[match.column][:count]
    return list(match.paths[:count]) or [match.frame.before + cell + match.frame.after for cell in cells]


def choose_id(table: HostTable, match: Match | None, sample: HostTable | None) -> str:
    """The column that names a row: as the submission's form calls it, else the images' column, else another unique one."""
    rows = table.table.columns
    unique = [name for name, cells in rows.items() if len(set(cells)) == len(cells)]
    if sample and not sample.headless and (first := next(iter(sample.columns))) in unique:
        return first
    if match and (match.unique or not any(says(name, IDENTITY) for name in unique)):
        return match.column
    return next((name for name in unique if says(name, IDENTITY)), unique[0] if unique else next(iter(rows)))


def reason_of_id(table: HostTable, name: str, match: Match | None) -> Guess:
    """The guess for an id column."""
    cells = table.table.columns[name]
    distinct = len(set(cells))
    if distinct < len(cells):
        return Guess("id", name, "ID_REPEATED", {"rows": len(cells), "distinct": distinct})
    return Guess("id", name, "ID_IMAGE" if match and match.column == name else "ID_UNIQUE", {"rows": len(cells)})
