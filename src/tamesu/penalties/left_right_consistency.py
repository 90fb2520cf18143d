"""Two views that tell the same depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from tamesu.errors import Fault
from tamesu.penalties.penalty import map_faults, widen
from tamesu.registry import NonNegative


class LeftRightConsistency:
    """How far the disparities of the left view are from those of the right view where they point to, and the other way round.

    The mean over the pixels of |left(x) - right(x - left(x))|, plus that of |right(x) - left(x + right(x))|. Between two pixels
    the value is on the straight line between theirs; beyond the border it is that of the border.

    Args:
        left: the output with the disparities of the left view, a map, as a share of the width.
        right: that of the right view, of the same size.
        weight: its weight in the loss.

    Source: Godard, Mac Aodha and Brostow, Unsupervised Monocular Depth Estimation with Left-Right Consistency, CVPR 2017,
        equation 4, for both views as in equation 1.

    Examples:
        >>> left, right = torch.tensor([[[[0.0, 0.5]]]]), torch.tensor([[[[0.3, 0.0]]]])
        >>> law = LeftRightConsistency(left="left", right="right")
        >>> # Left: |0 - 0.3| and |0.5 - right at pixel 0|. Right: |0.3 - left at pixel 0.6| and |0 - left at pixel 1|.
        >>> law({"left": left, "right": right}, None)
        tensor([0.5000])
    """

    needs_image: ClassVar[bool] = False

    def __init__(self, *, left: str, right: str, weight: NonNegative = 1.0) -> None:
        self.left = left
        self.right = right
        self.weight = weight

    def reads(self) -> tuple[str, ...]:
        """The two maps."""
        return (self.left, self.right) if self.left != self.right else (self.left,)

    def misfits(self, outputs: Mapping[str, int], maps: Sequence[str]) -> list[Fault]:  # noqa: ARG002
        """LAW_MAP, an output that is not a map."""
        return map_faults({"left": self.left, "right": self.right}, maps)

    def __call__(
        self,
        fields: Mapping[str, Tensor],
        images: Float[Tensor, "batch 3 rows columns"] | None,  # noqa: ARG002
    ) -> Float[Tensor, " batch"]:
        """One value per sample; see `Penalty`."""
        left, right = widen(fields[self.left]), widen(fields[self.right])
        apart = (left - look(right, -left)).abs() + (right - look(left, right)).abs()
        return apart.mean(dim=(1, 2, 3))


def look(
    maps: Float[Tensor, "batch 1 height width"], shift: Float[Tensor, "batch 1 height width"]
) -> Float[Tensor, "batch 1 height width"]:
    """The values of a map at every pixel moved sideways, on the straight line between two pixels.

    Args:
        maps: what is read.
        shift: how far to the right each pixel looks, as a share of the width.

    Examples:
        >>> look(torch.tensor([[[[0.0, 10.0]]]]), torch.tensor([[[[0.25, 0.25]]]]))
        tensor([[[[ 5., 10.]]]])
    """
    width = maps.shape[-1]
    # By hand and not by grid_sample: its gradient on a GPU differs from run to run, and one axis needs no grid.
    places = (torch.arange(width, device=maps.device, dtype=maps.dtype) + shift * width).clamp(0, width - 1)
    before = places.detach().floor().long()
    after = (before + 1).clamp(max=width - 1)
    share = places - before
    return maps.gather(-1, before) * (1.0 - share) + maps.gather(-1, after) * share
