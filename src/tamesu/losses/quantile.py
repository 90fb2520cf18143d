"""Quantile loss: the number below which a share of the truth lies."""

from __future__ import annotations

from typing import Annotated, ClassVar

import torch
from annotated_types import Gt, Lt
from jaxtyping import Float
from torch import Tensor

from tamesu.losses.columns import difference


class Quantile:
    """The distance, times `quantile` where the prediction is too low and 1 - `quantile` where it is too high.

    Args:
        quantile: the share, between 0 and 1; 0.5 gives the median and half the absolute error.

    Source: Koenker and Bassett, Regression Quantiles, Econometrica 46, 1978.

    Examples:
        >>> Quantile(quantile=0.75)(torch.tensor([[1.0], [1.0]]), torch.tensor([[3.0], [-1.0]]))
        tensor([1.5000, 0.5000])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value", "points", "map"})

    def __init__(self, *, quantile: Annotated[float, Gt(0.0), Lt(1.0)] = 0.5) -> None:
        self.quantile = quantile

    def __call__(
        self, logits: Float[Tensor, "batch columns"], target: Float[Tensor, "batch columns"]
    ) -> Float[Tensor, " batch"]:
        """One value per sample, in the target's unit; the mean over columns.

        Args:
            logits: the predicted numbers.
            target: the true numbers.
        """
        above = difference(logits, target)
        return torch.maximum((1.0 - self.quantile) * above, -self.quantile * above).mean(dim=1)
