from __future__ import annotations

import math

import pytest
import torch

from tamesu.schedules.cosine import Cosine
from tamesu.schedules.cosine_restarts import CosineRestarts, find_cycle, start_of
from tamesu.schedules.schedule import warm_up


@pytest.mark.parametrize(("first", "factor", "final"), [(3, 1, 0.0), (2, 2, 0.0), (1, 3, 0.05), (40, 2, 0.1)])
def test_agrees_with_torch(first: int, factor: int, final: float) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    torchs = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=first, T_mult=factor, eta_min=final)
    schedule = CosineRestarts(first_epochs=first, factor=factor, final=final)
    optimizer.step()
    for step in range(8 * 20):
        torchs.step(step / 8)
        assert schedule.factor(step / 8, 20, []) == pytest.approx(torchs.get_last_lr()[0], abs=1e-9), step / 8


def test_one_cycle_as_long_as_the_training_is_the_cosine() -> None:
    restarts, cosine = CosineRestarts(first_epochs=6, warmup_epochs=2, final=0.1), Cosine(warmup_epochs=2, final=0.1)
    for quarter in range(4 * 8):
        assert restarts.factor(quarter / 4, 8, []) == pytest.approx(cosine.factor(quarter / 4, 8, []))


def test_each_peak_is_lower_and_none_is_below_the_end() -> None:
    schedule = CosineRestarts(first_epochs=1, factor=2, decay=0.5, final=0.2, warmup_epochs=1)
    starts = [1, 2, 4, 8, 16]
    assert [schedule.factor(start, 32, []) for start in starts] == pytest.approx([1.0, 0.5, 0.25, 0.2, 0.2])
    assert schedule.factor(4 - 1e-9, 32, []) == pytest.approx(0.2)
    assert schedule.factor(0.5, 32, []) == warm_up(0.5, 1)


@pytest.mark.parametrize("factor", [1.0, 1.0 + 1e-12, 1.1, 1.5, 2.0, 3.0, 100.0])
@pytest.mark.parametrize("first", [0.1, 1 / 3, 1.0, 7.0])
def test_cycles_follow_one_another(first: float, factor: float) -> None:
    start, length = 0.0, first
    for cycle in range(20):
        assert start_of(cycle, first, factor) == pytest.approx(start)
        for share in (0.001, 0.25, 0.999):
            found, done = find_cycle(start + share * length, first, factor)
            assert (found, done) == (cycle, pytest.approx(share, abs=1e-4))
        # Exactly at its start a cycle has begun, to rounding.
        found, done = find_cycle(start_of(cycle, first, factor), first, factor)
        assert (found, done) == (cycle, 0.0)
        start, length = start + length, length * factor


def test_a_short_cycle_in_a_long_training_takes_no_longer() -> None:
    assert math.isfinite(CosineRestarts(first_epochs=1e-6).factor(1e6, 10**6, []))
