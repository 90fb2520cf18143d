"""Parts that add up to what is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from tamesu.penalties.penalty import where_known, widen
from tamesu.registry import NonNegative, Positive


class TotalKept:
    """The squared distance of a sum from its total: of the values of an output, or of the pixels of a map.

    Such as areas of land uses that add up to the area of a town, or a map of density that adds up to a count.

    Args:
        of: the output whose values are added.
        total: what they add up to: a number, or the name of a numeric column or another output. Samples whose column is missing
            count nothing.
        scale: what the distance is divided by before it is squared, in the unit of the total.
        weight: its weight in the loss.

    Examples:
        >>> import torch
        >>> TotalKept(of="shares", total=1.0)({"shares": torch.tensor([[0.5, 0.5], [1.0, 2.0]])}, None)
        tensor([0., 4.])
    """

    needs_image: ClassVar[bool] = False

    def __init__(self, *, of: str, total: float | str, scale: Positive = 1.0, weight: NonNegative = 1.0) -> None:
        self.of = of
        self.total = total
        self.scale = scale
        self.weight = weight

    def reads(self) -> tuple[str, ...]:
        """The output, and what holds its total where that is no number."""
        return (self.of, self.total) if isinstance(self.total, str) and self.total != self.of else (self.of,)

    def __call__(
        self,
        fields: Mapping[str, Tensor],
        images: Float[Tensor, "batch 3 rows columns"] | None,  # noqa: ARG002
    ) -> Float[Tensor, " batch"]:
        """One value per sample; see `Penalty`."""
        return where_known(self.reads(), fields, self.distance)

    def distance(self, fields: Mapping[str, Tensor]) -> Float[Tensor, " batch"]:
        """((sum - total) / scale)² of samples whose total is known."""
        total = add_up(fields[self.total]) if isinstance(self.total, str) else self.total
        return ((add_up(fields[self.of]) - total) / self.scale).square()


def add_up(field: Float[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
    """All values of each sample added; a column as it is.

    Examples:
        >>> import torch
        >>> add_up(torch.tensor([[1.0, 2.0], [3.0, 4.0]])), add_up(torch.tensor([5.0]))
        (tensor([3., 7.]), tensor([5.]))
    """
    return widen(field) if field.ndim == 1 else widen(field).flatten(1).sum(dim=1)
