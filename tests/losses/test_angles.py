from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import softmax
from torch import Tensor
from torch.nn import functional as F

from tamesu.losses import ArcFace, CosFace, SubcenterArcFace


def make_features(directions: int) -> tuple[Tensor, Tensor, Tensor]:
    """Features (12, 5), directions (5, `directions`) and classes 0 to 3, float64."""
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(12, 5, generator=generator, dtype=torch.float64)
    return features, torch.randn(5, directions, generator=generator, dtype=torch.float64), torch.arange(12) % 4


def cosines_of(features: Tensor, directions: Tensor) -> Tensor:
    return F.normalize(features, dim=1) @ F.normalize(directions, dim=0)


def value_of(theirs: Any, features: Tensor, directions: Tensor, target: Tensor) -> float:
    theirs.W.data = directions.clone()
    value: float = theirs(features, target).item()
    return value


# At 2 radians many angles pass π.
@pytest.mark.parametrize("margin", [0.0, 0.5, 2.0])
def test_arcface_agrees_with_pytorch_metric_learning(margin: float) -> None:
    from pytorch_metric_learning.losses import ArcFaceLoss

    features, directions, target = make_features(4)
    theirs = ArcFaceLoss(num_classes=4, embedding_size=5, margin=float(np.degrees(margin)), scale=16)
    ours = ArcFace(scale=16.0, margin=margin)(cosines_of(features, directions), target)
    assert ours.mean().item() == pytest.approx(value_of(theirs, features, directions, target))


def test_cosface_agrees_with_pytorch_metric_learning() -> None:
    from pytorch_metric_learning.losses import CosFaceLoss

    features, directions, target = make_features(4)
    theirs = CosFaceLoss(num_classes=4, embedding_size=5, margin=0.35, scale=16)
    ours = CosFace(scale=16.0, margin=0.35)(cosines_of(features, directions), target)
    assert ours.mean().item() == pytest.approx(value_of(theirs, features, directions, target))


def test_subcenters_agree_with_pytorch_metric_learning() -> None:
    from pytorch_metric_learning.losses import SubCenterArcFaceLoss

    features, directions, target = make_features(12)
    theirs = SubCenterArcFaceLoss(num_classes=4, embedding_size=5, margin=28.6, scale=16, sub_centers=3)
    loss = SubcenterArcFace(subcenters=3, scale=16.0, margin=float(np.radians(28.6)))
    nearest = cosines_of(features, directions).view(12, 4, loss.subcenters).amax(dim=2)
    assert loss(nearest, target).mean().item() == pytest.approx(value_of(theirs, features, directions, target))


def test_by_hand() -> None:
    # 60 degrees and 30 more make 90: cosines 0 and 0. The other way: 0.75 - 0.25 and 0.5.
    cosines = torch.tensor([[0.5, 0.0]], dtype=torch.float64)
    assert ArcFace(scale=7.0, margin=float(np.pi / 6))(cosines, torch.tensor([0])).item() == pytest.approx(np.log(2))
    cosines = torch.tensor([[0.75, 0.5]], dtype=torch.float64)
    assert CosFace(scale=7.0, margin=0.25)(cosines, torch.tensor([0])).item() == pytest.approx(np.log(2))


def test_a_larger_angle_always_costs_more() -> None:
    angles = torch.linspace(0.01, float(np.pi) - 0.01, 400, dtype=torch.float64)
    cosines = torch.stack([torch.cos(angles), torch.zeros_like(angles)], dim=1)
    # Where the angle passes π the cosine is continued so that the value goes on growing.
    values = ArcFace(scale=10.0, margin=0.5)(cosines, torch.zeros(400, dtype=torch.int64))
    assert bool((values.diff() > 0).all())


@pytest.mark.parametrize("loss", [ArcFace(), ArcFace(margin=3.0), CosFace(), SubcenterArcFace()])
@pytest.mark.parametrize("cosine", [1.0, 1.0000001, 0.9999999, -1.0, -1.0000001])
def test_the_gradient_is_finite_where_rounding_passes_1(loss: Any, cosine: float) -> None:
    leaf = torch.tensor([[cosine, 0.3]], requires_grad=True)
    values = loss(leaf, torch.tensor([0]))
    (gradient,) = torch.autograd.grad(values.sum(), leaf)
    assert bool(torch.isfinite(values).all() and torch.isfinite(gradient).all())


def test_predictions_have_the_scale_and_no_margin() -> None:
    cosines = np.array([[0.5, 0.0, -0.25]])
    for loss in (ArcFace(scale=4.0), CosFace(scale=4.0), SubcenterArcFace(scale=4.0)):
        np.testing.assert_allclose(loss.decode("class", cosines), softmax(np.array([[2.0, 0.0, -1.0]]), axis=1))
