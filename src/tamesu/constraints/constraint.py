"""What every constraint is."""

from __future__ import annotations

from typing import Annotated, ClassVar, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from tamesu.errors import Fault, InputError, Where
from tamesu.messages.message import Phrase

Finite = Annotated[float, Field(allow_inf_nan=False)]

# Shares and directions written with three decimals add to 1, or have length 1, within this.
WRITTEN = 0.005
# Of the size of the values: what float32 may round away.
ROUNDING = 1e-5


@runtime_checkable
class Constraint(Protocol):
    """Any numbers → values that keep a rule: the last layer of a head, without anything to learn of its own.

    Every constraint is an `nn.Module` built from its options and `width`, the number of the target's columns, which tamesu
    fills in; a width that it cannot be used for is refused there with an InputError.

    Attributes:
        kinds: the target kinds it is for.
        raw: how many numbers it needs from the linear layer before it.
    """

    kinds: ClassVar[frozenset[str]]
    raw: int

    def forward(self, raw: Float[Tensor, "batch raw"]) -> Float[Tensor, "batch width"]:
        """Values in the target's own unit, float32 (float64 for float64), whatever the precision of the raw numbers.

        For `multilabel` the values are logits: their sigmoid is the prob of each column.
        """
        ...

    def inverse(self, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch raw"]:
        """Finite raw numbers that give these values, to rounding; a bound itself is reached only to rounding.

        For `multilabel` the values are 0/1 marks, and the probs of what it gives round to them.

        Raises:
            ValueError: values that the constraint cannot give, or NaN.
        """
        ...

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Which rows of a table can be given at all, within the rounding of numbers that are written with few decimals.

        Args:
            values: float (rows, width); a row with a NaN is not known, and counts as fine.

        Returns:
            bool (rows,).
        """
        ...


def widen(raw: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Numbers in float32, or as they are when they are float64.

    Examples:
        >>> widen(torch.zeros(2, 3, dtype=torch.bfloat16)).dtype
        torch.float32
    """
    # Half precision rounds a value to three digits, and a rule that holds for the rounded parts need not hold for their sum.
    return raw if raw.dtype == torch.float64 else raw.float()


def refuse_width(name: str, wanted: int | Phrase, found: int, option: str | None = None) -> InputError:
    """The error for a target of another width than the constraint is for.

    Args:
        name: of the constraint.
        wanted: how many columns it is for.
        found: how many there are.
        option: the option that says how many, where one does.

    Examples:
        >>> refuse_width("disc", 2, 3).codes
        ('CONSTRAINT_WIDTH',)
    """
    values = {"name": name, "wanted": wanted, "found": found}
    return InputError(Fault("CONSTRAINT_WIDTH", "refuse", Where(key=option), values))


def kept_or_unknown(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Rows that are fine: those that keep the rule, and those with a NaN, which nobody knows.

    Args:
        values: float (rows, width).
        kept: bool (rows,).

    Examples:
        >>> kept_or_unknown(np.array([[1.0, 2.0], [1.0, np.nan]]), np.array([False, False])).tolist()
        [False, True]
    """
    return np.asarray(np.isnan(values).any(axis=1) | kept, dtype=bool)


def reachable(constraint: Constraint, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
    """The values, widened, once all are known and `check_values` finds them fine.

    Raises:
        ValueError: a row that the constraint cannot give.
    """
    wide = widen(values)
    plain = wide.detach().double().cpu().numpy()
    fine = constraint.check_values(plain) & ~np.isnan(plain).any(axis=1)
    if not fine.all():
        row = int(np.flatnonzero(~fine)[0])
        raise ValueError(f"{int((~fine).sum())} rows break the constraint; the first is row {row}: {plain[row].tolist()}")
    return wide


def to_logit(share: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """The number whose sigmoid is this share, kept finite: 0 and 1 are taken for the nearest numbers beside them.

    Examples:
        >>> to_logit(torch.tensor([0.0, 0.5, 1.0])).round().tolist()
        [-87.0, 0.0, 17.0]
    """
    limits = torch.finfo(share.dtype)
    return torch.logit(share.clamp(limits.tiny, 1.0 - limits.eps / 2))


def to_softplus_raw(value: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """The number whose softplus, log(1 + exp(x)), is this value; kept finite: 0 is taken for the smallest number above it.

    Examples:
        >>> to_softplus_raw(torch.tensor([0.0, 0.6931472, 50.0])).round().tolist()
        [-87.0, 0.0, 50.0]
    """
    value = value.clamp(min=torch.finfo(value.dtype).tiny)
    # log(exp(y) - 1) = y + log(1 - exp(-y)), which does not overflow.
    return value + torch.log(-torch.expm1(-value))
