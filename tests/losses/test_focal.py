from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import softmax
from torchvision.ops import sigmoid_focal_loss

from tamesu.errors import InputError
from tamesu.losses import BinaryCrossEntropy, CrossEntropy, Focal
from tamesu.testing.losses import make_case


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("alpha", [None, 0.25])
def test_labels_agree_with_torchvision(gamma: float, alpha: float | None) -> None:
    logits, target = make_case("multilabel")
    theirs = sigmoid_focal_loss(logits, target.double(), alpha=-1 if alpha is None else alpha, gamma=gamma)
    ours = Focal(gamma=gamma, alpha="none" if alpha is None else alpha)(logits, target)
    torch.testing.assert_close(ours, theirs.mean(dim=1))


@pytest.mark.parametrize("gamma", [0.5, 2.0])
@pytest.mark.parametrize("alpha", [None, [0.1, 0.5, 0.9, 1.0]])
def test_classes_agree_with_the_formula(gamma: float, alpha: list[float] | None) -> None:
    logits, target = make_case("class")
    p = softmax(logits.numpy(), axis=1)[np.arange(6), target.numpy()]
    factor = 1.0 if alpha is None else np.array(alpha)[target.numpy()]
    ours = Focal(gamma=gamma, alpha="none" if alpha is None else alpha)(logits, target)
    np.testing.assert_allclose(ours.numpy(), -factor * (1 - p) ** gamma * np.log(p), rtol=1e-6)


def test_by_hand() -> None:
    # p = 1/4: (3/4)^2 log 4
    logits = torch.log(torch.tensor([[1.0, 3.0]]))
    assert Focal(gamma=2.0)(logits, torch.tensor([0])).item() == pytest.approx(9 / 16 * np.log(4))


def test_gamma_0_is_cross_entropy() -> None:
    for kind, other in (("class", CrossEntropy()), ("multilabel", BinaryCrossEntropy())):
        logits, target = make_case(kind)
        torch.testing.assert_close(Focal(gamma=0.0)(logits, target), other(logits, target))


def test_half_a_label_costs_half_of_both_answers() -> None:
    logits = torch.tensor([[0.7]])
    loss = Focal(alpha=0.25)
    present, absent, half = (loss(logits, torch.tensor([[share]])).item() for share in (1.0, 0.0, 0.5))
    assert half == pytest.approx(0.5 * present + 0.5 * absent)


@pytest.mark.parametrize("gamma", [0.3, 2.0])
def test_a_sure_and_right_network_has_a_gradient_of_0(gamma: float) -> None:
    leaf = torch.tensor([[200.0, 0.0]], requires_grad=True)
    (gradient,) = torch.autograd.grad(Focal(gamma=gamma)(leaf, torch.tensor([0])).sum(), leaf)
    assert gradient.tolist() == [[0.0, 0.0]]


def test_one_alpha_per_class() -> None:
    with pytest.raises(InputError) as raised:
        Focal(alpha=[0.5, 0.5], class_counts=[1, 2, 3])
    assert raised.value.codes == ("LOSS_WEIGHTS_COUNT",)
    with pytest.raises(InputError) as raised:
        Focal(alpha=0.25)(torch.zeros(1, 3), torch.tensor([0]))
    assert raised.value.codes == ("LOSS_WEIGHTS_COUNT",)
