"""What every penalty is: a law between outputs, without a target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from tamesu.errors import Fault, Where, nearest
from tamesu.registry import NonNegative


@runtime_checkable
class Penalty(Protocol):
    """Outputs, columns and the image → how far each sample is from the law; 0 where it holds, more where it is broken.

    Attributes:
        weight: its weight in the loss, an option of every penalty.
        needs_image: it reads the images.

    A penalty may have a method `misfits(outputs, maps) -> list[Fault]`: what else of the outputs does not suit it, asked when
    every name is known; arguments as of `check_fields`.
    """

    weight: NonNegative
    needs_image: ClassVar[bool]

    def reads(self) -> tuple[str, ...]:
        """The names of the outputs and columns that it needs, each once."""
        ...

    def __call__(
        self, fields: Mapping[str, Tensor], images: Float[Tensor, "batch 3 rows columns"] | None
    ) -> Float[Tensor, " batch"]:
        """One value per sample, without the weight, 0 or more, in float32 (float64 for float64 fields).

        Args:
            fields: by name, floats: outputs in their own unit, (batch, width) or, of maps, (batch, 1, height, width); numeric
                columns, (batch,), NaN where the table has nothing. A sample of which a column that is read is NaN gets exactly
                0, and no gradient.
            images: as the network sees them, before the mean is subtracted, 0 to 1; None where `needs_image` is False.
        """
        ...


def check_fields(penalty: Penalty, outputs: Mapping[str, int], columns: Sequence[str], maps: Sequence[str] = ()) -> list[Fault]:
    """Whether a penalty can be applied: every name that it reads is there, and at least one is learnt.

    Args:
        penalty: a built one.
        outputs: heads by name, with how many values each predicts (1 for a map).
        columns: the numeric columns of the table.
        maps: those of the outputs that are maps.

    Returns:
        FORMULA_FIELD, FORMULA_NO_OUTPUT or the penalty's own faults, each at the option that names it; none when all is well.

    Examples:
        >>> from tamesu.penalties.conservation import Conservation
        >>> law = Conservation(expression="(inflow - outflw)**2")
        >>> [(fault.code, fault.near) for fault in check_fields(law, {"outflow": 1}, ["inflow"])]
        [('FORMULA_FIELD', 'outflow'), ('FORMULA_NO_OUTPUT', None)]
    """
    faults = []
    listed = {"outputs": say_names(tuple(outputs)), "columns": say_names(columns)}
    names = penalty.reads()
    for name in names:
        if name not in outputs and name not in columns:
            where = Where(key=option_of(penalty, name))
            faults.append(
                Fault("FORMULA_FIELD", "refuse", where, {"name": name, **listed}, nearest(name, [*outputs, *columns]))
            )
    if not any(name in outputs for name in names):
        where = Where(key=option_of(penalty, names[0]))
        faults.append(Fault("FORMULA_NO_OUTPUT", "refuse", where, {"names": say_names(names), "outputs": listed["outputs"]}))
    misfits: Callable[[Mapping[str, int], Sequence[str]], list[Fault]] | None = getattr(penalty, "misfits", None)
    return faults if faults or misfits is None else misfits(outputs, maps)


def option_of(penalty: Penalty, name: str) -> str | None:
    """The option that names a field: the one that is the name, else the formula."""
    options = vars(penalty)
    return next(
        (option for option, value in options.items() if value == name), "expression" if "expression" in options else None
    )


def map_faults(names: Mapping[str, str], maps: Sequence[str]) -> list[Fault]:
    """LAW_MAP for each name that is no map.

    Args:
        names: option → name.
        maps: the outputs that are maps.

    Examples:
        >>> [fault.near for fault in map_faults({"of": "dept"}, ["depth"])]
        ['depth']
    """
    return [
        Fault("LAW_MAP", "refuse", Where(key=option), {"name": name, "maps": say_names(maps)}, nearest(name, maps))
        for option, name in names.items()
        if name not in maps
    ]


def widen(field: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Values in float32, or as they are when they are float64.

    Examples:
        >>> widen(torch.zeros(2, dtype=torch.bfloat16)).dtype
        torch.float32
    """
    # A difference of two nearly equal numbers is what a law is about, and bf16 has 8 bits for each.
    return field if field.dtype == torch.float64 else field.float()


def where_known(
    names: Sequence[str], fields: Mapping[str, Tensor], law: Callable[[Mapping[str, Tensor]], Tensor]
) -> Float[Tensor, " batch"]:
    """A law over the samples whose columns are all known; exactly 0, without gradient, for the others.

    Args:
        names: what the law reads.
        fields: as for `Penalty`.
        law: one value per sample of the fields that it is given.

    Examples:
        >>> where_known(["a"], {"a": torch.tensor([2.0, float("nan")])}, lambda fields: fields["a"] ** 2)
        tensor([4., 0.])
    """
    columns = [fields[name] for name in names if fields[name].ndim == 1]
    if not columns:
        return law(fields)
    # Left out before anything is computed: 0 times the gradient of a NaN is NaN.
    known = ~torch.stack([column.isnan() for column in columns]).any(dim=0)
    values = law({name: fields[name][known] for name in names})
    return torch.zeros(len(known), dtype=values.dtype, device=values.device).masked_scatter(known, values)


def say_names(names: Sequence[str]) -> str:
    """Names for a message; a dash when there are none.

    Examples:
        >>> say_names(["a", "b"]), say_names([])
        ('a, b', '-')
    """
    return ", ".join(names) or "-"
