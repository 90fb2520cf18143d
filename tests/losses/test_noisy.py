from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import softmax

from tamesu.losses import CrossEntropy, GeneralizedCrossEntropy, SymmetricCrossEntropy
from tamesu.testing.losses import make_case


def test_both_directions_agree_with_the_formula() -> None:
    logits, target = make_case("class")
    p = softmax(logits.numpy(), axis=1)
    q = np.eye(4)[target.numpy()]
    there = -(q * np.log(p)).sum(axis=1)
    back = -(p * np.where(q == 1, 0.0, -6.0)).sum(axis=1)
    ours = SymmetricCrossEntropy(alpha=0.5, beta=2.0, log_zero=-6.0)(logits, target)
    np.testing.assert_allclose(ours.numpy(), 0.5 * there + 2.0 * back, rtol=1e-9)


@pytest.mark.parametrize("q", [0.1, 0.7, 1.0])
def test_powers_agree_with_the_formula(q: float) -> None:
    logits, target = make_case("class")
    p = softmax(logits.numpy(), axis=1)[np.arange(6), target.numpy()]
    np.testing.assert_allclose(GeneralizedCrossEntropy(q=q)(logits, target).numpy(), (1 - p**q) / q, rtol=1e-9)


def test_by_hand() -> None:
    logits = torch.log(torch.tensor([[1.0, 3.0]]))
    assert GeneralizedCrossEntropy(q=0.5)(logits, torch.tensor([0])).item() == pytest.approx(1.0)
    assert SymmetricCrossEntropy(alpha=1.0, beta=0.5)(logits, torch.tensor([0])).item() == pytest.approx(np.log(4) + 1.5)


def test_a_small_q_is_cross_entropy_in_float32_too() -> None:
    logits, target = make_case("class")
    ours = GeneralizedCrossEntropy(q=1e-6)(logits.float(), target)
    torch.testing.assert_close(ours, CrossEntropy()(logits.float(), target), rtol=1e-4, atol=1e-5)


def test_a_wrong_label_pulls_less_than_in_cross_entropy() -> None:
    pulls = []
    for loss in (CrossEntropy(), SymmetricCrossEntropy(), GeneralizedCrossEntropy()):
        leaf = torch.tensor([[8.0, 0.0]], requires_grad=True)
        pulls.append(torch.autograd.grad(loss(leaf, torch.tensor([1])).sum(), leaf)[0].abs().max().item())
    assert pulls[1] < 0.2 * pulls[0] and pulls[2] < 0.2 * pulls[0]
