"""Which folds can be trusted: the splitter and why, how many repeats for a wanted precision, classes too small to be split."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import CODED
from tamesu.messages.audit_folds import (
    WHY_CLASSES,
    WHY_CLASSES_NEARLY,
    WHY_GROUPS,
    WHY_GROUPS_CLASSES,
    WHY_ORDER,
    WHY_PLAIN,
)
from tamesu.messages.message import Phrase, fill_both
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.hidden_groups import choose_features, has_features
from tamesu.results.audit.name_fields import read_times
from tamesu.results.audit.probe import reduce_features
from tamesu.results.audit.worth import judge_rows, sample_groups
from tamesu.results.finding import Finding

# Of a CV score, half the width of a 95 % interval; a gain smaller than this is seldom worth a competition's week.
WANTED = 0.005
RESPLITS = 6
MOST_REPEATS = 20
Z95 = 1.96
# From so few rows on, a fold's validation is too small for five folds to be better than ten.
FEW_ROWS = 500
# What somebody has chosen knowing more than the rows tell; only groups that a split tears apart speak against it.
CHOSEN = ("column", "ordered")
# Of the rows, the largest group; beyond it no grouped folds are even.
LARGE_GROUP = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """What is advised.

    Attributes:
        splitter: its name.
        part: the splitter as competition.yaml has it.
        n_splits: folds.
        repeats: how often the rows are split anew.
        why: in words.
        noise: standard deviation of the probe's CV score from one split to another; NaN where it was not measured.
        sampling: standard error of the score that no repeats can lessen, because the rows are what they are.
    """

    splitter: str
    part: str
    n_splits: int
    repeats: int
    why: Phrase
    noise: float
    sampling: float

    @property
    def wanted(self) -> float:
        """How near the mean over repeats is to come: no nearer than the rows themselves allow."""
        return max(WANTED, self.sampling) if math.isfinite(self.sampling) else WANTED


def plan_folds(data: AuditData, groups: NDArray[np.int64] | None, n_splits: int, seed: int = 0) -> Plan:
    """The folds that suit these rows.

    Args:
        data: the rows.
        groups: that must be kept whole, (train,): the competition's own joined with those found; None where there are none.
        n_splits: of the current folds.
        seed: of the probe's splits.
    """
    if groups is not None:
        # No splitter makes more grouped folds than there are groups; of one group it makes none.
        count = len(np.unique(groups))
        n_splits, groups = (n_splits, None) if count < 2 else (min(n_splits, count), groups)
    noise, sampling = measure_noise(data, groups, n_splits, seed)
    time_column = find_time_order(data)
    if time_column is not None:
        why = fill_both(WHY_ORDER, column=time_column)
        return Plan("ordered", f"{{ordered: {{column: {quote(time_column)}}}}}", n_splits, 1, why, noise, sampling)
    if groups is not None and data.has_classes:
        splitter, why = "stratified_group_kfold", WHY_GROUPS_CLASSES
    elif groups is not None:
        splitter, why = "group_kfold", WHY_GROUPS
    elif data.has_classes:
        splitter, why = "stratified_kfold", WHY_CLASSES_NEARLY if has_small_class(data, n_splits) else WHY_CLASSES
    elif data.kind == "multilabel":
        splitter, why = "multilabel_stratified_kfold", WHY_CLASSES_NEARLY
    else:
        splitter, why = "kfold", WHY_PLAIN
    plan = Plan(splitter, splitter, n_splits, 1, why, noise, sampling)
    return replace(plan, repeats=count_repeats(noise, plan.wanted))


def has_small_class(data: AuditData, n_splits: int) -> bool:
    """Whether a class has rows, but fewer than there are folds: no splitter brings it into every fold."""
    counts = np.bincount(data.codes[data.codes >= 0], minlength=len(data.labels))
    return bool(((counts > 0) & (counts < n_splits)).any())


def quote(text: str) -> str:
    """A text as YAML reads it back inside braces, in quotes where it needs them.

    Examples:
        >>> quote("撮影日"), quote("a: b"), quote("yes")
        ('撮影日', '"a: b"', '"yes"')
    """
    import yaml

    try:
        plain = yaml.safe_load(f"{{{text}: {{{text}: {text}}}}}") == {text: {text: text}}
    except (yaml.YAMLError, TypeError):
        plain = False
    return text if plain else json.dumps(text, ensure_ascii=False)


def count_repeats(noise: float, wanted: float) -> int:
    """Repeats after which the mean of their CV scores is within `wanted` of what endless repeats would give, at 95 %.

    Args:
        noise: standard deviation of the CV score from one split to another; NaN asks for one repeat.
        wanted: half the width of the interval.

    Examples:
        >>> count_repeats(0.004, 0.005), count_repeats(0.01, 0.005), count_repeats(float("nan"), 0.005)
        (3, 16, 1)
    """
    return 1 if not math.isfinite(noise) else max(1, min(MOST_REPEATS, math.ceil((Z95 * noise / wanted) ** 2)))


def measure_noise(data: AuditData, groups: NDArray[np.int64] | None, n_splits: int, seed: int) -> tuple[float, float]:
    """The standard deviation of a cheap probe's CV score over splits, and the score's standard error over rows.

    Both are NaN where the probe is as good as never right, or has too few rows.

    Source: the second is that of a mean over independent groups (rows, where there are none).
    """
    if data.kind not in CODED | {"value"}:
        return float("nan"), float("nan")
    target = data.codes if data.has_classes else np.asarray(data.values, np.float64).reshape(data.train_rows, -1)
    known = data.codes >= 0 if data.has_classes else np.isfinite(target).all(1)
    usable = np.flatnonzero(has_features(data) & known)
    if len(usable) < 4 * n_splits:
        return float("nan"), float("nan")
    used = sample_groups(np.arange(data.train_rows) if groups is None else groups, usable, seed)
    features = reduce_features(choose_features(data, used))
    own = np.arange(len(used)) if groups is None else np.unique(groups[used], return_inverse=True)[1]
    classes = len(data.labels) if data.has_classes else 0
    errors = []
    for repeat in range(RESPLITS):
        folds = deal(own, n_splits, np.random.default_rng([seed, repeat]))
        errors.append(judge_rows(features, target[used], folds, classes))
    by_row = np.mean(errors, axis=0)
    sums, sizes = np.bincount(own, by_row), np.bincount(own)
    residual = sums - by_row.mean() * sizes
    if classes and (1 - by_row).sum() < 1:
        # It names next to no class of two images, and that tells nothing of a network's noise.
        return float("nan"), float("nan")
    sampling = math.sqrt(len(sums) / max(1, len(sums) - 1) * float((residual**2).sum())) / len(used)
    return float(np.mean(errors, axis=1).std(ddof=1)), sampling


def deal(groups: NDArray[np.int64], n_splits: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Whole groups to folds, at random, each to the fold with the fewest rows."""
    sizes = np.bincount(groups)
    fold_of, filled = np.zeros(len(sizes), np.int64), np.zeros(n_splits, np.int64)
    for group in random.permutation(len(sizes)).tolist():
        fold_of[group] = int(filled.argmin())
        filled[fold_of[group]] += sizes[group]
    return fold_of[groups]


def find_time_order(data: AuditData) -> str | None:
    """A column of times in both tables whose test times all lie behind the training times; None where there is none."""
    for name, cells in data.columns["train"].items():
        later = data.columns["test"].get(name)
        if not later:
            continue
        before, after = read_times([cell.strip() for cell in cells]), read_times([cell.strip() for cell in later])
        if before is not None and after is not None and before.max() < after.min():
            return name
    return None


def judge_folds(
    data: AuditData,
    plan: Plan,
    groups: NDArray[np.int64] | None,
    *,
    splitter: str,
    n_splits: int,
    repeats: int,
) -> list[Finding]:
    """What is to be said of the current folds.

    Args:
        data: the rows.
        plan: what suits them.
        groups: that must be kept whole.
        splitter: the current one's name.
        n_splits: of the current folds.
        repeats: of the current folds.
    """
    if splitter == f"stratified_{plan.splitter}":
        # Strata of numbers or shares harm nothing.
        plan = replace(plan, splitter=splitter, part=splitter)
    reached = Z95 * plan.noise / math.sqrt(plan.repeats) if math.isfinite(plan.noise) else 0.0
    values = {
        "splitter": plan.splitter,
        "n_splits": plan.n_splits,
        "repeats": plan.repeats,
        "why": plan.why,
        "noise": plan.noise,
        "sampling": plan.sampling,
        # With so many repeats as are advised at most, it may not come as near as wanted.
        "wanted": max(plan.wanted, reached),
        "line": say_line(plan, adopt="group" in plan.splitter and data.groups is None),
        "current": splitter,
        "current_repeats": repeats,
    }
    findings = []
    if not math.isfinite(plan.noise):
        code = "AUDIT_FOLDS_PLAIN"
    elif plan.splitter == splitter and plan.repeats <= repeats:
        code = "AUDIT_FOLDS_FIT"
    elif plan.splitter == splitter and plan.n_splits == n_splits:
        code = "AUDIT_FOLDS_REPEATS"
    else:
        code = "AUDIT_FOLDS_ADVICE"
    is_chosen = splitter in CHOSEN and splitter != plan.splitter and groups is None
    if not is_chosen and (code != "AUDIT_FOLDS_PLAIN" or plan.splitter != splitter):
        findings.append(Finding(code, "note", values))
    # One group of all rows is no matter of folds.
    if groups is not None and len(np.unique(groups)) > 1:
        sizes = np.bincount(groups)
        if sizes.max() > LARGE_GROUP * len(groups):
            rows = tuple(np.flatnonzero(groups == sizes.argmax()).tolist())
            large: dict[str, object] = {
                "rows": int(sizes.max()),
                "total": len(groups),
                "share": float(sizes.max() / len(groups)),
            }
            findings.append(Finding("AUDIT_FOLDS_LARGE_GROUP", "warning", large, rows))
        if data.has_classes and (few := find_few_groups(data, groups, n_splits)):
            names = ", ".join(f"{data.labels[code]} ({count})" for code, count in few)
            rows = tuple(np.flatnonzero(np.isin(data.codes, [code for code, _ in few])).tolist())
            said: dict[str, object] = {"classes": names, "count": len(few), "n_splits": n_splits}
            findings.append(Finding("AUDIT_FOLDS_FEW_GROUPS", "warning", said, rows, worth=len(rows) / data.train_rows))
    return findings


def say_line(plan: Plan, *, adopt: bool) -> Phrase:
    """What to write into competition.yaml, after the command that adopts groups where they are proposed and not adopted yet."""
    line = f"`folds: {{splitter: {plan.part}, n_splits: {plan.n_splits}, repeats: {plan.repeats}}}`"
    said = Phrase(f"in competition.yaml: {line}", f"competition.yaml に: {line}")
    if not adopt:
        return said
    first = "`tamesu audit --adopt`"
    # Splitter and number of folds are written by the command.
    return Phrase(f"{first}, then {said.en}", f"{first}、続けて {said.ja}") if plan.repeats > 1 else Phrase(first, first)


def find_few_groups(data: AuditData, groups: NDArray[np.int64], n_splits: int) -> list[tuple[int, int]]:
    """Classes of enough rows that stand in fewer groups than there are folds, with how many groups hold them."""
    known = data.codes >= 0
    pairs = np.unique(np.stack([data.codes[known], groups[known]]), axis=1)
    counts = np.bincount(pairs[0], minlength=len(data.labels))
    # Of a class with too few rows something else is said.
    rows = np.bincount(data.codes[known], minlength=len(data.labels))
    return [(int(code), int(counts[code])) for code in np.flatnonzero((counts < n_splits) & (rows >= n_splits))]
