"""Labels that are likely wrong, from out-of-fold probabilities: confident learning, and whether there is any noise at all.

A network is wrong on some rows whose labels are right. So the labels that it thinks nearly impossible are counted against how
many of them its own calibrated probabilities expect; only a surplus speaks for wrong labels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamesu.messages.audit_labels import BY_PROBE, BY_RUN
from tamesu.messages.message import Phrase
from tamesu.results.audit.data import UNKNOWN
from tamesu.results.audit.intervals import NORMAL_95
from tamesu.results.finding import Chart, Finding, Weight

# A label is doubted when another one is so many times more probable. Of 170 planted errors among 3,409 photos of clothing,
# 0.88 are found so and 0.61 of those named are right; confident learning's own list: 0.75 and 0.36.
ODDS = 10.0
# A label with less than this is nearly impossible.
IMPOSSIBLE = 0.01
# Standard deviations of the surplus, and its lower bound as a share of the rows, that count as evidence. Of 23 models on clean
# labels that explained half of them or more (photos and digits; all features or a few), none came to both.
EVIDENCE = 3.5
LEAST_SHARE = 0.003
# A model that explains less is wrong in ways that no temperature mends: clean labels then showed bounds of up to 0.0094. One
# in five labels wrong makes a good model as poor as that, and bounds of 0.022 and more.
EXPLAINS = 0.5
LEAST_SHARE_OF_POOR = 0.012
EXPLAINS_TOO_LITTLE = 0.3
SHOWN_WITHOUT_EVIDENCE = 20
SHOWN_CLASSES = 40
# One number is found on so many probabilities as well as on all.
CALIBRATED_ON = 2_000_000
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class LabelNoise:
    """What probabilities say against labels.

    Attributes:
        rows: int64, whose label is doubted, the most doubtful first; none where the probabilities know too little of most
            classes to doubt any.
        own, proposed: int64, codes: the label in the table, and the most probable other one.
        odds: how many times more probable the proposed label is, calibrated.
        margins: calibrated probability of the own label minus that of the proposed one, -1 to 1.
        learnt: int64, the rows of confident learning's own list, by margin of the given probabilities.
        joint: (classes, classes), confident learning's estimate of how many rows of the label in the table (row) are of the
            other label (column); rows sum to the labels' counts.
        found, expected, deviation: how many labels have a calibrated probability below `IMPOSSIBLE`, how many the
            probabilities expect, and the standard deviation of that number.
        low, high: share of wrong labels: at least what the model's own doubts do not explain (a bound of 95 %), at most
            what confident learning takes for wrong (its errors on right labels among them).
        temperature: by which logits were divided to calibrate.
        explained: share of what there is to know of the labels (their entropy) that the calibrated probabilities know, 1 at
            most; 0 for probabilities that only know how frequent the classes are.
    """

    rows: NDArray[np.int64]
    own: NDArray[np.int64]
    proposed: NDArray[np.int64]
    odds: NDArray[np.float64]
    margins: NDArray[np.float64]
    learnt: NDArray[np.int64]
    joint: NDArray[np.float64]
    found: int
    expected: float
    deviation: float
    low: float
    high: float
    temperature: float
    explained: float

    @property
    def is_evident(self) -> bool:
        """Whether more labels are nearly impossible than the model itself expects, and than poor models show anyway."""
        least = LEAST_SHARE if self.explained >= EXPLAINS else LEAST_SHARE_OF_POOR
        return self.found - self.expected > EVIDENCE * self.deviation and self.low >= least


def measure_noise(probs: NDArray[np.floating], codes: NDArray[np.int64]) -> LabelNoise:
    """Which labels are likely wrong.

    Args:
        probs: out-of-fold probabilities, shape (rows, classes), 0 to 1; rows of NaN were not predicted.
        codes: label per row; `UNKNOWN` where it is not known.

    Raises:
        ValueError: the shapes do not fit, or no row has both a label and probabilities.

    Source: Northcutt, Jiang and Chuang, Confident Learning, JAIR 70, 2021 (joint and list); temperature: Guo et al., On
        Calibration of Modern Neural Networks, ICML 2017. The test for a surplus is ours.
    """
    if probs.ndim != 2 or len(probs) != len(codes):
        raise ValueError(f"probabilities {probs.shape} do not fit {len(codes)} labels")
    kept = np.flatnonzero((codes != UNKNOWN) & np.isfinite(probs).all(axis=1))
    if not len(kept):
        raise ValueError("no row has both a label and out-of-fold probabilities; train all folds first")
    given, labels = np.asarray(probs[kept], np.float64), codes[kept]
    each = np.arange(len(kept))
    guesses = guess_confidently(given, labels)
    joint = calibrate_joint(guesses, labels, given.shape[1])
    wrong = (guesses >= 0) & (guesses != labels) & (given.argmax(axis=1) != labels)
    learnt = np.flatnonzero(wrong)
    others = given.copy()
    others[each, labels] = -1
    learnt = learnt[np.argsort((given[each, labels] - others.max(axis=1))[learnt], kind="stable")]
    calibrated, temperature = calibrate(given, labels)
    own = calibrated[each, labels]
    others = calibrated.copy()
    others[each, labels] = -1
    proposed = others.argmax(axis=1)
    top = others[each, proposed]
    odds = top / np.maximum(own, 1e-300)
    order = np.argsort(-odds, kind="stable")
    explained = explain(own, labels)
    able = explained >= EXPLAINS_TOO_LITTLE
    rows = order[odds[order] > ODDS] if able else order[:0]
    found = int((own < IMPOSSIBLE).sum())
    chances = np.where(calibrated < IMPOSSIBLE, calibrated, 0).sum(axis=1)
    expected, deviation = float(chances.sum()), math.sqrt(float((chances * (1 - chances)).sum()) + 1e-12)
    total = joint.sum()
    share = float(1 - np.trace(joint) / total)
    return LabelNoise(
        kept[rows],
        labels[rows],
        proposed[rows],
        odds[rows],
        (own - top)[rows],
        kept[learnt],
        joint,
        found,
        expected,
        deviation,
        max(0.0, (found - expected - NORMAL_95 * deviation) / len(kept)) if able else 0.0,
        min(1.0, share + NORMAL_95 * math.sqrt(share * (1 - share) / len(kept))),
        temperature,
        explained,
    )


def explain(own: NDArray[np.float64], codes: NDArray[np.int64]) -> float:
    """Share of the labels' entropy that probabilities explain (McFadden's R²).

    Args:
        own: probability of each row's label.
        codes: the labels.

    Examples:
        >>> explain(np.array([1.0, 1.0]), np.array([0, 1])), explain(np.array([0.5, 0.5]), np.array([0, 1]))
        (1.0, 0.0)
    """
    shares = np.bincount(codes) / len(codes)
    shares = shares[shares > 0]
    entropy = float(-(shares * np.log(shares)).sum())
    return 1 + float(np.log(np.maximum(own, 1e-12)).mean()) / entropy if entropy > 0 else 0.0


def guess_confidently(probs: NDArray[np.float64], codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The label each row is confidently of: one whose probability is at least the mean self-confidence of its class.

    Where several are, the most probable label of all; -1 where none is.

    Source: Northcutt et al. 2021, equations 1 and 2; ties as in their `cleanlab`.

    Examples:
        >>> guess_confidently(np.array([[0.9, 0.1], [0.7, 0.3], [0.8, 0.2], [0.2, 0.8]]), np.array([0, 0, 1, 1])).tolist()
        [0, -1, 0, 1]
    """
    classes = probs.shape[1]
    counts = np.bincount(codes, minlength=classes)
    sums = np.bincount(codes, probs[np.arange(len(codes)), codes], minlength=classes)
    thresholds = np.where(counts, sums / np.maximum(counts, 1), np.inf)
    confident = probs >= thresholds - TOLERANCE
    several = confident.sum(axis=1)
    told = np.where(several > 1, probs.argmax(axis=1), confident.argmax(axis=1))
    return np.where(several == 0, -1, told).astype(np.int64)


def calibrate_joint(guesses: NDArray[np.int64], codes: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Label in the table × confident label, each row scaled to the label's count; without confident rows all on the diagonal.

    Source: Northcutt et al. 2021, equation 3.

    Examples:
        >>> calibrate_joint(np.array([0, -1, 1, 1]), np.array([0, 0, 1, 0]), 2)
        array([[1.5, 1.5],
               [0. , 1. ]])
    """
    sure = guesses >= 0
    joint = np.zeros((classes, classes))
    np.add.at(joint, (codes[sure], guesses[sure]), 1)
    diagonal = np.arange(classes)
    joint[diagonal, diagonal] = np.maximum(joint[diagonal, diagonal], 1)
    counts = np.bincount(codes, minlength=classes)
    return np.asarray(joint / joint.sum(axis=1, keepdims=True) * counts[:, None], np.float64)


def calibrate(probs: NDArray[np.float64], codes: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
    """Probabilities with one temperature, the one with the least log loss, between 1/20 and 20.

    Source: Guo et al., ICML 2017, section 4.2.
    """
    from scipy.optimize import minimize_scalar

    logs = np.log(np.clip(probs, 1e-12, 1))
    step = max(1, probs.size // CALIBRATED_ON)
    some, own = logs[::step], codes[::step]
    each = np.arange(len(own))
    best = minimize_scalar(lambda t: -scale(some, t)[each, own].mean(), bounds=(-3, 3), method="bounded").x
    return np.exp(scale(logs, best)), math.exp(best)


def scale(logs: NDArray[np.float64], log_temperature: float) -> NDArray[np.float64]:
    """Logarithms of probabilities, divided by a temperature and made to sum to 1 again.

    Examples:
        >>> np.exp(scale(np.log(np.array([[0.8, 0.2]])), math.log(0.5))).round(3)
        array([[0.941, 0.059]])
    """
    logits = logs / math.exp(log_temperature)
    logits -= logits.max(axis=1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logits


def choose_probs(
    run: NDArray[np.float64] | None, probe: NDArray[np.float64] | None, codes: NDArray[np.int64]
) -> tuple[NDArray[np.float64] | None, Phrase]:
    """The probabilities that know more of the labels: those of a run, unless a probe beats it on the rows that both tell.

    A run of one epoch can know less than a probe on frozen features, and then hides what the probe would doubt.

    Args:
        run: out-of-fold, (rows, classes), NaN for rows that were not predicted; None before there is a run.
        probe: likewise; None where no features tell.
        codes: label per row; `UNKNOWN` where it is not known.

    Returns:
        The one with the smaller log loss after each was calibrated by a temperature (the run's when they are equal, or have no
        row in common), and whose it is.
    """
    if run is None:
        return probe, BY_PROBE
    if probe is None:
        return run, BY_RUN
    both = np.flatnonzero((codes != UNKNOWN) & np.isfinite(run).all(axis=1) & np.isfinite(probe).all(axis=1))
    if not len(both):
        return run, BY_RUN
    losses = [-np.log(np.maximum(calibrate(one[both], codes[both])[0], 1e-12)) for one in (run, probe)]
    of_run, of_probe = (float(loss[np.arange(len(both)), codes[both]].mean()) for loss in losses)
    return (probe, BY_PROBE) if of_probe < of_run else (run, BY_RUN)


def find_noise(names: Sequence[str], noise: LabelNoise, total: int, source: Phrase = BY_RUN) -> list[Finding]:
    """What is to be said of label noise.

    Args:
        names: of the classes.
        noise: as measured.
        total: rows of train.
        source: whose probabilities they are, in words.

    Returns:
        AUDIT_LABEL_NOISE where it is evident, with every doubted row; else AUDIT_LABELS_DOUBTFUL with the first few; nothing
        where no label is doubted.
    """
    if not len(noise.rows):
        return []
    evident = noise.is_evident
    shown = len(noise.rows) if evident else min(SHOWN_WITHOUT_EVIDENCE, len(noise.rows))
    captions = tuple(
        f"{names[own]} → {names[proposed]}"
        for own, proposed in zip(noise.own[:shown].tolist(), noise.proposed[:shown].tolist(), strict=True)
    )
    rows = tuple(noise.rows[:shown].tolist())
    values = {
        "count": shown,
        "found": noise.found,
        "expected": noise.expected,
        "low": noise.low,
        "high": noise.high,
        "odds": ODDS,
        "first": captions[0],
        "source": source,
    }
    charts = (Chart("matrix", "label_noise", noise_shares(names, noise.joint), list(names)),)
    weight: Weight = "warning" if evident else "note"
    return [
        Finding(
            "AUDIT_LABEL_NOISE" if evident else "AUDIT_LABELS_DOUBTFUL",
            weight,
            values,
            rows,
            tuple((row,) for row in rows),
            captions,
            shown / max(total, 1),
            charts if evident and len(names) <= SHOWN_CLASSES else (),
        )
    ]


def noise_shares(names: Sequence[str], joint: NDArray[np.float64]) -> dict[str, list[float]]:
    """By label in the table, which shares of its rows are estimated to be of each label."""
    shares = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-12)
    return {name: shares[code].tolist() for code, name in enumerate(names)}
