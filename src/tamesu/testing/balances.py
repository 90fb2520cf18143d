"""The contract of a balance, as a test class: subclass it, say which part, and pytest does the rest.

from tamesu.testing.balances import BalanceContract

class TestMine(BalanceContract):
    part = MyBalance
    options = {"alpha": 1.0}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from tamesu.balances import Balance

TERMS = ("breed", "mask", "weight")
LOSSES = (0.7, 5.0, 120.0)
WEIGHTS = (1.0, 0.5, 0.01)
NORMS = (0.3, 2.0, 40.0)


def tensor(*values: float) -> Tensor:
    """Numbers in float64.

    Examples:
        >>> tensor(1.0, 2.5)
        tensor([1.0000, 2.5000], dtype=torch.float64)
    """
    return torch.tensor(values, dtype=torch.float64)


class BalanceContract:
    """What must be true of every balance. Subclass it in a test module.

    Attributes:
        part: the class under test; an `nn.Module`.
        options: its options.
    """

    part: type
    options: ClassVar[Mapping[str, Any]] = {}

    def build(self) -> Any:
        """The part under test, for three terms."""
        return self.part(terms=TERMS, **self.options)

    def trained(self) -> Any:
        """The part after a few steps of whatever it learns by."""
        balance = self.build()
        optimizer = torch.optim.SGD([*balance.parameters(), torch.nn.Parameter(torch.zeros(1))], lr=0.05)
        for _ in range(5):
            optimizer.zero_grad()
            total = balance(tensor(*LOSSES), tensor(*WEIGHTS))
            if total.requires_grad:
                total.backward()
            optimizer.step()
            if balance.needs_gradients:
                balance.step(tensor(*NORMS), tensor(*LOSSES))
        return balance

    def test_is_a_balance(self) -> None:
        """A module, so that it is moved, trained and saved; with a step if it wants gradients."""
        balance = self.build()
        assert isinstance(balance, torch.nn.Module) and isinstance(balance, Balance)
        assert not balance.needs_gradients or callable(getattr(balance, "step", None)), "needs_gradients, and has no step"

    def test_starts_as_the_weighted_sum(self) -> None:
        """An idea changes what the balance learns, and not where it starts."""
        balance = self.build()
        expected = sum(loss * weight for loss, weight in zip(LOSSES, WEIGHTS, strict=True))
        assert abs(balance(tensor(*LOSSES), tensor(*WEIGHTS)).item() - expected) < 1e-12
        assert balance.factors().tolist() == [1.0] * len(TERMS)

    def test_one_number_in_float32(self) -> None:
        """Half precision is widened before anything is added."""
        for balance in (self.build(), self.trained()):
            losses, weights = torch.tensor(LOSSES), torch.tensor(WEIGHTS)
            for dtype in (torch.bfloat16, torch.float16, torch.float32):
                total = balance(losses.to(dtype), weights)
                assert total.shape == () and total.dtype == torch.float32, f"{total.dtype} {tuple(total.shape)} from {dtype}"
                assert torch.equal(total, balance(losses.to(dtype).float(), weights)), f"added in {dtype}"
            assert balance(tensor(*LOSSES), tensor(*WEIGHTS)).dtype == torch.float64

    def test_factors_are_what_the_terms_are_multiplied_by(self) -> None:
        """The gradient by a loss is its factor × its weight, and what the journal is told is that factor."""
        for balance in (self.build(), self.trained()):
            losses = tensor(*LOSSES).requires_grad_()
            (gradient,) = torch.autograd.grad(balance(losses, tensor(*WEIGHTS)), losses)
            factors = balance.factors()
            assert factors.shape == (len(TERMS),) and not factors.requires_grad
            assert bool((factors > 0).all()), factors.tolist()
            assert torch.allclose(gradient, factors.double() * tensor(*WEIGHTS), rtol=1e-6), (gradient, factors)

    def test_gradient(self) -> None:
        """By finite differences, by the losses and by what it learns."""
        balance = self.trained().double()
        learnt = [parameter for parameter in balance.parameters() if parameter.requires_grad]
        losses = tensor(*LOSSES).requires_grad_()
        assert torch.autograd.gradcheck(lambda given, *_: balance(given, tensor(*WEIGHTS)), (losses, *learnt))

    def test_a_term_without_weight_is_out(self) -> None:
        """Whatever its loss is, the total is finite and it pulls on nothing."""
        for loss in (0.0, 1e30, float("inf"), float("nan")):
            balance = self.trained()
            losses, weights = tensor(0.7, loss, 120.0).requires_grad_(), tensor(1.0, 0.0, 0.01)
            total = balance(losses, weights)
            leaves = [losses, *balance.parameters()]
            gradients = torch.autograd.grad(total, leaves)
            assert all(bool(torch.isfinite(found).all()) for found in (total, *gradients)), f"loss {loss}"
            assert all(float(gradient[1]) == 0.0 for gradient in gradients), f"loss {loss}: {gradients}"

    def test_everything_is_saved(self) -> None:
        """What a checkpoint keeps is all there is: a training that goes on does not differ."""
        first, second = self.trained(), self.build()
        second.load_state_dict(first.state_dict())
        for _ in range(2):
            totals = [balance(tensor(*LOSSES), tensor(*WEIGHTS)) for balance in (first, second)]
            assert torch.equal(*totals)
            assert torch.equal(first.factors(), second.factors())
            for balance in (first, second):
                if balance.needs_gradients:
                    balance.step(tensor(*NORMS), tensor(0.5, 1.0, 119.0))

    def test_nothing_is_changed(self) -> None:
        """Losses, weights and norms are left as they were, and so is the balance by being asked."""
        balance = self.trained()
        given = [tensor(*LOSSES), tensor(*WEIGHTS), tensor(*NORMS)]
        before = [*(one.clone() for one in given), balance.factors()]
        balance(given[0], given[1])
        if balance.needs_gradients:
            after = balance.factors()
            balance.step(given[2], given[0])
        else:
            after = balance.factors()
        assert all(torch.equal(one, other) for one, other in zip(before, [*given, after], strict=True))
