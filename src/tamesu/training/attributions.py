"""What each pixel adds to what a network says, and what each covered window takes from it, through captum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor

from tamesu.errors import Fault, InputError, Where
from tamesu.training.grad_cam import choose_scores
from tamesu.training.network import Network

# Points on the way from the mean colour to the picture.
STEPS = 24
# Passes through the network at once.
BATCH = 16
# A covered window is a fifth of the picture's side, and moves by half of itself.
PARTS = 5


def import_captum() -> Any:
    """captum's attribution methods; importing them takes a second.

    Raises:
        InputError: EXPLAIN_NEEDS_EXTRA.
    """
    try:
        import captum.attr
    except ImportError as error:
        raise InputError(Fault("EXPLAIN_NEEDS_EXTRA", "refuse", Where())) from error
    return captum.attr


def make_scorer(network: Network, head: str, classes: int) -> Callable[[Tensor, Tensor], Tensor]:
    """Normalised pictures and codes of their classes → scores; see `choose_scores`."""

    def score(images: Tensor, codes: Tensor) -> Tensor:
        return choose_scores(network.see_normalised(images).logits[head], codes, classes)

    return score


def integrate(
    network: Network,
    images: Float[Tensor, "batch channels height width"],
    head: str,
    codes: Int[Tensor, " batch"],
    classes: int,
    steps: int = STEPS,
) -> Float[Tensor, "batch channels height width"]:
    """How much each pixel adds to the score on the straight way from a picture of the mean colour to this one.

    Args:
        network: in evaluation mode; its parameters need want no gradients.
        images: normalised.
        head: whose logits are explained.
        codes: of the class that is explained, for each picture.
        classes: see `choose_scores`.
        steps: points on the way.

    Returns:
        Signed, in the unit of the logits; those of a picture add to its score less that of the mean colour.

    Raises:
        InputError: EXPLAIN_NEEDS_EXTRA.

    Source: Sundararajan et al., Axiomatic attribution for deep networks, ICML 2017, equation 3.
    """
    method = import_captum().IntegratedGradients(make_scorer(network, head, classes))
    found = method.attribute(
        images, torch.zeros_like(images), additional_forward_args=(codes,), n_steps=steps, internal_batch_size=BATCH
    )
    return cast(Tensor, found.float())


def occlude(
    network: Network,
    images: Float[Tensor, "batch channels height width"],
    head: str,
    codes: Int[Tensor, " batch"],
    classes: int,
    parts: int = PARTS,
) -> Float[Tensor, "batch height width"]:
    """How much the score falls, on average over the windows over a pixel, when the window is covered with the mean colour.

    Args:
        network: in evaluation mode.
        images: normalised.
        head: whose logits are explained.
        codes: of the class that is explained, for each picture.
        classes: see `choose_scores`.
        parts: of the picture's side, one of which is the window's side; it moves by half of it.

    Returns:
        Signed, in the unit of the logits.

    Raises:
        InputError: EXPLAIN_NEEDS_EXTRA.

    Source: Zeiler and Fergus, Visualizing and understanding convolutional networks, ECCV 2014, section 4.2.
    """
    channels, height, width = images.shape[1:]
    side = max(1, min(height, width) // parts)
    step = max(1, side // 2)
    method = import_captum().Occlusion(make_scorer(network, head, classes))
    with torch.no_grad():
        found = method.attribute(
            images,
            sliding_window_shapes=(channels, side, side),
            strides=(channels, step, step),
            baselines=0.0,
            additional_forward_args=(codes,),
            perturbations_per_eval=max(1, BATCH // len(images)),
        )
    # A window covers all channels, so each has the same number.
    return cast(Tensor, found[:, 0].float())


def soften(parts: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch height width"]:
    """What pixels add, as a map that an eye can read: summed over channels, averaged over a twentieth of the side, not below 0.

    A few pixels add many times what the others do; what is above all but a hundredth of the places counts no more than that.

    Examples:
        >>> soften(torch.tensor([[[[1.0, -3.0]], [[2.0, 1.0]]]])).tolist()
        [[[3.0, 0.0]]]
    """
    summed = parts.sum(1, keepdim=True)
    side = min(parts.shape[2:]) // 20 // 2 * 2 + 1
    near = torch.nn.functional.avg_pool2d(summed, side, stride=1, padding=side // 2, count_include_pad=False)
    maps = near.relu()[:, 0]
    highest = maps.flatten(1).quantile(0.99, dim=1, interpolation="higher")
    return torch.minimum(maps, highest[:, None, None])
