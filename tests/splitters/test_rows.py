"""SplitRows, and split_rows over every splitter."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from tamesu.errors import InputError
from tamesu.splitters import SPLITTERS, SplitRows, repeat_seed, split_rows
from tamesu.testing.splitters import make_rows

OPTIONS: dict[str, dict[str, Any]] = {"ordered": {"column": "time"}, "column": {"column": "fold"}}


def kind_of(name: str) -> str:
    return min(SPLITTERS[name].kinds)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SPLITTERS)
def test_row_order_is_irrelevant(name: str) -> None:
    rows = make_rows(kind_of(name))
    repeats = 1 if SPLITTERS[name].deterministic else 3  # type: ignore[attr-defined]
    done = split_rows(name, OPTIONS.get(name, {}), rows, n_splits=5, repeats=repeats, seed=0)
    order = np.random.default_rng(5).permutation(len(rows))
    again = split_rows(name, OPTIONS.get(name, {}), rows.take(order), n_splits=5, repeats=repeats, seed=0)
    assert np.array_equal(done.folds[order], again.folds)
    assert done.folds.dtype == np.int32
    assert done.folds.shape == (120, repeats)
    assert done.n_splits == done.folds.max() + 1


@pytest.mark.parametrize("name", [name for name, part in SPLITTERS.items() if not part.deterministic])  # type: ignore[attr-defined]
def test_repeats_differ_and_do_not_depend_on_how_many_there_are(name: str) -> None:
    rows = make_rows(kind_of(name))
    three = split_rows(name, {}, rows, n_splits=4, repeats=3, seed=2).folds
    assert len({fold.tobytes() for fold in three.T}) == 3
    assert np.array_equal(three[:, :2], split_rows(name, {}, rows, n_splits=4, repeats=2, seed=2).folds)


def test_repeat_seeds_are_all_different() -> None:
    seeds = {repeat_seed(seed, repeat) for seed in range(50) for repeat in range(50)}
    assert len(seeds) == 2500
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_leave_one_out_says_how_many_folds_there_are() -> None:
    assert split_rows("leave_one_out", {}, make_rows(), n_splits=5, repeats=1, seed=0).n_splits == 120
    assert split_rows("leave_one_group_out", {}, make_rows(), n_splits=5, repeats=1, seed=0).n_splits == 24


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("stratified_fold", {}, "CONFIG_UNKNOWN_PART"),
        ("kfold", {"n_splits": 3}, "CONFIG_UNKNOWN_OPTION"),
        ("ordered", {}, "CONFIG_MISSING_OPTION"),
        ("column", {"column": 3}, "CONFIG_TYPE"),
    ],
)
def test_options_are_checked(name: str, options: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        split_rows(name, options, make_rows(), n_splits=5, repeats=1, seed=0)
    assert caught.value.codes == (code,)


def test_rows_that_do_not_fit_are_an_error() -> None:
    with pytest.raises(ValueError, match="twice"):
        SplitRows(("a", "a"), "value", np.zeros(2))
    with pytest.raises(ValueError, match="target"):
        SplitRows(("a", "b"), "value", np.zeros(3))
    with pytest.raises(ValueError, match="time"):
        SplitRows(("a", "b"), "value", np.zeros(2), columns={"time": ["1"]})


def test_importing_the_room_loads_no_heavy_library() -> None:
    code = (
        "import sys, tamesu.splitters as s; print([m for m in ('sklearn', 'scipy', 'torch', 'iterstrat') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
