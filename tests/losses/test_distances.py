from __future__ import annotations

import itertools
import sys

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from tamesu.errors import InputError
from tamesu.losses import Contrastive, SupervisedContrastive, Triplet
from tamesu.losses.distances import metric_learning


@pytest.fixture
def batch() -> tuple[Tensor, Tensor]:
    """Features (12, 5), float64, of classes with 4, 4, 3 images and one alone."""
    features = torch.randn(12, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return features, torch.tensor([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 3])


def distances_of(features: Tensor, normalised: bool) -> np.ndarray:
    rows = (F.normalize(features, dim=1) if normalised else features).numpy()
    return np.linalg.norm(rows[:, None] - rows[None], axis=2)


def mean_of_positive(values: list[float]) -> float:
    costs = [value for value in values if value > 0]
    return float(np.mean(costs)) if costs else 0.0


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("margin", [0.2, 2.0])
def test_hard_triplets_are_the_papers(batch: tuple[Tensor, Tensor], normalised: bool, margin: float) -> None:
    features, target = batch
    d, y = distances_of(features, normalised), target.numpy()
    costs = []
    for a in range(11):  # the last image has no other of its class
        positives, negatives = d[a][(y == y[a]) & (np.arange(12) != a)], d[a][y != y[a]]
        costs.append(positives.max() - negatives.min() + margin)
    ours = Triplet(margin=margin, normalised=normalised)(features, target).item()
    assert ours == pytest.approx(mean_of_positive(costs))


@pytest.mark.parametrize("mining", ["semihard", "all"])
def test_other_triplets_are_the_papers(batch: tuple[Tensor, Tensor], mining: str) -> None:
    features, target = batch
    d, y = distances_of(features, normalised=True), target.numpy()
    costs = []
    for a, p, n in itertools.product(range(12), repeat=3):
        if a == p or y[a] != y[p] or y[a] == y[n]:
            continue
        if mining == "all" or d[a, p] < d[a, n] < d[a, p] + 0.5:
            costs.append(d[a, p] - d[a, n] + 0.5)
    ours = Triplet(margin=0.5, mining=mining)(features, target).item()  # type: ignore[arg-type]
    assert ours == pytest.approx(mean_of_positive(costs))


@pytest.mark.parametrize("temperature", [0.1, 1.0])
def test_supervised_contrast_is_the_papers(batch: tuple[Tensor, Tensor], temperature: float) -> None:
    features, target = batch
    rows, y = F.normalize(features, dim=1).numpy(), target.numpy()
    z = rows @ rows.T / temperature
    costs = []
    for i in range(11):
        others = [a for a in range(12) if a != i]
        log_sum = np.log(np.exp(z[i, others]).sum())
        costs.append(-np.mean([z[i, p] - log_sum for p in others if y[p] == y[i]]))
    ours = SupervisedContrastive(temperature=temperature)(features, target).item()
    assert ours == pytest.approx(np.mean(costs))


@pytest.mark.parametrize("normalised", [True, False])
def test_contrast_agrees_with_the_formula(batch: tuple[Tensor, Tensor], normalised: bool) -> None:
    features, target = batch
    d, same = distances_of(features, normalised), target.numpy()[:, None] == target.numpy()
    apart = ~np.eye(12, dtype=bool)
    together, near = d[same & apart], np.maximum(1.5 - d[~same], 0.0)
    ours = Contrastive(margin=1.5, normalised=normalised)(features, target).item()
    assert ours == pytest.approx(mean_of_positive(list(together)) + mean_of_positive(list(near)))


def test_no_semihard_triplet_is_0_and_not_every_triplet() -> None:
    # The negative is nearer than the positive.
    features = torch.tensor([[0.0], [5.0], [1.0]], requires_grad=True)
    loss = Triplet(mining="semihard", normalised=False)(features, torch.tensor([0, 0, 1]))
    loss.backward()
    assert loss.item() == 0.0 and features.grad is not None and features.grad.abs().max() == 0.0


def test_same_images_have_a_finite_gradient() -> None:
    features = torch.ones(6, 3, requires_grad=True)
    for loss in (Triplet(), Triplet(normalised=False), Contrastive(), SupervisedContrastive()):
        (gradient,) = torch.autograd.grad(loss(features, torch.arange(6) % 2), features)
        assert bool(torch.isfinite(gradient).all())


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytorch_metric_learning", None)
    for build in (Triplet, SupervisedContrastive, Contrastive):
        with pytest.raises(InputError) as raised:
            build()
        assert raised.value.codes == ("LOSS_NEEDS_EXTRA",)
    for language in ("en", "ja"):
        with pytest.raises(InputError) as raised:
            metric_learning("triplet")
        text = raised.value.faults[0].text(language)  # type: ignore[arg-type]
        assert "triplet" in text and 'pip install "tamesu[metric]"' in text
