"""Which card about heads or losses a change is about, so that the ledger can be told beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tamesu.artifacts.changes import split_part
from tamesu.cards import constraint_rules, head_rules, loss_rules, optimisation_rules

NAMES = frozenset({*head_rules.RULES, *constraint_rules.RULES, *loss_rules.RULES, *optimisation_rules.RULES})
# Keys of a recipe whose part is the card, and keys that are one.
PARTS = ("pooling", "balance", "sampler", "constraint", "loss", "optimizer", "schedule")
ALONE = ("neck", "branch", "hidden", "dropout", "freeze", "ema", "clip_grad_norm")
# Options of the optimizer and of the backbone.
BELOW = {"weight_decay": "weight_decay", "drop_path_rate": "drop_path"}
IN_CROSS_ENTROPY = ("label_smoothing", "class_weights")


def name_learning(key: str, value: Any) -> str | None:
    """The card about heads or losses that one key of a change is about; None for other keys, and for what takes something out.

    Examples:
        >>> name_learning("heads.kind.loss", {"cross_entropy": {"label_smoothing": 0.1}}), name_learning("sampler", "balanced")
        ('label_smoothing', 'balanced')
        >>> name_learning("heads.near", {"target": "kind", "loss": "triplet"}), name_learning("heads.size", {"loss": "mse"})
        ('triplet', 'auxiliary_head')
        >>> name_learning("neck", 512), name_learning("neck", 0), name_learning("epochs", 3)
        ('neck', None, None)
        >>> name_learning("optimizer", {"sgd": {"lr": 0.01}}), name_learning("optimizer.adamw.weight_decay", 0.2)
        ('sgd', 'weight_decay')
    """
    steps = key.split(".")
    if key == "layer_decay":
        return key if value != 1 else None
    if steps[-1] in BELOW and steps[0] in ("optimizer", "backbone"):
        return BELOW[steps[-1]] if value else None
    if key == "penalties+":
        return known(split_part(value))
    if steps[-1] in ALONE and steps[0] in ("heads", *ALONE):
        return steps[-1] if value else None
    if steps[-1] in IN_CROSS_ENTROPY and steps[0] == "heads":
        return steps[-1] if value not in (0, "none") else None
    if steps[-1] in PARTS and (len(steps) == 1 or steps[0] == "heads"):
        return known(split_part(value))
    if steps[0] == "heads" and isinstance(value, Mapping) and "loss" in value:
        # A second head for a target is about its loss, a first one about the target.
        return known(split_part(value["loss"])) if "target" in value else "auxiliary_head"
    return None


def known(part: tuple[str, dict[str, Any]] | None) -> str | None:
    """The card of a part; of cross-entropy that of the option which is set."""
    if part is None:
        return None
    name, options = part
    if name == "cross_entropy":
        return next((option for option in IN_CROSS_ENTROPY if options.get(option, 0) not in (0, "none")), None)
    return name if name in NAMES else None
