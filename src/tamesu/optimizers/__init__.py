"""Optimizers under torch's and timm's names. The table is `OPTIMIZERS`; parameter groups come from `make_groups`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from tamesu.optimizers.groups import make_groups
from tamesu.optimizers.table import OptimizerTable

# torch's own in small letters; a name that is not here is looked up in timm.optim.
OPTIMIZERS = OptimizerTable(
    {
        "adadelta": torch.optim.Adadelta,
        "adafactor": torch.optim.Adafactor,
        "adagrad": torch.optim.Adagrad,
        "adam": torch.optim.Adam,
        "adamax": torch.optim.Adamax,
        "adamw": torch.optim.AdamW,
        "asgd": torch.optim.ASGD,
        "nadam": torch.optim.NAdam,
        "radam": torch.optim.RAdam,
        "rmsprop": torch.optim.RMSprop,
        "rprop": torch.optim.Rprop,
        "sgd": torch.optim.SGD,
    }
)


def build_optimizer(name: str, options: Mapping[str, Any], groups: Sequence[dict[str, Any]]) -> torch.optim.Optimizer:
    """An optimizer over parameter groups; see `OptimizerTable.build`.

    Args:
        name: torch's or timm's name.
        options: its options; `lr` is among them.
        groups: from `make_groups`.

    Returns:
        The optimizer; each group has `base_lr`, `lr_scale` and `lr` = `base_lr` × `lr_scale`.

    Raises:
        InputError: OPTIMIZER_OPTIONS, the optimizer refuses the options together.

    Examples:
        >>> layer = torch.nn.Linear(2, 1)
        >>> groups = make_groups([list(layer.parameters())], weight_decay=0.1)
        >>> [group["weight_decay"] for group in build_optimizer("sgd", {"lr": 0.1}, groups).param_groups]
        [0.1, 0.0]
    """
    optimizer: torch.optim.Optimizer = OPTIMIZERS.build(name, options, groups=groups)
    return optimizer


__all__ = ["OPTIMIZERS", "OptimizerTable", "build_optimizer", "make_groups"]
