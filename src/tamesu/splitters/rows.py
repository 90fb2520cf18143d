"""What a splitter is given, and what it must be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Protocol

import numpy as np
from annotated_types import Ge

from tamesu.artifacts.competition import Kind
from tamesu.artifacts.dataset import Dataset
from tamesu.errors import Fault, Where

Splits = Annotated[int, Ge(2)]


@dataclass(frozen=True, slots=True, eq=False)
class SplitRows:
    """The rows to be split, with all that a splitter may look at.

    Attributes:
        ids: the rows, each once.
        kind: kind of the main target.
        target: class codes (rows,), 0/1 (rows, labels), or values (rows,); -1 or NaN where the label is missing.
        labels: the fixed label list.
        groups: text (rows,), or None when the competition names no groups.
        columns: other columns of the table, by name, as text.
        lines: line of each row in the table, for messages; empty when unknown.
        file: the table, for messages.

    Raises:
        ValueError: an id stands twice, or a length differs.
    """

    ids: tuple[str, ...]
    kind: Kind
    target: np.ndarray
    labels: tuple[str, ...] = ()
    groups: np.ndarray | None = None
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    file: str | None = None

    def __post_init__(self) -> None:
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("an id stands twice; folds are assigned by id")
        lengths = {"target": len(self.target), **{name: len(cells) for name, cells in self.columns.items()}}
        lengths |= {} if self.groups is None else {"groups": len(self.groups)}
        lengths |= {"lines": len(self.lines)} if self.lines else {}
        if wrong := {name: length for name, length in lengths.items() if length != len(self.ids)}:
            raise ValueError(f"{len(self.ids)} ids, but {wrong}")

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, dataset: Dataset, name: str, file: str | None = None) -> SplitRows:
        """The rows of a dataset, to be split by one of its targets.

        Labels in order and identities are split as classes, shares as the class with the largest one, several values by the
        first.

        Args:
            dataset: with labels.
            name: of the target.
            file: the table, for messages.
        """
        target = dataset.targets[name]
        kind, values = target.kind, target.values
        if kind == "soft":
            known = ~np.isnan(values).any(axis=1)
            kind, values = "class", np.where(known, np.nan_to_num(values).argmax(axis=1), -1).astype(np.int64)
        elif kind in ("ordinal", "identity"):
            kind = "class"
        elif kind == "value" and values.ndim == 2:
            values = values[:, 0]
        labels = () if kind == "value" else target.labels
        return cls(dataset.ids, kind, values, labels, dataset.groups, dataset.columns, dataset.lines, file)

    def take(self, order: Sequence[int] | np.ndarray) -> SplitRows:
        """The rows at these indices, in this order."""
        order = np.asarray(order, dtype=np.int64)
        return SplitRows(
            tuple(self.ids[i] for i in order),
            self.kind,
            self.target[order],
            self.labels,
            None if self.groups is None else self.groups[order],
            {name: [cells[i] for i in order] for name, cells in self.columns.items()},
            tuple(self.lines[i] for i in order) if self.lines else (),
            self.file,
        )

    def column(self, name: str) -> Sequence[str]:
        """The cells of a column; KeyError when there is none (`check_rows` has looked before)."""
        return self.columns[name]

    def where(self, rows: Sequence[int] | np.ndarray, key: str) -> tuple[Where, str]:
        """The place of the first of these rows, and the lines of all of them in words, for a message.

        Examples:
            >>> rows = SplitRows(("a", "b"), "value", np.zeros(2), lines=(2, 3), file="train.csv")
            >>> place, lines = rows.where([0, 1], "fold")
            >>> str(place), lines
            ('train.csv:2 fold', '2, 3')
        """
        numbers = [self.lines[i] if self.lines else int(i) + 2 for i in rows]
        return Where(self.file, numbers[0] if numbers else None, key), list_some(numbers)


@dataclass(frozen=True, slots=True, eq=False)
class FoldAssignment:
    """What a split comes to.

    Attributes:
        folds: int32 (rows, repeats), in the order the rows were given; -1 = only ever trained on.
        n_splits: how many folds there are, which for leave-one-out is not what was asked.
        ordered: True when fold k is trained on earlier folds only.
        faults: notes and questions; a refusal is raised instead.
    """

    folds: np.ndarray
    n_splits: int
    ordered: bool
    faults: tuple[Fault, ...]


class Splitter(Protocol):
    """One way to split rows into folds. Options are the keyword arguments of the constructor.

    Attributes:
        ordered: True when fold k is trained on folds before k only; else on all other folds.
        deterministic: True when the seed changes nothing; repeats are then refused.
        needs_groups: True when it cannot split without groups, and never shares one.
        kinds: the kinds of target it can split.
    """

    ordered: ClassVar[bool]
    deterministic: ClassVar[bool]
    needs_groups: ClassVar[bool]
    kinds: ClassVar[frozenset[str]]

    def split(self, rows: SplitRows, seed: int) -> np.ndarray:
        """The fold of each row.

        Args:
            rows: the rows, sorted by id.
            seed: 0 to 2³² - 1.

        Returns:
            int32 (rows,); -1 for a row that is only ever trained on (ordered splitters).

        Raises:
            InputError: the rows cannot be split so.
        """
        ...


def list_some(items: Sequence[object], limit: int = 10) -> str:
    """The first few items in one line, and how many more there are.

    Examples:
        >>> list_some([3, 4, 5]), list_some(range(20), limit=2)
        ('3, 4, 5', '0, 1, … (20)')
    """
    text = ", ".join(str(item) for item in items[:limit])
    return text if len(items) <= limit else f"{text}, … ({len(items)})"
