"""A law written as a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from tamesu.errors import Fault, InputError, Where
from tamesu.penalties.formula import Formula
from tamesu.penalties.penalty import where_known
from tamesu.registry import NonNegative, Positive


class Conservation:
    """What a formula over outputs and numeric columns comes to, such as `(inflow - outflow - storage)**2`.

    Write it so that it is 0 where the law holds. Everything is in its own unit, as predicted. `flow[0]` is the first value of
    an output with several. Of maps it is the mean over the pixels. Samples whose column is missing count nothing.

    Args:
        expression: the formula; see `Formula` for what may stand in it.
        scale: what the formula is divided by, in its own unit, so that 1 is a breach that matters.
        weight: its weight in the loss.

    Raises:
        InputError: FORMULA_BELOW_ZERO, nothing in the formula keeps it from being negative; or as `Formula`.

    Source: physics as a penalty on outputs: Raissi, Perdikaris and Karniadakis, Physics-informed neural networks, 2019;
        Karpatne et al., Physics-guided Neural Networks, 2017.

    Examples:
        >>> import torch
        >>> law = Conservation(expression="abs(inflow - outflow)", scale=2.0)
        >>> fields = {"inflow": torch.tensor([3.0, float("nan")]), "outflow": torch.tensor([[1.0], [1.0]])}
        >>> law.reads(), law(fields, None)
        (('inflow', 'outflow'), tensor([1., 0.]))
    """

    needs_image: ClassVar[bool] = False

    def __init__(self, *, expression: str, scale: Positive = 1.0, weight: NonNegative = 1.0) -> None:
        self.expression = expression
        self.scale = scale
        self.weight = weight
        self.formula = Formula(expression)
        place = Where(key="expression")
        if not self.formula.names:
            raise InputError(Fault("FORMULA_NO_OUTPUT", "refuse", place, {"names": f"`{expression}`", "outputs": "-"}))
        if not self.formula.never_below_0:
            raise InputError(Fault("FORMULA_BELOW_ZERO", "refuse", place, {"expression": expression}))

    def reads(self) -> tuple[str, ...]:
        """The names in the formula."""
        return self.formula.names

    def misfits(self, outputs: Mapping[str, int], maps: Sequence[str]) -> list[Fault]:  # noqa: ARG002
        """LAW_INDEX, a value that is not there, or LAW_SEVERAL, several and none chosen."""
        faults = []
        for name, index in self.formula.uses:
            # A column of the table has one value.
            count = outputs.get(name, 1)
            values = {"name": name, "count": count}
            if index is None and count > 1:
                faults.append(Fault("LAW_SEVERAL", "refuse", Where(key="expression"), values))
            elif index is not None and index >= count:
                values |= {"index": index, "last": count - 1}
                faults.append(Fault("LAW_INDEX", "refuse", Where(key="expression"), values))
        return faults

    def __call__(
        self,
        fields: Mapping[str, Tensor],
        images: Float[Tensor, "batch 3 rows columns"] | None,  # noqa: ARG002
    ) -> Float[Tensor, " batch"]:
        """One value per sample; see `Penalty`."""
        return where_known(self.reads(), fields, self.formula) / self.scale
