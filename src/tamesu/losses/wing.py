"""Wing loss: points, with small errors that go on pulling."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from tamesu.losses.columns import difference
from tamesu.registry import Positive


class Wing:
    """omega log(1 + |d| / epsilon) for |d| < omega, else |d| minus what makes both meet.

    The slope grows as the error shrinks, so that a point nearly right is brought nearer still.

    Args:
        omega: where the curve becomes straight, in the target's unit.
        epsilon: smaller pulls harder on small errors. The paper has 10 and 2 px; the defaults are near that for points, where
            2 is the whole picture.

    Source: Feng et al., Wing Loss for Robust Facial Landmark Localisation, CVPR 2018, equation 5.

    Examples:
        >>> Wing(omega=1.0, epsilon=1.0)(torch.tensor([[0.5], [3.0]]), torch.tensor([[0.0], [0.0]]))
        tensor([0.4055, 2.6931])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value", "points", "map"})

    def __init__(self, *, omega: Positive = 0.1, epsilon: Positive = 0.02) -> None:
        self.omega = omega
        self.epsilon = epsilon

    def __call__(
        self, logits: Float[Tensor, "batch columns"], target: Float[Tensor, "batch columns"]
    ) -> Float[Tensor, " batch"]:
        """One value per sample, in the target's unit; the mean over columns.

        Args:
            logits: the predicted numbers.
            target: the true numbers.
        """
        distance = torch.abs(difference(logits, target))
        near = self.omega * torch.log1p(distance / self.epsilon)
        step = self.omega * (1.0 - math.log1p(self.omega / self.epsilon))
        return torch.where(distance < self.omega, near, distance - step).mean(dim=1)
