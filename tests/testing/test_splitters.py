"""Every entry of SPLITTERS keeps the contract, and the contract can fail."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from tamesu.splitters import SPLITTERS, SplitRows
from tamesu.splitters.kfold import KFold
from tamesu.testing.splitters import SplitterContract, make_rows

OPTIONS: dict[str, dict[str, Any]] = {"ordered": {"column": "time"}, "column": {"column": "fold"}}
# Whole groups cannot be spread evenly: one of 24 may be left over in any fold.
WITHIN: dict[str, float | None] = {"leave_one_group_out": None}


class TestSplitters(SplitterContract):
    @pytest.fixture(autouse=True, params=list(SPLITTERS))
    def choose(self, request: pytest.FixtureRequest) -> None:
        self.part = SPLITTERS[request.param]
        self.options = OPTIONS.get(request.param, {})
        self.sizes_within = WITHIN.get(request.param, 2.0)


class Broken(KFold):
    """Depends on a hidden state, shares groups, warns, leaves a fold empty."""

    needs_groups: ClassVar[bool] = True
    deterministic: ClassVar[bool] = True

    def split(self, rows: SplitRows, seed: int) -> np.ndarray:
        folds = np.random.randint(0, 4, len(rows)).astype(np.int32)
        folds[folds == 2] = 4
        return folds


@pytest.mark.parametrize(
    "test",
    [
        "test_every_row_is_in_one_fold",
        "test_groups_are_never_shared",
        "test_same_seed_same_folds",
        "test_other_seed_other_folds",
        "test_global_random_state_is_left_alone",
    ],
)
def test_contract_finds_a_broken_part(test: str) -> None:
    contract = SplitterContract()
    contract.part = Broken
    with pytest.raises(AssertionError):
        getattr(contract, test)()


def test_rows_of_the_contract_are_as_described() -> None:
    rows = make_rows("class")
    assert len(set(rows.groups.tolist())) == 24
    assert list(rows.ids) != sorted(rows.ids)
