"""Test rows: from the host's test table, else from the form of the submission, else from a folder of test images."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from tamesu.errors import Fault, QuestionError, Where
from tamesu.intake.guesses import Guess
from tamesu.intake.host_tables import HostTable
from tamesu.intake.layout import RowSource, make_source, template_of
from tamesu.intake.matching import ImageIndex, Match, match_column
from tamesu.intake.scan import Listing, Places
from tamesu.intake.words import MASK, TEST, TRAIN, says


@dataclass(frozen=True, slots=True)
class UnlabelledRows:
    """What was found: source (None when there is none), the columns of the host's test table, and the guesses."""

    source: RowSource | None
    columns: frozenset[str] | None = None
    guesses: tuple[Guess, ...] = ()


def rows_of_table(
    places: Places,
    index: ImageIndex,
    table: HostTable,
    id_column: str,
    *,
    new_files: dict[str, str],
    train_match: Match | None = None,
    image: str | None = None,
    is_form: bool = False,
) -> UnlabelledRows:
    """Test rows of a table.

    Args:
        places: the folders.
        index: all images.
        table: the host's test table, or the form of the submission.
        id_column: the id column of the train rows; the test rows need one of the same name.
        new_files: takes a table of ours, written when the host's has no such column or no header.
        train_match: how the train rows name their images.
        image: the user's template for test images.
        is_form: `table` is the form of the submission.

    Raises:
        QuestionError: two folders hold images of these names.
    """
    rows = dict(table.columns)
    found = None
    for column in (train_match.column if train_match else id_column, id_column):
        if found is None and column in rows:
            found = match_column(column, rows[column], index, TEST)
    found = found or max(table.matches, key=lambda m: (not m.is_mask, m.unique, m.found), default=None)
    if found is None and image is None:
        return UnlabelledRows(None, None, (Guess("test", "-", "TEST_NO_IMAGES", {"table": table.name}),))
    if found and image is None:
        refuse_rivals(found, "--test-image")
    columns = None if is_form else frozenset(rows)
    ours = None
    if table.headless or id_column not in rows:
        # Rows are joined by one id column; the host's other name for it, or none, is put right in a table of ours.
        ids = rows[found.column if found else next(iter(rows))]
        rows = {id_column: ids} if table.headless else {id_column: ids, **rows}
        found, ours = match_column(id_column, ids, index, TEST), "test_with_ids.csv"
    source = make_source(places, table.name, rows, found, new_files=new_files, image=image, ours=ours)
    count = len(next(iter(rows.values())))
    guesses = [Guess("test.table", source.table, "TEST_FROM_SAMPLE" if is_form else "TEST_TABLE", {"rows": count})]
    if ours:
        guesses.append(Guess("test.table", source.table, "TEST_IDS_WRITTEN", {"table": table.name, "id": id_column}))
    return UnlabelledRows(source, columns, tuple(guesses))


def rows_of_folder(
    places: Places,
    images: Sequence[str],
    id_column: str,
    *,
    new_files: dict[str, str],
    train_match: Match | None = None,
) -> UnlabelledRows:
    """Test rows of images without a table.

    Args:
        places: the folders.
        images: their paths, relative to the data folder; at least one.
        id_column: the name of the column to write.
        new_files: takes the table.
        train_match: how the train rows name their images; the ids are made alike.
    """
    ids = name_like_train(images, train_match)
    found = match_column(id_column, ids, ImageIndex(Listing(tuple(images), ())), TEST)
    source = make_source(places, "test.csv", {id_column: ids}, found, new_files=new_files, ours="test.csv")
    return UnlabelledRows(source, None, (Guess("test.table", source.table, "TEST_FROM_FOLDER", {"rows": len(ids)}),))


def find_unlabelled(listing: Listing, used: frozenset[str]) -> list[str]:
    """Images in a folder whose name says test, that no train row uses."""
    folders = [(path, path.rpartition("/")[0]) for path in listing.images if path not in used]
    return [path for path, folder in folders if says(folder, TEST) and not says(folder, TRAIN | MASK)]


def name_like_train(images: Sequence[str], match: Match | None) -> list[str]:
    """Ids for images without a table, as the train rows have them: with the ending or without, whole paths where names repeat.

    Examples:
        >>> name_like_train(["test/a.jpg", "test/b.jpg"], None), name_like_train(["test/x/a.jpg", "test/y/a.jpg"], None)
        (['a.jpg', 'b.jpg'], ['test/x/a.jpg', 'test/y/a.jpg'])
    """
    names = [path.rpartition("/")[2] for path in images]
    stems = [os.path.splitext(name)[0] for name in names]
    if match and match.frame.after and len(set(stems)) == len(stems):
        return stems
    return names if len(set(names)) == len(names) else list(images)


def refuse_rivals(match: Match, flag: str) -> None:
    """Ask when two folders hold images of the same names.

    Args:
        match: how a column names images.
        flag: the option that settles it.

    Raises:
        QuestionError: there are rivals.
    """
    if match.rivals:
        frames = sorted([match.frame, *match.rivals], key=lambda frame: (frame.before, frame.after))
        choices = ", ".join(f'`{flag} "{template_of(frame, match.column)}"`' for frame in frames)
        raise QuestionError(Fault("INTAKE_WHICH_IMAGE", "ask", Where(), {"column": match.column, "choices": choices}))
