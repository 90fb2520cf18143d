"""Squared error: a number."""

from __future__ import annotations

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from tamesu.losses.loss import widen


class MeanSquaredError:
    """The square of the difference; its best constant is the mean.

    Examples:
        >>> MeanSquaredError()(torch.tensor([[1.0], [2.0]]), torch.tensor([[0.0], [5.0]]))
        tensor([1., 9.])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self) -> None:
        pass

    def __call__(self, logits: Float[Tensor, "batch 1"], target: Float[Tensor, "batch 1"]) -> Float[Tensor, " batch"]:
        """One value per sample, in the square of the target's unit.

        Args:
            logits: the predicted numbers.
            target: the true numbers.
        """
        logits = widen(logits)
        return torch.square(logits - target.to(logits.dtype))[:, 0]
