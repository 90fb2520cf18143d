from __future__ import annotations

import pytest
import torch

from tamesu.schedules import Step


@pytest.mark.parametrize(("every", "gamma"), [(1.0, 0.5), (3.0, 0.1), (4.0, 1.0)])
def test_agrees_with_torch(every: float, gamma: float) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    torchs = torch.optim.lr_scheduler.StepLR(optimizer, step_size=int(every), gamma=gamma)
    for epoch in range(12):
        for part in (0.0, 0.5, 0.99):
            assert Step(every_epochs=every, gamma=gamma).factor(epoch + part, 12, []) == pytest.approx(torchs.get_last_lr()[0])
        optimizer.step()
        torchs.step()
