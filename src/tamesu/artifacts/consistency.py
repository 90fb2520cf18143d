"""Whether what competition.yaml says fits together, before any table is opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath

from tamesu.artifacts.audit_file import LEAKS
from tamesu.artifacts.competition import Competition, Target
from tamesu.artifacts.corrections import can_be_corrected
from tamesu.artifacts.derived import check_derivations, is_in_picture
from tamesu.artifacts.documents import Document
from tamesu.artifacts.image_paths import parse_template
from tamesu.artifacts.marks import MARKS, check_mark, find_problems
from tamesu.artifacts.schema import say_value
from tamesu.errors import Fault, InputError, nearest
from tamesu.messages import CATALOGUE
from tamesu.messages.message import Phrase

NO_COLUMN = Phrase("it has neither `column` nor `columns`", "`column` も `columns` もありません")
BOTH_COLUMNS = Phrase("it has both `column` and `columns`", "`column` と `columns` の両方があります")
VALUE_LABELS = Phrase("a value has no `labels`", "value 型に `labels` は書けません")
ONE_COLUMN = Phrase("`columns` needs two columns or more", "`columns` には 2 列以上が必要です")
ONE_LABEL = Phrase("`labels` needs two labels or more", "`labels` には 2 つ以上が必要です")
LABELS_AND_COLUMNS = Phrase(
    "the names in `columns` are the labels already; leave `labels` out",
    "`columns` の列名がラベルになるので `labels` は不要です",
)
SEPARATOR_ALONE = Phrase(
    "`separator` is for kind multilabel with one `column`", "`separator` は multilabel 型の `column` にだけ使えます"
)
DERIVED_COLUMNS = Phrase(
    "it is derived from another target, so it has no column, columns or mask of its own",
    "別のターゲットから作る (`derive`) ので、`column`・`columns`・`mask` は書けません",
)
SOFT_COLUMNS = Phrase(
    "kind soft has one column of shares per label: `columns`", "soft 型はラベルごとに割合の列を `columns` に書きます"
)
ONE_COLUMN_KIND = Phrase("this kind stands in one `column`", "この種類は `column` 1 つに書きます")
EMPTY_SEPARATOR = Phrase("`separator` is empty", "`separator` が空です")
MAIN_ONLY_IN_TRAIN = Phrase(
    "it is the main target, so the test rows ask for it: `known_in: both`", "主ターゲットなので `known_in: both` にしてください"
)
CORRECTIONS_KIND = Phrase(
    "`corrections` are for kinds class, ordinal, identity, value and multilabel, in one `column` (multilabel with `separator`)",
    "`corrections` は `column` 1 つの class・ordinal・identity・value・multilabel 型専用です（multilabel は要 `separator`）",
)
ID_COLUMN = Phrase("its column is the `id` column", "`id` と同じ列を指しています")


def check_facts(competition: Competition, document: Document) -> list[Fault]:
    """The faults of a competition that pydantic cannot see: names that refer to nothing, targets that contradict themselves.

    Args:
        competition: validated.
        document: where it was read, for lines.

    Returns:
        CONFIG_UNKNOWN_TARGET, CONFIG_TARGET, POINTS_COLUMNS, POINTS_LABELS, CONFIG_OUTSIDE_FOLDER, CONFIG_UNKNOWN_CODE,
        TABLE_IMAGE_TEMPLATE.
    """
    faults = []
    if competition.main not in competition.targets:
        values = {"name": competition.main, "known": ", ".join(competition.targets)}
        near = nearest(competition.main, competition.targets)
        faults.append(Fault("CONFIG_UNKNOWN_TARGET", "refuse", document.where(("main",)), values, near))
    for name, target in competition.targets.items():
        for key, problem in find_contradictions(target, competition.id):
            where = document.where(("targets", name, key) if key else ("targets", name))
            faults.append(Fault("CONFIG_TARGET", "refuse", where, {"target": name, "problem": problem}))
        faults += check_mark(name, target, document)
        if name == competition.main and target.known_in == "train" and competition.submission is not None:
            where = document.where(("targets", name, "known_in"))
            faults.append(Fault("CONFIG_TARGET", "refuse", where, {"target": name, "problem": MAIN_ONLY_IN_TRAIN}))
    main = competition.targets.get(competition.main)
    if main is not None and is_in_picture(main):
        where = document.where(("main",))
        faults.append(Fault("CONFIG_MAIN_KIND", "refuse", where, {"target": competition.main, "kind": main.kind}))
    where_derived = {name: document.where(("targets", name, "derive")) for name in competition.targets}
    faults += check_derivations(competition.targets, where_derived)
    for index, code in enumerate(competition.accept):
        if code not in CATALOGUE and code not in LEAKS:
            where = document.where(("accept", index))
            known = [*CATALOGUE, *LEAKS]
            faults.append(Fault("CONFIG_UNKNOWN_CODE", "refuse", where, {"name": code}, nearest(code, known)))
    return faults + check_paths(competition, document)


def find_contradictions(target: Target, id_column: str) -> Iterator[tuple[str, Phrase]]:
    """What contradicts itself in a target: the key, or empty text for the target as a whole, and the problem."""
    if target.corrections is not None and not can_be_corrected(target):
        yield "corrections", CORRECTIONS_KIND
    if target.derive is None:
        yield from find_problems(target)
    if target.derive is not None:
        if target.column is not None or target.columns or target.mask is not None:
            yield "derive", DERIVED_COLUMNS
        return
    if target.kind not in MARKS:
        if target.column is None and not target.columns:
            yield "", NO_COLUMN
        if target.column is not None and target.columns:
            yield "columns", BOTH_COLUMNS
    if id_column in (target.column, *target.columns):
        yield "column" if target.column == id_column else "columns", ID_COLUMN
    for key, names in (("columns", target.columns), ("labels", target.labels), ("missing", target.missing)):
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            words = ", ".join(map(repr, repeated[:3]))
            yield key, Phrase(f"{words} stands in `{key}` twice", f"`{key}` に {words} が重複しています")
    if target.kind == "value":
        if target.labels:
            yield "labels", VALUE_LABELS
    elif target.kind not in MARKS and target.columns and target.labels not in ([], target.columns):
        yield "labels", LABELS_AND_COLUMNS
    if target.kind in ("ordinal", "identity") and target.columns:
        yield "columns", ONE_COLUMN_KIND
    if target.kind == "soft" and target.column is not None:
        yield "column", SOFT_COLUMNS
    if target.kind in ("class", "soft", "value") and len(target.columns) == 1:
        yield "columns", ONE_COLUMN
    if target.kind in ("class", "ordinal", "identity") and len(target.labels) == 1:
        yield "labels", ONE_LABEL
    if target.separator is not None and (target.kind != "multilabel" or target.columns):
        yield "separator", SEPARATOR_ALONE
    if target.separator == "":
        yield "separator", EMPTY_SEPARATOR


def check_paths(competition: Competition, document: Document) -> list[Fault]:
    """Paths that leave the data folder, and image paths without a usable `{column}`."""
    places: list[tuple[tuple[str, ...], str]] = []
    faults: list[Fault] = []
    for part in ("train", "test"):
        rows = getattr(competition, part)
        if rows is None:
            continue
        places += [((part, "table"), rows.table), ((part, "image"), rows.image)]
        try:
            parse_template(rows.image, document.where((part, "image")))
        except InputError as error:
            faults += error.faults
    if competition.submission is not None:
        places.append((("submission", "sample"), competition.submission.sample))
    places += [(("targets", name, "mask"), target.mask) for name, target in competition.targets.items() if target.mask]
    for name, target in competition.targets.items():
        table = None if target.derive is None else target.derive.options.get("table")
        if isinstance(table, str):
            places.append((("targets", name, "derive"), table))
        if target.corrections is not None:
            places.append((("targets", name, "corrections"), target.corrections))
    for loc, path in places:
        if leads_out(path):
            faults.append(Fault("CONFIG_OUTSIDE_FOLDER", "refuse", document.where(loc), {"value": say_value(path)}))
    return faults


def leads_out(path: str) -> bool:
    """Whether a path is absolute, or climbs above where it starts.

    Examples:
        >>> [leads_out(path) for path in ("a/b.csv", "../b.csv", "/etc/passwd", "C:/x", "a/../../b", "a\\\\..\\\\b")]
        [False, True, True, True, True, True]
    """
    windows = PureWindowsPath(path)
    return PurePosixPath(path).is_absolute() or bool(windows.drive or windows.root) or ".." in windows.parts or "\0" in path
