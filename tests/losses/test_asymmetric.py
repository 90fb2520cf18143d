from __future__ import annotations

import numpy as np
import pytest
import torch
from timm.loss import AsymmetricLossMultiLabel

from tamesu.losses import Asymmetric, BinaryCrossEntropy, Focal
from tamesu.testing.losses import make_case


@pytest.mark.parametrize("margin", [0.0, 0.05, 0.4])
@pytest.mark.parametrize(("present", "absent"), [(0.0, 4.0), (1.0, 4.0), (0.5, 1.5)])
def test_agrees_with_timm(margin: float, present: float, absent: float) -> None:
    logits, target = make_case("multilabel")
    theirs = AsymmetricLossMultiLabel(gamma_neg=absent, gamma_pos=present, clip=margin)
    ours = Asymmetric(gamma_present=present, gamma_absent=absent, margin=margin)(logits, target)
    # theirs adds the labels.
    assert ours.mean().item() == pytest.approx(theirs(logits, target.double()).item() / 4)


def test_by_hand() -> None:
    # p = 1/2, q = 1/2 - 1/10: (2/5)^2 log(1 / (3/5)) of the label that is absent; 1/2 log 2 of the one that is there.
    loss = Asymmetric(gamma_present=1.0, gamma_absent=2.0, margin=0.1)
    value = loss(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]])).item()
    assert value == pytest.approx((0.5 * np.log(2) + 0.16 * np.log(5 / 3)) / 2)


def test_absent_labels_below_the_margin_are_let_be() -> None:
    leaf = torch.tensor([[-4.0]], requires_grad=True)
    value = Asymmetric(margin=0.05)(leaf, torch.zeros(1, 1))
    (gradient,) = torch.autograd.grad(value.sum(), leaf)
    assert value.item() == 0.0 and gradient.item() == 0.0


def test_without_margin_it_is_focal_or_binary_cross_entropy() -> None:
    logits, target = make_case("multilabel")
    torch.testing.assert_close(
        Asymmetric(gamma_present=2.0, gamma_absent=2.0, margin=0.0)(logits, target), Focal(gamma=2.0)(logits, target)
    )
    torch.testing.assert_close(
        Asymmetric(gamma_present=0.0, gamma_absent=0.0, margin=0.0)(logits, target), BinaryCrossEntropy()(logits, target)
    )
