"""How a competition is judged at home: groups, folds and metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tamesu.errors import Fault, InputError, QuestionError, Where
from tamesu.intake.guesses import Guess
from tamesu.intake.kinds import as_number
from tamesu.intake.layout import Layout
from tamesu.intake.targets import FoundTarget, Targets, missing_column
from tamesu.intake.words import GROUP, says
from tamesu.metrics import DEFAULTS

SPLITS = 5
SPLITTERS = dict.fromkeys(("class", "ordinal", "identity", "soft"), "stratified_kfold") | {
    "multilabel": "multilabel_stratified_kfold",
    "value": "kfold",
}
GROUP_SPLITTERS = dict.fromkeys(("class", "ordinal", "identity", "soft"), "stratified_group_kfold") | {
    "multilabel": "group_kfold",
    "value": "group_kfold",
}
ONE_LABEL = frozenset({"class", "ordinal", "identity"})


@dataclass(frozen=True, slots=True)
class Protocol:
    """Groups, folds and metric, with their reasons."""

    groups: str | None
    splitter: str
    n_splits: int
    metric: str
    guesses: tuple[Guess, ...]


def choose_protocol(layout: Layout, targets: Targets, *, groups: str | None = None, metric: str | None = None) -> Protocol:
    """Groups, folds and metric for the main target.

    Args:
        layout: the rows.
        targets: what is to be predicted.
        groups: the user's choice of a column, or `none`.
        metric: the user's choice.

    Raises:
        QuestionError: two columns could be the groups.
        InputError: the named column is not there.
    """
    main = targets.main
    column, guesses = find_groups(layout, targets, groups)
    cells = layout.columns[column] if column else ()
    splitter = (GROUP_SPLITTERS if column else SPLITTERS)[main.kind]
    n_splits, fold_guesses = count_splits(main, len(next(iter(layout.columns.values()))), len(set(cells)) if column else None)
    code = f"SPLITTER_{'GROUPS' if column else main.kind.upper()}"
    guesses += [Guess("folds.splitter", splitter, code, {"groups": column}), *fold_guesses]
    if metric is None:
        metric, code = choose_metric(layout, targets)
        guesses.append(Guess("metric", metric, code))
    return Protocol(column, splitter, n_splits, metric, tuple(guesses))


def find_groups(layout: Layout, targets: Targets, given: str | None) -> tuple[str | None, list[Guess]]:
    """A column whose equal values belong to one patient, one scene: they must not stand on both sides of a fold.

    A column that only repeats the classes is none: with it, every class would be missing from training.
    """
    rows = layout.columns
    if given == "none" and given not in rows:
        return None, []
    if given is not None:
        if given not in rows:
            raise InputError(missing_column(layout, "--groups", given))
        return given, []
    if layout.groups is not None:
        return layout.groups, [Guess("groups", layout.groups, "GROUPS_SAME_IMAGE")]
    targeted = {name for t in targets.found for name in (t.column, *t.columns)}
    found = []
    for name, cells in rows.items():
        distinct = len(set(cells))
        if name in layout.taken or name in targeted or not says(name, GROUP) or not 2 < distinct < len(cells):
            continue
        main = targets.main
        if main.kind in ONE_LABEL and main.column and len(set(zip(cells, rows[main.column], strict=True))) == len(main.labels):
            continue
        found.append(name)
    widest = [a for a in found if all(is_coarser(rows[a], rows[b]) for b in found)]
    if found and not widest:
        choices = ", ".join(f"`--groups {name}`" for name in found)
        raise QuestionError(Fault("INTAKE_WHICH_GROUPS", "ask", Where(layout.train.table), {"choices": choices}))
    if not widest:
        return None, []
    values = {"count": len(set(rows[widest[0]])), "rows": len(rows[widest[0]])}
    return widest[0], [Guess("groups", widest[0], "GROUPS_NAME", values)]


def is_coarser(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether rows that share a value of `b` always share a value of `a`.

    Examples:
        >>> is_coarser(["p1", "p1", "p2"], ["s1", "s2", "s3"]), is_coarser(["s1", "s2"], ["p1", "p1"])
        (True, False)
    """
    return len(set(zip(a, b, strict=True))) == len(set(b))


def count_splits(target: FoundTarget, rows: int, groups: int | None) -> tuple[int, list[Guess]]:
    """How many folds: five, or as many as the smallest class has rows.

    Args:
        target: the main one.
        rows: train rows.
        groups: how many groups there are.

    Returns:
        2 to 5, and the reason. Classes of one row are left out of the count: no number of folds helps them.
    """
    shared = {label: count for label, count in target.counts.items() if count > 1}
    values: dict[str, object]
    # Of identities most have fewer rows than any number of folds.
    if target.kind in ("class", "ordinal") and shared and min(shared.values()) < SPLITS:
        label = min(shared, key=lambda name: (shared[name], name))
        n_splits, code, values = shared[label], "FOLDS_SMALL_CLASS", {"label": label, "count": shared[label]}
    else:
        n_splits, code, values = SPLITS, "FOLDS_FIVE", {}
    if groups is not None and groups < n_splits:
        n_splits, code, values = groups, "FOLDS_FEW_GROUPS", {"count": groups}
    if rows < n_splits:
        n_splits, code, values = rows, "FOLDS_FEW_ROWS", {"count": rows}
    return max(2, n_splits), [Guess("folds.n_splits", str(max(2, n_splits)), code, values)]


def choose_metric(layout: Layout, targets: Targets) -> tuple[str, str]:
    """The metric and the reason's code, from the kind and from what the form of the submission asks for."""
    main = targets.main
    if main.kind != "soft" and targets.probabilities and not is_marks(layout, main.labels):
        return ("log_loss", "METRIC_PROBABILITIES") if main.kind in ONE_LABEL else ("roc_auc", "METRIC_PROBABILITIES_EACH")
    if main.kind == "class" and len(main.labels) == 2 and asks_for_fractions(layout, main):
        return "roc_auc", "METRIC_BINARY_FRACTION"
    return DEFAULTS[main.kind], f"METRIC_{main.kind.upper()}"


def form_cells(layout: Layout) -> Mapping[str, Sequence[str]]:
    """The form's columns but its id; empty when there is none, or none with a header."""
    if layout.sample is None or layout.sample.headless:
        return {}
    return dict(list(layout.sample.columns.items())[1:])


def is_marks(layout: Layout, labels: Sequence[str]) -> bool:
    """Whether the form has 0 and 1 in its label columns and both occur: decisions, not probabilities."""
    cells = {cell for name, column in form_cells(layout).items() if name in labels for cell in column}
    return {as_number(cell) for cell in cells} == {0.0, 1.0}


def asks_for_fractions(layout: Layout, target: FoundTarget) -> bool:
    """Whether the form's one column holds numbers between 0 and 1 that are no labels."""
    cells = form_cells(layout)
    if len(cells) != 1:
        return False
    asked = {cell for column in cells.values() for cell in column} - set(target.labels)
    return bool(asked) and all((number := as_number(cell)) is not None and 0.0 <= number <= 1.0 for cell in asked)
