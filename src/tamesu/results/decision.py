"""Decision rules: how a class or labels are told from probabilities, fitted on out-of-fold predictions and judged honestly.

factors      class: one factor per class on its probability before the largest is taken (prior correction)
thresholds   multilabel: one threshold per label
cuts         quadratic kappa over ordered labels: cut points on the expected label

A rule is only as good as on rows that it was not fitted on: each fold is decided by a rule of the other folds' rows.
Where a number of each class's own follows noise, one number for all stands in its place: the share of the prior that is
divided out, one threshold, or cuts that make the shares true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.run import Run
from tamesu.metrics import METRICS, known_rows, score_rows
from tamesu.metrics.metric import Metric
from tamesu.metrics.quadratic_kappa import QuadraticKappa
from tamesu.results.rule_search import (
    EQUAL,
    MOST_NUMBERS,
    PASSES,
    log_probs,
    search_cuts,
    search_factors,
    search_shared,
    search_strength,
    search_thresholds,
)
from tamesu.results.tallies import find_class_tally, find_label_tally

Form = Literal["factors", "thresholds", "cuts"]

# More rows and labels than this are gigabytes of probs, with a handful of rows for each label: no rule holds there.
MOST_PROBS = 40_000_000
# Kinds of target whose truth is one code per row.


@dataclass(frozen=True, slots=True)
class Rule:
    """How probabilities become what is told.

    Attributes:
        form: `factors` and `thresholds`: one value per label; `cuts`: labels - 1 ascending values.
        values: factors above 0 whose geometric mean is 1; thresholds above 0 and at most 1; cuts in units of the label's place.
    """

    form: Form
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FoldGain:
    """One fold scored with the plain decision and with a rule fitted on the other folds; `gain`: larger is better."""

    fold: int
    plain: float
    nested: float
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """A rule and what it is worth.

    Attributes:
        rule: fitted on all rows.
        plain: the metric over all rows, told as the metric does.
        fitted: with the rule, on the rows it was fitted on: too good.
        nested: with rules that never saw the fold they decide; NaN where undefined, as the others.
        folds: the same fold by fold, where it is defined.
        gain: mean of the folds' gains, larger is better. `spread`: their standard deviation (n - 1).
        truth, probs: as they were given.
        decided: float64 (rows, labels), what the nested rules make of the probs; NaN where no label is known.
    """

    rule: Rule
    plain: float
    fitted: float
    nested: float
    folds: tuple[FoldGain, ...]
    gain: float
    spread: float
    truth: np.ndarray
    probs: Float[np.ndarray, "rows labels"]
    decided: Float[np.ndarray, "rows labels"]

    @property
    def is_worth_it(self) -> bool:
        """Whether the nested gain is above its spread over the folds; never with fewer than two of them."""
        return bool(np.isfinite(self.spread) and self.gain > self.spread)


def can_decide(metric: Metric, kind: str, labels: Sequence[str]) -> bool:
    """Whether a rule can make a difference: the metric reads what is told, and the target is told from probabilities.

    Examples:
        >>> from tamesu.metrics.log_loss import LogLoss
        >>> can_decide(QuadraticKappa(), "class", "abc"), can_decide(LogLoss(), "class", "abc")
        (True, False)
    """
    told = kind == "multilabel" or (kind in CODED and len(labels) > 1)
    return metric.reads == "preds" and told and scored_kind(metric, kind) in metric.kinds


def scored_kind(metric: Metric, kind: str) -> str:
    """The kind as the metric knows it: a metric of classes looks at any codes."""
    return kind if kind in metric.kinds or kind not in CODED else "class"


def fit_rule(
    metric: Metric, kind: str, y_true: np.ndarray, y_pred: np.ndarray, labels: Sequence[str], folds: np.ndarray
) -> Decision:
    """Fit a rule on out-of-fold predictions, and tell what it is worth on rows it has not seen.

    Args:
        metric: the competition's; it reads what is told.
        kind: of the target: `class`, `ordinal`, `identity` or `multilabel`.
        y_true: codes (rows,) or 0/1 (rows, labels), as in `score_rows`; rows without a label are left out.
        y_pred: probs (rows, labels), finite.
        labels: the fixed label list.
        folds: int (rows,), the fold in which each row was validated; at least two folds.

    Returns:
        The decision. Equal inputs give an equal one: nothing is drawn.

    Raises:
        ValueError: the metric looks at all probabilities, the kind has none, or there are fewer than two folds.

    Examples:
        >>> from tamesu.metrics.balanced_accuracy import BalancedAccuracy
        >>> truth, folds = np.array([0] * 8 + [1] * 4), np.arange(12) % 2
        >>> probs = np.array([[0.9, 0.1]] * 8 + [[0.6, 0.4]] * 4)
        >>> decision = fit_rule(BalancedAccuracy(), "class", truth, probs, ("a", "b"), folds)
        >>> decision.plain, decision.nested, decision.is_worth_it
        (0.5, 1.0, True)
    """
    if not can_decide(metric, kind, labels):
        raise ValueError(f"{type(metric).__name__} of {kind} leaves nothing to decide: it has to read what is told of probs")
    known = known_rows(scored_kind(metric, kind), y_true)
    truth, probs, fold = y_true[known], y_pred[known].astype(np.float64), np.asarray(folds)[known]
    numbers = np.unique(fold)
    if len(numbers) < 2:
        raise ValueError(f"{len(numbers)} fold with known labels: a rule is judged on a fold that it was not fitted on")
    threshold = own_threshold(metric)
    rule = choose_rule(metric, kind, truth, probs, labels, fold)
    decided = np.zeros_like(probs)
    gains = []
    for number in numbers.tolist():
        inside = fold == number
        other = choose_rule(metric, kind, truth[~inside], probs[~inside], labels, fold[~inside])
        decided[inside] = apply_rule(other, probs[inside], threshold)
        before, after = (score(metric, kind, truth[inside], rows, labels) for rows in (probs[inside], decided[inside]))
        if np.isfinite(before) and np.isfinite(after):
            gains.append(FoldGain(int(number), before, after, (after - before) * (1 if metric.greater_is_better else -1)))
    whole = np.full(y_pred.shape, np.nan)
    whole[known] = decided
    return Decision(
        rule=rule,
        plain=score(metric, kind, truth, probs, labels),
        fitted=score(metric, kind, truth, apply_rule(rule, probs, threshold), labels),
        nested=score(metric, kind, truth, decided, labels),
        folds=tuple(gains),
        gain=float(np.mean([one.gain for one in gains])) if gains else float("nan"),
        spread=float(np.std([one.gain for one in gains], ddof=1)) if len(gains) > 1 else float("nan"),
        truth=y_true,
        probs=y_pred,
        decided=whole,
    )


def score(metric: Metric, kind: str, truth: np.ndarray, probs: np.ndarray, labels: Sequence[str]) -> float:
    """The metric on rows of any kind that it can look at."""
    return float(score_rows(metric, scored_kind(metric, kind), truth, probs, labels))


def own_threshold(metric: Metric) -> float:
    """From which probability on the metric takes a label for told; ½ where it does not say."""
    return float(getattr(metric, "threshold", 0.5))


def choose_rule(
    metric: Metric, kind: str, truth: np.ndarray, probs: np.ndarray, labels: Sequence[str], folds: np.ndarray
) -> Rule:
    """The rule for some rows: one number for each label where that holds on rows it was not fitted on, else one for all.

    With few rows of a class its own number follows their noise. So both are fitted on half of the folds and scored on the
    other half, both ways round, and its own has to be better each time; with one fold there is one number.

    Args:
        metric: reads what is told.
        kind: of the target.
        truth: known labels only.
        probs: of the same rows.
        labels: the fixed label list.
        folds: of the same rows.
    """
    numbers, place = np.unique(folds, return_inverse=True)
    tally = find_label_tally(metric) if kind == "multilabel" else find_class_tally(metric)
    if tally is None or len(labels) > MOST_NUMBERS:
        return search(metric, kind, truth, probs, labels, 0)
    gains = []
    for half in (0, 1) if len(numbers) > 1 else ():
        inside = place % 2 == half
        rules = [search(metric, kind, truth[inside], probs[inside], labels, passes) for passes in (0, PASSES)]
        told = [apply_rule(rule, probs[~inside], own_threshold(metric)) for rule in rules]
        one, free = (score(metric, kind, truth[~inside], rows, labels) for rows in told)
        gains.append((free - one) * (1 if metric.greater_is_better else -1))
    # Larger in one half and smaller in the other is what noise looks like.
    passes = PASSES if gains and min(gains) > EQUAL else 0
    return search(metric, kind, truth, probs, labels, passes)


def search(metric: Metric, kind: str, truth: np.ndarray, probs: np.ndarray, labels: Sequence[str], passes: int) -> Rule:
    """The rule that fits some rows best; with a metric that has no tally, one number for all labels.

    Args:
        metric: reads what is told.
        kind: of the target.
        truth: known labels only.
        probs: of the same rows.
        labels: the fixed label list.
        passes: how often every label's number is looked at by itself; with 0 there is one for all.
    """
    sign, classes = (1.0 if metric.greater_is_better else -1.0), len(labels)

    def reach(changed: np.ndarray) -> float:
        return sign * score(metric, kind, truth, changed, labels)

    if kind == "multilabel":
        start = own_threshold(metric)
        label_tally = find_label_tally(metric)
        if label_tally is not None:
            found = search_thresholds(label_tally, truth, probs, start, passes)
            return Rule("thresholds", tuple(float(value) for value in found))
        one = search_shared(lambda at: reach(apply_rule(Rule("thresholds", (at,) * classes), probs, start)), start)
        return Rule("thresholds", (one,) * classes)
    tally = find_class_tally(metric)
    if kind == "ordinal" and tally is not None and isinstance(metric, QuadraticKappa):
        cuts = search_cuts(tally, truth, expect_label(probs), classes, passes)
        return Rule("cuts", tuple(float(cut) for cut in cuts))
    logs = search_factors(tally, truth, probs, passes) if tally is not None else search_strength(reach, truth, probs)
    return Rule("factors", tuple(float(factor) for factor in np.exp(logs - logs.mean())))


def expect_label(probs: Float[np.ndarray, "rows classes"]) -> Float[np.ndarray, " rows"]:
    """The mean place of the label under each row's probs.

    Examples:
        >>> expect_label(np.array([[0.5, 0.0, 0.5], [0.0, 1.0, 0.0]])).tolist()
        [1.0, 1.0]
    """
    weights = probs.astype(np.float64)
    return np.asarray(weights @ np.arange(probs.shape[1]) / np.maximum(weights.sum(axis=1), np.finfo(np.float64).tiny))


def apply_rule(rule: Rule, probs: Float[np.ndarray, "rows labels"], threshold: float = 0.5) -> Float[np.ndarray, "rows labels"]:
    """Predictions of which the rule's answer is told by whoever takes the largest, or all from `threshold` on.

    Args:
        rule: fitted on predictions of the same labels.
        probs: (rows, labels).
        threshold: from which probability on a label is taken for told.

    Returns:
        `factors`: probs again, each row with a sum of 1. `thresholds`: each label's probs bent, in order, so that its
        threshold comes to lie on `threshold`. `cuts`: 1 for the label that is told and 0 for the others.

    Examples:
        >>> apply_rule(Rule("factors", (0.5, 2.0)), np.array([[0.8, 0.2]])).tolist()
        [[0.5, 0.5]]
        >>> apply_rule(Rule("thresholds", (0.2, 0.8)), np.array([[0.2, 0.4]])).tolist()
        [[0.5, 0.25]]
        >>> apply_rule(Rule("cuts", (0.5, 1.8)), np.array([[0.0, 0.5, 0.5]])).tolist()
        [[0.0, 1.0, 0.0]]
    """
    values = np.array(rule.values, dtype=np.float64)
    if rule.form == "factors":
        raised = log_probs(probs) + np.log(values)
        raised = np.exp(raised - raised.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))
    if rule.form == "cuts":
        return np.eye(probs.shape[1])[np.searchsorted(values, expect_label(probs), side="right")]
    given = probs.astype(np.float64)
    # A threshold of 1 leaves no room above it, and one of 0 none below.
    above = threshold + (given - values) * (1 - threshold) / np.maximum(1 - values, np.finfo(np.float64).tiny)
    below = np.minimum(given * (threshold / values), np.nextafter(threshold, -1.0))
    return np.where(given >= values, np.minimum(above, 1.0), below)


def decide_run(run: Run, train: Dataset, seeds: Sequence[int]) -> Decision | None:
    """The decision of a run's main target, over its first repeat and the mean of its seeds.

    Args:
        run: every fold of these seeds is done.
        train: the training rows, with their labels.
        seeds: at least one, as `Scores.seeds`.

    Returns:
        None where a rule makes no difference: the metric reads probabilities, predictions are not finite, or labels are
        so many that none has rows enough.

    Raises:
        DamagedError: predictions are not what was written.
    """
    metric, spec = METRICS.build(run.spec.metric.name, run.spec.metric.options), run.spec.targets[run.spec.main]
    if not seeds or run.spec.n_splits < 2 or not can_decide(metric, spec.kind, spec.labels):
        return None
    table = run.folds
    if len(table.ids) * len(spec.labels) > MOST_PROBS:
        return None
    said = [run.oof(0, seed) for seed in seeds]
    place = {row: index for index, row in enumerate(train.ids)}
    truth = train.targets[run.spec.main].values[[place[row] for row in said[0].ids]]
    probs = np.mean([one.outputs[run.spec.main].astype(np.float64) for one in said], axis=0)
    fold_of = dict(zip(table.ids, table.folds[:, 0].tolist(), strict=True))
    kept = ~np.any([one.flagged for one in said], axis=0)
    folds = np.array([fold_of[row] for row in said[0].ids])
    known = kept & known_rows(scored_kind(metric, spec.kind), truth)
    if not np.isfinite(probs[kept]).all() or len(np.unique(folds[known])) < 2:
        return None
    return fit_rule(metric, spec.kind, truth[kept], probs[kept], spec.labels, folds[kept])
