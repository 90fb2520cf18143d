"""Columns of the table as a second input beside the image: scaled, filled, one-hot, on what the training fold says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from tamesu.artifacts.numbers import read_numbers
from tamesu.artifacts.recipe import ColumnInput

# A column whose skewness is beyond this is taken by its logarithm: an exponential distribution has 2.
SKEWED = 2.0
# What is this many standard deviations away says no more than that it is far away.
FARTHEST = 5.0


@dataclass(frozen=True, slots=True)
class FittedColumns:
    """How columns become numbers, as learnt on one training fold.

    Attributes:
        numeric: by column: whether its logarithm is taken, then mean and standard deviation.
        category: by column: the texts that have a place of their own.
    """

    numeric: dict[str, tuple[bool, float, float]]
    category: dict[str, list[str]]

    @property
    def width(self) -> int:
        """How many numbers a row has: two per numeric column (the second says that it is missing), one per text.

        One that is always 0 where the training fold knows no text of the only column.
        """
        return max(2 * len(self.numeric) + sum(len(texts) for texts in self.category.values()), 1)

    def transform(self, columns: Mapping[str, Sequence[str]]) -> NDArray[np.float32]:
        """Rows as numbers, float32 (rows, width).

        A missing number is the mean, with its flag 1; a text that the training fold does not know is 0 everywhere.

        Args:
            columns: the table's cells by column.
        """
        found: list[NDArray[Any]] = []
        for name, (logged, mean, std) in self.numeric.items():
            values = read_numbers(columns[name], {""}).values
            missing = np.isnan(values)
            scaled = (straighten(values, logged) - mean) / std
            found += [np.clip(np.where(missing, 0.0, scaled), -FARTHEST, FARTHEST), missing]
        for name, texts in self.category.items():
            cells = np.array(columns[name], dtype=np.str_)
            found += [cells == text for text in texts]
        if not found:
            return np.zeros((len(columns[next(iter(self.category))]), 1), np.float32)
        return np.stack(found, axis=1).astype(np.float32)

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def read_fitted(plain: Mapping[str, Any] | None) -> FittedColumns | None:
    """The inverse of `FittedColumns.plain`; None of None."""
    if plain is None:
        return None
    numeric = {name: (bool(logged), float(mean), float(std)) for name, (logged, mean, std) in plain["numeric"].items()}
    return FittedColumns(numeric, {name: list(texts) for name, texts in plain["category"].items()})


def fit_columns(given: ColumnInput, columns: Mapping[str, Sequence[str]], rows: NDArray[np.int64]) -> FittedColumns:
    """Scales and texts from the training rows of a fold.

    Args:
        given: of the recipe.
        columns: the table's cells by column.
        rows: the training rows.

    Examples:
        >>> fitted = fit_columns(ColumnInput(numeric=["age"]), {"age": ("1", "3", "", "9")}, np.array([0, 1, 2]))
        >>> fitted.transform({"age": ("1", "", "2")}).tolist()
        [[-1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    """
    numeric = {}
    for name in given.numeric:
        values = read_numbers(columns[name], {""}).values[rows]
        known = values[~np.isnan(values)]
        logged = given.skew == "log" or (given.skew == "auto" and is_skewed(known))
        straight = straighten(known, logged)
        std = float(straight.std()) if len(straight) else 0.0
        numeric[name] = (logged, float(straight.mean()) if len(straight) else 0.0, std if std > 0 else 1.0)
    category = {name: sorted({columns[name][row] for row in rows.tolist()} - {""}) for name in given.category}
    return FittedColumns(numeric, category)


def is_skewed(values: NDArray[np.float64]) -> bool:
    """Whether a few values are far above the others, so that the logarithm tells them apart better.

    Examples:
        >>> is_skewed(np.array([1.0, 2.0, 3.0])), is_skewed(np.array([1.0] * 50 + [1e6]))
        (False, True)
    """
    if len(values) < 3 or values.min() < 0 or values.std() == 0:
        return False
    return bool((((values - values.mean()) / values.std()) ** 3).mean() > SKEWED)


def straighten(values: NDArray[np.float64], logged: bool) -> NDArray[np.float64]:
    """Values, or the logarithm of one more than each; below 0 mirrored, so that it is defined everywhere."""
    return np.sign(values) * np.log1p(np.abs(values)) if logged else values


class ColumnNet(nn.Module):
    """One layer that gives the columns as many features as the recipe says, whatever their number.

    So that two columns beside hundreds of the image's features are heard, and fifty do not drown them.

    Args:
        numbers: what a row of columns has.
        width: features wanted.
        dropout: probability that a feature is left out in training.

    Examples:
        >>> import torch
        >>> ColumnNet(3, 16, 0.0)(torch.zeros(2, 3)).shape
        torch.Size([2, 16])
    """

    def __init__(self, numbers: int, width: int, dropout: float) -> None:
        super().__init__()
        linear = nn.Linear(numbers, width)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        self.layers = nn.Sequential(linear, nn.ReLU(), nn.Dropout(dropout))

    def forward(self, numbers: Float[Tensor, "batch numbers"]) -> Float[Tensor, "batch width"]:
        """Features of the columns."""
        features: Tensor = self.layers(numbers)
        return features
