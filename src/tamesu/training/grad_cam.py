"""Grad-CAM: which cells of a network's map speak for what a head says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from tamesu.backbones.maps import Layout, to_map
from tamesu.training.network import Network, Seen
from tamesu.training.roads import LAST


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a network the map is read.

    Attributes:
        number: of the tap, or `LAST`.
        layout: how the map lies in memory; None where it is a map with channels first already.
    """

    number: int
    layout: Layout | None = None


def find_place(network: Network, head: str) -> Place:
    """The last map on a head's road that its logits hang on cell by cell.

    That is the map the head reads or branches off from. Of a head that reads the class token it is the map one stage earlier,
    from which the last attention fetches what the token says.

    Args:
        network: of a run.
        head: its name.
    """
    index, road = list(network.roads).index(head), network.roads[head]
    pooling = network.part("own_pooling", index) or network.pooling
    number = road.place
    taps = cast(Any, network.backbone).taps if number != LAST or reads_tokens(pooling) else ()
    if reads_tokens(pooling) and taps:
        number = max(0, (len(taps) if number == LAST else number + 1) - 2)
    return Place(number) if number == LAST else Place(number, taps[number].layout)


def reads_tokens(pooling: nn.Module) -> bool:
    """Whether a pooling reads the class token beside the map."""
    return bool(getattr(pooling, "reads_tokens", False))


@contextmanager
def watching(network: Network, place: Place) -> Iterator[None]:
    """While the block runs, `network.see` keeps the map at a place, and gradients of logits lead back to it and no further.

    Of a backbone whose stages can be read, what lies before the place is computed without being remembered: the images of a
    whole batch need the memory of one pass. Else the whole network is remembered.

    Args:
        network: in evaluation mode; whether its parameters want gradients is set, and set back.
        place: from `find_place`.
    """
    wanted = [parameter.requires_grad for parameter in network.parameters()]
    taps, hooks = list(network.taps), []
    stages = cast(Any, network.backbone).taps
    if place.number != LAST:
        network.taps = sorted({*taps, place.number})
    network.requires_grad_(not stages)
    if stages:
        module = stages[place.number if place.number != LAST else len(stages) - 1].module
        hooks.append(cast(Any, network.backbone).model.get_submodule(module).register_forward_hook(begin))
    try:
        yield
    finally:
        network.taps = taps
        for hook in hooks:
            hook.remove()
        for parameter, own in zip(network.parameters(), wanted, strict=True):
            parameter.requires_grad_(own)


def begin(_module: nn.Module, _inputs: Any, output: Any) -> Any:
    """The same output, from which on gradients are remembered."""
    # A copy, since what comes after may write into it, and into a leaf nothing may be written.
    return output.detach().requires_grad_().clone() if isinstance(output, Tensor) else output


def grad_cam(
    seen: Seen, place: Place, scores: Float[Tensor, " batch"], size_px: int, *, keep: bool = False
) -> Float[Tensor, "batch size size"]:
    """Each picture's map of what speaks for its score, not scaled: 0 or more everywhere.

    Args:
        seen: of a batch, inside `watching`.
        place: the same.
        scores: of each picture, computed from `seen.logits`.
        size_px: height and width wanted; between the middles of cells it is interpolated.
        keep: whether another map of the same `seen` will be asked for.

    Returns:
        The maps; zeros where the scores do not hang on this place.

    Source: Selvaraju et al., Grad-CAM: Visual explanations from deep networks via gradient-based localization, ICCV 2017,
        equations 1 and 2.
    """
    raw = seen.places[place.number]
    (slope,) = torch.autograd.grad(scores.sum(), raw, retain_graph=keep, materialize_grads=True)
    last = raw.detach()
    if place.layout is not None:
        last, slope = to_map(last, place.layout), to_map(slope, place.layout)
    weights = slope.float().mean((2, 3), keepdim=True)
    maps = (weights * last.float()).sum(1, keepdim=True).relu()
    return nn.functional.interpolate(maps, size=(size_px, size_px), mode="bilinear")[:, 0]


def count_cells(seen: Seen, place: Place) -> int:
    """How many cells the map at a place is wide or high, the fewer of the two.

    Args:
        seen: of a batch, inside `watching`.
        place: the same.
    """
    raw = seen.places[place.number]
    return min((raw if place.layout is None else to_map(raw, place.layout)).shape[2:])


def choose_scores(
    logits: Float[Tensor, "batch outputs"], codes: Int[Tensor, " batch"], classes: int
) -> Float[Tensor, " batch"]:
    """What a map explains of each picture: the logit of its class, or how much is told where logits are not one a class.

    Args:
        logits: of a head.
        codes: of classes.
        classes: how many there are; 0 for a target without classes.

    Examples:
        >>> logits = torch.tensor([[1.0, 5.0], [2.0, 3.0]])
        >>> choose_scores(logits, torch.tensor([1, 0]), 2).tolist(), choose_scores(logits, torch.tensor([2, 0]), 3).tolist()
        ([5.0, 2.0], [6.0, 5.0])
    """
    return logits.gather(1, codes[:, None])[:, 0] if logits.shape[1] == classes else logits.sum(1)
