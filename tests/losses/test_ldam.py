from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import softmax

from tamesu.losses import LabelDistributionAwareMargin
from tamesu.testing.losses import make_case

COUNTS = [100, 40, 10, 2]


def test_agrees_with_the_formula() -> None:
    cosines, target = make_case("class")
    cosines = torch.tanh(cosines)
    margins = 1.0 / np.array(COUNTS, float) ** 0.25
    margins *= 0.5 / margins.max()
    moved = cosines.numpy().copy()
    for row, label in enumerate(target.tolist()):
        moved[row, label] -= margins[label]
    expected = -np.log(softmax(20 * moved, axis=1)[np.arange(6), target.numpy()])
    ours = LabelDistributionAwareMargin(margin=0.5, scale=20.0, class_counts=COUNTS)(cosines, target)
    np.testing.assert_allclose(ours.numpy(), expected, rtol=1e-9)


def test_the_rarest_class_has_the_margin_and_16_times_as_many_images_half_of_it() -> None:
    loss = LabelDistributionAwareMargin(margin=0.4, class_counts=[1600, 100, 0])
    # A class without images counts as having one.
    assert loss.margins.tolist() == pytest.approx([0.4 / 1600**0.25, 0.4 / 100**0.25, 0.4])
    assert LabelDistributionAwareMargin(margin=0.4, class_counts=[16, 1]).margins.tolist() == pytest.approx([0.2, 0.4])


def test_without_counts_it_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="class_counts"):
        LabelDistributionAwareMargin()
