"""Losses over the distances between images of a batch, from pytorch-metric-learning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.errors import Fault, InputError
from tamesu.losses.loss import widen
from tamesu.registry import NonNegative, Positive


class Triplet:
    """An image must be nearer to those of its class than to those of others, by a margin.

    max(d(anchor, positive) - d(anchor, negative) + margin, 0), d the Euclidean distance; the mean over the triplets that cost
    something.

    Args:
        margin: in the unit of the distance; features of length 1 are at most 2 apart.
        mining: `hard`: for each anchor its farthest positive and nearest negative; `semihard`: the negatives that are farther
            than the positive, but by less than the margin; `all`: every triplet.
        normalised: whether features are brought to length 1 first.

    Raises:
        InputError: LOSS_NEEDS_EXTRA.

    Source: Schroff et al., FaceNet, CVPR 2015, equations 3 and 4; Hermans et al., In Defense of the Triplet Loss, 2017,
        equation 5.

    Examples:
        >>> features, classes = torch.tensor([[0.0], [1.0], [3.0]]), torch.tensor([0, 0, 1])
        >>> Triplet(margin=2.5, normalised=False)(features, classes)  # of 1 - 3 + 2.5 and 1 - 2 + 2.5
        tensor(1.)
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity"})
    reads: ClassVar[str] = "features"
    whole_batch: ClassVar[bool] = True

    def __init__(
        self,
        *,
        margin: NonNegative = 0.2,
        mining: Literal["hard", "semihard", "all"] = "hard",
        normalised: bool = True,
    ) -> None:
        parts = metric_learning("triplet")
        distance = parts.distances.LpDistance(normalize_embeddings=normalised)
        self.loss: Callable[..., Tensor] = parts.losses.TripletMarginLoss(margin=margin, distance=distance)
        self.mine: Callable[..., Any] | None = None
        if mining == "hard":
            self.mine = parts.miners.BatchHardMiner(distance=distance)
        elif mining == "semihard":
            self.mine = parts.miners.TripletMarginMiner(margin=margin, type_of_triplets="semihard", distance=distance)

    def __call__(self, logits: Float[Tensor, "batch width"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, ""]:
        """One number for the batch; 0 where it has no triplet.

        Args:
            logits: features.
            target: the class of each, int64.
        """
        features = widen(logits)
        with in_full(features):
            return self.loss(features, target, None if self.mine is None else self.mine(features, target))


class SupervisedContrastive:
    """Each image must find those of its class among all of the batch, by a softmax over cosines.

    Args:
        temperature: what the cosines are divided by; smaller looks more at the nearest.

    Raises:
        InputError: LOSS_NEEDS_EXTRA.

    Source: Khosla et al., Supervised Contrastive Learning, NeurIPS 2020, equation 2; the mean over images that are not alone
        in their class.

    Examples:
        >>> features, classes = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 0, 1])
        >>> SupervisedContrastive(temperature=1.0)(features, classes)  # log(1 + 1/e)
        tensor(0.3133)
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity"})
    reads: ClassVar[str] = "features"
    whole_batch: ClassVar[bool] = True

    def __init__(self, *, temperature: Positive = 0.1) -> None:
        self.loss: Callable[..., Tensor] = metric_learning("supcon").losses.SupConLoss(temperature=temperature)

    def __call__(self, logits: Float[Tensor, "batch width"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, ""]:
        """One number for the batch; 0 where no two images share a class, or all do.

        Args:
            logits: features.
            target: the class of each, int64.
        """
        features = widen(logits)
        with in_full(features):
            return self.loss(features, target)


class Contrastive:
    """Two images of a class must lie together, two of different classes at least a margin apart.

    The mean distance of pairs of a class, those at 0 left out, plus the mean of margin - distance over the pairs of different
    classes that are nearer than the margin.

    Args:
        margin: in the unit of the distance; features of length 1 are at most 2 apart.
        normalised: whether features are brought to length 1 first.

    Raises:
        InputError: LOSS_NEEDS_EXTRA.

    Source: Hadsell, Chopra and LeCun, Dimensionality Reduction by Learning an Invariant Mapping, CVPR 2006, with distances
        not squared.

    Examples:
        >>> features, classes = torch.tensor([[0.0], [1.0], [3.0]]), torch.tensor([0, 0, 1])
        >>> Contrastive(margin=2.5, normalised=False)(features, classes)  # 1, and 2.5 - 2
        tensor(1.5000)
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"class", "identity"})
    reads: ClassVar[str] = "features"
    whole_batch: ClassVar[bool] = True

    def __init__(self, *, margin: Positive = 1.0, normalised: bool = True) -> None:
        parts = metric_learning("contrastive")
        distance = parts.distances.LpDistance(normalize_embeddings=normalised)
        self.loss: Callable[..., Tensor] = parts.losses.ContrastiveLoss(neg_margin=margin, distance=distance)

    def __call__(self, logits: Float[Tensor, "batch width"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, ""]:
        """One number for the batch.

        Args:
            logits: features.
            target: the class of each, int64.
        """
        features = widen(logits)
        with in_full(features):
            return self.loss(features, target)


def in_full(features: Tensor) -> torch.autocast:
    """A context in which products of features are taken in their own precision, whatever is cast around it."""
    return torch.autocast(features.device.type, enabled=False)


def metric_learning(name: str) -> Any:
    """The library, loaded when a loss of it is built.

    Args:
        name: the loss that needs it.

    Raises:
        InputError: LOSS_NEEDS_EXTRA, it is not installed.
    """
    # Importing it takes two seconds.
    try:
        import pytorch_metric_learning
        from pytorch_metric_learning import distances, losses, miners  # noqa: F401
    except ImportError as error:
        raise InputError(Fault("LOSS_NEEDS_EXTRA", "refuse", values={"name": name})) from error
    return pytorch_metric_learning
