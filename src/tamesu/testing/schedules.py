"""The contract of a schedule, as a test class: subclass it, say which part, and pytest does the rest.

from tamesu.testing.schedules import ScheduleContract

class TestMine(ScheduleContract):
    part = MySchedule
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

from tamesu.schedules import Schedule

EPOCHS = 8
HISTORY = (2.0, 1.5, 1.4, 1.4, 1.4, 1.4, 1.39, 1.39)


class ScheduleContract:
    """What must be true of every schedule. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options.
    """

    part: type
    options: ClassVar[Mapping[str, Any]] = {}

    def build(self) -> Schedule:
        """The part under test."""
        schedule: Schedule = self.part(**self.options)
        return schedule

    def positions(self) -> list[float]:
        """Every eighth of an epoch from the first step to the end."""
        return [step / 8 for step in range(8 * EPOCHS + 1)]

    def test_factor_is_between_0_and_1(self) -> None:
        """The base learning rate is the largest; no step before the end is without effect."""
        for epochs in (1, EPOCHS):
            for epoch in (position for position in self.positions() if position <= epochs):
                factor = self.build().factor(epoch, epochs, HISTORY[: math.floor(epoch)])
                assert isinstance(factor, float), f"{type(factor).__name__} at epoch {epoch}"
                assert 0.0 <= factor <= 1.0, f"{factor} at epoch {epoch} of {epochs}"
                assert factor > 0.0 or epoch == epochs, f"0 at epoch {epoch} of {epochs}: a step without effect"

    def test_is_a_function(self) -> None:
        """Asked in any order, by any instance, it says the same: a resumed training does not differ."""
        one = self.build()
        forward = [one.factor(epoch, EPOCHS, HISTORY[: math.floor(epoch)]) for epoch in self.positions()]
        backward = [self.build().factor(epoch, EPOCHS, HISTORY[: math.floor(epoch)]) for epoch in self.positions()[::-1]]
        again = [one.factor(epoch, EPOCHS, HISTORY[: math.floor(epoch)]) for epoch in self.positions()]
        assert forward == backward[::-1] == again

    def test_does_not_look_ahead(self) -> None:
        """Losses of epochs that are not finished change nothing."""
        for epoch in self.positions():
            past = HISTORY[: math.floor(epoch)]
            assert self.build().factor(epoch, EPOCHS, past) == self.build().factor(epoch, EPOCHS, HISTORY), f"epoch {epoch}"

    def test_history_is_left_alone(self) -> None:
        """It reads the losses and changes none."""
        history = list(HISTORY)
        self.build().factor(float(EPOCHS), EPOCHS, history)
        assert history == list(HISTORY)
