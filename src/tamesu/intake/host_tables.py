"""The host's tables and their roles: train rows, test rows, the form of a submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from tamesu.artifacts.tables import Table, read_table
from tamesu.errors import Fault, InputError, QuestionError, Where, nearest
from tamesu.intake.matching import ImageIndex, Match, find_matches
from tamesu.intake.scan import Listing, Places
from tamesu.intake.words import TEST, TRAIN, is_submission_name, says

WHICH = {"--train": "INTAKE_WHICH_TRAIN", "--test": "INTAKE_WHICH_TEST", "--sample": "INTAKE_WHICH_SAMPLE"}


@dataclass(frozen=True, slots=True)
class HostTable:
    """A table that could be read, and its columns that name images.

    Attributes:
        name: path relative to the data folder.
        table: its cells; of a table without a header, the first row stands as the column names.
        matches: the columns that name images.
        headless: it seems to have no header line.
    """

    name: str
    table: Table
    matches: tuple[Match, ...]
    headless: bool

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The cells by column, the first row among them when there is no header."""
        if not self.headless:
            return self.table.columns
        return {f"column_{i}": (name, *cells) for i, (name, cells) in enumerate(self.table.columns.items(), start=1)}


@dataclass(frozen=True, slots=True)
class Roles:
    """Which table is what; None where there is none.

    Attributes:
        unused: the other tables, with what they were not.
    """

    train: HostTable | None
    test: HostTable | None
    sample: HostTable | None
    unused: tuple[str, ...] = ()


def load_host_tables(places: Places, listing: Listing, index: ImageIndex) -> tuple[list[HostTable], dict[str, InputError]]:
    """Read every table.

    Returns:
        The tables that can be read, and by name what was wrong with the others.
    """
    found, broken = [], {}
    for name in listing.tables:
        try:
            table = read_table(places.data / name, name)
        except InputError as error:
            broken[name] = error
            continue
        headless = any(note.code == "TABLE_NO_HEADER" for note in table.notes)
        host = HostTable(name, table, (), headless)
        role = TEST if is_test_name(name) or is_submission_name(name) else TRAIN
        found.append(HostTable(name, table, tuple(find_matches(host.columns, index, role)), headless))
    return found, broken


def is_test_name(name: str) -> bool:
    """Whether a table's name says test rows; `train_test_split.csv` says nothing."""
    return role_words(name) == (False, True)


def is_train_name(name: str) -> bool:
    """Whether a table's name says train rows."""
    return role_words(name) == (True, False)


def role_words(name: str) -> tuple[bool, bool]:
    """Whether a table's name says train, and test; its folders are asked when the name itself says neither."""
    stem = PurePosixPath(name).name
    words = says(stem, TRAIN), says(stem, TEST)
    return words if any(words) else (says(name, TRAIN), says(name, TEST))


def find_roles(
    tables: Sequence[HostTable],
    broken: dict[str, InputError],
    *,
    train: str | None = None,
    test: str | None = None,
    sample: str | None = None,
) -> Roles:
    """Give each table its role by name and by what its columns hold.

    Args:
        tables: those that could be read.
        broken: what was wrong with the others.
        train: the user's own choice of the train table, a path relative to the data folder.
        test: likewise, of the test table.
        sample: likewise, of the form of the submission.

    Raises:
        QuestionError: two tables could have one role.
        InputError: a named table is not there; a table with a role cannot be read.
    """
    by_name = {table.name: table for table in tables}
    faults: list[Fault] = []
    for flag, name in (("--train", train), ("--test", test), ("--sample", sample)):
        if name is not None and name in broken:
            faults += broken[name].faults
        elif name is not None and name not in by_name:
            known = sorted([*by_name, *broken])
            values = {"flag": flag, "name": name, "known": ", ".join(known) or "-"}
            faults.append(Fault("INTAKE_NO_TABLE", "refuse", Where(), values, nearest(name, known)))
    # A broken table that bears a role's name has to be mended first: without it the reading would be another one.
    roles = ((train, is_train_name), (test, is_test_name), (sample, is_submission_name))
    for name, error in broken.items():
        if any(chosen is None and bears(name) for chosen, bears in roles):
            faults += error.faults
    if faults:
        raise InputError(faults)
    samples = [t for t in tables if is_submission_name(t.name) and t.name not in (train, test)]
    free = [t for t in tables if t not in samples and t.matches]
    tests = [t for t in free if is_test_name(t.name) and t.name not in (train, sample)]
    trains = [t for t in free if t not in tests and t.name not in (test, sample) and len(t.columns) > 1]
    named = [t for t in trains if is_train_name(t.name)]
    trains = named if len(named) == 1 else trains
    chosen: dict[str, HostTable | None] = {}
    for flag, name, options in (("--train", train, trains), ("--test", test, tests), ("--sample", sample, samples)):
        if name is None and len(options) > 1:
            values = {"flag": flag, "choices": ", ".join(f"`{flag} {option.name}`" for option in options)}
            faults.append(Fault(WHICH[flag], "ask", Where(), values))
        chosen[flag] = by_name[name] if name is not None else options[0] if len(options) == 1 else None
    for flag in ("--train", "--test"):
        if (table := chosen[flag]) and table.headless:
            faults += [note for note in table.table.notes if note.code == "TABLE_NO_HEADER"]
    if faults:
        raise QuestionError(faults)
    used = {table.name for table in chosen.values() if table}
    return Roles(chosen["--train"], chosen["--test"], chosen["--sample"], tuple(sorted({*by_name, *broken} - used)))
