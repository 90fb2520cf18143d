"""An angle in degrees."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import ROUNDING, kept_or_unknown, reachable, refuse_width, widen
from tamesu.constraints.unit_vector import to_length_one


class Angle(nn.Module):
    """One column of degrees, from a point whose direction it is: nothing has to jump where a full turn is complete.

    Two raw numbers a and b: the angle from the first axis to (a, b), counted towards the second. A loss over values still
    sees 359 and 1 as far apart; two columns with cosine and sine under `unit_vector` do not have that seam.

    Args:
        width: the target's columns, filled by tamesu; 1.
        low: where the range begins, 0 (to 360) or -180 (to 180), in degrees.

    Raises:
        InputError: CONSTRAINT_WIDTH, not 1 column.

    Examples:
        >>> Angle(width=1)(torch.tensor([[0.0, 2.0], [0.0, -2.0]])).tolist()
        [[90.0], [270.0]]
        >>> Angle(width=1, low=-180)(torch.tensor([[0.0, -2.0]])).tolist()
        [[-90.0]]
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"value"})

    def __init__(self, *, width: int, low: Literal[0, -180] = 0) -> None:
        super().__init__()
        if width != 1:
            raise refuse_width("angle", 1, width)
        self.raw = 2
        self.low = low

    def forward(self, raw: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch 1"]:
        """The angles in degrees."""
        # The gradient of the arc tangent is NaN at (0, 0) and infinite near it.
        direction = to_length_one(widen(raw))
        degrees = torch.rad2deg(torch.atan2(direction[:, 1:], direction[:, :1]))
        return torch.where(degrees < self.low, degrees + 360.0, degrees)

    def inverse(self, values: Float[Tensor, "batch 1"]) -> Float[Tensor, "batch 2"]:
        """Cosine and sine of the angles."""
        turned = torch.deg2rad(reachable(self, values))
        return torch.cat([turned.cos(), turned.sin()], dim=1)

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows from `low` to a full turn above it, both ends included."""
        rounding = 360.0 * ROUNDING
        inside = np.abs(values[:, 0] - (self.low + 180.0)) <= 180.0 + rounding
        return kept_or_unknown(values, inside)
