"""CORAL: labels in order, learnt as "more than this one?"."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float, Shaped
from scipy.special import expit
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses.loss import widen


class Coral:
    """Each step between two labels is a yes/no question, "is the truth above it?"; a sample's value is the mean over steps.

    A miss by two labels answers two questions wrongly, so that it costs more than a miss by one. The paper adds the steps, and
    gives all questions one direction in the features; here each has its own row, and `decode` mends those that cross.

    Source: Cao, Mirjalili and Raschka, Rank Consistent Ordinal Regression, Pattern Recognition Letters 140, 2020, section 3;
        with a row for each question: Niu et al., Ordinal Regression with Multiple Output CNN, CVPR 2016.

    Examples:
        >>> loss, sure = Coral(), torch.tensor([[9.0, -9.0]])
        >>> loss(torch.zeros(1, 2), torch.tensor([1])), loss(sure, torch.tensor([1])) < loss(sure, torch.tensor([2]))
        (tensor([0.6931]), tensor([True]))
        >>> loss.outputs("ordinal", 3), loss.decode("ordinal", np.array([[0.0, -np.log(3.0)]]))
        (2, array([[0.5 , 0.25, 0.25]]))
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"ordinal"})

    def __init__(self) -> None:
        pass

    def __call__(self, logits: Float[Tensor, "batch steps"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """One value per sample, the mean over steps.

        Args:
            logits: unnormalised, one column per step; labels are one more.
            target: the right label's code, int64.
        """
        logits = widen(logits)
        above = (target[:, None] > torch.arange(logits.shape[1], device=target.device)).to(logits.dtype)
        return F.binary_cross_entropy_with_logits(logits, above, reduction="none").mean(dim=1)

    def outputs(self, kind: str, width: int) -> int:  # noqa: ARG002
        """One logit per step between neighbours."""
        return width - 1

    def decode(self, kind: str, logits: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """A probability per label: what lies between its two steps. A step has at most the probability of the one before."""
        above = np.minimum.accumulate(expit(logits), axis=1)
        ends = np.ones((len(logits), 1)), np.zeros((len(logits), 1))
        return -np.diff(np.concatenate([ends[0], above, ends[1]], axis=1), axis=1)
