"""Several poolings side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

import torch
from annotated_types import MinLen
from jaxtyping import Float
from pydantic import ValidationError
from torch import Tensor, nn

from tamesu.artifacts.competition import Part
from tamesu.errors import Fault, InputError, Where
from tamesu.messages.expected import A_PART


class ConcatPooling(nn.Module):
    """The features of several poolings of one map, one after the other in the order written.

    What its parts have, it has: `reads_tokens` where one of them reads tokens, `masks` (batch, all masks, height, width) and
    `penalty` (the sum of theirs) where one of them has some, else None.

    Args:
        channels: of the map.
        parts: poolings, each `name` or `{name: {option: value}}`; at least one.

    Raises:
        InputError: a part that is no pooling, or options that it does not take; every fault, placed at `parts.<position>`.

    Examples:
        >>> pooling = ConcatPooling(channels=1, parts=["max", {"gem": {"p": 1.0}}])
        >>> pooling(torch.tensor([[[[1.0, 3.0]]]])).detach(), pooling.out_features(1)
        (tensor([[3., 2.]]), 2)
    """

    # Options to try it with where none are written.
    example: ClassVar[Mapping[str, Any]] = {"parts": ["average", "attention"]}

    def __init__(self, *, channels: int, parts: Annotated[list[Any], MinLen(1)]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(build_parts(parts, channels))
        self.reads_tokens = any(reads_tokens(part) for part in self.parts)

    @property
    def masks(self) -> Tensor | None:
        """The masks of the parts that have some, in order."""
        found = tensors_of(self.parts, "masks")
        return torch.cat(found, dim=1) if found else None

    @property
    def penalty(self) -> Tensor | None:
        """The sum of the parts' penalties, (batch,)."""
        found = tensors_of(self.parts, "penalty")
        return torch.stack(found).sum(dim=0) if found else None

    def out_features(self, channels: int) -> int:
        """How many features come of `channels` channels: as many as of all parts together."""
        # nn.Module does not know the methods of a pooling.
        return sum(part.out_features(channels) for part in self.parts)  # type: ignore[operator]

    def forward(
        self,
        maps: Float[Tensor, "batch channels height width"],
        tokens: Float[Tensor, "batch tokens channels"] | None = None,
    ) -> Float[Tensor, "batch features"]:
        """The features of every part.

        Args:
            maps: the feature map.
            tokens: all tokens of a transformer, for the parts that read them.
        """
        return torch.cat([part(maps, tokens) if reads_tokens(part) else part(maps) for part in self.parts], dim=1)


def tensors_of(parts: Iterable[nn.Module], name: str) -> list[Tensor]:
    """An attribute of the parts that have it and hold a tensor there, in order."""
    return [found for part in parts if isinstance(found := getattr(part, name, None), Tensor)]


def reads_tokens(pooling: nn.Module) -> bool:
    """Whether a pooling wants the tokens beside the map; one that does not say does not.

    Examples:
        >>> from tamesu.poolings import ClsTokenPooling, MaxPooling
        >>> reads_tokens(ClsTokenPooling()), reads_tokens(MaxPooling())
        (True, False)
    """
    return bool(getattr(pooling, "reads_tokens", False))


def build_parts(parts: list[Any], channels: int) -> list[nn.Module]:
    """The poolings as written, checked against the table and built.

    Args:
        parts: see `ConcatPooling`.
        channels: of the map.

    Raises:
        InputError: CONFIG_TYPE for what is no part, what the table's own check finds, and what shows when a part is built.

    Examples:
        >>> [type(part).__name__ for part in build_parts(["max", {"gem": {"p": 1.0}}], channels=8)]
        ['MaxPooling', 'GeneralizedMeanPooling']
    """
    # The table holds the class that is built of it.
    from tamesu.poolings import GIVEN_BY_US, POOLINGS

    built: list[nn.Module] = []
    faults: list[Fault] = []
    for position, written in enumerate(parts):
        where = Where(key=f"parts.{position}")
        try:
            part = Part.model_validate(written)
        except ValidationError:
            faults.append(Fault("CONFIG_TYPE", "refuse", where, {"value": repr(written), "expected": A_PART}))
            continue
        inside = where if isinstance(written, str) else Where(key=f"parts.{position}.{part.name}")
        found = POOLINGS.check(part.name, part.options, inside, GIVEN_BY_US)
        faults += found
        if found:
            continue
        try:
            built.append(POOLINGS.build(part.name, part.options, channels=channels))
        except InputError as error:
            places = [Where(key=f"{inside.key}.{fault.where.key}") for fault in error.faults]
            faults += [dataclasses.replace(fault, where=place) for fault, place in zip(error.faults, places, strict=True)]
    if faults:
        raise InputError(faults)
    return built
