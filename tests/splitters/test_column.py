from __future__ import annotations

import numpy as np
import pytest

from tamesu.errors import InputError
from tamesu.splitters import SplitRows
from tamesu.splitters.column import Column


def make(cells: list[str]) -> SplitRows:
    ids = tuple(f"{i:04}" for i in range(len(cells)))
    lines = tuple(range(2, len(cells) + 2))
    return SplitRows(ids, "value", np.zeros(len(cells)), columns={"fold": cells}, lines=lines, file="train.csv")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["0", "2", "1", "2"], [0, 2, 1, 2]),
        (["1", "3", "2", "3"], [0, 2, 1, 2]),
        (["0.0", "2.0", "1.0", " 2"], [0, 2, 1, 2]),
    ],
)
def test_folds_are_read(cells: list[str], expected: list[int]) -> None:
    assert Column(column="fold", n_splits=3).split(make(cells), 0).tolist() == expected


@pytest.mark.parametrize("bad", ["", "7", "-1", "one", "1.5", "nan", "二", "5"])
def test_a_bad_value_is_refused_with_its_line(bad: str) -> None:
    with pytest.raises(InputError) as caught:
        Column(column="fold", n_splits=5).split(make(["0", bad, "2", "3", "4", "1"]), 0)
    fault = caught.value.faults[0]
    assert (fault.code, fault.where.line, fault.values["cell"], fault.values["lines"]) == ("FOLD_BAD_VALUE", 3, bad, "3")


def test_the_case_of_reliability_names_all_three_lines() -> None:
    with pytest.raises(InputError) as caught:
        Column(column="fold", n_splits=5).split(make(["0", "", "7", "-1", "1", "2", "3", "4"]), 0)
    assert caught.value.faults[0].values["lines"] == "3, 4, 5"
    assert "train.csv:3 fold" in str(caught.value)
