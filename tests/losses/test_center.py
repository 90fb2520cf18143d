from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from tamesu.losses import LOSSES, Center


@pytest.fixture
def batch() -> tuple[Tensor, Tensor]:
    """Features (6, 3), float64, of classes 0, 1 and 3."""
    return torch.randn(6, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64), torch.tensor([0, 1, 3, 0, 0, 1])


def make_loss(alpha: float = 0.5) -> Center:
    """With centres that are not zero."""
    loss = Center(alpha=alpha, labels=4, width=3).double()
    loss.centers += torch.randn(4, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return loss


def test_agrees_with_the_formula(batch: tuple[Tensor, Tensor]) -> None:
    (features, target), loss = batch, make_loss()
    expected = [
        0.5 * np.sum((x - loss.centers.numpy()[y]) ** 2) for x, y in zip(features.numpy(), target.tolist(), strict=True)
    ]
    np.testing.assert_allclose(loss(features, target).numpy(), expected)


@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_centres_move_as_in_the_paper(batch: tuple[Tensor, Tensor], alpha: float) -> None:
    (features, target), loss = batch, make_loss(alpha)
    expected = loss.centers.numpy().copy()
    for j in range(4):
        members = features.numpy()[target.numpy() == j]
        expected[j] -= alpha * (loss.centers.numpy()[j] - members).sum(axis=0) / (1 + len(members))
    loss.step(features, target)
    np.testing.assert_allclose(loss.centers.numpy(), expected)


def test_by_hand() -> None:
    loss = Center(alpha=1.0, labels=2, width=1)
    loss.step(torch.tensor([[3.0], [6.0]]), torch.tensor([1, 1]))
    # 9 over 1 + 2 images; the class without images stays.
    assert loss.centers.tolist() == [[0.0], [3.0]]
    assert loss(torch.tensor([[5.0]]), torch.tensor([1])).item() == 2.0


def test_centres_come_to_the_mean_of_their_images(batch: tuple[Tensor, Tensor]) -> None:
    (features, target), loss = batch, make_loss()
    for _ in range(200):
        loss.step(features, target)
    np.testing.assert_allclose(loss.centers[0].numpy(), features[target == 0].mean(dim=0).numpy())


def test_centres_are_saved_and_not_learnt_by_the_optimizer(batch: tuple[Tensor, Tensor]) -> None:
    loss = LOSSES.build("center", {}, labels=4, width=3)
    assert list(loss.parameters()) == [] and set(loss.state_dict()) == {"centers"}
    features = batch[0].requires_grad_()
    loss.step(features, batch[1])
    assert not loss.centers.requires_grad
    # Features in half precision move them too, and they stay in float32.
    loss.step(features.half(), batch[1])
    assert loss.centers.dtype == torch.float32
