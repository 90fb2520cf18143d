"""What competition.yaml and the tables say, read once for all pages and again when a file that they depend on changes."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.dataset import Dataset, load_train
from tamesu.artifacts.loading import COMPETITION, load_competition
from tamesu.errors import InputError
from tamesu.web.memory import Memory, stamp_of


def read_competition(folder: Path, memory: Memory) -> Competition:
    """The facts.

    Args:
        folder: the competition's folder.
        memory: keeps what files said.

    Raises:
        InputError: competition.yaml is at fault.
    """
    return memory.read_all("competition", [folder / COMPETITION], lambda: load_competition(folder))


def read_metric(folder: Path, memory: Memory) -> str:
    """The name of the competition's metric; empty where competition.yaml is at fault."""
    try:
        return read_competition(folder, memory).metric.name
    except InputError:
        return ""


def list_tables(folder: Path, competition: Competition) -> list[Path]:
    """The files that say which rows there are, what they are, and which belong together."""
    data = competition.data_folder(folder)
    tables = [data / rows.table for rows in (competition.train, competition.test) if rows is not None]
    corrected = [folder / target.corrections for target in competition.targets.values() if target.corrections]
    groups = [folder / competition.groups] if competition.groups else []
    return [folder / COMPETITION, *tables, *corrected, *groups]


def stamp_tables(folder: Path, memory: Memory) -> Hashable:
    """What tells the rows from what they were.

    Raises:
        InputError: competition.yaml is at fault.
    """
    return tuple((str(path), stamp_of(path)) for path in list_tables(folder, read_competition(folder, memory)))


def read_train(folder: Path, memory: Memory) -> tuple[Competition, Dataset]:
    """The facts and the training rows with their labels.

    Raises:
        InputError: competition.yaml or the table is at fault.
    """
    competition = read_competition(folder, memory)
    files = list_tables(folder, competition)
    return competition, memory.read_all("train rows", files, lambda: load_train(folder, competition))
