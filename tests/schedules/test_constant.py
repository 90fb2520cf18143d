from __future__ import annotations

from tamesu.schedules import Constant


def test_nothing_changes_after_the_warm_up() -> None:
    schedule = Constant(warmup_epochs=1.0)
    assert [schedule.factor(epoch, 4, []) for epoch in (1.0, 2.5, 4.0)] == [1.0, 1.0, 1.0]
    assert schedule.factor(0.5, 4, []) < 1.0
