"""Predictions: what a network said about rows, by id; the same for out-of-fold (oof) and test rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tamesu.errors import DamagedError


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Predictions of one or more targets for the same rows.

    Attributes:
        ids: the rows, each once.
        outputs: by target; float32 (rows, classes) probs for `class`, (rows, labels) probs for `multilabel`,
            (rows, 1) in the target's own unit for `value`.
        flagged: bool (rows,); True where the image could not be read and the output is a fallback (the class prior).
    """

    ids: tuple[str, ...]
    outputs: Mapping[str, np.ndarray]
    flagged: np.ndarray

    def __post_init__(self) -> None:
        if len(set(self.ids)) != len(self.ids):
            raise DamagedError("predictions name a row twice")
        for name, output in self.outputs.items():
            if output.ndim != 2 or len(output) != len(self.ids) or self.flagged.shape != (len(self.ids),):
                raise DamagedError(f"predictions of {name!r}: shape {output.shape} does not fit {len(self.ids)} rows")

    def to_bytes(self) -> bytes:
        """As an uncompressed .npz; equal predictions give equal bytes (no clock inside)."""
        buffer = io.BytesIO()
        arrays = {f"output:{name}": np.ascontiguousarray(o, dtype=np.float32) for name, o in sorted(self.outputs.items())}
        # Named one by one in a dict: the stubs take `**arrays` for other options.
        everything: dict[str, Any] = {"ids": np.array(self.ids, dtype=np.str_), "flagged": self.flagged.astype(np.bool_)}
        np.savez(buffer, **(everything | arrays))
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Predictions:
        """The inverse of `to_bytes`.

        Raises:
            DamagedError: not an .npz of ours.

        Examples:
            >>> one = Predictions(("007",), {"theme": np.array([[0.25, 0.75]])}, np.array([False]))
            >>> Predictions.from_bytes(one.to_bytes()).outputs["theme"].tolist()
            [[0.25, 0.75]]
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                outputs = {name.removeprefix("output:"): file[name] for name in file.files if name.startswith("output:")}
                return cls(tuple(file["ids"].tolist()), outputs, file["flagged"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DamagedError(f"predictions cannot be read: {error}") from error

    def take(self, ids: Sequence[str]) -> Predictions:
        """The same predictions in the order of `ids`.

        Raises:
            DamagedError: a row is not there.
        """
        place = {row: index for index, row in enumerate(self.ids)}
        if missing := [row for row in ids if row not in place]:
            raise DamagedError(f"predictions lack {len(missing)} rows (first: {missing[0]!r})")
        order = np.array([place[row] for row in ids], dtype=np.int64)
        return Predictions(tuple(ids), {name: o[order] for name, o in self.outputs.items()}, self.flagged[order])


def join_predictions(parts: Sequence[Predictions], ids: Sequence[str]) -> Predictions:
    """Folds' parts put together by id: each row of `ids` exactly once.

    Args:
        parts: predictions of disjoint rows with the same targets.
        ids: the rows wanted, in order.

    Raises:
        DamagedError: a row is there twice, or not at all.
    """
    joined = tuple(row for part in parts for row in part.ids)
    names = parts[0].outputs.keys()
    outputs = {name: np.concatenate([part.outputs[name] for part in parts]) for name in names}
    return Predictions(joined, outputs, np.concatenate([part.flagged for part in parts])).take(ids)


def average_predictions(members: Sequence[Predictions]) -> Predictions:
    """The mean over members that predicted the same rows; a row is flagged when any member flagged it.

    Raises:
        DamagedError: a member lacks a row.
    """
    ids = members[0].ids
    members = [member.take(ids) for member in members]
    outputs = {}
    for name in members[0].outputs:
        stacked = np.stack([member.outputs[name] for member in members])
        outputs[name] = np.asarray(stacked.mean(axis=0, dtype=np.float64), dtype=np.float32)
    return Predictions(ids, outputs, np.any([member.flagged for member in members], axis=0))
