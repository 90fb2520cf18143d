"""What every loss is."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from tamesu.errors import Fault, InputError, Where

Reads = Literal["logits", "cosines", "features"]


@runtime_checkable
class Loss(Protocol):
    """Logits and target → one value per sample; the loop takes the mean over the samples whose label is known.

    `kinds` names the target kinds it is for:

    - `class`, `identity`, `ordinal`: target int64 (batch,), 0 to labels - 1; ordinal labels stand in order.
    - `multilabel`: 0/1 or soft, float (batch, labels). `soft`: shares that add to 1, float (batch, labels).
    - `value`, `points`: float (batch, values); of points x and y in turn, -1 to 1 over the picture.
    - `mask`: as `class`, one row per pixel. `map`: as `value`, one row per pixel and one column.

    Class attributes that a loss may have, with what holds where it has them not (read them with `trait`):

    - `takes_soft` (False): for classes it also takes shares, float (batch, classes); else mixed images get the mixture of the
      losses.
    - `reads` ("logits"): "cosines": `logits` are cosines, -1 to 1, of features and one direction per class; "features": they
      are the features themselves, (batch, width).
    - `whole_batch` (False): it compares samples with one another, is given those whose label is known, and gives one number,
      ().
    - `regions` (False): for `mask` it is given whole maps, logits (batch, labels, height, width) and target int64
      (batch, height, width), -1 where not known, and gives one value per sample.

    Methods that a loss may have:

    - `outputs(kind, width) -> int`: how many logits it needs, where that is not the width of the target (labels, or values).
    - `decode(kind, logits) -> np.ndarray`: logits, float64 (n, outputs), as predictions (n, width), where these are not softmax
      (class, identity, soft, ordinal), sigmoid (multilabel) or the logits themselves (value, points). NumPy in, NumPy out.

    Options that tamesu fills in where the constructor has them: `class_counts` (training images per label, for class,
    identity, ordinal and multilabel), `width` (features, for a loss that reads them), `labels` (how many there are).
    A loss with parameters or buffers of its own is an `nn.Module`; it is moved, trained and saved with the network.
    """

    kinds: ClassVar[frozenset[str]]

    def __call__(self, logits: Float[Tensor, "batch outputs"], target: Shaped[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """One value per sample, in float32 (float64 for float64 logits), whatever the logits' precision."""
        ...


# What holds for a loss that does not say.
TRAITS: dict[str, Any] = {"takes_soft": False, "reads": "logits", "whole_batch": False, "regions": False}


def trait(loss: object, name: str) -> Any:
    """A class attribute of a loss, or of its class: what it says, else what holds for those that do not say.

    Examples:
        >>> trait(object(), "reads"), trait(object(), "takes_soft")
        ('logits', False)
    """
    return getattr(loss, name, TRAITS[name])


def widen(logits: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Logits in float32, or as they are when they are float64.

    Examples:
        >>> widen(torch.zeros(2, 3, dtype=torch.bfloat16)).dtype
        torch.float32
    """
    # A bf16 softmax over many classes rounds small probs to zero.
    return logits if logits.dtype == torch.float64 else logits.float()


def right_log_probs(logits: Float[Tensor, "batch classes"], target: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
    """The log of the probability that each row gives to its right class.

    Args:
        logits: unnormalised, in the precision to compute in.
        target: the right class, int64.

    Examples:
        >>> right_log_probs(torch.log(torch.tensor([[0.25, 0.75]])), torch.tensor([1])).exp()
        tensor([0.7500])
    """
    return torch.log_softmax(logits, dim=1).gather(1, target[:, None])[:, 0]


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
