"""Lovász-softmax: the Jaccard index itself, made smooth between its corners."""

from __future__ import annotations

from typing import ClassVar

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.losses.overlap import flatten_maps, mean_of_labels


class Lovasz:
    """One minus the Jaccard index of each label in the image, extended to probabilities; the mean over labels.

    The pixels are sorted by their error; each error counts by how much the index falls when that pixel becomes wrong beside
    all that are worse. Labels that are nowhere in the image are left out.

    Args:
        from_background: whether label 0 counts as a label; without it an image of background costs nothing.

    Source: Berman, Rannen Triki and Blaschko, The Lovász-Softmax Loss, CVPR 2018, section 3 and algorithm 1.

    Examples:
        >>> Lovasz()(torch.zeros(1, 2, 1, 2), torch.tensor([[[0, 1]]]))
        tensor([0.5000])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"mask"})
    regions: ClassVar[bool] = True

    def __init__(self, *, from_background: bool = True) -> None:
        self.from_background = from_background

    def __call__(
        self, logits: Float[Tensor, "batch labels height width"], target: Shaped[Tensor, "batch height width"]
    ) -> Float[Tensor, " batch"]:
        """One value per image, 0 to 1.

        Args:
            logits: unnormalised, one map per label.
            target: the right label of each pixel, int64; -1 where not known.
        """
        probs, truth, known = flatten_maps(logits, target)
        # A pixel that is not known has no error: it comes last, where an error of 0 moves nothing.
        errors, order = torch.sort(torch.abs(truth - probs) * known, dim=2, descending=True)
        sorted_truth = truth.gather(2, order)
        total = truth.sum(dim=2, keepdim=True)
        overlap = total - sorted_truth.cumsum(dim=2)
        union = total + (1.0 - sorted_truth).cumsum(dim=2)
        index = 1.0 - overlap / union
        steps = torch.diff(index, dim=2, prepend=torch.zeros_like(index[:, :, :1]))
        return mean_of_labels((errors * steps).sum(dim=2), total[:, :, 0] > 0, self.from_background)
