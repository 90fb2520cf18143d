from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tamesu.artifacts.recipe import Recipe
from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.planning import make_plan
from tamesu.balances import BALANCES
from tamesu.training.batches import Batch, Pixels
from tamesu.training.labels import Labels, Wanted
from tamesu.training.loop import (
    DivergedError,
    Progress,
    Setup,
    check_finite,
    evaluating,
    make_average,
    set_learning_rate,
    train_network,
)
from tamesu.training.network import Seen
from tamesu.training.roads import LAST
from tamesu.training.terms import Term, Terms

ROWS, FEATURES = 24, 6
X = torch.randn(ROWS, FEATURES, generator=torch.Generator().manual_seed(0))
Y = X @ torch.arange(1.0, FEATURES + 1).unsqueeze(1)


class Vectors(Pixels):
    """Stands for the images: rows of X, in batches."""

    sample_keys = np.arange(ROWS, dtype=np.uint64) + 11

    def __init__(self, seen: list[list[int]]) -> None:
        self.seen = seen

    def stream(self, batches: list[np.ndarray], _plan: object, _key: int, _device: torch.device):
        for rows in batches:
            self.seen.append(rows.tolist())
            yield Batch(X[torch.from_numpy(rows)], draw_nothing(len(rows)))


def draw_nothing(count: int) -> Drawn:
    plan = make_plan([], size_px=8, fit="crop")
    return plan.draw(0, np.zeros(count, np.uint64), np.full((count, 2), 8), np.zeros((count, 3)))


class Line(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(FEATURES, 1)
        nn.init.zeros_(self.layer.weight)
        nn.init.zeros_(self.layer.bias)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"y": self.layer(x)}

    def see(self, x: torch.Tensor, numbers: None = None) -> Seen:
        return Seen(self(x), {LAST: x})


def make_setup(seen: list[list[int]], records: list[dict[str, Any]], **recipe: Any) -> Setup:
    full = {"backbone": "x", "heads": {"y": {"loss": "mse"}}, "epochs": 3, "batch_size": 8} | recipe
    network = Line()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    for group in optimizer.param_groups:
        group["base_lr"] = group["lr"]
    loss = lambda logits, y: (logits - y).square().mean(1)  # noqa: E731
    terms = Terms({"y": Term("y", "value", loss, 1.0, Y, torch.ones(ROWS, dtype=torch.bool))})
    factor: Callable[[float, int, list[float]], float] = lambda epoch, epochs, _history: 1.0 - epoch / epochs  # noqa: E731
    return Setup(
        identity=(0, 0, 0),
        recipe=Recipe.model_validate(full),
        network=network,  # type: ignore[arg-type]
        average=make_average(network, full.get("ema", 0.0)),
        optimizer=optimizer,
        pixels=Vectors(seen),  # type: ignore[arg-type]
        plan=make_plan([], size_px=8, fit="crop"),
        train_rows=np.arange(ROWS),
        terms=terms,
        balance=BALANCES.build("fixed", {}, terms=terms.names),
        guards=None,
        labels=Labels({}, {}, {"y": Wanted("y")}, {}, {}, {}, {}),
        numbers=None,
        rates=None,
        factor=factor,
        autocast=nullcontext,
        device=torch.device("cpu"),
        save=lambda _progress: None,
        due=lambda: False,
        stop=lambda: False,
        validate=lambda _model: ({}, {}),
        report=records.append,
        tick=lambda _position: None,
    )


def by_hand(seen: list[list[int]], accumulate: int, epochs: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Gradient descent on the mean squared error in NumPy, over the batches the loop took."""
    w, b = np.zeros((FEATURES, 1)), np.zeros(1)
    averaged: list[np.ndarray] = []
    x, y = X.double().numpy(), Y.double().numpy()
    for epoch in range(epochs):
        for first in range(0, steps, accumulate):
            group = seen[epoch * steps + first : epoch * steps + min(first + accumulate, steps)]
            lr = 0.01 * (1 - (epoch + first / steps) / epochs)
            gw, gb = np.zeros_like(w), np.zeros_like(b)
            for rows in group:
                error = x[rows] @ w + b - y[rows]
                gw += 2 * x[rows].T @ error / len(rows) / len(group)
                gb += 2 * error.mean() / len(group)
            w, b = w - lr * gw, b - lr * gb
            averaged.append(w.copy())
    return w, np.stack(averaged)


@pytest.mark.parametrize("accumulate", [1, 2, 3])
def test_loop_is_gradient_descent_with_schedule_and_accumulation(accumulate: int) -> None:
    seen: list[list[int]] = []
    records: list[dict[str, Any]] = []
    setup = make_setup(seen, records, accumulate=accumulate)
    train_network(setup, Progress())
    w, _ = by_hand(seen, accumulate, epochs=3, steps=3)
    np.testing.assert_allclose(setup.network.layer.weight.detach().numpy().T, w, rtol=1e-4)
    assert [record["epoch"] for record in records] == [1, 2, 3]
    assert records[-1]["train_loss"]["y"] < records[0]["train_loss"]["y"]
    for epoch in range(3):
        assert sorted(row for rows in seen[3 * epoch : 3 * epoch + 3] for row in rows) == list(range(ROWS))
    assert seen[:3] != seen[3:6]


@pytest.mark.parametrize("accumulate", [1, 2])
def test_the_journal_has_the_norm_of_each_updates_gradient(accumulate: int) -> None:
    seen: list[list[int]] = []
    records: list[dict[str, Any]] = []
    # With a rate of 0 the weights stay 0, so every gradient is known without following them.
    setup = make_setup(seen, records, accumulate=accumulate, epochs=1, clip_grad_norm=20.0)
    train_network(replace(setup, factor=lambda *_: 0.0), Progress())
    x, y = X.double().numpy(), Y.double().numpy()
    batches = [np.append(-2 * x[rows].T @ y[rows] / len(rows), -2 * y[rows].mean()) for rows in seen]
    updates = [np.mean(batches[first : first + accumulate], axis=0) for first in range(0, 3, accumulate)]
    norms = np.linalg.norm(updates, axis=1)
    expected = {"mean": norms.mean(), "max": norms.max(), "clipped": (norms > 20.0).mean()}
    assert records[0]["grad_norm"] == pytest.approx(expected, rel=1e-4)


def test_average_follows_the_formula() -> None:
    seen: list[list[int]] = []
    setup = make_setup(seen, [], ema=0.8)
    train_network(setup, Progress())
    _, path = by_hand(seen, 1, epochs=3, steps=3)
    expected = path[0]
    for weights in path[1:]:
        expected = 0.8 * expected + 0.2 * weights
    assert setup.average is not None
    np.testing.assert_allclose(setup.average.module.layer.weight.detach().numpy().T, expected, rtol=1e-4)


class Remembers(nn.Module):
    """A balance that keeps what it is told, and whose factor stays at 3."""

    needs_gradients = True

    def __init__(self) -> None:
        super().__init__()
        self.told: list[list[float]] = []

    def forward(self, losses: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        return (3.0 * losses * weights).sum()

    def step(self, norms: torch.Tensor, losses: torch.Tensor) -> None:
        self.told.append([*norms.tolist(), *losses.tolist()])

    def factors(self) -> torch.Tensor:
        return torch.tensor([3.0])


def test_a_balance_is_told_the_norms_without_its_own_factors() -> None:
    setup = make_setup([], [], epochs=1, batch_size=ROWS)
    network = setup.network

    def see(x: torch.Tensor, _columns: torch.Tensor | None = None) -> Seen:
        shared = x.clone().requires_grad_()
        return Seen({"y": network.layer(shared)}, {LAST: shared})

    with torch.no_grad():
        network.layer.weight.fill_(2.0)
    network.see = see  # type: ignore[method-assign]
    setup.terms.weights[0] = 0.5
    balance = Remembers()
    train_network(replace(setup, balance=balance), Progress())
    # The mean of (x w - y)² has the gradient 2 (x w - y) w / n at each row of x.
    error = X.double().sum(dim=1, keepdim=True) * 2.0 - Y.double()
    norm = float((2 * error / ROWS * torch.full((1, FEATURES), 2.0)).norm())
    assert balance.told[0] == pytest.approx([0.5 * norm, float(error.square().mean())], rel=1e-4)


def test_missing_labels_weigh_nothing() -> None:
    known = torch.tensor([True, False, True])
    values = torch.tensor([[1.0], [50.0], [3.0]])
    head = Term("y", "value", lambda logits, y: (logits - y).abs().squeeze(1), 1.0, values, known)
    logits = torch.zeros(3, 1)
    assert head.mean(logits, torch.arange(3)).item() == pytest.approx((1 + 3) / 2)
    assert head.mean(logits[:1], torch.tensor([1])).item() == 0.0


def test_first_step_that_is_no_number_is_named() -> None:
    losses = torch.tensor([[1.0], [2.0], [float("nan")], [float("inf")]])
    with pytest.raises(DivergedError, match="epoch 5, step 3"):
        check_finite(losses, 4)
    assert check_finite(losses[:2], 0).tolist() == [1.5]


def test_learning_rate_is_base_times_layer_times_factor() -> None:
    optimizer = torch.optim.SGD([{"params": [nn.Parameter(torch.zeros(1))], "base_lr": 0.2, "lr_scale": 0.5}], lr=9.0)
    set_learning_rate(optimizer, 0.1)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.01)


def test_evaluating_restores_the_mode() -> None:
    layer = nn.Dropout()
    with evaluating(layer):
        assert not layer.training
        assert torch.is_inference_mode_enabled()
    assert layer.training
