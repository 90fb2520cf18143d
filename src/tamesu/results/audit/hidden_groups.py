"""Findings about groups: those that leak, those that do no harm, those that the folds keep together already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamesu.messages import choose_language
from tamesu.messages.audit_drift import join_phrases
from tamesu.messages.audit_groups import (
    ADOPT,
    BY_BOTH,
    BY_FORM,
    FEATURES_LIKENESS,
    FEATURES_NETWORK,
    GROUP_CAPTION,
    HOLDS_SAME,
    PAIR_CAPTION,
    RULE_ANEW,
    RULE_GAP,
    RULE_INSIDE,
    RULE_SCENE,
    RULE_TEXT,
    TEST_APART,
    TEST_NONE,
    TEST_SHARED,
    TEST_UNKNOWN,
)
from tamesu.messages.message import Phrase, fill_both
from tamesu.results.audit.alike import Alike, measure_cosine
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.grouping import Proposal, draw_pairs, propose_groups
from tamesu.results.audit.in_test import find_in_test
from tamesu.results.audit.name_fields import Field, read_columns, read_exif, read_names, read_order
from tamesu.results.audit.worth import Worth, measure_worth, sample_groups
from tamesu.results.finding import Finding, Weight

# Groups that only have the form of groups are measured when so many rows are in them, and so many of them at most.
LEAST_SHARE = 0.3
MOST_FORMS = 3
# A difference of CV below this is not worth a word, however sure.
LEAST_LEAK = 0.01
# Of the test rows; above it, random folds are like the test.
SHARED = 0.5
SHOWN_GROUPS, SHOWN_PAIRS, SHOWN_EACH = 8, 4, 6


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups that were looked into.

    Attributes:
        proposal: where they come from.
        worth: what random folds gain by splitting them; None where it could not be measured.
        precision: share of pairs in one group that truly belong together, as far as likeness tells.
        split: share of the rows in groups that are validated beside training rows of their own group.
        in_test: share of the test rows that stand in groups of training rows; None where their names do not tell.
    """

    proposal: Proposal
    worth: Worth | None
    precision: float
    split: float
    in_test: float | None

    @property
    def leaks(self) -> bool:
        """Whether the difference is beyond chance and worth a word."""
        return self.worth is not None and self.worth.low > 0.0 and self.worth.difference >= LEAST_LEAK


def find_groups(data: AuditData, left_out: Sequence[str] = (), seed: int = 0) -> list[Groups]:
    """The groups in names, columns and EXIF that the pixels confirm, and those that have the form of groups; all measured.

    Args:
        data: the rows; of its features those of the network where there are any, else the likeness codes.
        left_out: columns that are ids, paths or targets.
        seed: of what is drawn.
    """
    count = data.train_rows
    classes = data.codes if data.has_classes else np.zeros(count, np.int64)
    alike = Alike(data.facts.likeness[:count], classes, seed)
    chosen: list[Proposal] = []
    forms = 0
    for proposal in propose_groups(read_fields(data, left_out), alike, seed):
        if any(same_groups(proposal.groups, other.groups) for other in chosen):
            continue
        if data.groups is not None and is_inside(proposal.groups, data.groups):
            continue
        if not proposal.convincing:
            forms += 1
            if forms > MOST_FORMS or len(proposal.rows) < LEAST_SHARE * count:
                continue
        chosen.append(proposal)
    target, width = (data.codes, len(data.labels)) if data.has_classes else (data.values, 0)
    found = []
    for proposal in chosen:
        rows = sample_groups(proposal.groups, np.flatnonzero(has_features(data)), seed)
        worth = measure_worth(choose_features(data, rows), target[rows], proposal.groups[rows], width, seed)
        split = measure_split(proposal.groups, data.folds)
        found.append(Groups(proposal, worth, estimate_precision(proposal, alike, seed), split, find_in_test(data, proposal)))
    return found


def read_fields(data: AuditData, left_out: Sequence[str]) -> list[Field]:
    """Every field of the training rows: names of files, ids where they are no names of files, columns, EXIF, order of rows."""
    count = data.train_rows
    paths, ids = data.paths[:count], data.ids[:count]
    fields = read_names(paths)
    known = {field.texts for field in fields}
    others = read_names(ids) + read_columns(data.columns["train"], left_out)
    others += read_exif(data.facts.taken[:count].tolist(), data.facts.cameras[:count].tolist())
    return [*fields, *(field for field in others if field.texts not in known), read_order(count)]


def has_features(data: AuditData) -> NDArray[np.bool_]:
    """Which training rows have what a cheap probe learns from, (train,)."""
    count = data.train_rows
    if data.features is None:
        return data.facts.readable[:count]
    return np.asarray(np.isfinite(data.features[:count]).all(1))


def choose_features(data: AuditData, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """What a cheap probe learns from, (rows, d): features of the network, else likeness and colours.

    Args:
        data: all rows.
        rows: of train, int64; NaN comes back for those that have nothing.
    """
    if data.features is not None:
        return data.features[rows]
    facts = data.facts
    found = np.concatenate([facts.likeness[rows].astype(np.float32), facts.colours[rows], facts.borders[rows]], axis=1)
    found[~facts.readable[rows]] = np.nan
    return found


def judge_groups(data: AuditData, found: Sequence[Groups], path: str) -> list[Finding]:
    """A finding for each; at most one of them is severe.

    Args:
        data: the rows.
        found: from `find_groups`, the likeliest first.
        path: the file that holds the groups of the first that leaks.
    """
    findings: list[Finding] = []
    for one in found:
        if one.leaks and one.split == 0.0:
            findings.append(describe(data, one, "AUDIT_GROUPS_KEPT", "note", path))
        elif one.leaks and one.proposal.convincing:
            first = not any(finding.code == "AUDIT_LEAK_GROUPS" for finding in findings)
            if first:
                shared = one.in_test is not None and one.in_test >= SHARED
                findings.append(describe(data, one, "AUDIT_LEAK_GROUPS", "warning" if shared else "severe", path))
            else:
                findings.append(describe(data, one, "AUDIT_GROUPS_ALSO", "note", path))
        elif one.leaks:
            findings.append(describe(data, one, "AUDIT_GROUPS_SUSPECT", "warning", path))
        elif one.proposal.convincing and one.worth is None and one.split > 0.0:
            findings.append(describe(data, one, "AUDIT_GROUPS_UNMEASURED", "warning", path))
        elif one.worth is not None:
            findings.append(describe(data, one, "AUDIT_GROUPS_HARMLESS", "note", path))
    return findings


def describe(data: AuditData, one: Groups, code: str, weight: Weight, path: str) -> Finding:
    """A finding about groups, with pictures of some groups and of the pairs in them that look least alike."""
    proposal, worth = one.proposal, one.worth
    values: dict[str, object] = {
        "field": proposal.field.name,
        "rule": say_rule(proposal),
        "groups": proposal.count,
        "rows": len(proposal.rows),
        "total": data.train_rows,
        "near": proposal.near,
        "far": proposal.far,
        "by": BY_BOTH if proposal.convincing else BY_FORM,
        "precision": one.precision,
        "split": one.split,
        "test": say_test(data, one),
        "path": path,
        "adopt": fill_both(ADOPT, path=path, holds=HOLDS_SAME),
        "features": FEATURES_LIKENESS if data.features is None else FEATURES_NETWORK,
    }
    if worth is not None:
        said = {"random": worth.random, "grouped": worth.grouped, "low": worth.low, "high": worth.high}
        values |= said | {"difference": worth.difference, "metric": "accuracy" if worth.metric == "accuracy" else "R²"}
    sets, captions = show_groups(data, proposal)
    rows = tuple(proposal.rows.tolist())
    return Finding(code, weight, values, rows, sets, captions, 0.0 if worth is None else worth.difference)


def say_rule(proposal: Proposal) -> Phrase:
    """How rows are put together, in words."""
    if proposal.threshold is None:
        return RULE_SCENE if proposal.rule == "scene" else RULE_TEXT
    rule, gap = RULE_GAP if proposal.threshold > 0 else RULE_INSIDE, f"{proposal.threshold:g}"
    said = fill_both(rule, gap=gap)
    if proposal.inside is None:
        return said
    return join_phrases([said, fill_both(RULE_ANEW, inside=proposal.inside.name)])


def say_test(data: AuditData, one: Groups) -> Phrase:
    """What the test rows have to do with the groups."""
    if data.train_rows == len(data):
        return TEST_NONE
    if one.in_test is None:
        return TEST_UNKNOWN
    return fill_both(TEST_SHARED if one.in_test >= SHARED else TEST_APART, share=one.in_test)


def show_groups(data: AuditData, proposal: Proposal) -> tuple[tuple[tuple[int, ...], ...], tuple[str, ...]]:
    """Some groups, and the pairs of neighbours in groups that look least alike, each with a caption."""
    order = np.argsort(proposal.groups, kind="stable")
    runs = [run for run in np.split(order, np.flatnonzero(np.diff(proposal.groups[order])) + 1) if len(run) > 1]
    step = max(1, len(runs) // SHOWN_GROUPS)
    sets = [tuple(run[:SHOWN_EACH].tolist()) for run in runs[::step][:SHOWN_GROUPS]]
    language = choose_language()
    captions = [GROUP_CAPTION.say(language).format(count=len(run)) for run in runs[::step][:SHOWN_GROUPS]]
    a = np.concatenate([run[:-1] for run in runs]) if runs else np.zeros(0, np.int64)
    b = np.concatenate([run[1:] for run in runs]) if runs else np.zeros(0, np.int64)
    likeness = measure_cosine(data.facts.likeness, a, b)
    for place in np.argsort(likeness)[:SHOWN_PAIRS].tolist():
        sets.append((int(a[place]), int(b[place])))
        captions.append(PAIR_CAPTION.say(language).format(likeness=likeness[place]))
    return tuple(sets), tuple(captions)


def estimate_precision(proposal: Proposal, alike: Alike, seed: int) -> float:
    """The share of pairs in one group that truly belong together.

    Neighbours in a counter belong together if any pairs do; strangers look alike at the rate `far`. So the rate of all pairs in
    groups tells in which proportion the two are mixed. Equal texts have no neighbours: there every pair counts as right.
    """
    if not proposal.convincing:
        return float("nan")
    a, b = draw_pairs(proposal.groups, np.random.default_rng(seed), 20_000)
    own = best = float(alike(a, b, proposal.level).mean())
    if proposal.field.numbers is not None and proposal.rule != "text":
        order = np.lexsort((proposal.field.numbers, proposal.groups))
        together = proposal.groups[order[1:]] == proposal.groups[order[:-1]]
        best = float(alike(order[:-1][together], order[1:][together], proposal.level).mean())
    if best <= proposal.far:
        return float("nan")
    return min(1.0, max(0.0, (own - proposal.far) / (best - proposal.far)))


def measure_split(groups: NDArray[np.int64], folds: NDArray[np.int64]) -> float:
    """Of the rows in groups, the share that is validated by a network that saw another row of their group; of the worst repeat.

    Args:
        groups: per row.
        folds: (repeats, rows) or (rows,); -1 for a row that is never validated.
    """
    sizes = np.bincount(groups)
    shared = sizes[groups] > 1
    if not shared.any():
        return 0.0
    worst = 0.0
    for table in np.atleast_2d(folds):
        together = np.unique(np.stack([groups, table]), axis=1, return_inverse=True, return_counts=True)
        beside = together[2][together[1].ravel()]
        worst = max(worst, float(((beside < sizes[groups]) & (table >= 0))[shared].mean()))
    return worst


def same_groups(a: NDArray[np.int64], b: NDArray[np.int64]) -> bool:
    """Whether two numberings put the same rows together."""
    return is_inside(a, b) and is_inside(b, a)


def is_inside(fine: NDArray[np.int64], coarse: NDArray[np.int64]) -> bool:
    """Whether rows of one fine group always share a coarse one.

    Examples:
        >>> is_inside(np.array([0, 0, 1]), np.array([5, 5, 5])), is_inside(np.array([5, 5, 5]), np.array([0, 0, 1]))
        (True, False)
    """
    return len(np.unique(np.stack([fine, coarse]), axis=1).T) == len(np.unique(fine))


def join_groups(*numberings: NDArray[np.int64]) -> NDArray[np.int64]:
    """The finest groups that hold every group of each numbering whole.

    Examples:
        >>> join_groups(np.array([0, 0, 1, 2]), np.array([0, 1, 2, 2])).tolist()
        [0, 0, 1, 1]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = len(numberings[0])
    a, b, start = [], [], rows
    for numbers in numberings:
        own = np.unique(numbers, return_inverse=True)[1]
        a.append(np.arange(rows))
        b.append(own + start)
        start += int(own.max(initial=-1)) + 1
    edges = (np.ones(rows * len(numberings), np.int8), (np.concatenate(a), np.concatenate(b)))
    return np.asarray(connected_components(coo_array(edges, shape=(start, start)), directed=False)[1][:rows], np.int64)
