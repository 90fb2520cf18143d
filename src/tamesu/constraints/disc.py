"""A point inside a disc."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import ROUNDING, Finite, kept_or_unknown, reachable, refuse_width, to_logit, widen
from tamesu.registry import Positive


class Disc(nn.Module):
    """Two columns, x and y, that never leave a disc: the radius by a sigmoid, the direction by an angle.

    Two raw numbers a and b: x = cx + r cos b, y = cy + r sin b, with r = radius × sigmoid(a), and b in radians.

    Args:
        width: the target's columns, filled by tamesu; 2.
        radius: of the disc, in the target's unit.
        center: (cx, cy), in the target's unit.

    Raises:
        InputError: CONSTRAINT_WIDTH, not 2 columns.

    Examples:
        >>> disc = Disc(width=2, radius=4.0, center=(1.0, 0.0))
        >>> disc(torch.tensor([[0.0, 0.0], [100.0, torch.pi / 2]])).round(decimals=4)  # half the radius east; the rim north
        tensor([[3., 0.],
                [1., 4.]])
        >>> disc.check_values(np.array([[3.0, 0.0], [-4.0, 0.0]])).tolist()
        [True, False]
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self, *, width: int, radius: Positive = 1.0, center: tuple[Finite, Finite] = (0.0, 0.0)) -> None:
        super().__init__()
        if width != 2:
            raise refuse_width("disc", 2, width)
        self.raw = 2
        self.radius = radius
        self.center = center

    def forward(self, raw: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch 2"]:
        """The points, (x, y)."""
        raw = widen(raw)
        length = self.radius * torch.sigmoid(raw[:, 0])
        x = self.center[0] + length * torch.cos(raw[:, 1])
        y = self.center[1] + length * torch.sin(raw[:, 1])
        return torch.stack([x, y], dim=1)

    def inverse(self, values: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch 2"]:
        """Radius and direction of the points."""
        values = reachable(self, values)
        x, y = values[:, 0] - self.center[0], values[:, 1] - self.center[1]
        return torch.stack([to_logit(torch.hypot(x, y) / self.radius), torch.atan2(y, x)], dim=1)

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows not farther from the centre than the radius."""
        distance = np.hypot(values[:, 0] - self.center[0], values[:, 1] - self.center[1])
        rounding = ROUNDING * (self.radius + float(np.hypot(*self.center)))
        return kept_or_unknown(values, distance <= self.radius + rounding)
