"""What every loss is."""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.errors import Fault, InputError, Where


@runtime_checkable
class Loss(Protocol):
    """Logits and target → one value per sample; the loop takes the mean over the samples whose label is known.

    `kinds` names the target kinds it is for: `class` (target int64 (batch,)), `multilabel` (0/1 or soft, float
    (batch, labels)), `value` (float (batch, 1)). A loss for classes that also takes shares, float (batch, classes), says so
    by `takes_soft = True`; with others, mixed images get the mixture of the losses.
    """

    kinds: ClassVar[frozenset[str]]

    def __call__(self, logits: Float[Tensor, "batch outputs"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """One value per sample, in float32 (float64 for float64 logits), whatever the logits' precision."""
        ...


def widen(logits: Float[Tensor, "batch outputs"]) -> Float[Tensor, "batch outputs"]:
    """Logits in float32, or as they are when they are float64.

    Examples:
        >>> widen(torch.zeros(2, 3, dtype=torch.bfloat16)).dtype
        torch.float32
    """
    # A bf16 softmax over many classes rounds small probs to zero.
    return logits if logits.dtype == torch.float64 else logits.float()


def check_count(weights: Tensor, outputs: int, option: str) -> None:
    """One weight for all, or one per class.

    Args:
        weights: a number, or one per class.
        outputs: how many classes or labels there are.
        option: the option they were written under.

    Raises:
        InputError: LOSS_WEIGHTS_COUNT.
    """
    if weights.ndim == 1 and len(weights) != outputs:
        values = {"found": len(weights), "wanted": outputs}
        raise InputError(Fault("LOSS_WEIGHTS_COUNT", "refuse", Where(key=option), values))
