"""What the audit's page is made from: findings, and what is written under each picture; plain values, no arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tamesu.results.finding import Finding


@dataclass(frozen=True, slots=True, eq=False)
class AuditView:
    """An audit as it is shown.

    Attributes:
        name: of the competition.
        findings: the most important first, see `in_order`.
        ids: of all rows, train first.
        train_rows: how many of them are of train.
        thumbnail: from a row to its picture, the bytes of a JPEG or PNG with a long side of at most 128 px; None where the
            image is not readable. It is asked for the rows shown only, once each.
        labels: of each row, as text; empty where there is none. May end early: the rows after have none.
        folds: of each row: the fold it is validated in, as text (`3`, or `3, 0` of two repeats); likewise.
        classes: how many labels there are; 0 where the target has none.
        seconds: how long the audit took.
        versions: of what took part, by name (`tamesu`, `Python`, ...).

    Examples:
        >>> view = AuditView("cats", (), ("a", "b"), 1, lambda row: None, labels=("tabby",))
        >>> view.label(0), view.label(1), view.is_test(1)
        ('tabby', '', True)
    """

    name: str
    findings: tuple[Finding, ...]
    ids: tuple[str, ...]
    train_rows: int
    thumbnail: Callable[[int], bytes | None]
    labels: tuple[str, ...] = ()
    folds: tuple[str, ...] = ()
    classes: int = 0
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)

    def label(self, row: int) -> str:
        """The label of a row; empty where there is none."""
        return self.labels[row] if row < len(self.labels) else ""

    def fold(self, row: int) -> str:
        """The fold in which a row is validated; empty where there is none."""
        return self.folds[row] if row < len(self.folds) else ""

    def is_test(self, row: int) -> bool:
        """Whether a row is of test."""
        return row >= self.train_rows
