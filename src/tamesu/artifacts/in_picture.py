"""Targets made from what is in the picture as the network sees it: the area of a mask's labels, their presence, heat maps.

A crop or a turn changes them, so the rows only hold their place here; `tamesu.training` makes the values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from tamesu.artifacts.targets import TargetCells, TargetValues, missing_faults
from tamesu.errors import Fault


class InPicture:
    """What area, presence and heat map share: rows whose mask or points are there are known, and training makes the values."""

    in_picture: ClassVar[bool] = True

    def __init__(self, *, of: str) -> None:
        self.of = of

    def labels(self, of: TargetValues) -> tuple[str, ...]:  # noqa: ARG002
        """The labels of the made target."""
        return ()

    def make(self, given: TargetCells, of: TargetValues, folder: Path) -> tuple[TargetValues, list[Fault]]:  # noqa: ARG002
        """Values that hold a place until training makes them: 0 where they can be made, NaN (or empty text) where not."""
        there = of.values != "" if of.values.dtype.kind == "U" else ~np.isnan(of.values).all(axis=(1, 2))
        kind, labels = given.target.kind, self.labels(of)
        if kind == "map":
            return TargetValues(kind, labels, np.where(there, given.name, "").astype(np.str_)), []
        width = len(labels) if kind == "multilabel" else 0
        values = np.where(there, 0.0, np.nan)
        shaped = np.repeat(values[:, None], width, axis=1).astype(np.float32) if width else values
        return TargetValues(kind, labels, shaped), missing_faults(given, np.flatnonzero(~there))


class Area(InPicture):
    """The share of the picture that some labels of a mask cover.

    Args:
        of: the mask target.
        labels: which labels count; all but the background when empty.
    """

    makes: ClassVar[frozenset[str]] = frozenset({"value"})
    needs: ClassVar[frozenset[str]] = frozenset({"mask"})

    def __init__(self, *, of: str, labels: list[str] | None = None) -> None:
        super().__init__(of=of)
        self.wanted = labels or []


class Presence(InPicture):
    """Which labels of a mask, but for the background, are in the picture.

    Args:
        of: the mask target, with labels.
        least: the share of the picture that a label must cover to count.
    """

    makes: ClassVar[frozenset[str]] = frozenset({"multilabel"})
    needs: ClassVar[frozenset[str]] = frozenset({"mask"})

    def __init__(self, *, of: str, least: Annotated[float, Ge(0.0), Le(1.0)] = 0.0) -> None:
        super().__init__(of=of)
        self.least = least

    def labels(self, of: TargetValues) -> tuple[str, ...]:
        """The mask's labels but for the background."""
        return of.labels[1:]


class HeatMap(InPicture):
    """A bell around each point, 1 at the point: one layer per point.

    Args:
        of: the points target.
        sigma: the bell's standard deviation, as a share of the picture's side.
    """

    makes: ClassVar[frozenset[str]] = frozenset({"map"})
    needs: ClassVar[frozenset[str]] = frozenset({"points"})

    def __init__(self, *, of: str, sigma: Annotated[float, Ge(0.005), Le(0.5)] = 0.05) -> None:
        super().__init__(of=of)
        self.sigma = sigma

    def labels(self, of: TargetValues) -> tuple[str, ...]:
        """The points' names."""
        return of.labels
