"""What an audit looks at: rows of train and test in one order, their images' facts, labels, folds and columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import CODED
from tamesu.images.facts import Facts

UNKNOWN = -1


@dataclass(frozen=True, slots=True, eq=False)
class AuditData:
    """Rows of train, then of test.

    Attributes:
        ids: of the rows, train first.
        paths: of their images, relative to the data folder.
        train_rows: how many rows are of train.
        sha256: of each image file; None where it could not be read.
        facts: of each image.
        kind: of the main target: `class`, `value`, ...
        target: the main target's name.
        codes: int64 (train,): which label each row has; `UNKNOWN` where it is not known. Of a kind without one label a row
            (`multilabel`, `value`, ...), all 0.
        labels: of the codes; empty for a kind without them.
        values: (train,) or (train, width): the main target as read, for kinds without codes.
        folds: int (repeats, train): the fold in which each row is validated.
        groups: int64 (train,) of the competition's own groups; None when it has none.
        columns: cells of the tables by column, per part.
        features: float32 (rows, d) of a frozen network, NaN where it has not seen the image; None without weights.
    """

    ids: tuple[str, ...]
    paths: tuple[str, ...]
    train_rows: int
    sha256: tuple[str | None, ...]
    facts: Facts
    kind: str
    target: str
    codes: NDArray[np.int64]
    labels: tuple[str, ...]
    values: NDArray[np.generic]
    folds: NDArray[np.int64]
    groups: NDArray[np.int64] | None = None
    columns: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=lambda: {"train": {}, "test": {}})
    features: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def deal(self, rows: Iterable[int]) -> list[int]:
        """Rows in an order that their images' content decides: as good as drawn, and the same every time."""
        return sorted(rows, key=lambda row: (str(self.sha256[row])[::-1], row))

    @property
    def has_classes(self) -> bool:
        """Whether each row has one label."""
        return bool(self.labels) and self.kind in CODED
