"""Labels of a batch as its images have become: moved by flips and turns, mixed where images were mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.marks import MARKS
from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.labels import LAYOUTS, Moves, move_labels
from tamesu.training.mark_targets import MarkTargets
from tamesu.training.mark_targets import Wanted as WantedMark


@dataclass(frozen=True, slots=True)
class Target:
    """What one head is to learn from a batch.

    Attributes:
        terms: (share, values) each: the loss is the sum of the shares times the loss against the values. One term with share 1
            where nothing is mixed, or where the values themselves are mixed.
        known: whether the label of each sample, and of all that is mixed into it, is known, bool (B,).
    """

    terms: tuple[tuple[Tensor | None, Tensor], ...]
    known: Tensor


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one head wants of the table.

    Attributes:
        target: its name.
        soft: whether its loss takes one column per class instead of a code, where images are mixed.
        raw: whether it learns values in their own unit.
    """

    target: str
    soft: bool = False
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of all training images, and how they follow the images.

    Attributes:
        values: by target, as in the table: class codes, one column per label, or numbers; unknown is -1 or NaN.
        kinds: by target.
        wanted: by head, of those whose target stands in the table.
        widths: how many classes a class target has.
        scales: mean and standard deviation of each value target.
        moves: symmetry → target → what it does, as declared in competition.yaml.
        lows: where the range of directions begins, by target.
        marks: makes the targets of heads that learn what lies in the picture; None when there are none.
    """

    values: Mapping[str, np.ndarray]
    kinds: Mapping[str, str]
    wanted: Mapping[str, Wanted]
    widths: Mapping[str, int]
    scales: Mapping[str, tuple[Any, Any]]
    moves: Moves
    lows: Mapping[str, float]
    marks: MarkTargets | None = None

    def follow(
        self, rows: np.ndarray, drawn: Drawn, owns: Sequence[np.ndarray], device: torch.device
    ) -> dict[str, Target] | None:
        """The targets of a batch.

        Args:
            rows: its training images, int64 (B,).
            drawn: what was drawn for it.
            owns: for each of `drawn.mixes`, how much of each sample's target is its own.
            device: where they are wanted.

        Returns:
            By head; None when every label is as it stands in the table.
        """
        turns = [turn for turn in drawn.turns if turn.symmetry in self.moves and len(turn.rows)]
        mixed = any((own < 1.0).any() for own in owns)
        if not turns and not mixed and self.marks is None:
            return None
        values: dict[str, np.ndarray] = {name: values[rows] for name, values in self.values.items()}
        if turns:
            layouts = {name: LAYOUTS[kind] for name, kind in self.kinds.items()}
            values = move_labels(values, layouts, self.moves, turns, lows=self.lows)
        weights = weigh_samples(drawn, owns) if mixed else None
        made = {head: self.make_target(of, values[of.target], weights, device) for head, of in self.wanted.items()}
        if self.marks is not None:
            for head, found in self.marks.make(rows, drawn).items():
                made[head] = self.make_mark(self.marks.wanted[head], found, weights, device)
        return made

    def make_mark(self, of: WantedMark, found: np.ndarray, weights: np.ndarray | None, device: torch.device) -> Target:
        """A head's target from what lies in the picture; samples that were mixed have none: their picture is of two."""
        known = (found >= 0) if np.issubdtype(found.dtype, np.integer) else ~np.isnan(found)
        rows = np.asarray(known.reshape(len(found), -1).any(axis=1))
        if weights is not None:
            rows &= weights.diagonal() >= 1.0
        assert self.marks is not None
        kind = self.marks.targets[of.target].kind
        if kind in ("value", "multilabel"):
            found = self.prepare(of.target, kind, found, rows, raw=of.raw)
        return Target(((None, torch.from_numpy(np.ascontiguousarray(found)).to(device)),), torch.from_numpy(rows).to(device))

    def make_target(self, of: Wanted, values: np.ndarray, weights: np.ndarray | None, device: torch.device) -> Target:
        """One head's target from moved values and, where images were mixed, the weights of the batch."""
        kind, known = self.kinds[of.target], know(values)
        ready = self.prepare(of.target, kind, values, known, raw=of.raw)
        if weights is None:
            return Target(((None, torch.from_numpy(ready).to(device)),), torch.from_numpy(known).to(device))
        all_known = torch.from_numpy(~((weights > 0) & ~known[None, :]).any(axis=1)).to(device)
        if kind in CODED and of.soft:
            ready = np.eye(self.widths[of.target], dtype=np.float32)[ready]
        if ready.dtype == np.float32:
            blended = blend(weights, ready)
            some_known = torch.from_numpy(know(blended)).to(device)
            return Target(((None, torch.from_numpy(blended).to(device)),), all_known & some_known)
        # One term per image that is mixed in: the first of every sample, then the second.
        order = np.argsort(-weights, axis=1, kind="stable")
        count = int((weights > 0).sum(axis=1).max())
        terms = []
        for place in range(count):
            of_place = order[:, place]
            share = torch.from_numpy(weights[np.arange(len(of_place)), of_place].astype(np.float32)).to(device)
            terms.append((share, torch.from_numpy(ready[of_place]).to(device)))
        return Target(tuple(terms), all_known)

    def prepare(self, target: str, kind: str, values: np.ndarray, known: np.ndarray, *, raw: bool = False) -> np.ndarray:
        """Values as the losses take them, by the scale of their target; see `as_learned`."""
        return as_learned(values, known, kind, (0.0, 1.0) if raw else self.scales.get(target, (0.0, 1.0)))


def as_learned(values: np.ndarray, known: np.ndarray, kind: str, scale: tuple[Any, Any]) -> np.ndarray:
    """Values as the losses take them: int64 codes, or float32 columns (values standardised).

    Unknown codes and rows are 0; a number that is missing beside others stays NaN.

    Args:
        values: as in the table, first axis the samples.
        known: of which samples something is known.
        kind: of the target.
        scale: mean and standard deviation, numbers or one per column.
    """
    if kind in CODED:
        return np.where(known, values, 0).astype(np.int64)
    mean, std = scale
    columns = (values.reshape(len(values), -1).astype(np.float64) - mean) / std
    columns[~known] = 0.0
    return np.asarray(columns, np.float32)


def know(values: np.ndarray) -> np.ndarray:
    """Whether each sample's label is known, bool (samples,): a code of at least 0, or some number that is not NaN.

    Examples:
        >>> know(np.array([2, -1])).tolist(), know(np.array([[1.0, np.nan], [np.nan, np.nan]])).tolist()
        ([True, False], [True, False])
    """
    if np.issubdtype(values.dtype, np.integer):
        return np.asarray(values >= 0)
    return np.asarray(~np.isnan(values.reshape(len(values), -1)).all(axis=1))


def blend(weights: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Columns of mixed images, float32; a number is NaN where it is missing in one of those that are mixed in.

    Args:
        weights: (B, B), as `weigh_samples` gives them.
        columns: (B, columns).

    Examples:
        >>> blend(np.array([[0.5, 0.5], [0.0, 1.0]]), np.array([[np.nan, 1.0], [2.0, 3.0]])).tolist()
        [[nan, 2.0], [2.0, 3.0]]
    """
    # A product would carry a NaN into every sample of the batch, as 0 times NaN is NaN.
    missing = np.isnan(columns)
    blended = weights @ np.where(missing, 0.0, columns.astype(np.float64))
    blended[(weights > 0).astype(np.float64) @ missing > 0] = np.nan
    return np.asarray(blended, np.float32)


def weigh_samples(drawn: Drawn, owns: Sequence[np.ndarray]) -> np.ndarray:
    """How much of each sample's target comes from each image of the batch, float64 (B, B), rows that add to 1.

    Args:
        drawn: with its mixes, one after another.
        owns: how much of each sample's target stayed its own, for each mix.
    """
    weights = np.eye(len(drawn))
    for mix, own in zip(drawn.mixes, owns, strict=True):
        weights = own[:, None] * weights + (1.0 - own)[:, None] * weights[mix.partners]
    return weights


def make_labels(
    dataset: Dataset,
    wanted: Mapping[str, Wanted],
    scales: Mapping[str, tuple[Any, Any]],
    moves: Moves,
    marks: MarkTargets | None = None,
) -> Labels:
    """The labels of a dataset; targets without a head are kept too where a head's values trade places with theirs."""
    moved = [(name, move.trades_with or name) for of in moves.values() for name, move in of.items()]
    names = {name for pair in moved for name in pair} | {of.target for of in wanted.values()}
    targets = {name: target for name, target in dataset.targets.items() if name in names and target.kind not in MARKS}
    return Labels(
        values={name: target.values for name, target in targets.items()},
        kinds={name: target.kind for name, target in targets.items()},
        wanted=wanted,
        widths={name: len(target.labels) for name, target in targets.items()},
        scales=scales,
        moves=moves,
        lows=find_lows(moves, dataset),
        marks=marks,
    )


def find_lows(moves: Moves, dataset: Dataset) -> dict[str, float]:
    """Where the range of each direction begins: at -180 where the table has one below 0, else at 0; by target."""
    directions = {name for of in moves.values() for name, move in of.items() if move.angle is not None}
    known = {name: dataset.targets[name].values for name in directions & dataset.targets.keys()}
    return {name: -180.0 if np.nanmin(values, initial=0.0) < 0 else 0.0 for name, values in known.items()}
