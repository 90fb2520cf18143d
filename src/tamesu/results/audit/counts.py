"""How often each label stands in the table: counts, imbalance, classes too small for the folds, what is not known."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.row_faults import SHOWN_EXAMPLES, show_examples
from tamesu.results.audit.data import UNKNOWN, AuditData
from tamesu.results.finding import Chart, Finding, Weight

# The harm grows with the ratio (Buda, Maki and Mazurowski, Neural Networks 106, 2018); where to begin warning is our choice.
IMBALANCED = 20.0
# Folds beyond so many are leave-one-out or leave-one-group-out: no class is meant to stand in each of them.
MOST_FOLDS = 20
SHOWN_CLASSES = 60
MEANS_UNKNOWN = frozenset(
    (
        *(
            "unknown",
            "unk",
            "unclear",
            "undefined",
            "unspecified",
            "notknown",
            "notsure",
            "n/a",
            "na",
            "notavailable",
            "missing",
        ),
        *(
            "unlabeled",
            "unlabelled",
            "?",
            "不明",
            "わからない",
            "分からない",
            "判らない",
            "判別不能",
            "判定不能",
            "未定",
            "未分類",
        ),
        *("未入力", "不詳"),
    )
)
MEANS_REST = frozenset(
    (
        *("other", "others", "misc", "miscellaneous", "none", "nothing"),
        *("その他", "他", "そのほか", "なし", "無し", "無", "該当なし"),
    )
)


def find_counts(data: AuditData) -> list[Finding]:
    """What is to be said of the counts of the main target's labels.

    Args:
        data: classes, or `multilabel` with `values` of 0 and 1; of other kinds nothing is said.

    Returns:
        AUDIT_CLASS_COUNTS (of a strong imbalance AUDIT_IMBALANCE), AUDIT_SMALL_CLASSES, AUDIT_UNKNOWN_CLASS,
        AUDIT_LABELS_MISSING.
    """
    marks = take_marks(data)
    if marks is None or not marks.shape[1]:
        return []
    names = data.labels or tuple(str(number + 1) for number in range(marks.shape[1]))
    counts = np.nansum(marks, axis=0).astype(np.int64)
    missing = np.flatnonzero(np.isnan(marks).any(axis=1))
    found = say_counts(names, counts, len(marks) - len(missing), data.kind, data.target)
    if data.kind != "identity":
        found += find_small_classes(names, marks, data.folds, data.groups)
    found += find_unknown_classes(names, marks, missing)
    if len(missing) and not any(finding.code == "AUDIT_UNKNOWN_CLASS" for finding in found):
        share = len(missing) / len(marks)
        values = {"count": len(missing), "share": share, "total": len(marks)}
        found.append(Finding("AUDIT_LABELS_MISSING", "note", values, tuple(missing.tolist()), worth=share))
    return found


def tell_effort(counted: Mapping[str, object], hours: float, total: int) -> list[Finding]:
    """AUDIT_RELABELLED: how many labels a person looked at again, and how long that took; nothing without hours.

    Args:
        counted: `count`, `changed` and `file`, as the note CORRECTIONS_APPLIED has them.
        hours: spent, see `artifacts.corrections.sum_hours`.
        total: training rows.

    Examples:
        >>> tell_effort({"count": 90, "changed": 9, "file": "relabel/a.csv"}, 0.5, 1800)[0].values["whole"]
        10.0
    """
    count = int(str(counted["count"]))
    if not hours or not count:
        return []
    values = {"count": count, "changed": counted["changed"], "file": counted["file"], "hours": hours, "total": total}
    return [Finding("AUDIT_RELABELLED", "note", values | {"each": 3600 * hours / count, "whole": hours / count * total})]


def take_marks(data: AuditData) -> NDArray[np.float64] | None:
    """0 and 1 per train row and label, a row of NaN where nothing is known; None for kinds without labels."""
    if data.has_classes:
        codes = data.codes
        marks = np.zeros((len(codes), len(data.labels)))
        known = codes != UNKNOWN
        marks[np.flatnonzero(known), codes[known]] = 1
        marks[~known] = np.nan
        return marks
    if data.kind == "multilabel" and data.values.ndim == 2:
        return np.asarray(data.values, np.float64)
    return None


def count_effective(counts: NDArray[np.int64]) -> float:
    """How many equally frequent classes would be as diverse: the exponential of the shares' entropy.

    Examples:
        >>> round(count_effective(np.array([50, 50, 0])), 3), round(count_effective(np.array([98, 1, 1])), 3)
        (2.0, 1.118)
    """
    shares = counts[counts > 0] / max(counts.sum(), 1)
    return math.exp(float(-(shares * np.log(shares)).sum()))


def say_counts(names: Sequence[str], counts: NDArray[np.int64], rows: int, kind: str, target: str) -> list[Finding]:
    """The counts, with their chart; a warning where the largest class is `IMBALANCED` times the smallest.

    Of several labels a row, counts add to more than `rows`.
    """
    there = np.flatnonzero(counts)
    if not len(there):
        return []
    order = there[np.argsort(-counts[there], kind="stable")]
    largest, smallest = int(order[0]), int(order[-1])
    ratio = counts[largest] / counts[smallest]
    strong = kind != "identity" and ratio >= IMBALANCED
    shown = order[:SHOWN_CLASSES].tolist()
    chart = Chart("bars", "counts", {"train": [float(counts[code]) for code in shown]}, [names[code] for code in shown])
    values = {
        "classes": len(there),
        "rows": rows,
        "largest": names[largest],
        "most": int(counts[largest]),
        "smallest": names[smallest],
        "least": int(counts[smallest]),
        "ratio": float(ratio),
        "effective": count_effective(counts),
        "target": target,
    }
    if not strong:
        return [Finding("AUDIT_CLASS_COUNTS", "note", values, charts=(chart,))]
    return [Finding("AUDIT_IMBALANCE", "warning", values, worth=float(1 - 1 / ratio), charts=(chart,))]


def find_small_classes(
    names: Sequence[str], marks: NDArray[np.float64], folds: NDArray[np.int64], groups: NDArray[np.int64] | None
) -> list[Finding]:
    """Classes with fewer rows, or fewer groups, than there are folds: in some fold they are not validated, or not trained.

    Args:
        names: of the classes.
        marks: 0, 1 or NaN, shape (train, classes).
        folds: int, shape (repeats, train).
        groups: of the train rows.
    """
    n_splits = int(folds.max()) + 1 if folds.size else 0
    if not 2 <= n_splits <= MOST_FOLDS:
        return []
    small: list[tuple[int, int, int]] = []
    for code in range(len(names)):
        rows = np.flatnonzero(marks[:, code] == 1)
        kinds = len(rows) if groups is None else len(np.unique(groups[rows]))
        if len(rows) and kinds < n_splits:
            small.append((kinds, len(rows), code))
    if not small:
        return []
    small.sort()
    said = [f"{names[code]} ({count})" if groups is None else f"{names[code]} ({count} / {own})" for own, count, code in small]
    rows = np.concatenate([np.flatnonzero(marks[:, code] == 1) for _, _, code in small])
    values = {
        "count": len(small),
        "classes": ", ".join(said[:10]) + (", …" if len(said) > 10 else ""),
        "n_splits": n_splits,
        "rows": len(rows),
    }
    name = "AUDIT_SMALL_CLASSES" if groups is None else "AUDIT_SMALL_CLASSES_GROUPS"
    return [Finding(name, "warning", values, tuple(rows.tolist()), worth=len(rows) / len(marks))]


def bare(name: str) -> str:
    """A name without case, width, blanks, brackets and dashes.

    Examples:
        >>> bare(" Not known "), bare("（不明）"), bare("N/A"), bare("?")
        ('notknown', '不明', 'n/a', '?')
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in text if sign.isalnum() or sign in "/?")


def find_unknown_classes(names: Sequence[str], marks: NDArray[np.float64], missing: NDArray[np.intp]) -> list[Finding]:
    """Classes whose name says "not known" or "all the rest", beside cells without a label.

    A class of the rest without missing cells is a class like any other; one called "unknown" is worth a note.
    """
    unknown = [code for code, name in enumerate(names) if bare(name) in MEANS_UNKNOWN]
    rest = [code for code, name in enumerate(names) if bare(name) in MEANS_REST] if len(missing) or unknown else []
    named = [code for code in unknown + rest if (marks[:, code] == 1).any()]
    if not named:
        return []
    rows = np.concatenate([np.flatnonzero(marks[:, code] == 1) for code in named] + [missing])
    said = [f"{names[code]} ({int((marks[:, code] == 1).sum())})" for code in named]
    weight: Weight = "warning" if len(missing) or len(unknown) > 1 else "note"
    values = {
        "classes": ", ".join(said[: 2 * SHOWN_EXAMPLES]),
        "missing": len(missing),
        "names": show_examples([names[code] for code in named]),
        "rows": len(rows),
    }
    return [Finding("AUDIT_UNKNOWN_CLASS", weight, values, tuple(rows.tolist()), worth=len(rows) / len(marks))]
