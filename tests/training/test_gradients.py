from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from tamesu.training.gradients import GradientNorms
from tamesu.training.guards import is_watched


def make_layer(seed: int) -> nn.Linear:
    rng = np.random.default_rng(seed)
    layer = nn.Linear(3, 2)
    layer.weight.grad = torch.from_numpy(rng.normal(size=(2, 3)).astype(np.float32))
    layer.bias.grad = torch.from_numpy(rng.normal(size=2).astype(np.float32))
    return layer


def measure(layer: nn.Linear) -> float:
    """The formula, in NumPy."""
    squares = [np.square(one.grad.double().numpy()).sum() for one in layer.parameters()]
    return float(np.sqrt(np.sum(squares)))


def test_only_watched_steps_are_measured_and_nothing_is_changed() -> None:
    norms, expected = GradientNorms(0.0), []
    for step in range(16):
        layer = make_layer(step)
        before = layer.weight.grad.clone()
        norms.clip(layer.parameters(), step, 16)
        assert torch.equal(layer.weight.grad, before)
        if is_watched(step, 16):
            expected.append(measure(layer))
    assert len(expected) == len(norms.seen) == 4
    assert norms.take() == pytest.approx({"mean": np.mean(expected), "max": np.max(expected)}, rel=1e-5)
    assert norms.take() == {}


def test_the_norm_is_that_before_clipping_and_the_share_that_was_clipped_is_told() -> None:
    lengths = [measure(make_layer(step)) for step in range(4)]
    limit = float(np.median(lengths))
    norms = GradientNorms(limit)
    for step in range(4):
        layer = make_layer(step)
        norms.clip(layer.parameters(), step, 4)
        assert measure(layer) == pytest.approx(min(limit, lengths[step]), rel=1e-4)
    expected = {"mean": np.mean(lengths), "max": np.max(lengths), "clipped": 0.5}
    assert norms.take() == pytest.approx(expected, rel=1e-5)


def test_what_is_no_number_is_none_and_parameters_without_a_gradient_are_left_out() -> None:
    layer = make_layer(0)
    layer.bias.grad = None
    norms = GradientNorms(0.0)
    norms.clip(layer.parameters(), 0, 1)
    assert norms.take()["max"] == pytest.approx(float(np.sqrt(np.square(layer.weight.grad.double().numpy()).sum())), rel=1e-5)
    layer.weight.grad[0, 0] = float("nan")
    norms.clip(layer.parameters(), 0, 1)
    assert norms.take() == {"mean": None, "max": None}
