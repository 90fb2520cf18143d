"""Columns that are made of fewer free variables."""

from __future__ import annotations

from typing import Annotated, ClassVar, cast

import numpy as np
import torch
from annotated_types import MinLen
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import ROUNDING, WRITTEN, Finite, kept_or_unknown, reachable, refuse_width, widen
from tamesu.errors import Fault, InputError, Where


class LinearMap(nn.Module):
    """Columns that follow from fewer free variables by a known matrix: values = matrix × free + offset.

    Points on a known plane in space, for one: x, y, z of two coordinates on it.

    Args:
        width: the target's columns, filled by tamesu.
        matrix: one row per column of the target, in each one factor per free variable.
        offset: added to each column, one number for all or one per column, in the target's unit.

    Raises:
        InputError: CONSTRAINT_WIDTH, not one row or one offset per column; CONSTRAINT_MATRIX, rows of different lengths.

    Examples:
        >>> linear = LinearMap(width=3, matrix=[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
        >>> linear(torch.tensor([[2.0, 3.0]])).tolist(), linear.raw
        ([[2.0, 3.0, 5.0]], 2)
        >>> linear.check_values(np.array([[2.0, 3.0, 5.0], [2.0, 3.0, 6.0]])).tolist()
        [True, False]
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(
        self,
        *,
        width: int,
        matrix: Annotated[list[Annotated[list[Finite], MinLen(1)]], MinLen(1)],
        offset: Finite | list[Finite] = 0.0,
    ) -> None:
        super().__init__()
        lengths = [len(row) for row in matrix]
        if len(set(lengths)) > 1:
            values = {"found": ", ".join(map(str, lengths))}
            raise InputError(Fault("CONSTRAINT_MATRIX", "refuse", Where(key="matrix"), values))
        if len(matrix) != width:
            raise refuse_width("linear", len(matrix), width, "matrix")
        if isinstance(offset, list) and len(offset) != width:
            raise refuse_width("linear", len(offset), width, "offset")
        self.raw = lengths[0]
        factors = torch.tensor(matrix, dtype=torch.float64)
        self.register_buffer("matrix", factors, persistent=False)
        self.register_buffer("back", torch.linalg.pinv(factors), persistent=False)
        self.register_buffer("offset", torch.tensor(offset, dtype=torch.float64).expand(width).clone(), persistent=False)

    def forward(self, raw: Float[Tensor, "batch free"]) -> Float[Tensor, "batch width"]:
        """The columns that the free variables give."""
        raw = widen(raw)
        return times(cast(Tensor, self.matrix), raw) + cast(Tensor, self.offset).to(raw.dtype)

    def inverse(self, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch free"]:
        """The free variables by least squares, the smallest where several give the same."""
        values = reachable(self, values)
        return times(cast(Tensor, self.back), values - cast(Tensor, self.offset).to(values.dtype))

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows that some free variables give, within half a percent of the largest number in the row or in the offset."""
        matrix, back, offset = (cast(Tensor, x).double().cpu().numpy() for x in (self.matrix, self.back, self.offset))
        moved = values - offset
        away = np.abs(moved @ back.T @ matrix.T - moved).max(axis=1)
        rounding = ROUNDING * np.abs(offset).max()
        return kept_or_unknown(values, away <= WRITTEN * np.abs(moved).max(axis=1) + rounding)


def times(matrix: Float[Tensor, "outputs inputs"], rows: Float[Tensor, "batch inputs"]) -> Float[Tensor, "batch outputs"]:
    """The matrix times each row, in the rows' own precision.

    Examples:
        >>> times(torch.tensor([[1.0, 2.0], [0.0, 1.0]]), torch.tensor([[3.0, 4.0]])).tolist()
        [[11.0, 4.0]]
    """
    # A matrix product may be rounded to half precision, under autocast or by the GPU's own settings; these are tiny.
    return (rows[:, None, :] * matrix.to(rows.dtype)).sum(dim=2)
