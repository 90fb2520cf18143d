from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tamesu.artifacts.folds import FoldTable, find_folds, read_folds
from tamesu.errors import DamagedError

TABLE = FoldTable(("007", "b", "ガ"), np.array([[0, 1], [1, 0], [1, 1]], dtype=np.int32), n_splits=2)


def test_round_trip_keeps_ids_and_folds(tmp_path: Path) -> None:
    path = TABLE.write(tmp_path)
    assert path.read_text(encoding="utf-8").splitlines() == ["id,repeat_0,repeat_1", "007,0,1", "b,1,0", "ガ,1,1"]
    back = read_folds(path)
    assert (back.ids, back.n_splits, back.ordered) == (TABLE.ids, 2, False)
    np.testing.assert_array_equal(back.folds, TABLE.folds)


def test_digest_is_the_same_in_any_row_order_and_differs_when_a_row_moves() -> None:
    turned = FoldTable(TABLE.ids[::-1], TABLE.folds[::-1], 2)
    assert turned.digest() == TABLE.digest()
    moved = TABLE.folds.copy()
    moved[0, 0] = 1
    assert FoldTable(TABLE.ids, moved, 2).digest() != TABLE.digest()


def test_train_and_val_rows_are_complements() -> None:
    for repeat in (0, 1):
        for fold in (0, 1):
            both = sorted([*TABLE.train_rows(repeat, fold), *TABLE.val_rows(repeat, fold)])
            assert both == [0, 1, 2]


def test_an_edited_file_is_noticed(tmp_path: Path) -> None:
    path = TABLE.write(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("007,0", "007,1"), encoding="utf-8")
    with pytest.raises(DamagedError, match="not what was written"):
        read_folds(path)


def test_found_again_by_what_was_asked_for(tmp_path: Path) -> None:
    path = TABLE.write(tmp_path, "asked")
    assert find_folds(tmp_path, "asked") == path
    assert find_folds(tmp_path, "other") is None
    path.unlink()
    assert find_folds(tmp_path, "asked") is None
