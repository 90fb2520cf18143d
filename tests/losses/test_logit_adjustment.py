from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import softmax

from tamesu.losses import CrossEntropy, LogitAdjustment
from tamesu.testing.losses import make_case

COUNTS = [100, 40, 10, 2]


@pytest.mark.parametrize("tau", [0.5, 1.0, 2.0])
def test_agrees_with_the_formula(tau: float) -> None:
    logits, target = make_case("class")
    shares = np.array(COUNTS) / sum(COUNTS)
    expected = -np.log(softmax(logits.numpy() + tau * np.log(shares), axis=1)[np.arange(6), target.numpy()])
    np.testing.assert_allclose(LogitAdjustment(tau=tau, class_counts=COUNTS)(logits, target).numpy(), expected, rtol=1e-9)


def test_by_hand_logits_of_0_give_each_class_its_share() -> None:
    values = LogitAdjustment(class_counts=[1, 4])(torch.zeros(2, 2), torch.tensor([0, 1]))
    assert values.exp().tolist() == pytest.approx([5.0, 1.25])


def test_tau_0_is_cross_entropy_and_a_class_without_images_is_finite() -> None:
    logits, target = make_case("class")
    torch.testing.assert_close(LogitAdjustment(tau=0.0, class_counts=COUNTS)(logits, target), CrossEntropy()(logits, target))
    assert torch.isfinite(LogitAdjustment(class_counts=[5, 5, 0, 5])(logits, target)).all()


def test_without_counts_it_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="class_counts"):
        LogitAdjustment()
