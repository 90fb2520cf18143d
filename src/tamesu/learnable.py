"""Whether a recipe's heads can learn their targets: losses, places, constraints, samplers and laws against what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tamesu.artifacts.assembly import Loc
from tamesu.artifacts.competition import DENSE, Competition, Target
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.derived import build_derivation
from tamesu.artifacts.documents import Document
from tamesu.artifacts.loading import move
from tamesu.artifacts.marks import name_marks
from tamesu.artifacts.numbers import read_numbers
from tamesu.artifacts.recipe import Head, Recipe
from tamesu.artifacts.tables import read_table
from tamesu.errors import Fault, InputError, Where, nearest
from tamesu.messages.heads import DENSE_ONLY, NO_HIDDEN, NOT_COSINES, NOT_DENSE, NOT_FEATURES
from tamesu.messages.message import Phrase

# What a dense head has no use for.
POOLED_KEYS = ("pooling", "hidden", "branch", "constraint")
# A column with more different texts than this names rows: one-hot, it would be learnt by heart and fill the memory.
MOST_TEXTS = 1000
LABELLED = frozenset({"class", "identity", "ordinal", "multilabel", "soft"})


def check_heads(recipe: Recipe, competition: Competition, folder: Path, document: Document) -> list[Fault]:
    """The faults of a recipe's heads, of its sampler and its penalties, against the competition's targets.

    Args:
        recipe: validated, its parts checked against their tables.
        competition: with the targets.
        folder: the competition's folder; the train table is read where penalties speak of its columns.
        document: where the recipe was read, for lines.

    Returns:
        CONFIG_UNKNOWN_TARGET, CONFIG_NO_MAIN_HEAD, HEAD_NO_PREDICTION, CONFIG_LOSS_KIND, LOSS_COUNTS, HEAD_KEY, HEAD_LABELS,
        CONSTRAINT_KIND, SAMPLER_KIND; COLUMNS_*, FORMULA_* and LAW_*.
    """
    faults: list[Fault] = []
    for name, head in recipe.heads.items():
        faults += check_head(name, head, competition.targets, document)
    mistyped = {fault.near for fault in faults if fault.code == "CONFIG_UNKNOWN_TARGET"}
    main = competition.main
    if main in competition.targets and main not in recipe.learned and main not in mistyped:
        faults.append(Fault("CONFIG_NO_MAIN_HEAD", "refuse", document.where(("heads",)), {"target": main}))
    elif main in recipe.learned and not any(tells(recipe.heads[name]) for name in recipe.heads_of(main)):
        heads = ", ".join(recipe.heads_of(main))
        values: dict[str, object] = {"target": main, "heads": heads, "known": "cross_entropy, arcface"}
        faults.append(Fault("HEAD_NO_PREDICTION", "refuse", document.where(("heads",)), values))
    target = competition.targets.get(main)
    if recipe.sampler.name != "all" and target is not None and target.kind not in LABELLED:
        values = {"target": main, "kind": target.kind, "kinds": ", ".join(sorted(LABELLED))}
        faults.append(Fault("SAMPLER_KIND", "refuse", document.where(("sampler", recipe.sampler.name)), values))
    if recipe.columns is not None:
        faults += check_columns(recipe, competition, folder, document)
    if not faults and recipe.penalties:
        faults += check_penalties(recipe, competition, folder, document)
    return faults


def check_head(name: str, head: Head, targets: Mapping[str, Target], document: Document) -> list[Fault]:
    """The faults of one head."""
    from tamesu.losses import LOSSES
    from tamesu.losses.loss import trait

    at: Loc = ("heads", name)
    wanted = head.target or name
    if wanted not in targets:
        values: dict[str, object] = {"name": wanted, "known": ", ".join(targets)}
        where = document.where((*at, "target") if head.target else at)
        return [Fault("CONFIG_UNKNOWN_TARGET", "refuse", where, values, nearest(wanted, targets))]
    target = targets[wanted]
    if head.loss.name not in LOSSES:
        return []
    loss = LOSSES[head.loss.name]
    where = document.where((*at, "loss", head.loss.name))
    faults = []
    if target.kind not in kinds_of(loss, target.kind):
        known = [other for other, part in LOSSES.items() if target.kind in kinds_of(part, target.kind)]
        values = {"name": head.loss.name, "target": wanted, "kind": target.kind, "known": ", ".join(known) or "-"}
        faults.append(Fault("CONFIG_LOSS_KIND", "refuse", where, values))
    elif target.kind == "mask" and needs_counts(loss, head.loss.options):
        known = [other for other, part in LOSSES.items() if "mask" in kinds_of(part, "") and not needs_counts(part, {})]
        values = {"name": head.loss.name, "kind": target.kind, "known": ", ".join(known)}
        faults.append(Fault("LOSS_COUNTS", "refuse", where, values))
    if target.kind == "mask" and target.derive is None and not name_marks(target):
        faults.append(Fault("HEAD_LABELS", "refuse", document.where(at), {"target": wanted}))
    useless = dict(find_useless(head, target.kind, trait(loss, "reads")))
    for key, problem in useless.items():
        faults.append(Fault("HEAD_KEY", "refuse", document.where((*at, key)), {"key": key, "problem": problem}))
    if head.constraint is not None and "constraint" not in useless:
        faults += check_constraint(head, wanted, target, document.where((*at, "constraint", head.constraint.name)))
    return faults


def find_useless(head: Head, kind: str, reads: str) -> Iterator[tuple[str, Phrase]]:
    """The keys of a head that say nothing where it stands, and why."""
    if kind in DENSE:
        for key in POOLED_KEYS:
            if getattr(head, key):
                yield key, NOT_DENSE
        return
    if head.decoder is not None:
        yield "decoder", DENSE_ONLY
    if head.activation != "relu" and not head.hidden:
        yield "activation", NO_HIDDEN
    if head.constraint is not None and reads != "logits":
        yield "constraint", NOT_FEATURES if reads == "features" else NOT_COSINES


def check_constraint(head: Head, name: str, target: Target, where: Where) -> list[Fault]:
    """CONSTRAINT_KIND, and what the constraint says of the target's width."""
    from tamesu.constraints import CONSTRAINTS

    assert head.constraint is not None
    part = head.constraint
    if part.name not in CONSTRAINTS or CONSTRAINTS.check(part.name, part.options, given_by_us=frozenset({"width"})):
        return []
    kinds: frozenset[str] = CONSTRAINTS[part.name].kinds  # type: ignore[attr-defined]
    if target.kind not in kinds:
        known = [other for other, one in CONSTRAINTS.items() if target.kind in one.kinds]  # type: ignore[attr-defined]
        values: dict[str, object] = {
            "name": part.name,
            "kinds": ", ".join(sorted(kinds)),
            "target": name,
            "kind": target.kind,
            "known": ", ".join(known) or "-",
        }
        return [Fault("CONSTRAINT_KIND", "refuse", where, values)]
    width = count_columns(target)
    if width is None:
        return []
    try:
        CONSTRAINTS.build(part.name, part.options, width=width)
    except InputError as error:
        return [move(fault, where) for fault in error.faults]
    return []


def count_columns(target: Target) -> int | None:
    """How many numbers a target has, as far as competition.yaml says it; None where the table decides."""
    if target.columns:
        return len(target.columns)
    if target.labels:
        return len(target.labels)
    made = build_derivation(target)
    options = {} if target.derive is None else target.derive.options
    if made is not None and "columns" in options:
        return len(options["columns"])
    return 1 if target.kind == "value" and made is None else None


def check_columns(recipe: Recipe, competition: Competition, folder: Path, document: Document) -> list[Fault]:
    """COLUMNS_EMPTY, _TARGET, _MISSING, _NUMBER and _MANY for the columns that the network is to see."""
    assert recipe.columns is not None
    if not (recipe.columns.numeric or recipe.columns.category):
        return [Fault("COLUMNS_EMPTY", "refuse", document.where(("columns",)))]
    answers = {column: name for name, target in competition.targets.items() for column in (target.column, *target.columns)}
    wanted = [
        (key, index, column) for key in ("numeric", "category") for index, column in enumerate(getattr(recipe.columns, key))
    ]
    faults: list[Fault] = []
    for key, index, column in wanted:
        if column in answers:
            values = {"column": column, "target": answers[column]}
            faults.append(Fault("COLUMNS_TARGET", "refuse", document.where(("columns", key, index)), values))
    for part in ("train", "test"):
        rows = getattr(competition, part)
        if rows is None:
            continue
        try:
            table = read_table(competition.data_folder(folder) / rows.table, rows.table)
        except InputError:
            # Told with the data.
            continue
        for key, index, column in wanted:
            if column not in answers:
                faults += check_column(key, column, table.columns, part, document.where(("columns", key, index)))
    return faults


def check_column(key: str, column: str, columns: Mapping[str, Sequence[str]], part: str, where: Where) -> list[Fault]:
    """What keeps a column of the train or test table from being an input; at most one fault."""
    if column not in columns:
        values: dict[str, object] = {"column": column, "part": part, "known": ", ".join(columns)}
        return [Fault("COLUMNS_MISSING", "refuse", where, values, nearest(column, columns))]
    cells = columns[column]
    if key == "numeric" and (bad := read_numbers(cells, {""}).bad):
        values = {"column": column, "count": len(bad), "examples": ", ".join(repr(cells[row]) for row in bad[:3])}
        return [Fault("COLUMNS_NUMBER", "refuse", where, values)]
    if key == "category" and part == "train" and (count := len(set(cells))) > MOST_TEXTS:
        return [
            Fault("COLUMNS_MANY", "refuse", where, {"column": column, "count": count, "rows": len(cells), "most": MOST_TEXTS})
        ]
    return []


def check_constrained(recipe: Recipe, train: Dataset) -> list[Fault]:
    """CONSTRAINT_VALUES for each head whose constraint could never reach some rows of its target.

    Args:
        recipe: checked.
        train: the rows, with their values.
    """
    if all(head.constraint is None for head in recipe.heads.values()):
        return []
    from tamesu.constraints import CONSTRAINTS

    faults = []
    for name, head in recipe.heads.items():
        part, target = head.constraint, train.targets[head.target or name]
        if part is None:
            continue
        values = np.asarray(target.values, np.float64).reshape(len(train), -1)
        fits = CONSTRAINTS.build(part.name, part.options, width=values.shape[1]).check_values(values)
        rows = np.flatnonzero(~fits)
        if len(rows):
            shown = "; ".join(f"{train.ids[row]}: {', '.join(f'{v:g}' for v in values[row])}" for row in rows[:3].tolist())
            lines = ", ".join(str(train.lines[row]) for row in rows[:10].tolist()) + (", ..." if len(rows) > 10 else "")
            told: dict[str, object] = {"count": len(rows), "target": head.target or name, "name": part.name}
            where = Where(f"recipes/{recipe.name}.yaml", key=f"heads.{name}.constraint")
            faults.append(Fault("CONSTRAINT_VALUES", "refuse", where, told | {"examples": shown, "lines": lines}))
    return faults


def tells(head: Head) -> bool:
    """Whether a head predicts something: not one that compares features."""
    from tamesu.losses import LOSSES
    from tamesu.losses.loss import trait

    return head.loss.name not in LOSSES or trait(LOSSES[head.loss.name], "reads") != "features"


def kinds_of(part: type, kind: str) -> frozenset[str]:
    """The target kinds a part is for; a plugin that does not say is taken for any."""
    return getattr(part, "kinds", frozenset({kind}))


def needs_counts(loss: Any, options: Mapping[str, Any]) -> bool:
    """Whether a loss cannot be built without the numbers of images per class."""
    from tamesu.registry import Registry

    table = Registry("loss", {"one": loss})
    parameters = table.parameters("one")
    if "class_counts" not in parameters:
        return False
    try:
        table.build("one", options, class_counts=None)
    except InputError:
        return False
    except (ValueError, TypeError):
        return True
    return False


def check_penalties(recipe: Recipe, competition: Competition, folder: Path, document: Document) -> list[Fault]:
    """Whether every field that a penalty reads is there: heads of values and maps, numeric columns of the train table."""
    from tamesu.penalties import PENALTIES, check_fields

    targets = {name: competition.targets[head.target or name] for name, head in recipe.heads.items()}
    outputs = {name: count_columns(target) or 1 for name, target in targets.items() if target.kind in ("value", "map")}
    maps = [name for name, target in targets.items() if target.kind == "map"]
    faults: list[Fault] = []
    columns: list[str] | None = None
    for index, part in enumerate(recipe.penalties):
        at: Loc = ("penalties", index, part.name)
        try:
            penalty = PENALTIES.build(part.name, part.options)
        except InputError as error:
            faults += [move(fault, document.where((*at, fault.where.key or "expression"))) for fault in error.faults]
            continue
        if columns is None:
            columns = find_numeric(competition, folder)
        for fault in check_fields(penalty, outputs, columns, maps):
            faults.append(move(fault, document.where((*at, fault.where.key) if fault.where.key else at)))
    return faults


def find_numeric(competition: Competition, folder: Path) -> list[str]:
    """The columns of the train table whose cells are all numbers or empty."""
    try:
        table = read_table(competition.data_folder(folder) / competition.train.table, competition.train.table)
    except InputError:
        # Told with the data.
        return []
    return [name for name, cells in table.columns.items() if not read_numbers(cells, {""}).bad]


def needs_building(recipe: Recipe) -> bool:
    """Whether only a built network can tell that every head finds its place."""
    return any(
        head.tap != "last" or head.branch or head.decoder is not None or head.pooling is not None
        for head in recipe.heads.values()
    ) or recipe.pooling.name in ("cls_token", "concat")


def check_network(recipe: Recipe, competition: Competition, document: Document, folder: Path) -> list[Fault]:
    """What shows only when the network is built, with random weights: taps, branches, decoders, class tokens.

    Args:
        recipe: without other faults.
        competition: with the targets.
        document: where the recipe was read, for lines.
        folder: the competition's folder.
    """
    if not needs_building(recipe):
        return []
    from tamesu.artifacts.run import TargetSpec
    from tamesu.backbones import BACKBONES
    from tamesu.training.roads import make_pooling, make_road

    options = recipe.backbone.options | {"weights": "none"}
    size = recipe.image.size
    backbone = BACKBONES.build(recipe.backbone.name, options, in_channels=3, size_px=size, folder=folder)
    width = recipe.neck or backbone.out_channels
    faults: list[Fault] = []
    try:
        shared = make_pooling(recipe.pooling, width, backbone)
    except InputError as error:
        return [move(fault, document.where(("pooling",))) for fault in error.faults]
    for name, head in recipe.heads.items():
        target = competition.targets[head.target or name]
        labels = [str(number) for number in range(count_columns(target) or 2)]
        spec = TargetSpec(kind=target.kind, labels=labels if target.kind != "value" or len(labels) > 1 else [])
        try:
            make_road(head, spec, recipe, backbone, width, shared)
            if head.branch:
                backbone.make_branch(head.branch)
        except InputError as error:
            for fault in error.faults:
                key = KEYS.get(fault.code, fault.where.key or "")
                faults.append(move(fault, document.where(("heads", name, key) if key else ("heads", name))))
    return faults


# The key of a head at which a fault of building stands.
KEYS = {
    "BACKBONE_TAP": "tap",
    "BACKBONE_BRANCH": "branch",
    "BACKBONE_NO_TOKEN": "pooling",
    "HEAD_DECODER": "decoder",
    "HEAD_NEEDS_EXTRA": "decoder",
}
