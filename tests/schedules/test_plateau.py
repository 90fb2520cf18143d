from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.schedules import Plateau


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("patience", "factor", "final"), [(0, 0.5, 0.0), (2, 0.1, 0.005), (3, 0.7, 0.0)])
def test_agrees_with_torch(seed: int, patience: int, factor: float, final: float) -> None:
    # A loss that falls, then wanders.
    noise = np.random.default_rng(seed).normal(0, 0.05, 40)
    losses = (np.maximum(2.0 - 0.1 * np.arange(40), 1.0) + noise).tolist()
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    torchs = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience, min_lr=final, eps=0.0)
    schedule = Plateau(patience=patience, factor=factor, final=final)
    for epoch in range(41):
        assert schedule.factor(float(epoch), 40, losses[:epoch]) == pytest.approx(optimizer.param_groups[0]["lr"])
        if epoch < 40:
            torchs.step(losses[epoch])


def test_epochs_inside_the_warm_up_are_not_watched() -> None:
    history = [1.0, 1.0, 1.0, 1.0]
    assert Plateau(patience=0, factor=0.5).factor(4.0, 9, history) == 0.125
    assert Plateau(patience=0, factor=0.5, warmup_epochs=2.0).factor(4.0, 9, history) == 0.5


def test_a_loss_that_is_not_a_number_is_no_improvement() -> None:
    assert Plateau(patience=0, factor=0.5).factor(3.0, 9, [1.0, float("nan"), 0.5]) == 0.5
