from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from tamesu.errors import InputError
from tamesu.losses import BinaryCrossEntropy
from tamesu.testing.losses import make_case


def reference(logits: np.ndarray, expected: np.ndarray, pos_weight: np.ndarray | float = 1.0) -> np.ndarray:
    """-[w y log σ(x) + (1 - y) log(1 - σ(x))], the mean over labels."""
    probs = 1 / (1 + np.exp(-logits))
    return -(pos_weight * expected * np.log(probs) + (1 - expected) * np.log(1 - probs)).mean(axis=1)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("pos_weight", [1.0, 2.5, [0.5, 1.0, 2.0, 4.0]])
def test_labels_agree_with_the_formula(smoothing: float, pos_weight: float | list[float]) -> None:
    logits, target = make_case("multilabel")
    expected = target.numpy() * (1 - smoothing) + smoothing / 2
    loss = BinaryCrossEntropy(label_smoothing=smoothing, pos_weight=pos_weight)
    np.testing.assert_allclose(
        loss(logits, target).numpy(), reference(logits.numpy(), expected, np.array(pos_weight)), rtol=1e-6
    )


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_classes_agree_with_the_formula_on_one_hot_rows(smoothing: float) -> None:
    logits, target = make_case("class")
    expected = np.eye(4)[target.numpy()] * (1 - smoothing) + smoothing / 4
    loss = BinaryCrossEntropy(label_smoothing=smoothing)
    np.testing.assert_allclose(loss(logits, target).numpy(), reference(logits.numpy(), expected), rtol=1e-6)


def test_agrees_with_scikit_learn_label_by_label() -> None:
    logits, target = make_case("multilabel")
    probs = torch.sigmoid(logits).numpy()
    each = [log_loss(target[:, k].numpy(), probs[:, k], labels=[0, 1]) for k in range(4)]
    assert BinaryCrossEntropy()(logits, target).mean().item() == pytest.approx(np.mean(each))


def test_soft_labels_are_taken_as_they_are() -> None:
    logits, _ = make_case("multilabel")
    soft = torch.full((6, 4), 0.3)
    np.testing.assert_allclose(
        BinaryCrossEntropy()(logits, soft).numpy(), reference(logits.numpy(), soft.double().numpy()), rtol=1e-6
    )


def test_one_weight_per_label() -> None:
    with pytest.raises(InputError) as raised:
        BinaryCrossEntropy(pos_weight=[1.0, 2.0], class_counts=[5, 5, 5])
    assert raised.value.codes == ("LOSS_WEIGHTS_COUNT",)
    with pytest.raises(InputError) as raised:
        BinaryCrossEntropy(pos_weight=[1.0, 2.0])(torch.zeros(1, 3), torch.zeros(1, 3))
    assert raised.value.codes == ("LOSS_WEIGHTS_COUNT",)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_shares_are_taken_label_by_label(smoothing: float) -> None:
    logits, target = make_case("soft")
    expected = reference(logits.numpy(), target.double().numpy() * (1 - smoothing) + smoothing / 2)
    np.testing.assert_allclose(BinaryCrossEntropy(label_smoothing=smoothing)(logits, target).numpy(), expected, rtol=1e-6)


def test_shares_are_read_back() -> None:
    # Logits whose sigmoids are 0.6 and 0.2 say shares of 3 to 1; a softmax would say 1.5 / 0.25, 6 to 1.
    logits = np.log(np.array([[0.6 / 0.4, 0.2 / 0.8]]))
    loss = BinaryCrossEntropy()
    np.testing.assert_allclose(loss.decode("soft", logits), [[0.75, 0.25]])
    np.testing.assert_allclose(loss.decode("multilabel", logits), [[0.6, 0.2]])
    np.testing.assert_allclose(loss.decode("class", logits), [[6 / 7, 1 / 7]])
    np.testing.assert_allclose(loss.decode("soft", np.array([[-1000.0, -1000.0]])), [[0.5, 0.5]])
