from __future__ import annotations

import math

import numpy as np
import pytest

from tamesu.metrics import retrieval_map
from tamesu.metrics.retrieval_map import RetrievalMap


def by_hand(codes: np.ndarray, probs: np.ndarray) -> float:
    """MAP@R as the paper writes it, query by query."""
    unit = probs / np.linalg.norm(probs, axis=1, keepdims=True)
    scores = []
    for query in range(len(codes)):
        others = [row for row in range(len(codes)) if row != query]
        wanted = sum(codes[row] == codes[query] for row in others)
        if not wanted:
            continue
        near = sorted(others, key=lambda row: -float(unit[query] @ unit[row]))[:wanted]
        hits = [codes[row] == codes[query] for row in near]
        scores.append(sum(hit * np.mean(hits[: place + 1]) for place, hit in enumerate(hits)) / wanted)
    return float(np.mean(scores))


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_a_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes, probs = rng.integers(0, 12, 60), rng.dirichlet(np.ones(12), 60)
    probs[np.arange(60), codes] += 0.2
    assert RetrievalMap().score(codes, probs, tuple("abcdefghijkl")) == pytest.approx(by_hand(codes, probs), rel=1e-6)


def test_it_agrees_with_the_library() -> None:
    calculators = pytest.importorskip("pytorch_metric_learning.utils.accuracy_calculator")
    rng = np.random.default_rng(3)
    codes, features = rng.integers(0, 5, 40), rng.normal(size=(40, 5)).astype(np.float32)
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    # Squared distances of unit vectors rank as cosines do.
    ranked = np.argsort(-(unit @ unit.T) + 2e3 * np.eye(40), axis=1)[:, :-1]
    expected = []
    for row in range(40):
        wanted = int((codes == codes[row]).sum()) - 1
        hits = codes[ranked[row, :wanted]] == codes[row]
        expected.append(float((hits * hits.cumsum() / np.arange(1, wanted + 1)).sum() / wanted))
    import torch

    calculator = calculators.AccuracyCalculator(
        include=("mean_average_precision_at_r",), k="max_bin_count", device=torch.device("cpu"), knn_func=Nearest(unit)
    )
    found = calculator.get_accuracy(torch.from_numpy(unit), torch.from_numpy(codes))["mean_average_precision_at_r"]
    assert found == pytest.approx(np.mean(expected), rel=1e-6)
    assert RetrievalMap().score(codes, features, tuple("abcde")) == pytest.approx(found, rel=1e-6)


class Nearest:
    """The nearest neighbours, for the library, which would want faiss."""

    def __init__(self, unit: np.ndarray) -> None:
        self.unit = unit

    def __call__(self, query: object, k: int, reference: object = None, ref_includes_query: bool = False) -> object:
        import torch

        near = self.unit @ self.unit.T
        if ref_includes_query:
            near = near - 2e3 * np.eye(len(near))
        order = np.argsort(-near, axis=1, kind="stable")[:, :k]
        return torch.from_numpy(-np.take_along_axis(near, order, axis=1)), torch.from_numpy(order)


def test_hand_worked() -> None:
    # Three of a at 0, 10 and 80 degrees, two of b at 20 and 90.
    at = np.deg2rad([0, 10, 80, 20, 90])
    probs = np.stack([np.cos(at), np.sin(at)], axis=1)
    # From 0: 10 hits, 20 does not. From 10 (2 wanted): 0 and 20 are as near; 0 comes first.
    # From 80: 90 does not, 20 does not. From 20 (1 wanted): 10 does not. From 90: 80 does not.
    expected = ((1 + 0) / 2 + (1 + 0) / 2 + 0 + 0 + 0) / 5
    assert RetrievalMap().score(np.array([0, 0, 0, 1, 1]), probs, ("a", "b")) == pytest.approx(expected)


def test_a_label_that_stands_alone_is_no_query() -> None:
    probs = np.eye(3)[[0, 0, 1]]
    assert RetrievalMap().score(np.array([0, 0, 1]), probs, ("a", "b", "c")) == 1.0
    assert math.isnan(RetrievalMap().score(np.array([0, 1, 2]), np.eye(3), ("a", "b", "c")))
    assert math.isnan(RetrievalMap().score(np.empty(0, np.int64), np.empty((0, 3)), ("a", "b", "c")))


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    codes, probs = rng.integers(0, 6, 50), rng.dirichlet(np.ones(6), 50)
    whole = RetrievalMap().score(codes, probs, tuple("abcdef"))
    monkeypatch.setattr(retrieval_map, "BLOCK", 7)
    assert RetrievalMap().score(codes, probs, tuple("abcdef")) == pytest.approx(whole, rel=1e-9)


def test_a_row_of_zeros_is_like_nothing() -> None:
    probs = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    assert RetrievalMap().score(np.array([0, 0, 0]), probs, ("a", "b")) == pytest.approx(1.0)
