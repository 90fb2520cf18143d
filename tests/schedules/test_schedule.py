from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from tamesu.schedules import SCHEDULES
from tamesu.schedules.schedule import WARMUP_START, warm_up
from tamesu.testing.schedules import ScheduleContract

# Options to test with, beside the defaults; `step` has none for its stairs.
CASES = [
    ("constant", {}),
    ("constant", {"warmup_epochs": 1.5}),
    ("cosine", {}),
    ("cosine", {"warmup_epochs": 2.0, "final": 0.1}),
    ("cosine", {"warmup_epochs": 20.0}),
    ("cosine_restarts", {"first_epochs": 2.0}),
    ("cosine_restarts", {"first_epochs": 1.0, "factor": 2.0, "decay": 0.5, "final": 0.1}),
    ("cosine_restarts", {"first_epochs": 0.7, "factor": 1.3, "decay": 0.01, "final": 0.2, "warmup_epochs": 1.5}),
    ("one_cycle", {}),
    ("one_cycle", {"warmup": 0.0}),
    ("one_cycle", {"warmup": 1.0, "start": 0.5}),
    ("plateau", {}),
    ("plateau", {"patience": 0, "factor": 0.5, "warmup_epochs": 2.0}),
    ("step", {"every_epochs": 2.0}),
    ("step", {"every_epochs": 0.7, "gamma": 0.9, "warmup_epochs": 1.0}),
]


class TestEverySchedule(ScheduleContract):
    @pytest.fixture(params=CASES, ids=str, autouse=True)
    def choose(self, request: pytest.FixtureRequest) -> None:
        name, options = request.param
        self.part, self.options = SCHEDULES[name], options  # type: ignore[misc]


def test_every_schedule_is_tested() -> None:
    assert {name for name, _ in CASES} == set(SCHEDULES)


def test_warm_up_agrees_with_torch() -> None:
    steps = 40
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    linear = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=WARMUP_START, total_iters=steps)
    for step in range(2 * steps):
        assert warm_up(step / 20, 2.0) == pytest.approx(linear.get_last_lr()[0])
        optimizer.step()
        linear.step()


def test_no_torch_is_needed() -> None:
    program = "import sys, tamesu.schedules; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("name", "options", "codes"),
    [
        ("step", {}, ["CONFIG_MISSING_OPTION"]),
        ("step", {"every_epochs": 0}, ["CONFIG_RANGE"]),
        ("step", {"every_epochs": 3, "gamma": 1.5}, ["CONFIG_RANGE"]),
        ("cosine", {"warmup_epochs": -1}, ["CONFIG_RANGE"]),
        ("cosine", {"warm_up_epochs": 1}, ["CONFIG_UNKNOWN_OPTION"]),
        ("cosine", {"warmup_epochs": 1, "final": 0.01}, []),
        ("cosine_restarts", {}, ["CONFIG_MISSING_OPTION"]),
        ("cosine_restarts", {"first_epochs": 0}, ["CONFIG_RANGE"]),
        ("cosine_restarts", {"first_epochs": 5, "factor": 0.5}, ["CONFIG_RANGE"]),
        ("cosine_restarts", {"first_epochs": 5, "decay": 0.0}, ["CONFIG_RANGE"]),
        ("cosinus", {}, ["CONFIG_UNKNOWN_PART"]),
        ("plateau", {"patience": 1.5}, ["CONFIG_TYPE"]),
    ],
)
def test_options_are_checked(name: str, options: dict[str, object], codes: list[str]) -> None:
    assert [fault.code for fault in SCHEDULES.check(name, options)] == codes
