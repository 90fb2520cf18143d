from __future__ import annotations

import pytest
import torch

from tamesu.schedules import OneCycle

EPOCHS, STEPS = 10, 50


@pytest.mark.parametrize(("warmup", "start", "final"), [(0.3, 0.04, 1e-4), (0.1, 0.5, 0.01), (0.3, 1 / 25, 1 / 25e4)])
def test_agrees_with_torch(warmup: float, start: float, final: float) -> None:
    total = EPOCHS * STEPS
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0, momentum=0.9)
    torchs = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        max_lr=1.0,
        # torch counts its last step as the end and rounds the peak down by one step; so its 501 steps are our 500.
        total_steps=total + 1,
        pct_start=(warmup * total + 1) / (total + 1),
        div_factor=1 / start,
        final_div_factor=start / final,
    )
    for step in range(total + 1):
        ours = OneCycle(warmup=warmup, start=start, final=final).factor(step / STEPS, EPOCHS, [])
        assert ours == pytest.approx(torchs.get_last_lr()[0], rel=1e-6)
        optimizer.step()
        if step < total:
            torchs.step()


def test_defaults_are_torchs_first_two() -> None:
    assert OneCycle().factor(0.0, 10, []) == pytest.approx(1 / 25)
    assert OneCycle().factor(3.0, 10, []) == pytest.approx(1.0)
