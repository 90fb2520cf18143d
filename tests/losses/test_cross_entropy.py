from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from sklearn.utils.class_weight import compute_class_weight

from tamesu.errors import InputError
from tamesu.losses import LOSSES, CrossEntropy
from tamesu.losses.cross_entropy import balance_classes
from tamesu.testing.losses import LossContract, make_case


def reference(logits: np.ndarray, target: np.ndarray, smoothing: float, weights: np.ndarray) -> np.ndarray:
    """Szegedy et al. 2016, equation 3 and section 7: q' = (1 - ε) q + ε / K, and H(q', p) = -Σ q' log p."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = exponentials / exponentials.sum(axis=1, keepdims=True)
    classes = logits.shape[1]
    expected = (1 - smoothing) * np.eye(classes)[target] + smoothing / classes
    return -(weights * expected * np.log(probs)).sum(axis=1)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("weights", [None, [0.5, 1.0, 2.0, 0.25]])
def test_agrees_with_the_formula(smoothing: float, weights: list[float] | None) -> None:
    logits, target = make_case("class")
    loss = CrossEntropy(label_smoothing=smoothing, class_weights=weights or "none")
    expected = reference(logits.numpy(), target.numpy(), smoothing, np.array(weights or [1.0] * 4))
    np.testing.assert_allclose(loss(logits, target).numpy(), expected, rtol=1e-6)


def test_agrees_with_scikit_learn() -> None:
    logits, target = make_case("class")
    probs = torch.softmax(logits, dim=1).numpy()
    assert CrossEntropy()(logits, target).mean().item() == pytest.approx(log_loss(target.numpy(), probs))


def test_balanced_is_scikit_learns() -> None:
    labels = np.repeat([0, 1, 2], [10, 3, 27])
    ours = balance_classes(np.bincount(labels).tolist())
    np.testing.assert_allclose(ours, compute_class_weight("balanced", classes=np.arange(3), y=labels))


def test_a_class_without_images_leaves_the_others_balanced() -> None:
    weights = balance_classes([10, 0, 30])
    assert weights[1] == 0.0
    # Every class that is there has the same total, and the average image weighs 1.
    assert 10 * weights[0] == pytest.approx(30 * weights[2]) == pytest.approx(20.0)


def test_balanced_weights_come_from_the_counts() -> None:
    loss = LOSSES.build("cross_entropy", {"class_weights": "balanced"}, class_counts=[30, 10])
    logits = torch.zeros(2, 2)
    values = loss(logits, torch.tensor([0, 1])) / np.log(2)
    assert values.tolist() == pytest.approx([40 / 60, 40 / 20])


def test_balanced_without_counts_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="class_counts"):
        CrossEntropy(class_weights="balanced")


def test_one_weight_per_class() -> None:
    with pytest.raises(InputError) as raised:
        CrossEntropy(class_weights=[1.0, 2.0], class_counts=[5, 5, 5])
    assert raised.value.codes == ("LOSS_WEIGHTS_COUNT",)
    with pytest.raises(InputError) as raised:
        CrossEntropy(class_weights=[1.0, 2.0])(torch.zeros(1, 3), torch.tensor([0]))
    assert raised.value.codes == ("LOSS_WEIGHTS_COUNT",)


class TestWithEverything(LossContract):
    part = CrossEntropy
    options: ClassVar = {"label_smoothing": 0.2, "class_weights": "balanced", "class_counts": [5, 1, 2, 9]}
