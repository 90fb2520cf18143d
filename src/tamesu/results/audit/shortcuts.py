"""Shortcuts: can the label be told without looking at the thing, from its size, border, colour, file, time or row order?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamesu.messages.audit_drift import join_phrases
from tamesu.messages.audit_shortcuts import PROBES
from tamesu.messages.message import Phrase
from tamesu.results.audit.data import UNKNOWN, AuditData
from tamesu.results.audit.fact_table import FAMILIES, tabulate_facts
from tamesu.results.audit.separation import FOLDS, deal_folds
from tamesu.results.finding import Chart, Finding

# Name of a probe: the families of facts it reads.
READS: dict[str, tuple[str, ...]] = {
    "size": ("size",),
    "border": ("border",),
    "colour": ("colour",),
    # Per pixel: bytes beside it would give the size away.
    "compression": ("compression",),
    "format": ("format",),
    "time": ("time",),
    "order": ("order",),
}
# Of the way from chance to 1.
FAR = 0.5
MODERATE = 0.15
LEAST_ROWS = 50
MOST_ROWS = 5_000
MOST_CLASSES = 100
LEAST_OF_CLASS = 2 * FOLDS
SHUFFLES = 999
# File names looked at.
MOST_NAMES = 500
WORD = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class Probe:
    """What one family of facts knows of the label.

    Attributes:
        name: a key of `READS`.
        score: balanced accuracy, or R² of values, on held-out rows.
        chance: what knowing nothing gets: 1 / classes, or 0.
        bound: the best of 999 shuffles of the labels.
    """

    name: str
    score: float
    chance: float
    bound: float

    @property
    def way(self) -> float:
        """How far it gets from chance (0) to perfect (1)."""
        return (self.score - self.chance) / (1.0 - self.chance)

    @property
    def is_real(self) -> bool:
        """Whether no shuffle does as well."""
        return self.score > self.bound


def probe_shortcuts(data: AuditData, seed: int = 0) -> list[Probe]:
    """A small tree on each family of facts, on held-out folds (of whole groups where there are).

    Classes of fewer than ten rows are left out, and beyond 100 classes the rarer ones; at most 5,000 rows are looked at.

    Args:
        data: the rows.
        seed: of folds, rows and shuffles.

    Returns:
        One per family that says anything, in the order of `READS`; none for kinds without one label or value a row.
    """
    rows, answers = find_answers(data)
    rows_drawn = np.sort(np.random.default_rng(seed).permutation(len(rows))[:MOST_ROWS])
    rows, answers = rows[rows_drawn], answers[rows_drawn]
    if len(rows) < LEAST_ROWS or len(np.unique(answers)) < 2:
        return []
    groups = None if data.groups is None or len(np.unique(data.groups[rows])) < LEAST_OF_CLASS else data.groups[rows]
    folds = deal_folds(np.zeros(len(rows), bool), groups, seed)
    facts, probes = tabulate_facts(data), []
    for name, families in READS.items():
        table = facts.take(*families)[rows]
        # Gray images repeat a channel, files of one size say nothing.
        table = table[:, [len(np.unique(column[~np.isnan(column)])) > 1 for column in table.T]]
        if table.shape[1]:
            probes.append(run_probe(name, table, answers, folds, seed, classes=data.has_classes))
    return probes


def find_answers(data: AuditData) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Readable training rows with a known answer, and the answers: class codes, or a value (the first of several)."""
    readable = data.facts.readable[: data.train_rows]
    if data.has_classes:
        counts = np.bincount(data.codes[(data.codes != UNKNOWN) & readable], minlength=len(data.labels))
        common = np.flatnonzero(counts >= LEAST_OF_CLASS)
        common = common[np.argsort(-counts[common], kind="stable")][:MOST_CLASSES]
        rows = np.flatnonzero(readable & np.isin(data.codes, common))
        return rows, data.codes[rows].astype(np.float64)
    if data.kind != "value":
        return np.zeros(0, np.int64), np.zeros(0)
    values = np.asarray(data.values, np.float64).reshape(data.train_rows, -1)[:, 0]
    rows = np.flatnonzero(readable & np.isfinite(values))
    return rows, values[rows]


def run_probe(
    name: str,
    table: NDArray[np.float64],
    answers: NDArray[np.float64],
    folds: NDArray[np.int64],
    seed: int = 0,
    *,
    classes: bool,
) -> Probe:
    """One family's score on held-out folds, and what it would be by luck.

    Args:
        name: of the probe.
        table: (rows, columns); NaN is a value like another.
        answers: (rows,), codes of classes or values.
        folds: (rows,).
        seed: of the shuffles.
        classes: whether answers are classes.

    Source: the test by shuffled labels of Ojala and Garriga, JMLR 11, 2010, with held-out predictions kept as they are.

    Examples:
        >>> rows = np.arange(200)
        >>> found = run_probe("order", rows[:, None] * 1.0, (rows >= 100) * 1.0, rows % 5, classes=True)
        >>> found.score > 0.98, found.chance, found.is_real
        (True, 0.5, True)
    """
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    names, codes = np.unique(answers, return_inverse=True)
    # Wide enough for each class to have a few corners of its own; scikit-learn's trees take NaN as it is.
    leaves = int(np.clip(4 * len(names), 16, 128)) if classes else 32
    guesses = np.zeros(len(answers))
    for fold in np.unique(folds):
        held_out = folds == fold
        if classes:
            tree = DecisionTreeClassifier(max_leaf_nodes=leaves, min_samples_leaf=3, class_weight="balanced", random_state=seed)
            guesses[held_out] = tree.fit(table[~held_out], codes[~held_out]).predict(table[held_out])
        else:
            tree = DecisionTreeRegressor(max_leaf_nodes=leaves, min_samples_leaf=10, random_state=seed)
            guesses[held_out] = tree.fit(table[~held_out], answers[~held_out]).predict(table[held_out])
    random = np.random.default_rng(seed)
    if classes:
        hits, sizes = guesses.astype(np.int64), np.bincount(codes)

        def score(truth: NDArray[np.int64]) -> float:
            return float((np.bincount(truth, weights=truth == hits, minlength=len(names)) / sizes).mean())

        return Probe(name, score(codes), 1 / len(names), max(score(random.permutation(codes)) for _ in range(SHUFFLES)))
    spread = float(((answers - answers.mean()) ** 2).sum())

    def fit(truth: NDArray[np.float64]) -> float:
        return 1.0 - float(((truth - guesses) ** 2).sum()) / spread

    return Probe(name, fit(answers), 0.0, max(fit(random.permutation(answers)) for _ in range(SHUFFLES)))


def judge_shortcuts(data: AuditData, probes: Sequence[Probe] | None = None, seed: int = 0) -> list[Finding]:
    """What is to be said of shortcuts.

    Args:
        data: the rows.
        probes: of `probe_shortcuts`, where they are known already.
        seed: of the probes.

    Returns:
        AUDIT_SHORTCUT (warning) per family that alone gets more than half of the way from chance to 1; AUDIT_SHORTCUT_SOME
        (note) for all that get some of the way; AUDIT_ORDER_SORTED or AUDIT_ORDER_TELLS (note) for the order of the table.
    """
    probes = probe_shortcuts(data, seed) if probes is None else probes
    real = [one for one in probes if one.is_real and one.way >= MODERATE]
    unit = Phrase("balanced accuracy", "balanced accuracy（クラス平均の正解率）") if data.has_classes else Phrase("R²", "R²")
    found = []
    for one in sorted(real, key=lambda one: -one.way):
        if one.name == "order":
            code = "AUDIT_ORDER_SORTED" if data.has_classes and is_sorted(data.codes) else "AUDIT_ORDER_TELLS"
            found.append(Finding(code, "note", {"score": one.score, "chance": one.chance, "unit": unit}))
        elif one.way > FAR:
            values = {"family": PROBES[one.name], "score": one.score, "chance": one.chance, "bound": one.bound, "unit": unit}
            chart = _draw_family(data, one.name)
            found.append(Finding("AUDIT_SHORTCUT", "warning", values, worth=one.way, charts=chart))
    some = [one for one in sorted(real, key=lambda one: -one.way) if one.name != "order" and one.way <= FAR]
    if some:
        parts = [Phrase(f"{PROBES[one.name].en} {one.score:.2f}", f"{PROBES[one.name].ja} {one.score:.2f}") for one in some]
        values = {"families": join_phrases(parts), "chance": some[0].chance, "unit": unit}
        found.append(Finding("AUDIT_SHORTCUT_SOME", "note", values, worth=some[0].way))
    return found


def is_sorted(codes: NDArray[np.int64]) -> bool:
    """Whether classes stand in blocks, three of a class at most: tables are joined of sorted ones.

    Of two classes one block each: two blocks of a class may as well be two patients.

    Examples:
        >>> is_sorted(np.repeat([2, 0, 1, 2, 0], 10)), is_sorted(np.tile([2, 0, 1], 20))
        (True, False)
        >>> is_sorted(np.repeat([0, 1], 10)), is_sorted(np.repeat([0, 1, 0, 1], 10))
        (True, False)
    """
    classes = len(np.unique(codes))
    return int((np.diff(codes) != 0).sum()) < (3 * classes if classes > 2 else classes)


def judge_names(data: AuditData, seed: int = 0) -> list[Finding]:
    """AUDIT_NAMES_TELL when names of training files spell their label, and names of test files spell one too."""
    if not data.has_classes or data.train_rows == len(data):
        return []
    random = np.random.default_rng(seed)
    known = np.flatnonzero(data.codes != UNKNOWN)
    rows = random.permutation(known)[:MOST_NAMES]
    labels = [plain(label) for label in data.labels]
    right = np.mean([has(path_of(data, row), labels[data.codes[row]]) for row in rows])
    other = random.permutation(data.codes[rows])
    wrong = [has(path_of(data, row), labels[code]) for row, code in zip(rows, other, strict=True) if code != data.codes[row]]
    if right < 0.9 or (wrong and np.mean(wrong) > 0.1):
        return []
    test = data.train_rows + random.permutation(len(data) - data.train_rows)[:MOST_NAMES]
    spelt = [int(row) for row in test if any(has(path_of(data, row), label) for label in labels)]
    if len(spelt) < 0.5 * len(test):
        return []
    example = data.ids[spelt[0]]
    return [Finding("AUDIT_NAMES_TELL", "note", {"share": len(spelt) / len(test), "example": example}, tuple(sorted(spelt)))]


def plain(text: str) -> str:
    """Words of a text with single spaces about them.

    Examples:
        >>> plain("test/Great-Pyrenees_12.jpg")
        ' test great pyrenees 12 jpg '
    """
    return f" {' '.join(WORD.findall(text.casefold()))} "


def has(path: str, label: str) -> bool:
    """Whether a path holds a label's words, both made plain; a label without words is in none."""
    return bool(label.strip()) and label in path


def path_of(data: AuditData, row: int) -> str:
    """Id and path of a row, made plain."""
    return plain(f"{data.ids[row]} {data.paths[row]}")


def _draw_family(data: AuditData, name: str) -> tuple[Chart, ...]:
    """How the first fact of a family lies in the ten most frequent classes."""
    facts = tabulate_facts(data)
    names = [column for family in READS[name] for column in FAMILIES[family]]
    column = next((one for one in names if np.unique(facts.column(one)[: data.train_rows]).size > 1), names[0])
    values = facts.column(column)[: data.train_rows]
    if not data.has_classes:
        return (Chart("histogram", column, {"train": values[np.isfinite(values)][:MOST_ROWS].tolist()}),)
    common = np.argsort(-np.bincount(data.codes[data.codes >= 0], minlength=len(data.labels)), kind="stable")[:10]
    series = {data.labels[code]: values[(data.codes == code) & np.isfinite(values)][:MOST_NAMES].tolist() for code in common}
    return (Chart("histogram", column, {label: cells for label, cells in series.items() if cells}),)
