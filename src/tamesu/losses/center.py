"""Center loss: every class has a centre, and its images lie near it."""

from __future__ import annotations

from typing import Annotated, ClassVar

import torch
from annotated_types import Gt, Le
from jaxtyping import Float, Shaped
from torch import Tensor, nn

from tamesu.losses.loss import widen


class Center(nn.Module):
    """Half the squared distance between an image's features and the centre of its class.

    The centres are not learnt by the optimizer: after its step the loop calls `step`. A loss beside this one must keep the
    classes apart, or all features shrink to one point.

    Args:
        alpha: how far a centre moves towards its images of the batch, above 0, at most 1.
        labels: how many classes there are, filled by tamesu.
        width: how many features, filled by tamesu.

    Source: Wen et al., A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV 2016, equations 2 and 4.

    Examples:
        >>> loss = Center(alpha=0.5, labels=2, width=2)
        >>> features, classes = torch.tensor([[3.0, 4.0]]), torch.tensor([1])
        >>> before = loss(features, classes)
        >>> loss.step(features, classes)
        >>> before, loss.centers[1], loss(features, classes)
        (tensor([12.5000]), tensor([0.7500, 1.0000]), tensor([7.0312]))
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity"})
    reads: ClassVar[str] = "features"
    centers: Tensor

    def __init__(self, *, alpha: Annotated[float, Gt(0.0), Le(1.0)] = 0.5, labels: int, width: int) -> None:
        super().__init__()
        self.alpha = alpha
        self.register_buffer("centers", torch.zeros(labels, width))

    def forward(self, logits: Float[Tensor, "batch width"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample.

        Args:
            logits: features.
            target: the class of each, int64.
        """
        features = widen(logits)
        return 0.5 * torch.square(features - self.centers.to(features)[target]).sum(dim=1)

    @torch.no_grad()
    def step(self, features: Float[Tensor, "batch width"], target: Shaped[Tensor, " batch"]) -> None:
        """Move the centres of the classes in a batch: by alpha times Σ (feature - centre) / (1 + images of the class).

        Args:
            features: of the batch; samples whose label is not known are left out by the caller.
            target: the class of each, int64.
        """
        away = features.to(self.centers) - self.centers[target]
        moves = torch.zeros_like(self.centers).index_add_(0, target, away)
        images = torch.zeros_like(self.centers[:, 0]).index_add_(0, target, torch.ones_like(away[:, 0]))
        self.centers += self.alpha * moves / (1.0 + images[:, None])
