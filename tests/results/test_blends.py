"""Plain means of runs, against formulas written out in NumPy, SciPy and scikit-learn, and cases worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score, f1_score, log_loss, mean_squared_error
from tests.results.runs import lay_run, make_folds, make_train, softmax

from tamesu.artifacts.dataset import TargetValues
from tamesu.errors import InputError
from tamesu.metrics import METRICS
from tamesu.results import blends
from tamesu.results.blends import Beside, compare_blends, count_affordable, count_scores, find_errors, judge_blends, score_mean
from tamesu.results.pairs import ScoredRun

ROWS, CLASSES, SPLITS = 60, 3, 4


def draw_probs(codes: np.ndarray, seed: list[int], strength: float) -> np.ndarray:
    """Probabilities that lean towards the truth."""
    logits = np.random.default_rng(seed).normal(size=(len(codes), CLASSES))
    logits[np.arange(len(codes)), codes] += strength
    return softmax(logits)


@pytest.fixture
def made(tmp_path: Path) -> tuple[list[ScoredRun], np.ndarray, np.ndarray, list[np.ndarray]]:
    """Three runs, the first with two seeds; truth, folds (rows, repeats), and what each says (repeats, rows, classes)."""
    codes = np.random.default_rng(0).integers(0, CLASSES, ROWS)
    train = make_train(TargetValues("class", ("a", "b", "c"), codes))
    table = make_folds(train, SPLITS, repeats=2)
    runs, said = [], []
    for number, (strength, seeds) in enumerate([(1.0, (0, 1)), (1.2, (0,)), (0.8, (3,))]):
        probs = {(r, s): draw_probs(codes, [number, r, s], strength) for r in (0, 1) for s in seeds}

        def say(rows: np.ndarray, key: tuple[int, int, int], probs: Any = probs) -> np.ndarray:
            return np.asarray(probs[key[0], key[2]][rows])

        run = lay_run(tmp_path, train, table, say, epochs=number + 1, seeds=seeds, metric="log_loss")
        runs.append(ScoredRun(run, train))
        said.append(np.stack([np.mean([probs[r, s] for s in seeds], axis=0) for r in (0, 1)]))
    return runs, codes, table.folds, said


def test_scores_are_those_of_the_arithmetic_mean_whose_seeds_are_averaged_first(made: Any) -> None:
    runs, codes, _, said = made
    found = compare_blends(runs)

    def score(*members: int) -> float:
        mean = np.mean([said[place] for place in members], axis=0)
        return float(np.mean([log_loss(codes, mean[repeat], labels=range(CLASSES)) for repeat in (0, 1)]))

    assert found.singles == pytest.approx([score(place) for place in range(3)], rel=1e-5)
    assert found.best == int(np.argmin([score(place) for place in range(3)]))
    assert {one.members: one.score for one in found.pairs} == pytest.approx(
        {pair: score(*pair) for pair in combinations(range(3), 2)}, rel=1e-5
    )
    # Log loss: the best pair is the one with the lowest.
    assert [one.score for one in found.pairs] == sorted(one.score for one in found.pairs)  # type: ignore[type-var]
    assert found.whole.members == (0, 1, 2)
    assert found.whole.score == pytest.approx(score(0, 1, 2), rel=1e-5)
    assert (found.rows, found.greater_is_better) == (ROWS, False)


def test_gains_are_paired_over_folds_with_the_corrected_t_interval(made: Any) -> None:
    runs, codes, folds, said = made
    found = compare_blends(runs)
    assert found.best is not None and found.whole.gain is not None
    gains = []
    for repeat in (0, 1):
        for fold in range(SPLITS):
            rows = folds[:, repeat] == fold
            before, after = (
                log_loss(codes[rows], one[repeat][rows], labels=range(CLASSES))
                for one in (said[found.best], np.mean(said, axis=0))
            )
            gains.append(before - after)
    # Nadeau and Bengio: variance times (1 / n + rows validated over rows trained on).
    sizes = np.array([np.sum(folds[:, repeat] == fold) for repeat in (0, 1) for fold in range(SPLITS)])
    scale = np.std(gains, ddof=1) * np.sqrt(1 / len(gains) + np.mean(sizes / (ROWS - sizes)))
    low, high = stats.t.interval(0.95, len(gains) - 1, np.mean(gains), scale)
    gain = found.whole.gain
    assert (gain.mean, gain.low, gain.high) == pytest.approx((np.mean(gains), low, high), rel=1e-4)
    assert gain.better == pytest.approx(stats.t.cdf(np.mean(gains) / scale, len(gains) - 1), rel=1e-4)


def test_likeness_is_the_correlation_of_errors_and_the_overlap_of_mistakes(made: Any) -> None:
    runs, codes, _, said = made
    found = compare_blends(runs)
    errors = np.array([1 - np.concatenate([one[r][np.arange(ROWS), codes] for r in (0, 1)]) for one in said])
    np.testing.assert_allclose(found.alike, np.corrcoef(errors), atol=1e-5)
    wrong = [{(r, row) for r in (0, 1) for row in range(ROWS) if one[r][row].argmax() != codes[row]} for one in said]
    for one, other in combinations(range(3), 2):
        share = len(wrong[one] & wrong[other]) / len(wrong[one] | wrong[other])
        assert found.shared[one, other] == found.shared[other, one] == pytest.approx(share)


def test_a_run_beside_itself_gains_nothing_and_is_all_alike(tmp_path: Path) -> None:
    codes = np.arange(24) % CLASSES
    train = make_train(TargetValues("class", ("a", "b", "c"), codes))
    table = make_folds(train, 3)
    probs = draw_probs(codes, [1], 1.0)
    pair = [ScoredRun(lay_run(tmp_path, train, table, lambda rows, _: probs[rows], epochs=n), train) for n in (1, 2)]
    found = compare_blends(pair)
    assert found.pairs == (found.whole,)
    assert found.whole.score == found.singles[0] == found.singles[1]
    assert found.whole.gain is not None
    assert (found.whole.gain.mean, found.whole.gain.better) == (0.0, 0.5)
    np.testing.assert_allclose(found.alike, 1.0, atol=1e-6)
    np.testing.assert_array_equal(found.shared, 1.0)


def test_rows_that_one_run_does_not_tell_are_left_out_for_all(tmp_path: Path) -> None:
    codes = np.arange(24) % CLASSES
    train = make_train(TargetValues("class", ("a", "b", "c"), codes))
    table = make_folds(train, 3)
    one, other = draw_probs(codes, [1], 1.0), draw_probs(codes, [2], 1.0)
    runs = [
        lay_run(tmp_path, train, table, lambda rows, _: one[rows], unreadable=["004"]),
        lay_run(tmp_path, train, table, lambda rows, _: other[rows], epochs=2, unreadable=["007", "004"]),
    ]
    found = compare_blends([ScoredRun(run, train) for run in runs])
    kept = [row for row in range(24) if row not in (4, 7)]
    assert found.rows == 22
    assert found.singles[0] == pytest.approx(np.mean(one[kept].argmax(axis=1) == codes[kept]))
    assert found.whole.score == pytest.approx(np.mean((one + other)[kept].argmax(axis=1) == codes[kept]))


def random_probs(seed: int, *shape: int) -> np.ndarray:
    return np.asarray(np.random.default_rng(seed).random(shape), np.float32)


ORDERED, CELLS = np.arange(30) % 4, (random_probs(9, 30, 4) > 0.5).astype(np.int64)
VALUES = np.random.default_rng(3).normal(10, 2, 30)


@pytest.mark.parametrize(
    ("kind", "metric", "truth", "width", "expected"),
    [
        ("ordinal", "quadratic_kappa", ORDERED, 4, lambda p: cohen_kappa_score(ORDERED, p.argmax(1), weights="quadratic")),
        ("multilabel", "f1_macro", CELLS, 4, lambda p: f1_score(CELLS, p >= 0.5, average="macro")),
        ("value", "rmse", VALUES, 1, lambda p: np.sqrt(mean_squared_error(VALUES, p[:, 0]))),
    ],
)
def test_the_metric_reads_the_mean_as_it_reads_a_run(
    kind: str, metric: str, truth: np.ndarray, width: int, expected: Callable[[np.ndarray], float]
) -> None:
    outputs = np.stack([random_probs(seed, 30, width) for seed in (1, 2)]) * (20 if kind == "value" else 1)
    part = Beside(truth, np.arange(30) % 3, outputs)
    labels = () if kind == "value" else ("p", "q", "r", "s")
    score, by_fold = score_mean(METRICS.build(metric, {}), kind, labels, [part], (0, 1))
    assert score == pytest.approx(expected(outputs.astype(np.float64).mean(axis=0)), rel=1e-6)
    assert len(by_fold) == 3


def test_errors_of_each_kind_by_hand() -> None:
    def errors(kind: str, truth: list[Any], output: list[Any]) -> tuple[list[float], list[bool] | None]:
        found, wrong = find_errors(kind, [Beside(np.array(truth), np.zeros(len(truth), int), np.array([output], np.float32))])
        return found[0].tolist(), None if wrong is None else wrong[0].tolist()

    assert errors("class", [0, 1], [[0.75, 0.25], [0.5, 0.5]]) == ([0.25, 0.5], [False, True])
    # The mean answer of the second is 0.5 * 1 + 0.5 * 2 = 1.5 steps, its truth 0.
    assert errors("ordinal", [2, 0], [[0, 0, 1], [0, 0.5, 0.5]]) == ([0.0, 1.5], [False, True])
    assert errors("multilabel", [[1, 0]], [[0.25, 0.75]]) == ([-0.75, 0.75], [True, True])
    assert errors("soft", [[0.75, 0.25], [0.25, 0.75]], [[0.5, 0.5], [0.75, 0.25]]) == (
        [-0.25, 0.25, 0.5, -0.5],
        [False, True],
    )
    # The truth's standard deviation is 1, so residuals stay as they are; a constant column is not divided.
    assert errors("value", [1.0, 3.0], [[2.0], [3.0]]) == ([1.0, 0.0], None)
    assert errors("value", [[1.0, 5.0], [3.0, 5.0]], [[2.0, 6.0], [3.0, 5.0]]) == ([1.0, 1.0, 0.0, 0.0], None)


def test_a_score_that_is_undefined_stays_so() -> None:
    """ROC AUC of one class alone: no score, no gain, and the other figures all the same."""
    part = Beside(np.zeros(6, int), np.arange(6) % 2, np.stack([random_probs(s, 6, 2) for s in (1, 2)]))
    found = judge_blends(METRICS.build("roc_auc", {}), "class", ("a", "b"), [part], 1.0)
    assert found.singles == (None, None)
    assert (found.best, found.whole.score, found.whole.gain) == (None, None, None)
    assert found.alike[0, 1] == pytest.approx(np.corrcoef(1 - part.outputs[:, :, 0])[0, 1], abs=1e-5)


def test_what_cannot_be_averaged_is_refused(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    runs, *_ = made
    with pytest.raises(ValueError, match="1 runs"):
        compare_blends(runs[:1])
    with pytest.raises(ValueError, match="13 runs"):
        compare_blends([runs[0]] * 13)
    monkeypatch.setattr(blends, "KINDS", frozenset({"value"}))
    with pytest.raises(InputError) as caught:
        compare_blends(runs)
    assert caught.value.codes == ("BLEND_KIND",)
    monkeypatch.undo()
    monkeypatch.setattr(blends, "MOST_CELLS", 100)
    with pytest.raises(InputError) as caught:
        compare_blends(runs)
    assert caught.value.codes == ("BLEND_LARGE",)


def test_runs_that_share_no_row_are_refused(tmp_path: Path) -> None:
    codes = np.arange(12) % CLASSES
    train = make_train(TargetValues("class", ("a", "b", "c"), codes))
    table, probs = make_folds(train, 3), draw_probs(codes, [1], 1.0)
    runs = [
        lay_run(tmp_path, train, table, lambda rows, _: probs[rows], unreadable=train.ids[:6]),
        lay_run(tmp_path, train, table, lambda rows, _: probs[rows], epochs=2, unreadable=train.ids[6:]),
    ]
    with pytest.raises(InputError) as caught:
        compare_blends([ScoredRun(run, train) for run in runs])
    assert caught.value.codes == ("BLEND_ROWS",)


def test_fewer_runs_are_affordable_the_more_there_is_to_hold() -> None:
    for cells in (1, 10**5, 10**6, 10**7, 10**8, 10**9):
        count = count_affordable(cells, 1)
        assert count == count_affordable(1, cells // 2, 2) or cells % 2
        assert count * cells <= blends.MOST_CELLS and (count == 0 or count_scores(count) * cells <= blends.MOST_WORK)
    # Each of n runs, n (n - 1) / 2 pairs and the whole, twice.
    assert [count_scores(n) for n in (1, 2, 3, 12)] == [4, 8, 14, 158]
