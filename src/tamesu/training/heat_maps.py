"""Maps of one batch by every method, of one network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor, nn

from tamesu.training.attributions import integrate, occlude, soften
from tamesu.training.grad_cam import Place, choose_scores, count_cells, find_place, grad_cam, watching
from tamesu.training.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Teller:
    """A network that is asked why it tells what it tells.

    Attributes:
        network: on its device, in evaluation mode.
        head: whose word is explained.
        classes: how many it tells apart; 0 for a target without classes.
        tell: logits → probs of the classes, float64 (B, classes).
    """

    network: Network
    head: str
    classes: int
    tell: Callable[[Tensor], Tensor]

    @property
    def place(self) -> Place:
        """Where Grad-CAM reads."""
        return find_place(self.network, self.head)

    @property
    def pooling(self) -> nn.Module:
        """The pooling of the head."""
        index = list(self.network.roads).index(self.head)
        return self.network.part("own_pooling", index) or self.network.pooling


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What one pass says of a batch, on its device.

    Attributes:
        codes: of the class that is explained, (B,); 0 for a target without classes.
        probs: of that class, (B,); NaN for a target without classes.
        maps: (B, size, size) by method, not scaled: `grad_cam`, and `attention` where the pooling has masks.
        cells: a side, of which Grad-CAM was interpolated.
        truth: Grad-CAM of the true class, where it was asked for.
    """

    codes: Int[Tensor, " batch"]
    probs: Float[Tensor, " batch"]
    maps: dict[str, Tensor]
    cells: int
    truth: Tensor | None = None


def look(
    teller: Teller,
    images: UInt8[Tensor, "batch height width channels"],
    codes: Int[Tensor, " batch"] | None = None,
    truth: Int[Tensor, " batch"] | None = None,
) -> Looked:
    """Grad-CAM and the masks of the pooling, in one pass.

    Args:
        teller: the network.
        images: as decoded, square.
        codes: of the classes to explain; None for those that the network tells.
        truth: codes of the true classes, of which Grad-CAM is made too.
    """
    size, place = images.shape[1], teller.place
    with watching(teller.network, place):
        seen = teller.network.see(images)
        logits = seen.logits[teller.head]
        probs = torch.full((len(images),), torch.nan, dtype=torch.float64)
        if not teller.classes:
            codes = torch.zeros(len(images), dtype=torch.int64, device=images.device)
        else:
            told = teller.tell(logits.detach())
            codes = told.argmax(1).to(images.device) if codes is None else codes
            probs = told.gather(1, codes.to(told.device)[:, None])[:, 0]
        scores = choose_scores(logits, codes, teller.classes)
        maps = {"grad_cam": grad_cam(seen, place, scores, size, keep=truth is not None)}
        true = None
        if truth is not None:
            true = grad_cam(seen, place, choose_scores(logits, truth, teller.classes), size)
    masks = cast(Any, getattr(teller.pooling, "masks", None))
    if masks is not None:
        mean = masks.float().mean(1, keepdim=True)
        maps["attention"] = nn.functional.interpolate(mean, size=(size, size), mode="bilinear")[:, 0]
    return Looked(codes, probs, maps, count_cells(seen, place), true)


def attribute(
    teller: Teller, method: str, images: UInt8[Tensor, "batch height width channels"], codes: Int[Tensor, " batch"]
) -> Float[Tensor, "batch size size"]:
    """The map of a method that needs many passes, not scaled: 0 or more everywhere.

    Args:
        teller: the network.
        method: `integrated_gradients` or `occlusion`.
        images: as decoded.
        codes: of the classes to explain.

    Raises:
        InputError: EXPLAIN_NEEDS_EXTRA.
    """
    wanted = [parameter.requires_grad for parameter in teller.network.parameters()]
    teller.network.requires_grad_(False)
    normal = teller.network.normalise(images)
    try:
        if method == "occlusion":
            return occlude(teller.network, normal, teller.head, codes, teller.classes).relu()
        return soften(integrate(teller.network, normal, teller.head, codes, teller.classes))
    finally:
        for parameter, own in zip(teller.network.parameters(), wanted, strict=True):
            parameter.requires_grad_(own)


def scale(maps: Float[Tensor, "batch height width"]) -> Float[Tensor, "batch height width"]:
    """Each map with its strongest place at 1; NaN everywhere where nothing speaks, or where a number overflowed.

    Examples:
        >>> scale(torch.tensor([[[1.0, 4.0]], [[0.0, 0.0]]])).tolist()
        [[[0.25, 1.0]], [[nan, nan]]]
    """
    top = maps.amax((1, 2), keepdim=True)
    return torch.where(torch.isfinite(top) & (top > 0), maps / top, torch.nan)
