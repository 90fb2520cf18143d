"""What losses for numbers share: one or several columns, and ordinal labels learnt as one number."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.losses.loss import widen


def difference(logits: Float[Tensor, "batch columns"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, "batch columns"]:
    """Predicted minus true, in float32 or float64.

    Args:
        logits: the predicted numbers.
        target: the true numbers, float (batch, columns); or the codes of ordinal labels, int64 (batch,).

    Examples:
        >>> import torch
        >>> difference(torch.tensor([[0.5], [2.0]]), torch.tensor([0, 3]))
        tensor([[ 0.5000],
                [-1.0000]])
    """
    logits = widen(logits)
    return logits - (target[:, None] if target.ndim == 1 else target).to(logits.dtype)


def count_outputs(kind: str, width: int) -> int:
    """One number for ordinal labels, else one per value.

    Args:
        kind: of the target.
        width: labels, or values.
    """
    return 1 if kind == "ordinal" else width


def read_numbers(kind: str, logits: np.ndarray, labels: int | None) -> np.ndarray:
    """Numbers as predictions: of an ordinal target shares of its labels, else as they are.

    Args:
        kind: of the target.
        logits: float64 (n, 1) for ordinal, else (n, values).
        labels: how many ordinal labels there are.

    Raises:
        ValueError: ordinal, and it is not known how many labels there are.
    """
    if kind != "ordinal":
        return logits
    if labels is None:
        raise ValueError("a number is read as an ordinal label only where `labels` is given")
    return share_between(logits[:, 0], labels)


def share_between(numbers: np.ndarray, labels: int) -> np.ndarray:
    """A number between two labels as shares of both, the nearer one more; beyond the ends the end has all.

    Args:
        numbers: float64 (n,), label k at k.
        labels: how many there are.

    Returns:
        float64 (n, labels); each row adds to 1, and its mean label is the number.

    Examples:
        >>> share_between(np.array([1.25, -3.0, 2.0]), 3)
        array([[0.  , 0.75, 0.25],
               [1.  , 0.  , 0.  ],
               [0.  , 0.  , 1.  ]])
    """
    inside = np.clip(numbers, 0.0, labels - 1.0)
    shares: np.ndarray = np.maximum(1.0 - np.abs(inside[:, None] - np.arange(labels)), 0.0)
    return shares
