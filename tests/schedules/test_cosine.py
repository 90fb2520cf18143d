from __future__ import annotations

import pytest
import torch

from tamesu.schedules import Cosine
from tamesu.schedules.schedule import warm_up

EPOCHS, STEPS = 6, 10


@pytest.mark.parametrize("final", [0.0, 0.2])
def test_agrees_with_torch(final: float) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    torchs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS * STEPS, eta_min=final)
    for step in range(EPOCHS * STEPS):
        ours = Cosine(final=final).factor(step / STEPS, EPOCHS, [])
        assert ours == pytest.approx(torchs.get_last_lr()[0], abs=1e-9)
        optimizer.step()
        torchs.step()


def test_warm_up_comes_first_and_the_rest_is_the_whole_wave() -> None:
    schedule, without = Cosine(warmup_epochs=2.0, final=0.1), Cosine(final=0.1)
    for quarter in range(25):
        epoch = quarter / 4
        expected = warm_up(epoch, 2.0) if epoch < 2 else without.factor(epoch - 2, EPOCHS - 2, [])
        assert schedule.factor(epoch, EPOCHS, []) == pytest.approx(expected)
