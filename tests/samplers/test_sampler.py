from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tamesu.samplers import SAMPLERS
from tamesu.samplers.sampler import Sampler, read_marks, share_out
from tamesu.testing.samplers import SamplerContract, make_marks


class TestEverySampler(SamplerContract):
    @pytest.fixture(params=sorted(SAMPLERS), autouse=True)
    def choose(self, request: pytest.FixtureRequest) -> None:
        self.part, self.keeps_length = SAMPLERS[request.param], request.param != "repeat_factor"


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_entry_is_a_sampler(name: str) -> None:
    assert isinstance(SAMPLERS[name](), Sampler)


@pytest.mark.parametrize(
    ("name", "options", "codes"),
    [
        ("balanced", {}, []),
        ("balanced", {"power": 0.5}, ["CONFIG_UNKNOWN_OPTION"]),
        ("repeat_factor", {"threshold": 0.01}, []),
        ("repeat_factor", {"threshold": 0.0}, ["CONFIG_RANGE"]),
        ("repeat_factor", {"threshold": 2}, ["CONFIG_RANGE"]),
        ("balancd", {}, ["CONFIG_UNKNOWN_PART"]),
    ],
)
def test_options_are_checked(name: str, options: dict[str, object], codes: list[str]) -> None:
    assert [fault.code for fault in SAMPLERS.check(name, options)] == codes


def test_power_1_leaves_classes_as_they_are() -> None:
    np.testing.assert_allclose(share_out(make_marks("class"), 1.0), 1.0)


def test_two_labels_on_a_row_worked_by_hand() -> None:
    # Counts 3 and 1. Label a gives each of its rows 1/3, label b gives its row 1; the mean of 1/3, 1/3, 4/3 is 2/3.
    marks = np.array([[1, 0], [1, 0], [1, 1], [0, 0]])
    np.testing.assert_allclose(share_out(marks, 0.0), [0.5, 0.5, 2.0, 1.0])


def test_marks_outside_0_to_1_are_a_fault_of_ours() -> None:
    for wrong in (-0.1, 1.5):
        with pytest.raises(AssertionError):
            read_marks(np.array([[wrong]]))


def test_no_torch_is_needed() -> None:
    program = "import sys, tamesu.samplers; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
