from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import rel_entr

from tamesu.losses import CrossEntropy, KLDivergence
from tamesu.testing.losses import make_case


def test_agrees_with_scipy() -> None:
    logits, target = make_case("soft")
    expected = rel_entr(target.double().numpy(), torch.softmax(logits, dim=1).numpy()).sum(axis=1)
    np.testing.assert_allclose(KLDivergence()(logits, target).numpy(), expected, rtol=1e-6)


def test_by_hand_a_share_of_nothing_costs_nothing() -> None:
    # 1 log(1 / (1/4))
    assert KLDivergence()(torch.log(torch.tensor([[1.0, 3.0]])), torch.tensor([[1.0, 0.0]])).item() == pytest.approx(np.log(4))


def test_of_one_right_class_it_is_the_cross_entropy() -> None:
    logits, target = make_case("class")
    torch.testing.assert_close(KLDivergence()(logits, target), CrossEntropy()(logits, target))


def test_it_pulls_as_cross_entropy_does() -> None:
    logits, target = make_case("soft")
    leaf = logits.requires_grad_()
    ours, theirs = (torch.autograd.grad(loss(leaf, target).sum(), leaf)[0] for loss in (KLDivergence(), CrossEntropy()))
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-6)
