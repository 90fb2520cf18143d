from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from tamesu.losses import ClassBalanced
from tamesu.testing.losses import make_case

COUNTS = [100, 40, 10, 2]


@pytest.mark.parametrize("gamma", [0.0, 1.5])
@pytest.mark.parametrize("beta", [0.9, 0.999])
def test_agrees_with_the_formula(gamma: float, beta: float) -> None:
    logits, target = make_case("class")
    p = softmax(logits.numpy(), axis=1)[np.arange(6), target.numpy()]
    weights = (1 - beta) / (1 - beta ** np.array(COUNTS, float))
    weights *= sum(COUNTS) / (weights * COUNTS).sum()
    expected = -weights[target.numpy()] * (1 - p) ** gamma * np.log(p)
    ours = ClassBalanced(beta=beta, gamma=gamma, class_counts=COUNTS)(logits, target)
    np.testing.assert_allclose(ours.numpy(), expected, rtol=1e-6)


def test_without_counts_it_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="class_counts"):
        ClassBalanced()
