"""Log-cosh: numbers, squared near and straight far away, without a corner."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.columns import difference


class LogCosh:
    """log cosh d: about d²/2 near 0, and |d| - log 2 far away.

    Source: Green, Bayesian Reconstructions from Emission Tomography Data Using a Modified EM Algorithm, IEEE Transactions on
        Medical Imaging 9, 1990 (as a penalty).

    Examples:
        >>> LogCosh()(torch.tensor([[0.0], [100.0]]), torch.tensor([[0.0], [0.0]]))
        tensor([ 0.0000, 99.3069])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value", "points", "map"})

    def __init__(self) -> None:
        pass

    def __call__(
        self, logits: Float[Tensor, "batch columns"], target: Float[Tensor, "batch columns"]
    ) -> Float[Tensor, " batch"]:
        """One value per sample, in the target's unit (near 0 in its square); the mean over columns.

        Args:
            logits: the predicted numbers.
            target: the true numbers.
        """
        distance = torch.abs(difference(logits, target))
        # As written cosh overflows from 90.
        return (distance + F.softplus(-2.0 * distance) - math.log(2.0)).mean(dim=1)
