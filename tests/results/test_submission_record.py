from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from tests.results.runs import lay_run, make_folds, make_train
from tests.results.test_rule_search import draw_classes

from tamesu.artifacts.competition import Part
from tamesu.artifacts.dataset import TargetValues
from tamesu.artifacts.predictions import Predictions
from tamesu.errors import InputError
from tamesu.results.submission_record import decide_outputs, describe_submission

FILE = Part(name="file")


def lay(folder: Path, metric: str = "balanced_accuracy"):
    truth, probs = draw_classes(0, 600)
    train = make_train(TargetValues("class", ("a", "b", "c"), truth))
    return lay_run(folder, train, make_folds(train, 5), lambda rows, _: probs[rows], metric=metric), train


def test_test_rows_are_told_by_the_rule_of_all_folds_and_the_record_says_so(tmp_path: Path) -> None:
    run, train = lay(tmp_path)
    test = np.array([[0.6, 0.25, 0.15], [0.98, 0.01, 0.01]], dtype=np.float32)
    told, decision, note = decide_outputs(run, train, test, FILE)
    raised = test * np.array(decision.rule.values)
    assert told == pytest.approx(raised / raised.sum(axis=1, keepdims=True))
    assert told.argmax(axis=1).tolist() != test.argmax(axis=1).tolist()
    assert note.outcome == "note" and f"{decision.nested:.4f}" in note.text("en") and "worth it" in note.text("en")
    assert "採用する価値があります" in note.text("ja")
    path = tmp_path / "s.csv"
    path.write_text("id,y\n")
    predictions = Predictions(("1", "2"), {"y": test}, np.array([True, False]))
    about = json.loads(describe_submission(path, run, predictions, decision).read_text())
    assert about["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest() and about["unreadable_rows"] == 1
    assert about["decide"]["fitted_on"] == "oof" and about["decide"]["form"] == "factors"
    assert about["decide"]["values"] == list(decision.rule.values) and about["decide"]["labels"] == ["a", "b", "c"]
    assert about["decide"]["nested"] == decision.nested
    assert "decide" not in json.loads(describe_submission(path, run, predictions).read_text())


def test_where_nothing_can_be_decided_it_is_refused(tmp_path: Path) -> None:
    run, train = lay(tmp_path, "log_loss")
    with pytest.raises(InputError, match="ADVICE_DECIDE_NOTHING"):
        decide_outputs(run, train, np.zeros((1, 3)), FILE)
