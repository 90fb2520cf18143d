"""Train against test: does a classifier tell them apart (adversarial validation), by what, and which rows are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tamesu.messages import choose_language
from tamesu.messages.audit_drift import (
    BY,
    FACTS,
    HIGH_TENTH,
    IN_SPREAD,
    LEAST_LIKE_TRAIN,
    LOW_TENTH,
    MOST_LIKE_TEST,
    NOTHING_MOVED,
    join_phrases,
)
from tamesu.messages.message import Phrase, fill_both
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.fact_table import CODED, SEEN, FactTable, tabulate_facts
from tamesu.results.audit.separation import FOLDS, Auc, Move, Teller, compare_columns, measure_auc, tell_apart
from tamesu.results.finding import Chart, Finding, Weight

# An AUC below this is nothing to act on, however sure it is.
LEAST_AUC = 0.6
# Facts tell apart what a network hardly notices: on clothing10 0.87 where its features reach 0.81, with a test set darkened by
# 30 % 0.99 where they reach 0.88.
STRONG_AUC = {"features": 0.8, "facts": 0.9}
LEAST_ROWS = 4 * FOLDS
MOST_ROWS = 5_000
# Two programs round 298.5 px to 298 and 299; no network sees that.
SIZE_BLUR = 0.02
SHOWN = 8
NAMED = 4
CHARTED = 1_000
PSEUDO_TESTS = 3


Source = Literal["features", "facts"]


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """What tells train from test.

    Attributes:
        facts: AUC of what a network could see of the facts: size, light, colour, border, compression.
        features: AUC of the features of a frozen network; None without them.
        files: AUC of what no network sees: bytes, format, camera, time, the exact size.
        chances: float64 (rows,): how likely each row is of test, were both parts equally large, from a classifier that has not
            seen it, on what `source` names. 0.5 where nothing is known.
        moves: facts that differ for sure, the largest distance first.
        file_moves: likewise, of those that no network sees.
    """

    facts: Auc
    features: Auc | None
    files: Auc
    chances: NDArray[np.float64]
    moves: tuple[Move, ...]
    file_moves: tuple[Move, ...]

    @property
    def seen(self) -> Auc:
        """AUC of what `source` names."""
        return self.facts if self.features is None or self.source == "facts" else self.features

    @property
    def source(self) -> Source:
        """Which of the two is clearer, measured against what is strong for it."""
        return choose_source(self.facts, self.features)


def measure_drift(data: AuditData, seed: int = 0) -> Drift | None:
    """Adversarial validation of train against test, on at most 5,000 rows a side.

    Args:
        data: the rows.
        seed: of rows drawn and of folds.

    Returns:
        What tells them apart; None when train or test has fewer than 20 readable images.

    Source: adversarial validation is folklore of Kaggle; the classifier two-sample test of Lopez-Paz and Oquab, ICLR 2017.
    """
    second = np.arange(len(data)) >= data.train_rows
    taken = draw_rows(data.facts.readable, second, seed)
    if taken is None:
        return None
    table = tabulate_facts(data)
    one_format = len(table.texts["format"]) < 2
    seen, numbers = take_seen(table, seed)
    unseen = ("size", "bytes", "format", "time") + (() if one_format else ("compression",))
    facts, chances = _hold_out(numbers, data, taken, trees=True, seed=seed)
    files, _ = _hold_out(table.take(*unseen), data, taken, trees=True, seed=seed)
    features = None
    if data.features is not None:
        known = draw_rows(data.facts.readable & ~np.isnan(data.features).any(axis=1), second, seed)
        if known is not None:
            features, others = _hold_out(data.features, data, known, trees=False, seed=seed)
            chances = others if choose_source(facts, features) == "features" else chances
    a, b = taken[~second[taken]], taken[second[taken]]
    moves = find_moves(table.within(*seen), numbers[a], numbers[b])
    file_moves = find_moves(table.within(*unseen[1:]), table.take(*unseen[1:])[a], table.take(*unseen[1:])[b])
    return Drift(facts, features, files, chances, moves, file_moves)


def testlike_rows(data: AuditData, drift: Drift | None = None, seed: int = 0) -> NDArray[np.float64]:
    """How test-like each training row is, to weigh or to split by.

    Args:
        data: the rows.
        drift: of `measure_drift`, where it is known already.
        seed: as of `measure_drift`.

    Returns:
        float64 (train,): the probability of being of test, were both parts equally large; 0.5 where nothing is known.
    """
    drift = drift or measure_drift(data, seed)
    return np.full(data.train_rows, 0.5) if drift is None else drift.chances[: data.train_rows].copy()


# Else pytest would take it for a test wherever it is imported.
testlike_rows.__test__ = False  # type: ignore[attr-defined]


def judge_drift(data: AuditData, drift: Drift | None = None, seed: int = 0) -> list[Finding]:
    """What is to be said of train against test; nothing without test images.

    Args:
        data: the rows.
        drift: of `measure_drift`, where it is known already.
        seed: as of `measure_drift`.

    Returns:
        AUDIT_DRIFT (a warning when the whole interval is above 0.8, of facts alone 0.9; else a note), or AUDIT_DRIFT_NONE, or
        AUDIT_DRIFT_FEW, or AUDIT_DRIFT_GROUPS (note: groups of train differ as much);
        AUDIT_DRIFT_FILES when files tell more than pictures do.
    """
    if data.train_rows == len(data):
        return []
    drift = drift or measure_drift(data, seed)
    if drift is None:
        readable = int(data.facts.readable[data.train_rows :].sum())
        return [Finding("AUDIT_DRIFT_FEW", "note", {"test": readable, "least": LEAST_ROWS})]
    table = tabulate_facts(data)
    seen = drift.seen
    source = drift.source
    values = {"auc": seen.value, "low": seen.low, "high": seen.high, "by": BY[source], "beside": say_beside(drift)}
    if seen.value < LEAST_AUC or seen.low <= 0.5:
        found = [Finding("AUDIT_DRIFT_NONE", "note", values)]
    elif data.groups is not None and seen.low <= (ordinary := measure_ordinary(data, source, seed)):
        found = [Finding("AUDIT_DRIFT_GROUPS", "note", values | {"ordinary": ordinary}, worth=seen.value - 0.5)]
    else:
        weight: Weight = "warning" if seen.low > STRONG_AUC[source] else "note"
        rows, sets, captions = _choose_rows(data, drift.chances)
        found = [
            Finding(
                "AUDIT_DRIFT",
                weight,
                values | {"moved": say_moves(drift.moves, table, data.train_rows)},
                rows,
                sets,
                captions,
                worth=seen.value - 0.5,
                charts=_draw_moves(drift.moves, table, data.train_rows),
            )
        ]
    if drift.files.value >= LEAST_AUC and drift.files.low > max(0.5, drift.facts.high, seen.high):
        moved = say_moves(drift.file_moves, table, data.train_rows, fall_back="size")
        found.append(Finding("AUDIT_DRIFT_FILES", "note", {"auc": drift.files.value, "moved": moved}))
    return found


def say_beside(drift: Drift) -> Phrase:
    """What the other source says."""
    if drift.features is None:
        return Phrase("", "")
    other, auc = ("features", drift.features) if drift.source == "facts" else ("facts", drift.facts)
    return Phrase(f", and {BY[other].en} with {auc.value:.2f}", f"、{BY[other].ja}では {auc.value:.2f}")


def choose_source(facts: Auc, features: Auc | None) -> Source:
    """The clearer one of two, by how far its interval is above what is strong for it.

    Examples:
        >>> choose_source(Auc(0.87, 0.85, 0.89), Auc(0.81, 0.78, 0.83)), choose_source(Auc(0.99, 0.98, 1.0), None)
        ('features', 'facts')
    """
    if features is None:
        return "facts"
    return "facts" if facts.low - STRONG_AUC["facts"] > features.low - STRONG_AUC["features"] else "features"


def take_seen(table: FactTable, seed: int) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Families that a network could see and their columns, sizes blurred; bytes a pixel only where there is one format."""
    families = tuple(family for family in SEEN if family != "compression" or len(table.texts["format"]) < 2)
    numbers = table.take(*families)
    sizes = numbers[:, : len(table.within("size"))]
    sizes *= np.exp(np.random.default_rng(seed).normal(0.0, SIZE_BLUR, sizes.shape))
    return families, numbers


def measure_ordinary(data: AuditData, source: Source, seed: int = 0) -> float:
    """The largest AUC of three parts of train that are made as test would be, were it nothing but other groups.

    New things are told from known ones without any drift: on magtile, a fifth of the tiles held out of train reaches 0.65 to
    0.68 by features.

    Args:
        data: rows with groups.
        source: what tells the parts apart.
        seed: of the groups that are held out.

    Returns:
        0 to 1; 0.5 when train has too few groups for it.
    """
    assert data.groups is not None
    trees = source == "facts" or data.features is None
    table: NDArray[np.floating] = take_seen(tabulate_facts(data), seed)[1]
    if not trees and data.features is not None:
        table = data.features
    rows = np.flatnonzero(data.facts.readable[: data.train_rows] & (trees | ~np.isnan(table[: data.train_rows]).any(axis=1)))
    random, aucs = np.random.default_rng(seed), [0.5]
    rows = np.sort(random.permutation(rows)[:MOST_ROWS])
    groups, share = data.groups[rows], 1 - data.train_rows / len(data)
    names = np.unique(groups)
    for _ in range(PSEUDO_TESTS):
        out = max(round(share * len(names)), 1)
        second = np.isin(groups, random.permutation(names)[:out])
        if min(second.sum(), (~second).sum()) < LEAST_ROWS or len(names) - out < 2 * FOLDS:
            continue
        # Rows of test have no groups that are known.
        units = np.where(second, names.max() + 1 + np.arange(len(rows)), groups)
        chances, _ = tell_apart(table[rows], second, units, trees=trees, seed=seed)
        aucs.append(measure_auc(chances, second).value)
    return max(aucs)


def draw_rows(usable: NDArray[np.bool_], second: NDArray[np.bool_], seed: int) -> NDArray[np.int64] | None:
    """At most 5,000 usable rows of each part, ascending; None when a part has fewer than 20.

    Examples:
        >>> rows = draw_rows(np.ones(60, bool), np.arange(60) >= 30, 0)
        >>> len(rows), draw_rows(np.ones(60, bool), np.arange(60) >= 50, 0) is None
        (60, True)
    """
    random, drawn = np.random.default_rng(seed), []
    for part in (~second, second):
        rows = np.flatnonzero(part & usable)
        if len(rows) < LEAST_ROWS:
            return None
        drawn.append(np.sort(random.permutation(rows)[:MOST_ROWS]))
    return np.concatenate(drawn)


def find_moves(names: tuple[str, ...], first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[Move, ...]:
    """Columns that differ for sure (1 % over all columns) and by more than a tenth of the rows."""
    moves = compare_columns(names, first, second)
    return tuple(one for one in moves if one.p < 0.01 / len(names) and one.distance >= 0.1)


def say_moves(moves: tuple[Move, ...], table: FactTable, train_rows: int, fall_back: str = "") -> Phrase:
    """What moved, in words: means of train and test, or the share of the text that differs most."""
    phrases = []
    for move in moves[:NAMED]:
        name = FACTS[move.name]
        if move.name not in CODED:
            digits = ".0f" if max(abs(move.first), abs(move.second)) >= 20 else ".3g"
            first, second = f"{move.first:{digits}}", f"{move.second:{digits}}"
            if first == second:
                phrases.append(say_spread(name, table.column(move.name), train_rows, digits))
                continue
            change = f"{first} → {second}"
        else:
            texts, codes = table.texts[move.name], table.column(move.name)
            shares = [(codes[:train_rows] == code).mean() - (codes[train_rows:] == code).mean() for code in range(len(texts))]
            code = int(np.argmax(np.abs(shares)))
            parts = [float((part == code).mean()) for part in (codes[:train_rows], codes[train_rows:])]
            change = f"{texts[code]} {parts[0]:.0%} → {parts[1]:.0%}"
        phrases.append(Phrase(f"{name.en} {change}", f"{name.ja} {change}"))
    if not phrases:
        return FACTS[fall_back] if fall_back else NOTHING_MOVED
    return join_phrases(phrases)


def say_spread(name: Phrase, column: NDArray[np.float64], train_rows: int, digits: str) -> Phrase:
    """A fact whose mean is the same as printed: the tenth of train and test at which it differs, or that its spread does.

    Args:
        name: of the fact.
        column: all rows, train first; NaN where not known.
        train_rows: of train.
        digits: how figures are printed.

    Examples:
        >>> say_spread(Phrase("aspect", "比"), np.r_[np.ones(20), np.tile([0.5, 1.5], 10)], 20, ".3g").en
        'aspect of the lowest tenth 1 → 0.5'
    """
    parts = [part[~np.isnan(part)] for part in (column[:train_rows], column[train_rows:])]
    for words, share in ((LOW_TENTH, 0.1), (HIGH_TENTH, 0.9)):
        first, second = (f"{np.quantile(part, share):{digits}}" for part in parts)
        if first != second:
            said = fill_both(words, name=name)
            return Phrase(f"{said.en} {first} → {second}", f"{said.ja} {first} → {second}")
    return fill_both(IN_SPREAD, name=name)


def _hold_out(
    table: NDArray[np.floating], data: AuditData, rows: NDArray[np.int64], *, trees: bool, seed: int
) -> tuple[Auc, NDArray[np.float64]]:
    """AUC on the rows drawn; chances of all rows, those of rows not drawn from the classifiers of all folds."""
    second = rows >= data.train_rows
    groups = None
    if data.groups is not None and len(np.unique(data.groups)) >= LEAST_ROWS:
        # A test row is a group of its own.
        test = data.groups.max() + 1 + np.arange(len(data) - data.train_rows)
        groups = np.concatenate([data.groups, test])[rows]
    chances, (held_out, tellers) = np.full(len(data), 0.5), tell_apart(table[rows], second, groups, trees=trees, seed=seed)
    chances[rows] = held_out
    usable = data.facts.readable & (trees | ~np.isnan(table).any(axis=1))
    usable[rows] = False
    others = np.flatnonzero(usable)
    if len(others):
        chances[others] = _mean_chance(tellers, table[others])
    return measure_auc(held_out, second), chances


def _mean_chance(tellers: list[Teller], table: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(np.mean([teller.tell(table) for teller in tellers], axis=0), np.float64)


def _choose_rows(
    data: AuditData, chances: NDArray[np.float64]
) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...], tuple[str, ...]]:
    """Test rows least like train; then what to look at: the training rows most like test, the test rows least like train."""
    train, test = chances[: data.train_rows], chances[data.train_rows :]
    order = data.train_rows + np.argsort(-test, kind="stable")
    unlike = order[chances[order] > 0.5]
    alike = np.argsort(-train, kind="stable")[:SHOWN]
    sets = (tuple(alike.tolist()), tuple(order[:SHOWN].tolist()))
    captions = tuple(
        words.say(choose_language()).format(high=chances[list(rows)].max(), low=chances[list(rows)].min())
        for words, rows in zip((MOST_LIKE_TEST, LEAST_LIKE_TRAIN), sets, strict=True)
    )
    return tuple(unlike.tolist()), sets, captions


def _draw_moves(moves: tuple[Move, ...], table: FactTable, train_rows: int) -> tuple[Chart, ...]:
    """Histograms of what moved, train and test side by side."""
    charts = []
    for move in moves[:NAMED]:
        column = table.column(move.name)
        series = {}
        for part, values in (("train", column[:train_rows]), ("test", column[train_rows:])):
            known = values[~np.isnan(values)]
            series[part] = known[:: max(len(known) // CHARTED, 1)].tolist()
        charts.append(Chart("histogram", move.name, series))
    return tuple(charts)
