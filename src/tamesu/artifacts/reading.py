"""From the cells of a table to the values of a target: which reader for which kind."""

from __future__ import annotations

from collections import Counter

import numpy as np

from tamesu.artifacts.numbers import read_numbers
from tamesu.artifacts.row_faults import show_examples
from tamesu.artifacts.tables import NUMBER
from tamesu.artifacts.targets import (
    SUM_TOLERANCE,
    TargetCells,
    TargetValues,
    comma_faults,
    missing_faults,
    read_classes,
    read_label_marks,
    read_label_sets,
    read_marks,
    read_shares,
    read_values,
)
from tamesu.errors import Fault

# Many labels with few rows each is what an identity is.
EXPECTED_OF_IDENTITIES = frozenset({"TABLE_RARE_CLASS", "TABLE_LABEL_LOOKS_LIKE_ID"})


def read_target(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """The values of a target, and what is to be said about them; of points, masks and maps see `tamesu.artifacts.marks`.

    Args:
        given: the target and its cells; the columns it names are there.

    Returns:
        Values as if every question were answered with "use it as it is", and the faults of any outcome.

    Examples:
        >>> from tamesu.artifacts.competition import Target
        >>> target = Target(kind="class", column="label")
        >>> cells = TargetCells("label", target, {"label": ("cat", "", "dog", "cat")}, tuple("abcd"), (2, 3, 4, 5), "t.csv")
        >>> values, faults = read_target(cells)
        >>> values.labels, values.values.tolist(), [(f.code, f.outcome) for f in faults if f.outcome == "ask"]
        (('cat', 'dog'), [0, -1, 1, 0], [('TABLE_LABEL_MISSING', 'ask')])
    """
    return READERS[given.target.kind, bool(given.target.columns)](given)


def read_ordered(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """One label per row, of labels that stand in order: as written in `labels`, else by number.

    Examples:
        >>> from tamesu.artifacts.competition import Target
        >>> cells = TargetCells(
        ...     "grade", Target(kind="ordinal", column="g"), {"g": ("10", "2", "2")}, tuple("abc"), (2, 3, 4), "t.csv"
        ... )
        >>> read_ordered(cells)[0].labels
        ('2', '10')
    """
    values, faults = read_classes(given)
    if given.target.labels:
        return TargetValues("ordinal", values.labels, values.values), faults
    if all(NUMBER.fullmatch(label.strip()) for label in values.labels):
        labels = tuple(sorted(values.labels, key=lambda label: (float(label), label)))
        place = np.array([labels.index(label) for label in values.labels] + [-1], np.int64)
        return TargetValues("ordinal", labels, place[values.values]), faults
    faults.append(given.fault("ORDINAL_ORDER", "refuse", [], [], labels=show_examples(values.labels, 20)))
    return TargetValues("ordinal", values.labels, values.values), faults


def read_identities(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """One label per row, of many labels with few rows each."""
    values, faults = read_classes(given)
    said = [fault for fault in faults if fault.code not in EXPECTED_OF_IDENTITIES]
    return TargetValues("identity", values.labels, values.values), said


def read_soft(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """Shares of several labels per row, one column each, which add to 1 within `SUM_TOLERANCE` and are then scaled to do so."""
    shares, faults = read_marks(given)
    labels = tuple(given.target.columns)
    if any(fault.outcome == "refuse" for fault in faults):
        return TargetValues("soft", labels, shares.astype(np.float32)), faults
    absent = np.isnan(shares).any(axis=1)
    shares[absent] = np.nan
    sums = shares.sum(axis=1)
    bad = np.flatnonzero(~absent & ((np.abs(sums - 1) > SUM_TOLERANCE) | (shares < 0).any(axis=1)))
    if bad.size:
        examples = [f"{total:.6g}" for total in sums[bad[:3]]]
        faults.append(given.fault("SOFT_SUM", "refuse", bad, examples, tolerance=f"{SUM_TOLERANCE:g}"))
    else:
        shares = shares / sums[:, None]
    faults += missing_faults(given, np.flatnonzero(absent))
    told = Counter(labels[code] for code in shares[~absent].argmax(axis=1).tolist()) if (~absent).any() else Counter()
    if not told:
        faults.append(given.fault("TABLE_ONE_CLASS", "refuse", [], []))
    return TargetValues("soft", labels, shares.astype(np.float32)), faults


def read_several(given: TargetCells) -> tuple[TargetValues, list[Fault]]:
    """Several numbers per row, one column each; a number that is missing leaves the others known."""
    names = tuple(given.target.columns)
    read = [read_numbers(given.columns[name], set(given.target.missing), given.commas_are_decimals) for name in names]
    faults: list[Fault] = []
    for name, numbers in zip(names, read, strict=True):
        if numbers.bad:
            faults.append(
                given.fault("TABLE_NOT_FINITE", "refuse", numbers.bad, [given.columns[name][row] for row in numbers.bad])
            )
        elif np.unique(numbers.values[~np.isnan(numbers.values)]).size < 2:
            faults.append(given.fault("TABLE_ONE_VALUE", "refuse", [], [name]))
    faults += comma_faults(given, {name: given.columns[name] for name in names}, read)
    values = np.stack([numbers.values for numbers in read], axis=1)
    refused = sorted({row for numbers in read for row in numbers.bad})
    absent = np.flatnonzero(np.isnan(values).any(axis=1))
    return TargetValues("value", names, values), faults + missing_faults(given, absent[~np.isin(absent, refused)])


READERS = {
    ("class", False): read_classes,
    ("class", True): read_shares,
    ("multilabel", False): read_label_sets,
    ("multilabel", True): read_label_marks,
    ("soft", True): read_soft,
    ("value", False): read_values,
    ("value", True): read_several,
    ("ordinal", False): read_ordered,
    ("identity", False): read_identities,
}
