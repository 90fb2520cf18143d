"""Layout: where the rows are, whatever form the host gave them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tamesu.intake.guesses import Guess
from tamesu.intake.host_tables import HostTable
from tamesu.intake.matching import Frame, Match
from tamesu.intake.scan import Places

PATH_COLUMN = "image_file"


@dataclass(frozen=True, slots=True)
class RowSource:
    """A table and the template of its image paths, as competition.yaml will name them."""

    table: str
    image: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows, images and form, found.

    Attributes:
        train, test: tables and image templates; `test` is None when there are no test rows.
        id: the column that names a row.
        columns: the train table's cells by column.
        test_columns: names of the host's test table's columns; None when it has none.
        taken: columns that name rows or files; never a target.
        sample: the form of the submission.
        groups: a column that must not be split, known from the layout itself.
        target: the column that holds the label, known from the layout itself.
        new_files: tables to be written into the competition's folder, by name.
        guesses: what was guessed so far.
    """

    train: RowSource
    test: RowSource | None
    id: str
    columns: Mapping[str, tuple[str, ...]]
    test_columns: frozenset[str] | None
    taken: frozenset[str]
    sample: HostTable | None
    groups: str | None = None
    target: str | None = None
    new_files: dict[str, str] = field(default_factory=dict)
    guesses: tuple[Guess, ...] = ()


def make_source(
    places: Places,
    name: str,
    rows: Mapping[str, Sequence[str]],
    match: Match | None,
    *,
    new_files: dict[str, str],
    image: str | None = None,
    ours: str | None = None,
) -> RowSource:
    """A table and its image template; a table of ours with one path per row when no template can say it.

    Args:
        places: the folders.
        name: the host's table, relative to the data folder; or a name for ours when `ours` is given.
        rows: its cells by column.
        match: the column that names the images.
        new_files: takes the text of a table of ours.
        image: the user's template, relative to the data folder; goes before `match`.
        ours: the rows stand in no file of the host's, and this is the file to write them to.
    """
    template = image or ""
    if image is None and match is not None:
        if match.paths or not fits_template(match.column):
            column = PATH_COLUMN
            while column in rows:
                column += "_"
            cells = rows[match.column]
            paths = match.paths or tuple(match.frame.before + cell + match.frame.after for cell in cells)
            # A row without a file keeps its own cell as the path, so that `tamesu check` can name what is missing.
            rows = {**rows, column: [path or cell for path, cell in zip(paths, cells, strict=True)]}
            template, ours = f"{{{column}}}", ours or f"{name.rpartition('/')[2].partition('.')[0]}_with_files.csv"
        else:
            template = template_of(match.frame, match.column)
    template = template_text(places.prefix) + template
    if ours is None:
        return RowSource(places.prefix + name, template)
    new_files[ours] = write_rows(rows)
    return RowSource(places.in_folder(ours), template)


def template_of(frame: Frame, column: str) -> str:
    """The image template of a frame around a column."""
    return f"{template_text(frame.before)}{{{column}}}{template_text(frame.after)}"


def template_text(path: str) -> str:
    """A path as the literal part of an image template: its own braces are doubled.

    Examples:
        >>> template_text("scans{2}/")
        'scans{{2}}/'
    """
    return path.replace("{", "{{").replace("}", "}}")


def fits_template(column: str) -> bool:
    """Whether a column's name can stand in braces; `a.b` or `a[0]` would be read as an attribute or an item.

    Examples:
        >>> fits_template("Image Id"), fits_template("file.name")
        (True, False)
    """
    return bool(column) and not any(sign in column for sign in ".[]{}!:") and not column.isdigit()


def write_rows(columns: Mapping[str, Sequence[str]]) -> str:
    """A table as CSV text.

    Args:
        columns: name → one cell per row, all of one length.

    Examples:
        >>> write_rows({"id": ["a,b", "002"], "label": ["cat", "犬"]})
        'id,label\\n"a,b",cat\\n002,犬\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()
