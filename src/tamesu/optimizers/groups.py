"""Parameter groups: who is decayed, and how fast each stage learns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from torch import nn


def make_groups(
    stages: Sequence[Sequence[nn.Parameter]],
    *,
    weight_decay: float = 0.0,
    layer_decay: float = 1.0,
    never_decayed: Collection[nn.Parameter] = (),
) -> list[dict[str, Any]]:
    """Two groups per stage: weights with decay; norms, biases and other parameters of one dimension without.

    Args:
        stages: parameters of each stage, from the image to the head; frozen ones are left out.
        weight_decay: for the parameters that are decayed.
        layer_decay: factor on the learning rate for each stage further down from the last, above 0 to 1.
        never_decayed: parameters without decay whatever their shape, such as position embeddings.

    Returns:
        Groups with `params`, `weight_decay` and `lr_scale` = layer_decay ** (stages above it); empty ones are left out.

    Source: no decay on norms and biases: He et al., Bag of Tricks for Image Classification, CVPR 2019, section 3.1;
        layer-wise decay: Clark et al., ELECTRA, ICLR 2020.

    Examples:
        >>> image, head = nn.Linear(2, 2), nn.Linear(2, 1)
        >>> groups = make_groups([list(image.parameters()), list(head.parameters())], weight_decay=0.05, layer_decay=0.5)
        >>> [(len(g["params"]), g["weight_decay"], g["lr_scale"]) for g in groups]
        [(1, 0.05, 0.5), (1, 0.0, 0.5), (1, 0.05, 1.0), (1, 0.0, 1.0)]
    """
    spared = {id(parameter) for parameter in never_decayed}
    groups = []
    for index, stage in enumerate(stages):
        scale = layer_decay ** (len(stages) - 1 - index)
        trained = [parameter for parameter in stage if parameter.requires_grad]
        decayed = [p for p in trained if p.ndim > 1 and id(p) not in spared]
        kept = [p for p in trained if p.ndim <= 1 or id(p) in spared]
        groups += [
            {"params": parameters, "weight_decay": decay, "lr_scale": scale}
            for parameters, decay in ((decayed, weight_decay), (kept, 0.0))
            if parameters
        ]
    return groups
