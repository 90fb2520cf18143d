"""Nearest training images, against scikit-learn's neighbours and a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from tamesu.results.nearest import find_nearest


def reference(embedding: np.ndarray, folds: np.ndarray, query: int, most: int) -> list[int]:
    alike = cosine_similarity(np.nan_to_num(embedding[query : query + 1]), np.nan_to_num(embedding))[0]
    allowed = [
        row
        for row in range(len(embedding))
        if row != query and np.isfinite(embedding[row]).all() and (folds[row] != folds[query]).any()
    ]
    return sorted(allowed, key=lambda row: -alike[row])[:most]


@pytest.mark.parametrize("block", [10_000, 1_000_000])
@pytest.mark.parametrize("repeats", [1, 2])
def test_neighbours_are_those_of_scikit_learn(block: int, repeats: int) -> None:
    rng = np.random.default_rng(3)
    embedding = rng.normal(size=(700, 12)).astype(np.float32)
    embedding[::50] = np.nan
    folds = rng.integers(0, 5, (700, repeats))
    queries = np.flatnonzero(np.isfinite(embedding[:, 0]))[:300]
    found = find_nearest(embedding, folds, queries, 4, block=block)
    for place in (0, 1, 17, 255, 256, 299):
        assert found.rows[place].tolist() == reference(embedding, folds, int(queries[place]), 4)
    alike = cosine_similarity(embedding[queries[:1]], embedding[found.rows[0]])[0]
    np.testing.assert_allclose(found.likeness[0], alike, atol=1e-5)


def test_equals_stand_in_the_order_of_the_rows_whatever_the_blocks() -> None:
    embedding = np.ones((40, 3), dtype=np.float32)
    folds = np.arange(40) % 2
    for block in (1, 7, 1000):
        assert find_nearest(embedding, folds, np.array([0]), 3, block=block).rows.tolist() == [[1, 3, 5]]


def test_an_unknown_query_has_none_and_few_rows_leave_places_empty() -> None:
    embedding = np.array([[np.nan, 1.0], [1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    found = find_nearest(embedding, np.array([0, 1, 2]), np.array([0, 1]), 2)
    assert found.rows.tolist() == [[-1, -1], [2, -1]]
    assert found.by_query(np.array([0, 1])) == {1: [(2, 0.0)]}
    assert find_nearest(embedding[:1], np.array([0]), np.array([0]), 2).rows.tolist() == [[-1, -1]]
