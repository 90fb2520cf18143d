from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.heads import CosineHead

X = torch.randn(6, 8, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("subcenters", [1, 3])
def test_cosines_of_the_nearest_direction(subcenters: int) -> None:
    head = CosineHead(features=8, outputs=4, subcenters=subcenters)
    directions, features = head.directions.detach().double().numpy(), X.double().numpy()
    expected = np.array(
        [
            [max(row @ one / np.linalg.norm(row) / np.linalg.norm(one) for one in of_class) for of_class in directions]
            for row in features
        ]
    )
    np.testing.assert_allclose(head(X).detach().numpy(), expected, atol=1e-6)


def test_length_says_nothing() -> None:
    head = CosineHead(features=8, outputs=4)
    torch.testing.assert_close(head(X * 100), head(X))
    with torch.no_grad():
        before = head(X)
        head.directions.mul_(7.0)
        torch.testing.assert_close(head(X), before)
        assert head(torch.zeros(1, 8)).eq(0).all()
        torch.testing.assert_close(head(head.directions[:, 0]).diagonal(), torch.ones(4))


def test_half_precision_is_widened_and_double_kept() -> None:
    head = CosineHead(features=8, outputs=4)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        narrow = head(X)
    assert narrow.dtype == torch.float32
    torch.testing.assert_close(narrow, head(X))
    assert head.double()(X.double()).dtype == torch.float64


def test_a_hidden_layer_before_the_angle() -> None:
    head = CosineHead(features=8, outputs=4, hidden=5, activation="tanh", dropout=0.5).eval()
    assert head.directions.shape == (4, 1, 5)
    hidden = torch.tanh(X @ head.before[0].weight.T)
    cosines = torch.nn.functional.cosine_similarity(hidden[:, None], head.directions[None, :, 0], dim=2)
    torch.testing.assert_close(head(X), cosines)
    assert head.reads == "cosines"


def test_the_gradient_reaches_the_features_and_the_directions() -> None:
    head = CosineHead(features=3, outputs=2, subcenters=2).double()
    features = X[:2, :3].double().requires_grad_()
    assert torch.autograd.gradcheck(head, (features,))
    head(features).sum().backward()
    assert head.directions.grad is not None and head.directions.grad.abs().sum() > 0
