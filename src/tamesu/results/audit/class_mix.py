"""The mix of classes in test, as a probe on frozen features sees it, and classes that features alone hardly tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.results.audit.data import UNKNOWN, AuditData
from tamesu.results.audit.intervals import bound_share
from tamesu.results.audit.separation import FOLDS, MOST_DIMENSIONS, deal_folds
from tamesu.results.finding import Chart, Finding

LEAST_OF_CLASS = 2 * FOLDS
MOST_CLASSES = 50
LEAST_TEST = 100
MOST_ROWS = 5_000
RESAMPLES = 200
# Standard deviations. Small shares are skew: with 3.3, one of 60 sets without any difference was told; with 4, none.
SURE = 4.0
STEPS = 60
# Points of share, and times, by which a class has to differ to be worth a word.
LEAST_POINTS = 0.03
LEAST_TIMES = 1.5
# The probe has to know what it speaks of: balanced accuracy, half of the way from chance to 1.
LEAST_WAY = 0.5
NAMED = 6
HARD_RECALL = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class ClassProbe:
    """What a linear probe on frozen features says of each class.

    Attributes:
        classes: int64 (classes,): codes of the classes with ten rows or more.
        rows: int64 (n,): training rows it was asked of.
        held_out: float64 (n, classes): probabilities from folds that have not seen the row, all classes being equally likely.
        test_rows: int64 (m,): test rows.
        test: float64 (m, classes): probabilities of test rows, likewise.
        codes: int64 (n,): the place in `classes` of each row's label.
    """

    classes: NDArray[np.int64]
    rows: NDArray[np.int64]
    held_out: NDArray[np.float64]
    test_rows: NDArray[np.int64]
    test: NDArray[np.float64]
    codes: NDArray[np.int64]

    @property
    def recalls(self) -> NDArray[np.float64]:
        """Share of each class's rows that are told right, (classes,)."""
        right = self.held_out.argmax(axis=1) == self.codes
        return np.bincount(self.codes, weights=right) / np.bincount(self.codes)


def probe_features(data: AuditData, seed: int = 0) -> ClassProbe | None:
    """A logistic regression on 50 principal components of the features, on folds of whole groups where there are.

    Args:
        data: the rows.
        seed: of rows and folds.

    Returns:
        None without features or classes, or with more than 50 classes of ten rows.
    """
    if data.features is None or not data.has_classes:
        return None
    usable = data.facts.readable & ~np.isnan(data.features).any(axis=1)
    train, test = np.flatnonzero(usable[: data.train_rows] & (data.codes != UNKNOWN)), np.flatnonzero(usable[data.train_rows :])
    random = np.random.default_rng(seed)
    train, test = (np.sort(random.permutation(rows)[:MOST_ROWS]) for rows in (train, test))
    classes = np.flatnonzero(np.bincount(data.codes[train], minlength=len(data.labels)) >= LEAST_OF_CLASS)
    train = train[np.isin(data.codes[train], classes)]
    if not 2 <= len(classes) <= MOST_CLASSES:
        return None
    codes, test = np.searchsorted(classes, data.codes[train]), test + data.train_rows
    groups = None if data.groups is None or len(np.unique(data.groups[train])) < LEAST_OF_CLASS else data.groups[train]
    folds = deal_folds(np.zeros(len(train), bool), groups, seed)
    held_out, shares = np.zeros((len(train), len(classes))), np.zeros((len(test), len(classes)))
    for fold in range(FOLDS):
        out = folds == fold
        if len(np.unique(codes[~out])) < len(classes):
            return None
        model = _make_model(min(MOST_DIMENSIONS, data.features.shape[1], int((~out).sum()) - 1), seed)
        model.fit(data.features[train[~out]], codes[~out])
        held_out[out] = model.predict_proba(data.features[train[out]])
        if len(test):
            shares += model.predict_proba(data.features[test]) / FOLDS
    return ClassProbe(classes, train, held_out, test, shares, codes)


def _make_model(components: int, seed: int) -> Any:
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    reduce = PCA(components, whiten=True, svd_solver="randomized", random_state=seed)
    return make_pipeline(StandardScaler(), reduce, LogisticRegression(C=0.1, class_weight="balanced", max_iter=300))


def estimate_mix(test: NDArray[np.float64], held_out: NDArray[np.float64], codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shares of the classes among test rows, were each class to look as in train.

    Args:
        test: (m, classes), a probe's probabilities of test rows.
        held_out: (n, classes), of training rows it has not seen.
        codes: (n,), their classes.

    Returns:
        (classes,), adding to 1.

    Source: black box shift estimation, Lipton, Wang and Smola, ICML 2018, with soft confusions; solved by steps of
        expectation and maximisation, which keep shares from falling below 0 (Vardi and Lee, J. Royal Stat. Soc. B 55, 1993).

    Examples:
        >>> held_out, codes = np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 1])
        >>> estimate_mix(np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.2, 0.8]]), held_out, codes).round(2).tolist()
        [0.75, 0.25]
    """
    classes = held_out.shape[1]
    confusion = np.stack([held_out[codes == code].mean(axis=0) for code in range(classes)])
    seen, shares = test.mean(axis=0), np.full(classes, 1 / classes)
    for _ in range(STEPS * classes):
        shares = shares * (confusion @ (seen / np.maximum(shares @ confusion, 1e-12)))
    return np.asarray(shares / shares.sum(), np.float64)


def judge_class_mix(data: AuditData, probe: ClassProbe | None = None, seed: int = 0) -> list[Finding]:
    """Whether test has its classes in other shares than train.

    Args:
        data: the rows.
        probe: of `probe_features`, where it is known already.
        seed: of the probe and of 200 resamples of both parts, whose spread says how sure shares are.

    Returns:
        AUDIT_CLASS_MIX (note) when a class differs for sure, by three points and half its share; nothing with less than 100
        test images, or when the probe knows too little.
    """
    probe = probe or probe_features(data, seed)
    if probe is None or len(probe.test) < LEAST_TEST:
        return []
    classes = len(probe.classes)
    if (probe.recalls.mean() - 1 / classes) / (1 - 1 / classes) < LEAST_WAY:
        return []
    shares = np.bincount(probe.codes) / len(probe.codes)
    mix = estimate_mix(probe.test, probe.held_out, probe.codes)
    # Train is a draw too.
    errors = np.sqrt(spread_mix(probe, seed) ** 2 + shares * (1 - shares) / len(probe.codes))
    ratio = np.maximum(mix, shares) / np.maximum(np.minimum(mix, shares), 1e-9)
    moved = (np.abs(mix - shares) > np.maximum(SURE * errors, LEAST_POINTS)) & (ratio >= LEAST_TIMES)
    if not moved.any():
        return []
    order = [int(place) for place in np.argsort(-np.abs(mix - shares), kind="stable") if moved[place]]
    names = [data.labels[code] for code in probe.classes]
    told = [f"{names[place]} {shares[place]:.0%} → {mix[place]:.0%} ± {1.96 * errors[place]:.0%}" for place in order[:NAMED]]
    values = {"classes": ", ".join(told) + (", …" if len(order) > NAMED else "")}
    likeliest = probe.test.argmax(axis=1)
    rows = tuple(int(row) for row, place in zip(probe.test_rows, likeliest, strict=True) if moved[place])
    chart = Chart("bars", "share", {"train": shares.tolist(), "test": mix.tolist()}, tuple(names))
    return [Finding("AUDIT_CLASS_MIX", "note", values, rows, worth=float(np.abs(mix - shares).sum() / 2), charts=(chart,))]


def spread_mix(probe: ClassProbe, seed: int = 0) -> NDArray[np.float64]:
    """Standard deviation of the estimated shares over resamples of training and test rows, (classes,)."""
    random, found = np.random.default_rng(seed), []
    for _ in range(RESAMPLES):
        test = random.integers(len(probe.test), size=len(probe.test))
        train = random.integers(len(probe.codes), size=len(probe.codes))
        if len(np.unique(probe.codes[train])) == len(probe.classes):
            found.append(estimate_mix(probe.test[test], probe.held_out[train], probe.codes[train]))
    return np.std(found, axis=0, ddof=1) if len(found) > 1 else np.full(len(probe.classes), np.inf)


def judge_hard_classes(data: AuditData, probe: ClassProbe | None = None, seed: int = 0) -> list[Finding]:
    """Classes that the features of a frozen network tell in less than half of their rows.

    Args:
        data: the rows.
        probe: of `probe_features`, where it is known already.
        seed: of the probe.

    Returns:
        AUDIT_HARD_TO_SEE (note) with the rows that were missed, those taken for something else most surely first; nothing when
        there are no such classes for sure.

    Source: Wilson, JASA 22, 1927, for the interval of a share.
    """
    probe = probe or probe_features(data, seed)
    if probe is None:
        return []
    sizes = np.bincount(probe.codes)
    tops = [bound_share(share * size, size)[1] for share, size in zip(probe.recalls.tolist(), sizes.tolist(), strict=True)]
    hard = [int(place) for place in np.argsort(probe.recalls, kind="stable") if tops[place] < HARD_RECALL]
    if not hard:
        return []
    guesses = probe.held_out.argmax(axis=1)
    told, sets, rows, captions = [], [], [], []
    for place in hard:
        missed = np.flatnonzero((probe.codes == place) & (guesses != place))
        missed = missed[np.argsort(probe.held_out[missed, place], kind="stable")]
        other = int(np.bincount(guesses[missed], minlength=len(probe.classes)).argmax())
        name, taken_for = data.labels[probe.classes[place]], data.labels[probe.classes[other]]
        told.append(f"{name} {probe.recalls[place]:.0%} (→ {taken_for})")
        sets.append(tuple(probe.rows[missed[:NAMED]].tolist()))
        captions.append(f"{name} → {taken_for}")
        rows += probe.rows[missed].tolist()
    values = {
        "count": len(hard),
        "all": len(probe.classes),
        "classes": ", ".join(told[:NAMED]) + (", …" if len(told) > NAMED else ""),
        "score": float(probe.recalls.mean()),
    }
    chart = Chart("bars", "recall", {"train": probe.recalls.tolist()}, tuple(data.labels[code] for code in probe.classes))
    return [
        Finding(
            "AUDIT_HARD_TO_SEE", "note", values, tuple(rows), tuple(sets), tuple(captions), len(hard) / len(sizes), (chart,)
        )
    ]
