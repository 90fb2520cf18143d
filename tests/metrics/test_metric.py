"""How metrics look at predictions, and score_rows."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

from tamesu.metrics import METRICS, check_metric, default_metric, format_score, known_rows, score_rows
from tamesu.metrics.accuracy import Accuracy
from tamesu.metrics.metric import against_rest, ranked_classes, told_class, told_labels
from tamesu.metrics.rmse import Rmse


def test_told_class_and_ranked_classes_agree() -> None:
    probs = np.random.default_rng(0).integers(0, 3, (200, 6)) / 10
    assert np.array_equal(told_class(probs), ranked_classes(probs, 1)[:, 0])
    assert np.array_equal(np.sort(ranked_classes(probs, 9), axis=1), np.tile(np.arange(6), (200, 1)))


def test_told_labels_begin_at_the_threshold() -> None:
    assert told_labels(np.array([[0.49, 0.5, 0.51]]), 0.5).tolist() == [[0, 1, 1]]


def test_against_rest() -> None:
    truth, probs = against_rest(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.3, 0.7], [0.5, 0.5]]), 2)
    assert truth.tolist() == [[0], [1], [1]]
    assert probs.tolist() == [[0.1], [0.7], [0.5]]
    assert against_rest(np.array([2, 0]), np.eye(3)[[2, 0]], 3)[0].tolist() == [[0, 0, 1], [1, 0, 0]]


def test_known_rows() -> None:
    assert known_rows("class", np.array([0, -1, 2])).tolist() == [True, False, True]
    assert known_rows("value", np.array([0.0, np.nan, -3.0])).tolist() == [True, False, True]
    assert known_rows("multilabel", np.array([[0, 1], [np.nan, 1], [0, -1]])).tolist() == [True, False, False]
    points = np.array([[[1.0, 2.0], [np.nan, 0.0]], [[np.nan, np.nan], [0.0, np.nan]]])
    assert known_rows("points", points).tolist() == [True, False]
    assert known_rows("mask", np.array(["masks/a.png", ""])).tolist() == [True, False]


@pytest.mark.parametrize(
    ("kind", "truth", "pred", "labels"),
    [
        ("value", np.zeros(2), np.zeros((2, 1)), ()),
        ("class", np.zeros(2), np.zeros((3, 2)), ("a", "b")),
        ("class", np.zeros(2), np.zeros((2, 3)), ("a", "b")),
        ("class", np.zeros((2, 2)), np.zeros((2, 2)), ("a", "b")),
        ("multilabel", np.zeros(2), np.zeros((2, 2)), ("a", "b")),
    ],
)
def test_what_does_not_fit_is_an_error(kind: str, truth: np.ndarray, pred: np.ndarray, labels: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"fit|is for"):
        score_rows(Accuracy(), kind, truth, pred, labels)


def test_labels_come_as_the_tables_give_them() -> None:
    marks = np.array([[1, 0], [0, 1], [np.nan, np.nan]], dtype=np.float32)
    assert score_rows(Accuracy(), "multilabel", marks, np.array([[0.9, 0.1]] * 3), ("a", "b")) == 0.5
    assert score_rows(Rmse(), "value", np.array([1.0, np.nan]), np.array([[3.0], [9.0]], dtype=np.float32), ()) == 2.0


def test_an_undefined_score_is_called_so() -> None:
    assert format_score(math.nan) == "undefined"
    assert format_score(0.0) == "0.0000"
    assert format_score(-1.23456) == "-1.2346"


@pytest.mark.parametrize(("kind", "labels"), [("class", 2), ("class", 3), ("class", 1), ("multilabel", 4), ("value", 0)])
def test_the_default_can_score_its_kind(kind: str, labels: int) -> None:
    assert check_metric(default_metric(kind, labels), {}, kind) == []


def test_a_metric_for_another_kind_is_refused_with_those_that_fit() -> None:
    (fault,) = check_metric("rmse", {}, "multilabel")
    assert fault.code == "METRIC_KIND"
    assert "map_at_k" in fault.text("en")
    assert [fault.code for fault in check_metric("acuracy", {"k": 3}, "class")] == ["CONFIG_UNKNOWN_PART"]
    assert check_metric("acuracy", {}, "class")[0].near == "accuracy"
    assert [fault.code for fault in check_metric("map_at_k", {"k": 0}, "class")] == ["CONFIG_RANGE"]


def test_directions() -> None:
    smaller = {name for name, part in METRICS.items() if not part.greater_is_better}  # type: ignore[attr-defined]
    assert smaller == {"kl_divergence", "log_loss", "rmse", "mae", "rmsle"}


def test_importing_the_room_loads_no_heavy_library() -> None:
    code = "import sys, tamesu.metrics; print([m for m in ('sklearn', 'scipy', 'torch') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_several_values_are_scored_column_by_column() -> None:
    truth = np.array([[0.0, 10.0], [0.0, 20.0], [np.nan, 5.0]])
    told = np.array([[3.0, 10.0], [4.0, 26.0], [9.0, 9.0]])
    # Root mean squares of (3, 4) and (0, 6), each in its unit; the row that lacks a number is left out.
    expected = (math.sqrt(12.5) + math.sqrt(18)) / 2
    assert score_rows(Rmse(), "value", truth, told, ("x", "y")) == pytest.approx(expected)
    with pytest.raises(ValueError, match="do not fit"):
        score_rows(Rmse(), "value", truth, told[:, :1], ("x", "y"))


def test_shares_are_scored_by_the_largest_where_a_metric_wants_classes() -> None:
    truth = np.array([[0.6, 0.4], [0.1, 0.9], [np.nan, np.nan]], np.float32)
    told = np.array([[0.9, 0.1], [0.8, 0.2], [0.0, 1.0]])
    assert score_rows(Accuracy(), "soft", truth, told, ("a", "b")) == 0.5
    divergence = METRICS.build("kl_divergence", {})
    expected = [0.6 * math.log(0.6 / 0.9) + 0.4 * math.log(4), 0.1 * math.log(1 / 8) + 0.9 * math.log(4.5)]
    assert score_rows(divergence, "soft", truth, told, ("a", "b")) == pytest.approx(np.mean(expected))
    assert truth[0].tolist() == pytest.approx([0.6, 0.4])


@pytest.mark.parametrize("kind", ["class", "ordinal", "identity"])
def test_orders_and_identities_are_scored_as_classes(kind: str) -> None:
    codes, told = np.array([0, 1, -1, 1]), np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5], [0.7, 0.3]])
    assert score_rows(Accuracy(), kind, codes, told, ("a", "b")) == pytest.approx(2 / 3)
    assert check_metric("accuracy", {}, kind) == [] and check_metric("rmse", {}, kind)[0].code == "METRIC_KIND"


def test_a_label_that_is_known_in_part() -> None:
    several = np.array([[1.0, np.nan], [np.nan, np.nan], [1.0, 2.0]])
    assert known_rows("value", several).tolist() == [False, False, True]
    assert known_rows("value", several, partly=True).tolist() == [True, False, True]
    # Shares and label marks are known as a whole or not at all.
    assert known_rows("soft", several, partly=True).tolist() == [False, False, True]
    assert known_rows("multilabel", several, partly=True).tolist() == [False, False, True]
    assert known_rows("mask", np.array(["a.png", ""])).tolist() == [True, False]


def test_every_kind_that_can_be_the_main_target_has_a_metric_to_begin_with() -> None:
    for kind in ("class", "identity", "ordinal", "multilabel", "soft", "value"):
        name = default_metric(kind, 5)
        assert check_metric(name, {}, kind) == []
