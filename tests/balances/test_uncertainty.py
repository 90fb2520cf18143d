from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.balances import Uncertainty
from tamesu.balances.uncertainty import LIMIT


def reference(losses: np.ndarray, weights: np.ndarray, sigmas: np.ndarray) -> float:
    """The paper's equation 10 for classes, with σ as it stands there."""
    return float((weights * losses / sigmas**2 + np.log(sigmas)).sum())


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_the_paper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    losses, weights, sigmas = rng.random(4) * 10, rng.random(4) + 0.1, rng.random(4) + 0.5
    balance = Uncertainty(terms=list("abcd")).double()
    with torch.no_grad():
        balance.log_variances.copy_(torch.tensor(np.log(sigmas**2)))
    assert balance(torch.tensor(losses), torch.tensor(weights)).item() == pytest.approx(reference(losses, weights, sigmas))
    np.testing.assert_allclose(balance.factors().numpy(), 1 / sigmas**2)


def test_s_comes_to_rest_at_the_log_of_twice_the_loss() -> None:
    losses, weights = torch.tensor([0.02, 1.0, 300.0], dtype=torch.float64), torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64)
    balance = Uncertainty(terms=["a", "b", "c"]).double()
    optimizer = torch.optim.LBFGS(balance.parameters(), max_iter=100, line_search_fn="strong_wolfe")

    def total() -> torch.Tensor:
        optimizer.zero_grad()
        value: torch.Tensor = balance(losses, weights)
        value.backward()
        return value

    optimizer.step(total)
    np.testing.assert_allclose(balance.log_variances.detach().numpy(), np.log(2 * (losses * weights).numpy()), atol=1e-4)
    # There, each term adds 1/2, whatever its size.
    np.testing.assert_allclose((balance.factors() * losses * weights).numpy(), 0.5, rtol=1e-4)


def test_the_form_for_numbers_is_the_same_with_s_moved_by_log_2() -> None:
    losses, s = np.array([0.3, 4.0]), np.array([0.2, -1.0])
    halved = (0.5 * np.exp(-s) * losses + 0.5 * s).sum()
    balance = Uncertainty(terms=["a", "b"]).double()
    with torch.no_grad():
        balance.log_variances.copy_(torch.tensor(s + np.log(2)))
    total = balance(torch.tensor(losses), torch.ones(2, dtype=torch.float64)).item()
    assert total == pytest.approx(halved + 2 * 0.5 * np.log(2))


def test_a_loss_that_is_0_does_not_pull_its_factor_up_without_end() -> None:
    balance = Uncertainty(terms=["a", "b"])
    optimizer = torch.optim.SGD(balance.parameters(), lr=5.0)
    for _ in range(20):
        optimizer.zero_grad()
        balance(torch.tensor([0.0, 1.0]), torch.ones(2)).backward()
        optimizer.step()
    balance(torch.tensor([0.0, 1.0]), torch.ones(2))
    assert balance.log_variances[0].item() == -LIMIT
    # And it comes back when there is something to lose.
    balance(torch.tensor([1.0, 1.0]), torch.ones(2)).backward()
    assert balance.log_variances.grad is not None and balance.log_variances.grad[0] < 0


def test_a_term_that_is_out_keeps_its_factor() -> None:
    balance = Uncertainty(terms=["a", "b"])
    balance(torch.tensor([2.0, 3.0]), torch.tensor([1.0, 0.0])).backward()
    assert balance.log_variances.grad is not None
    assert balance.log_variances.grad.tolist() == [-1.5, 0.0]
