"""leave_one_group_out."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from tamesu.splitters.rows import SplitRows


class LeaveOneGroupOut:
    """Each group is a fold of its own, in the order of the groups' names."""

    ordered: ClassVar[bool] = False
    deterministic: ClassVar[bool] = True
    needs_groups: ClassVar[bool] = True
    kinds: ClassVar[frozenset[str]] = frozenset({"class", "multilabel", "value"})

    def __init__(self) -> None:
        pass

    def split(self, rows: SplitRows, seed: int) -> np.ndarray:  # noqa: ARG002
        """The fold of each row, int32 (rows,): the place of its group."""
        assert rows.groups is not None, "find_row_faults has refused this"
        place: np.ndarray = np.unique(rows.groups, return_inverse=True)[1]
        return place.astype(np.int32)
