"""Depth that is smooth where the picture is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from tamesu.errors import Fault
from tamesu.penalties.penalty import map_faults, widen
from tamesu.registry import NonNegative

# Added to the mean depth, so that a map of zeros can be divided by it.
TINY = 1e-7


class EdgeSmoothness:
    """The slope of a map, counted little where the picture has an edge: |∂x d| exp(-|∂x I|) + |∂y d| exp(-|∂y I|).

    Slopes are differences of neighbours, |∂ I| is the mean over the colours, and each of the two terms the mean over the map.
    The picture is brought to the size of the map by the means of areas.

    Args:
        of: the output, a map of depths or disparities.
        normalise: divide the map of each sample by its mean absolute value first: else the smallest map is the smoothest.
        weight: its weight in the loss.

    Source: Godard, Mac Aodha and Brostow, Unsupervised Monocular Depth Estimation with Left-Right Consistency, CVPR 2017,
        equation 3; with the mean taken out: Godard et al., Digging into Self-Supervised Monocular Depth Estimation, ICCV 2019,
        equation 3.

    Examples:
        >>> image = torch.zeros(1, 3, 1, 2)
        >>> EdgeSmoothness(of="depth")({"depth": torch.tensor([[[[1.0, 3.0]]]])}, image)
        tensor([1.])
    """

    needs_image: ClassVar[bool] = True

    def __init__(self, *, of: str, normalise: bool = True, weight: NonNegative = 1.0) -> None:
        self.of = of
        self.normalise = normalise
        self.weight = weight

    def reads(self) -> tuple[str, ...]:
        """The map."""
        return (self.of,)

    def misfits(self, outputs: Mapping[str, int], maps: Sequence[str]) -> list[Fault]:  # noqa: ARG002
        """LAW_MAP, the output is not a map."""
        return map_faults({"of": self.of}, maps)

    def __call__(
        self, fields: Mapping[str, Tensor], images: Float[Tensor, "batch 3 rows columns"] | None
    ) -> Float[Tensor, " batch"]:
        """One value per sample; see `Penalty`."""
        assert images is not None, "needs_image"
        depth = widen(fields[self.of])
        if self.normalise:
            depth = depth / (depth.abs().mean(dim=(1, 2, 3), keepdim=True) + TINY)
        picture = F.adaptive_avg_pool2d(widen(images), (depth.shape[-2], depth.shape[-1])).to(depth.dtype)
        return slope(depth, picture, -1) + slope(depth, picture, -2)


def slope(
    depth: Float[Tensor, "batch 1 height width"], picture: Float[Tensor, "batch 3 height width"], axis: int
) -> Float[Tensor, " batch"]:
    """The mean of |∂ depth| exp(-|∂ picture|) along one axis; 0 where there is one pixel.

    Examples:
        >>> slope(torch.tensor([[[[1.0, 3.0, 3.0]]]]), torch.zeros(1, 3, 1, 3), -1)
        tensor([1.])
    """
    steps = depth.diff(dim=axis).abs() * torch.exp(-picture.diff(dim=axis).abs().mean(dim=1, keepdim=True))
    return steps.sum(dim=(1, 2, 3)) / max(math.prod(steps.shape[1:]), 1)
