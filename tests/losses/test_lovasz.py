from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch

from tamesu.losses import Lovasz
from tamesu.testing.losses import make_maps


def test_agrees_with_the_authors_in_value_and_gradient() -> None:
    import segmentation_models_pytorch as smp

    theirs: Any = smp.losses.LovaszLoss("multiclass", per_image=True, ignore_index=-1)
    logits, target = make_maps()
    # theirs computes a part in float32 whatever is given.
    leaf = logits.float().requires_grad_()
    ours, reference = Lovasz()(leaf, target), torch.stack([theirs(leaf[i : i + 1], target[i : i + 1]) for i in range(6)])
    torch.testing.assert_close(ours, reference)
    (pull,), (wanted,) = (torch.autograd.grad(values.sum(), leaf) for values in (ours, reference))
    torch.testing.assert_close(pull, wanted)


@pytest.mark.parametrize("truth", [[0, 1, 1, 0], [1, 0, 0, 0]])
def test_at_the_corners_it_is_one_minus_the_jaccard_index(truth: list[int]) -> None:
    for said in itertools.product([0, 1], repeat=4):
        logits = torch.nn.functional.one_hot(torch.tensor(said), 2).T[None, :, None] * 200.0
        true, guess = np.array(truth) == 1, np.array(said) == 1
        expected = 1 - (true & guess).sum() / (true | guess).sum()
        found = Lovasz(from_background=False)(logits, torch.tensor(truth)[None, None]).item()
        assert found == pytest.approx(expected)


def test_by_hand() -> None:
    # Errors of label 1: 0.8 (false), 0.4 (true). The index falls to 1/2 with the first wrong, and to 0 with both.
    logits = torch.log(torch.tensor([[[[0.2, 0.4]], [[0.8, 0.6]]]]))
    assert Lovasz(from_background=False)(logits, torch.tensor([[[0, 1]]])).item() == pytest.approx(0.5 * 0.8 + 0.5 * 0.4)


def test_an_image_of_background_costs_nothing_without_the_background() -> None:
    logits, _ = make_maps()
    assert Lovasz(from_background=False)(logits, torch.zeros(6, 3, 4, dtype=torch.int64)).tolist() == [0.0] * 6
