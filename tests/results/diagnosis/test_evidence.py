from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.results.runs import lay_run, make_folds, make_train

from tamesu.artifacts.dataset import TargetValues
from tamesu.errors import InputError
from tamesu.results.diagnosis.evidence import gather_evidence

LABELS = ["a", "b", "c"]


def target(values: list[int] | np.ndarray) -> TargetValues:
    return TargetValues("class", LABELS, np.asarray(values, np.int64))


def test_rows_are_joined_to_labels_folds_and_curves(tmp_path: Path) -> None:
    truth = np.arange(30) % 3
    truth[4] = -1
    train = make_train(target(truth))
    table = make_folds(train, 5)

    def say(rows: np.ndarray, key: tuple[int, int, int]) -> np.ndarray:
        # Of two seeds one is sure and one knows nothing.
        return np.eye(3)[rows % 3] if key[2] == 0 else np.full((len(rows), 3), 1 / 3)

    run = lay_run(tmp_path, train, table, say, seeds=(0, 1), epochs=4, unreadable=["007"])
    found = gather_evidence(run, train)
    assert tuple(train.ids[row] for row in found.rows) == tuple(f"{row:03d}" for row in range(30) if row not in (4, 7))
    assert found.output[0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert np.array_equal(found.fold, found.rows % 5)
    assert np.array_equal(found.truth, found.rows % 3)
    assert (found.loss, found.epochs, found.kind, found.labels) == ("cross_entropy", 4, "class", ("a", "b", "c"))
    assert found.curves.train_loss.shape[0] == len(found.curves.jobs)


def test_a_diverged_job_is_told_with_its_epoch(tmp_path: Path) -> None:
    train = make_train(target(np.arange(30) % 3))
    run = lay_run(tmp_path, train, make_folds(train, 5), lambda rows, _: np.eye(3)[rows % 3], diverged=["r0-f2-s0"])
    found = gather_evidence(run, train)
    assert list(found.diverged) == ["r0-f2-s0"]
    assert not len(found.rows)


def test_other_labels_are_refused(tmp_path: Path) -> None:
    train = make_train(target(np.arange(30) % 3))
    run = lay_run(tmp_path, train, make_folds(train, 5), lambda rows, _: np.eye(3)[rows % 3])
    other = make_train(TargetValues("class", ["a", "b", "d"], np.arange(30) % 3))
    with pytest.raises(InputError) as caught:
        gather_evidence(run, other)
    assert caught.value.codes == ("RUN_OTHER_DATA",)
