"""The training images nearest to a mistake, so that one sees why it was told so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

# Likenesses that are in memory at a time: 16 MB of float32, and about 100 MB with their order while they are ranked.
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """The nearest rows of some rows.

    Attributes:
        rows: int64 (queries, most), the nearest first; -1 where there are no more.
        likeness: float32 (queries, most), the cosine; NaN where there are no more.
    """

    rows: Int[np.ndarray, "queries most"]
    likeness: Float[np.ndarray, "queries most"]

    def by_query(self, queries: Int[np.ndarray, " queries"]) -> dict[int, list[tuple[int, float]]]:
        """The neighbours (row, likeness) of each query by its row, those that have any."""
        found = {}
        for query, rows, likeness in zip(queries.tolist(), self.rows.tolist(), self.likeness.tolist(), strict=True):
            if near := [(row, alike) for row, alike in zip(rows, likeness, strict=True) if row >= 0]:
                found[query] = near
        return found


def find_nearest(
    embedding: Float[np.ndarray, "rows width"],
    folds: np.ndarray,
    queries: Int[np.ndarray, " queries"],
    most: int = 4,
    *,
    block: int = BLOCK,
) -> Nearest:
    """The rows most alike by cosine, of other folds than the query's: images that its network may have learnt from.

    Args:
        embedding: float32; a row that is not known is NaN.
        folds: int (rows,) or (rows, repeats), the fold in which a row is validated, -1 when it is only trained on. A row may be
            shown for a query when it lies in another fold than the query in some repeat.
        queries: places of the rows asked about.
        most: neighbours of each.
        block: likenesses that may be in memory at a time.

    Returns:
        Equal likenesses in the order of the rows. A query that is not known itself has no neighbours.

    Examples:
        >>> found = find_nearest(np.eye(3, dtype=np.float32)[[0, 0, 1, 0]], np.array([0, 0, 1, 1]), np.array([0]), 3)
        >>> found.rows.tolist(), found.likeness.tolist()
        ([[3, 2, -1]], [[1.0, 0.0, nan]])
    """
    folds = folds.reshape(len(folds), -1)
    rows, likeness = np.full((len(queries), most), -1, np.int64), np.full((len(queries), most), np.nan, np.float32)
    known = np.flatnonzero(np.isfinite(embedding).all(axis=1))
    asked = np.flatnonzero(np.isin(queries, known))
    if not len(known) or not len(asked) or most < 1:
        return Nearest(rows, likeness)
    wide = max(1, min(len(known), block // max(1, min(len(asked), 256))))
    for start in range(0, len(asked), 256):
        places = asked[start : start + 256]
        own = queries[places]
        sides = to_unit(embedding[own])
        best_rows, best = np.zeros((len(places), 0), np.int64), np.zeros((len(places), 0), np.float32)
        for begin in range(0, len(known), wide):
            part = known[begin : begin + wide]
            alike = sides @ to_unit(embedding[part]).T
            apart = (folds[own][:, None, :] != folds[part][None, :, :]).any(axis=2) & (own[:, None] != part[None, :])
            alike[~apart] = -np.inf
            best_rows, best = keep_best(best_rows, best, np.broadcast_to(part, alike.shape), alike, most)
        there = np.isfinite(best)
        width = best.shape[1]
        rows[places, :width] = np.where(there, best_rows, -1)
        likeness[places, :width] = np.where(there, np.clip(best, -1.0, 1.0), np.nan)
    return Nearest(rows, likeness)


def to_unit(vectors: Float[np.ndarray, "rows width"]) -> Float[np.ndarray, "rows width"]:
    """Vectors of length 1, float32; one of length 0 stays."""
    vectors = vectors.astype(np.float32)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32)


def keep_best(
    rows: np.ndarray, likeness: np.ndarray, more_rows: np.ndarray, more: np.ndarray, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """The best of those kept so far and of some more, the best first; of equals the earlier row."""
    if more.shape[1] > most:
        # Everything that reaches the last place, so that of equals the first in the order of the rows is kept.
        edge = np.partition(more, more.shape[1] - most, axis=1)[:, -most][:, None]
        several = int((more >= edge).sum(axis=1).max())
        if several < more.shape[1]:
            order = np.argsort(np.where(more >= edge, 0, 1), axis=1, kind="stable")[:, :several]
            more_rows, more = np.take_along_axis(more_rows, order, axis=1), np.take_along_axis(more, order, axis=1)
    rows, likeness = np.concatenate([rows, more_rows], axis=1), np.concatenate([likeness, more], axis=1)
    order = np.argsort(-likeness, axis=1, kind="stable")[:, :most]
    return np.take_along_axis(rows, order, axis=1), np.take_along_axis(likeness, order, axis=1)
