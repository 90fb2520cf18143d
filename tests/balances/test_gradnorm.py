from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.balances import Fixed, GradNorm
from tamesu.balances.gradnorm import mean_of


def aims_of(factors: np.ndarray, norms: np.ndarray, losses: np.ndarray, first: np.ndarray, alpha: float) -> np.ndarray:
    """The right side of equation 2: the mean norm × (relative inverse training rate) ** alpha."""
    left = losses / first
    return (factors * norms).mean() * (left / left.mean()) ** alpha


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("alpha", [0.0, 1.5])
def test_a_step_goes_against_the_gradient_of_equation_2(seed: int, alpha: float) -> None:
    rng = np.random.default_rng(seed)
    first, losses, norms = rng.random(4) + 0.5, rng.random(4) + 0.1, rng.random(4) * 10 + 0.1
    balance = GradNorm(terms=list("abcd"), alpha=alpha, lr=0.01).double()
    balance.first_losses.copy_(torch.tensor(first))
    before = balance.factors().numpy()
    # The gradient of sum |G - aim| by each factor, the aims held constant, as the paper does.
    aims = aims_of(before, norms, losses, first, alpha)
    gradient = np.sign(before * norms - aims) * norms
    balance.step(torch.tensor(norms), torch.tensor(losses))
    unscaled = before * np.exp(-0.01 * np.sign(gradient))
    np.testing.assert_allclose(balance.factors().numpy(), unscaled * before.sum() / unscaled.sum(), rtol=1e-9)


def test_it_comes_to_rest_at_the_aims() -> None:
    first, losses, norms = np.array([1.0, 1.0, 1.0]), np.array([0.5, 0.9, 0.7]), np.array([0.3, 20.0, 3.0])
    balance = GradNorm(terms=["a", "b", "c"]).double()
    balance.first_losses.copy_(torch.tensor(first))
    for _ in range(400):
        balance.step(torch.tensor(norms), torch.tensor(losses))
    factors = balance.factors().numpy()
    aims = aims_of(factors, norms, losses, first, 1.5)
    np.testing.assert_allclose(factors * norms / aims, (factors * norms / aims)[0], rtol=1e-6)
    assert factors.sum() == pytest.approx(3.0)


def pulls_on_shared(balance_of: type, scale: float, steps: int = 150) -> tuple[np.ndarray, np.ndarray]:
    """Two tasks of one shared layer, the loss of the second `scale` times larger; the share of each in the last gradients."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(64, 8, generator=generator, dtype=torch.float64)
    truths = [inputs @ torch.randn(8, 1, generator=generator, dtype=torch.float64) for _ in range(2)]
    shared = torch.nn.Linear(8, 16).double()
    heads = [torch.nn.Linear(16, 1).double() for _ in range(2)]
    with torch.no_grad():
        for layer in (shared, *heads):
            layer.weight.copy_(torch.randn(layer.weight.shape, generator=generator, dtype=torch.float64) * 0.3)
    balance = balance_of(terms=["small", "large"]).double()
    parameters = [*shared.parameters(), *(p for head in heads for p in head.parameters())]
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    ones = torch.ones(2, dtype=torch.float64)
    pulls = []
    for _ in range(steps):
        maps = torch.tanh(shared(inputs))
        losses = torch.stack(
            [(head(maps) - truth).square().mean() * k for head, truth, k in zip(heads, truths, (1.0, scale), strict=True)]
        )
        norms = torch.stack([torch.autograd.grad(loss, maps, retain_graph=True)[0].norm() for loss in losses])
        pulls.append((balance.factors() * norms).numpy())
        optimizer.zero_grad()
        balance(losses, ones).backward()
        optimizer.step()
        if balance.needs_gradients:
            balance.step(norms, losses.detach())
    last = np.mean(pulls[-10:], axis=0)
    return last / last.sum(), balance.factors().numpy()


def test_a_loss_100_times_larger_pulls_no_harder() -> None:
    without, _ = pulls_on_shared(Fixed, 100.0)
    shares, factors = pulls_on_shared(GradNorm, 100.0)
    assert without[1] > 0.95
    assert 0.35 < shares[0] < 0.65
    assert factors[0] / factors[1] > 30
    assert factors.sum() == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("norm", "loss"), [(0.0, 1.0), (0.0, float("nan")), (float("nan"), 1.0), (float("inf"), 1.0), (1.0, float("inf"))]
)
def test_a_term_that_is_not_there_is_left_alone(norm: float, loss: float) -> None:
    balance = GradNorm(terms=["a", "b", "c"])
    balance.step(torch.tensor([1.0, 2.0, 4.0]), torch.tensor([1.0, 1.0, 1.0]))
    before = balance.factors()
    balance.step(torch.tensor([1.0, norm, 4.0]), torch.tensor([1.0, loss, 1.0]))
    after = balance.factors()
    assert after[1] == before[1] and after[0] > before[0]
    assert after.sum().item() == pytest.approx(3.0, abs=1e-6)


def test_nothing_there_changes_nothing() -> None:
    balance = GradNorm(terms=["a", "b"])
    balance.step(torch.zeros(2), torch.full((2,), torch.nan))
    assert balance.factors().tolist() == [1.0, 1.0]
    assert balance.first_losses.isnan().all()


def test_a_term_seen_later_starts_then() -> None:
    balance = GradNorm(terms=["a", "b"])
    balance.step(torch.tensor([1.0, 0.0]), torch.tensor([4.0, torch.nan]))
    balance.step(torch.tensor([1.0, 1.0]), torch.tensor([2.0, 3.0]))
    assert balance.first_losses.tolist() == [4.0, 3.0]


def test_a_loss_that_has_reached_0_asks_for_nothing() -> None:
    balance = GradNorm(terms=["a", "b"], lr=0.2)
    balance.step(torch.tensor([1.0, 1.0]), torch.tensor([1.0, 1.0]))
    for _ in range(200):
        balance.step(torch.tensor([1.0, 1.0]), torch.tensor([0.0, 1.0]))
    factors = balance.factors()
    assert 0 < factors[0] < 1e-5 and factors[1].item() == pytest.approx(2.0, abs=1e-5)
    # And it finds its way back.
    for _ in range(100):
        balance.step(torch.tensor([1.0, 1.0]), torch.tensor([1.0, 1.0]))
    assert balance.factors()[0].item() == pytest.approx(1.0, abs=1e-3)


def test_the_step_may_come_before_the_backward_pass() -> None:
    balance = GradNorm(terms=["a", "b"])
    losses = torch.tensor([1.0, 2.0], requires_grad=True)
    total = balance(losses, torch.ones(2))
    balance.step(torch.tensor([1.0, 5.0]), losses.detach())
    total.backward()
    assert losses.grad is not None and losses.grad.tolist() == [1.0, 1.0]


def test_mean_of_none() -> None:
    assert mean_of(torch.ones(2), torch.tensor([False, False])).isnan()
