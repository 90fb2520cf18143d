from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from tamesu.errors import InputError
from tamesu.losses import LOSSES, CrossEntropy
from tamesu.testing.losses import make_case


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


def test_square_root_and_effective_weights_come_from_the_counts() -> None:
    logits, target = torch.zeros(2, 2), torch.tensor([0, 1])
    root = LOSSES.build("cross_entropy", {"class_weights": "sqrt"}, class_counts=[16, 4])(logits, target)
    assert (root[1] / root[0]).item() == pytest.approx(2.0)
    # 1 + 0.999 and 1: an image more is worth a thousandth less than the one before.
    effective = LOSSES.build("cross_entropy", {"class_weights": "effective"}, class_counts=[2, 1])(logits, target)
    assert (effective[1] / effective[0]).item() == pytest.approx(1.999)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_shares_agree_with_the_formula(smoothing: float) -> None:
    logits, target = make_case("soft")
    shares = (1 - smoothing) * target.double().numpy() + smoothing / 4
    log_probs = np.log(np.exp(logits.numpy()) / np.exp(logits.numpy()).sum(axis=1, keepdims=True))
    ours = CrossEntropy(label_smoothing=smoothing)(logits, target).numpy()
    np.testing.assert_allclose(ours, -(shares * log_probs).sum(axis=1), rtol=1e-6)


def test_shares_by_hand() -> None:
    # 1/2 log 4 + 1/2 log(4/3)
    logits = torch.log(torch.tensor([[1.0, 3.0]]))
    assert CrossEntropy()(logits, torch.tensor([[0.5, 0.5]], dtype=torch.float64)).item() == pytest.approx(
        0.5 * np.log(4) + 0.5 * np.log(4 / 3)
    )
