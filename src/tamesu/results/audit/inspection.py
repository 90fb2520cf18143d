"""All judges of an audit, one after the other, and their findings in order of importance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tamesu.messages.audit_labels import BY_PROBE
from tamesu.results.audit.adoption import name_parts, tell_adoption
from tamesu.results.audit.advisor import judge_folds, plan_folds
from tamesu.results.audit.broken import judge_files
from tamesu.results.audit.class_mix import judge_class_mix, judge_hard_classes, probe_features
from tamesu.results.audit.colour import judge_colour
from tamesu.results.audit.columns import judge_columns
from tamesu.results.audit.confusions import find_confusions
from tamesu.results.audit.copies import Copies, CopySet, copy_groups, find_copies, judge_copies
from tamesu.results.audit.counts import find_counts, tell_effort
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.drift import judge_drift, measure_drift, testlike_rows
from tamesu.results.audit.hidden_groups import Groups, find_groups, join_groups, judge_groups, same_groups
from tamesu.results.audit.leaderboard import judge_leaderboard
from tamesu.results.audit.likeness_to_test import judge_test_like
from tamesu.results.audit.noise import LabelNoise, choose_probs, find_noise, measure_noise
from tamesu.results.audit.objects import ObjectSizes
from tamesu.results.audit.probe import probe_classes, reduce_features
from tamesu.results.audit.shortcuts import judge_names, judge_shortcuts
from tamesu.results.audit.sizes import Vision, find_looked, find_sizes, find_small_object_errors
from tamesu.results.finding import Finding, in_order

GROUP_FILE = "audit/groups.csv"
# Told before each step: its name, a key of the page's phrases.
Step = Callable[[str], None]
STEPS = ("files", "copies", "groups", "folds", "drift", "labels", "shortcuts", "columns", "sizes")
# Rows of fewer classes, or fewer rows of a class, teach no probe.
LEAST_ROWS = 30
# Of the rows; fewer that belong together make no other splitter worth while.
LEAST_SHARE = 0.01
# Of the copies; with so many of them inside hidden groups, they are these groups seen once more.
COVERED = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What the judges are told besides the rows.

    Attributes:
        group_file: where groups that are proposed will stand, beside competition.yaml.
        pixels: of a row, uint8 RGB at a short side of about 256 px.
        splitter: of the current folds. `n_splits`, `repeats`: likewise.
        left_out: columns that are ids, paths or targets.
        probs: float64 (train, classes), out-of-fold, of a run; None before there is one.
        grey: features of grey copies, (rows, d), NaN where not computed; None without weights.
        vision: what the recipe's network sees; None where nothing is known of it.
        objects: sizes of objects; None where no box or mask tells.
        looked: float64, sides of the parts that decide, as fractions of the picture, and the run that says so; None before one.
        effort: what a person has corrected, and the hours it took; None where nobody has.
        cv: CV scores of runs that have a public score, and those, run by run.
        greater_is_better: of the metric.
        noise: standard deviation of a CV score over seeds; None where it was not measured.
    """

    pixels: Callable[[int], NDArray[np.uint8]]
    splitter: str
    n_splits: int
    repeats: int
    left_out: tuple[str, ...] = ()
    probs: NDArray[np.float64] | None = None
    grey: NDArray[np.float32] | None = None
    vision: Vision | None = None
    objects: ObjectSizes | None = None
    looked: tuple[NDArray[np.float64], str] | None = None
    effort: tuple[Mapping[str, object], float] | None = None
    cv: tuple[tuple[float, float], ...] = ()
    greater_is_better: bool = True
    noise: float | None = None
    group_file: str = GROUP_FILE


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What came out.

    Attributes:
        findings: in order of importance.
        groups: int64 (train,) that the audit proposes to keep whole, copies among them; None where it proposes none.
        leaks: what makes a score false if folds split it: rows of train that belong together, by name (`groups`, `copies`).
        splitter: that keeps the groups.
        label_noise: which labels are doubted; None where nothing tells.
        test_like: float64 (train,), how likely each row is of test, were both parts equally large; None without a test.
        copies: that were found.
    """

    findings: tuple[Finding, ...]
    groups: NDArray[np.int64] | None
    leaks: dict[str, list[tuple[int, ...]]]
    splitter: str
    label_noise: LabelNoise | None = None
    test_like: NDArray[np.float64] | None = None
    copies: Copies | None = None


def inspect(data: AuditData, given: Given, step: Step = lambda _name: None) -> Inspection:
    """Have every judge look.

    Args:
        data: the rows.
        given: what else is known.
        step: called before each of `STEPS`.
    """
    with one_thread():
        return inspect_rows(data, given, step)


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread for BLAS and OpenMP while the block runs.

    Their threads wait for each other by spinning: beside a training on the same cores the judges took 86 seconds instead of 13.
    """
    # Only libraries that are loaded can be told.
    import scipy.linalg  # noqa: F401
    import sklearn.ensemble  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def inspect_rows(data: AuditData, given: Given, step: Step) -> Inspection:
    """`inspect`, with the threads that there are."""
    count = data.train_rows
    step("files")
    findings = judge_files(data)
    step("copies")
    copies = find_copies(data, given.pixels)
    twins = copy_groups(copies.sets, len(data))[:count]
    findings += judge_copies(data, copies, given.group_file)
    step("groups")
    found = find_groups(data, given.left_out)
    findings += judge_groups(data, found, given.group_file)
    leaking = [one for one in found if one.proposal.convincing and (one.leaks or one.worth is None)]
    if leaking and measure_covered(copies.sets, leaking[0].proposal.groups) >= COVERED:
        # One leak, told once: by the groups, whose worth is known.
        findings = [replace(one, weight="warning") if one.code == "AUDIT_COPIES_ACROSS_FOLDS" else one for one in findings]
    own = data.groups
    kept = join_kept(own, leaking, twins)
    if kept is not None:
        parts = name_parts(hidden=bool(leaking), copies=len(np.unique(twins)) < count, own=own is not None)
        findings = [tell_adoption(one, kept, parts, given.group_file) for one in findings]
    step("folds")
    # A handful of copies is no reason for other folds.
    minded = choose_minded(kept, own)
    plan = plan_folds(data, minded, given.n_splits)
    findings += judge_folds(data, plan, minded, splitter=given.splitter, n_splits=given.n_splits, repeats=given.repeats)
    step("drift")
    # Rows of one group stand together in what is held out here, too.
    whole = data if minded is None else replace(data, groups=minded)
    drift = measure_drift(whole)
    findings += judge_drift(whole, drift)
    class_probe = probe_features(whole)
    findings += judge_class_mix(whole, class_probe)
    chances = None if drift is None else testlike_rows(whole, drift)
    step("labels")
    findings += find_counts(data)
    if given.effort is not None:
        findings += tell_effort(*given.effort, count)
    probs, source = choose_probs(given.probs, probe_labels(data, kept), data.codes)
    if chances is not None:
        findings += judge_test_like(data, chances, probs)
    noise = None
    if probs is not None and data.has_classes:
        noise = measure_noise(probs, data.codes)
        findings += find_noise(data.labels, noise, count, source)
        findings += find_confusions(data.labels, data.codes, probs)
    if source is BY_PROBE:
        findings += judge_hard_classes(whole, class_probe)
    step("shortcuts")
    findings += judge_shortcuts(whole) + judge_names(data)
    findings += compare_colour(data, given, kept)
    step("columns")
    findings += judge_columns(data, given.left_out)
    step("sizes")
    if given.vision is not None:
        heights, widths = data.facts.heights[:count], data.facts.widths[:count]
        findings += find_sizes(given.vision, heights, widths, given.objects)
        if given.objects is None and given.looked is not None:
            findings += find_looked(given.vision, *given.looked)
        if given.objects is not None and given.probs is not None and data.has_classes:
            findings += find_small_object_errors(given.objects, find_wrong(given.probs, data.codes), given.vision.size_px)
    if given.cv:
        mine, public = zip(*given.cv, strict=True)
        findings += judge_leaderboard(
            mine, public, greater_is_better=given.greater_is_better, noise=given.noise, found=findings
        )
    leaks = {"groups": list_sets(leaking[0].proposal.groups) if leaking else [], "copies": list_sets(twins)}
    grouped = "stratified_group_kfold" if data.has_classes else "group_kfold"
    is_new = kept is not None and (own is None or not same_groups(kept, own))
    proposed = kept if is_new and (leaking or leaks["copies"]) else None
    return Inspection(tuple(in_order(findings)), proposed, leaks, grouped, noise, chances, copies)


def choose_minded(kept: NDArray[np.int64] | None, own: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
    """The groups that decide about folds: those that must be kept whole, unless they are but a handful of copies.

    Examples:
        >>> twins = np.array([0, 0, *range(1, 500)])
        >>> choose_minded(twins, None) is None, choose_minded(twins, np.arange(501)) is twins
        (True, True)
        >>> choose_minded(np.arange(500) // 2, None) is None
        False
    """
    return kept if kept is not None and (own is not None or measure_share(kept) >= LEAST_SHARE) else None


def find_wrong(probs: NDArray[np.float64], codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows are told wrong; a row that no fold validated, or without a label, is not.

    Examples:
        >>> find_wrong(np.array([[0.9, 0.1], [0.9, 0.1], [np.nan, np.nan], [0.2, 0.8]]), np.array([0, 1, 1, -1])).tolist()
        [False, True, False, False]
    """
    return np.asarray((probs.argmax(1) != codes) & (codes >= 0) & np.isfinite(probs).all(1))


def join_kept(own: NDArray[np.int64] | None, leaking: Sequence[Groups], copies: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """What must be kept whole: the competition's groups, the likeliest hidden ones, copies; None where all rows are alone."""
    numberings = [copies] + ([] if own is None else [own]) + [one.proposal.groups for one in leaking[:1]]
    joined = join_groups(*numberings)
    return None if own is None and joined.max(initial=-1) + 1 == len(joined) else joined


def measure_covered(sets: Sequence[CopySet], groups: NDArray[np.int64]) -> float:
    """The share of sets of copies whose training rows lie in one group; 0 without sets."""
    inside = [rows for one in sets if len(rows := [row for row in one.rows if row < len(groups)]) > 1]
    return float(np.mean([len(set(groups[rows].tolist())) == 1 for rows in inside])) if inside else 0.0


def measure_share(groups: NDArray[np.int64]) -> float:
    """The share of rows that are not alone in their group.

    Examples:
        >>> measure_share(np.array([0, 0, 1, 2]))
        0.5
    """
    sizes = np.unique(groups, return_inverse=True, return_counts=True)
    return float((sizes[2][sizes[1]] > 1).mean())


def list_sets(groups: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """The groups of two rows and more, each its rows.

    Examples:
        >>> list_sets(np.array([3, 1, 3, 0]))
        [(0, 2)]
    """
    order = np.argsort(groups, kind="stable")
    runs = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    return [tuple(run.tolist()) for run in runs if len(run) > 1]


def probe_labels(data: AuditData, groups: NDArray[np.int64] | None) -> NDArray[np.float64] | None:
    """Out-of-fold probs of a linear probe on the network's features; None without features. NaN where it saw no image.

    Groups are kept whole, so that a wrong label is not confirmed by its own copy.
    """
    if data.features is None or not data.has_classes:
        return None
    features = data.features[: data.train_rows]
    used = np.flatnonzero(np.isfinite(features).all(1))
    if len(used) < LEAST_ROWS or len(np.unique(data.codes[used][data.codes[used] >= 0])) < 2:
        return None
    folds = make_probe_folds(data.codes[used], np.arange(len(used)) if groups is None else groups[used])
    probs = np.full((data.train_rows, len(data.labels)), np.nan)
    probs[used] = probe_classes(features[used], data.codes[used], folds, len(data.labels))
    return probs


def make_probe_folds(codes: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Five folds that keep groups whole and classes in proportion, (rows,)."""
    from tamesu.results.audit.worth import make_folds

    own = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    return make_folds(np.maximum(codes, 0), own, 0)[1]


def compare_colour(data: AuditData, given: Given, groups: NDArray[np.int64] | None) -> list[Finding]:
    """What colour is worth to a probe, or that there is none."""
    if given.grey is None or data.features is None or not data.has_classes:
        return judge_colour(data)
    count = data.train_rows
    both = np.isfinite(given.grey[:count]).all(1) & np.isfinite(data.features[:count]).all(1) & (data.codes >= 0)
    used = np.flatnonzero(both)
    if len(used) < LEAST_ROWS:
        return judge_colour(data)
    folds = make_probe_folds(data.codes[used], np.arange(len(used)) if groups is None else groups[used])
    scores = []
    for features in (data.features[:count], given.grey[:count]):
        told = probe_classes(reduce_features(features[used]), data.codes[used], folds, len(data.labels)).argmax(1)
        row = np.full(count, np.nan)
        row[used] = told == data.codes[used]
        scores.append(row)
    return judge_colour(data, *scores)
