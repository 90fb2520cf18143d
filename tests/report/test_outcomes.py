from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tamesu.artifacts.dataset import TargetValues
from tamesu.errors import DamagedError
from tamesu.report.outcomes import join_outcome, read_oof


def test_truth_and_prediction_meet_by_id(paintings) -> None:
    outcome = join_outcome(paintings.run, paintings.train, "theme", read_oof(paintings.run, [0]))
    truth = dict(zip(paintings.train.ids, paintings.train.targets["theme"].values.tolist(), strict=True))
    assert outcome.truth.tolist() == [truth[row] for row in outcome.ids.tolist()]
    assert (len(outcome), outcome.unreadable, outcome.unlabelled) == (598, 2, 0)
    # The accuracy counted here is the run's CV score.
    assert (outcome.output.argmax(axis=1) == outcome.truth).mean() == pytest.approx(paintings.scores.cv)
    whole = paintings.run.oof(0, 0).take([str(row) for row in outcome.ids])
    np.testing.assert_array_equal(outcome.output, whole.outputs["theme"])


def test_rows_without_a_label_are_left_out_and_counted(paintings) -> None:
    theme = paintings.train.targets["theme"]
    values = theme.values.copy()
    values[10:17] = -1
    train = replace(paintings.train, targets={"theme": TargetValues("class", theme.labels, values)})
    outcome = join_outcome(paintings.run, train, "theme", read_oof(paintings.run, [0]))
    assert (len(outcome), outcome.unlabelled) == (591, 7)
    assert (outcome.truth >= 0).all()


def test_every_repeat_and_seed_counts(tmp_path, make_synthetic) -> None:
    made = make_synthetic(tmp_path, {"y": ("class", ("a", "b"))}, rows=40, n_splits=2, repeats=2, seeds=(0, 3), epochs=1)
    outcome = join_outcome(made.run, made.train, "y", read_oof(made.run, [0, 3]))
    assert len(outcome) == 160
    assert outcome.jobs[outcome.job[-1]] == "r1-f1-s3"


def test_a_changed_table_is_refused(paintings) -> None:
    oof = read_oof(paintings.run, [0])
    with pytest.raises(DamagedError, match="not in the training table"):
        join_outcome(paintings.run, replace(paintings.train, ids=("x", *paintings.train.ids[1:])), "theme", oof)
    theme = paintings.train.targets["theme"]
    other = {"theme": TargetValues("class", theme.labels[::-1], theme.values)}
    with pytest.raises(DamagedError, match="labels"):
        join_outcome(paintings.run, replace(paintings.train, targets=other), "theme", oof)


def test_no_seeds_give_no_rows(paintings) -> None:
    assert len(join_outcome(paintings.run, paintings.train, "century", [])) == 0
