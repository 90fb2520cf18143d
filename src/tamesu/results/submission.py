"""Submission: predictions in exactly the form of the host's sample, or nothing at all.

write_submission    predictions → a file with the sample's columns, ids and order
check_submission    any file against the sample
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tamesu.artifacts.competition import Part
from tamesu.artifacts.files import write_bytes
from tamesu.artifacts.row_faults import fault_of_rows, show_examples
from tamesu.artifacts.table_rows import DELIMITER_NAMES
from tamesu.artifacts.tables import NUMBER
from tamesu.errors import Fault, InputError, Where, raise_faults
from tamesu.messages.message import Phrase
from tamesu.platforms import PLATFORMS, Platform
from tamesu.results.answers import Asked, Target, columns_fault, find_asked, find_id_column
from tamesu.results.sample import Sample, drop_ending, read_sample


def write_submission(
    sample_path: Path,
    path: Path,
    *,
    ids: Sequence[str],
    predictions: np.ndarray,
    kind: str,
    labels: Sequence[str],
    id_column: str | None = None,
    target: str | None = None,
    platform: Part | None = None,
    reads: str | None = None,
    separator: str | None = None,
    flagged: np.ndarray | None = None,
) -> list[Fault]:
    """Write a submission in exactly the form of the sample: its columns, ids, order, delimiter, header and line ends.

    Args:
        sample_path: the host's sample.
        path: what to write; its folder is there.
        ids: the predicted rows, in the order of the test table.
        predictions: probs (rows, classes), probs (rows, labels), shares (rows, labels), or values (rows, values).
        kind: of the target.
        labels: the fixed label list; of several values their columns.
        id_column: the id's name in the train table.
        target: the target's name there; both help to tell a header from a row.
        platform: where it goes, with what the user said about the format.
        reads: `probs` or `preds`, what the metric reads: it decides where the sample allows both.
        separator: between labels in one cell of the train table.
        flagged: bool (rows,), True where the image could not be read.

    Returns:
        Notes: how the sample was read, what was matched, which rows hold a fallback.

    Raises:
        InputError: rows, columns or predictions do not fit; every fault, and nothing is written.
        QuestionError: the sample can be read in two ways; nothing is written.
    """
    part = platform or Part(name="file")
    if faults := PLATFORMS.check(part.name, part.options, Where(key="submission.platform")):
        raise InputError(faults)
    options: Platform = PLATFORMS.build(part.name, part.options)
    sample = read_sample(sample_path, header=options.header, ids=ids, names=(id_column, target))
    wanted = Target(kind, tuple(labels), reads, separator)
    content, notes = make_submission(sample, ids, predictions, wanted, options, id_column, flagged)
    write_bytes(path, content)
    return notes


def make_submission(
    sample: Sample,
    ids: Sequence[str],
    predictions: np.ndarray,
    target: Target,
    platform: Platform,
    id_name: str | None = None,
    flagged: np.ndarray | None = None,
) -> tuple[bytes, list[Fault]]:
    """The bytes of a submission, checked against the sample, and the notes; see `write_submission`.

    Raises:
        InputError: rows, columns or predictions do not fit.
        QuestionError: the sample can be read in two ways.
    """
    width = max(1, len(target.labels)) if target.kind == "value" else len(target.labels)
    if predictions.shape != (len(ids), width):
        raise ValueError(f"predictions {predictions.shape} do not fit {len(ids)} rows and {width} columns")
    id_column = find_id_column(sample, ids, id_name)
    asked = find_asked(sample, id_column, target, platform)
    rows, faults = match_rows(sample, id_column, ids)
    if isinstance(asked, list) or rows is None:
        raise_faults([*(asked if isinstance(asked, list) else []), *faults])
        raise AssertionError("find_asked and match_rows give faults that stop the work")
    chosen = predictions[rows]
    bad = np.flatnonzero(~np.isfinite(chosen).all(axis=1))
    if bad.size:
        lines = [sample.lines[row] for row in bad]
        examples = [float(value) for value in chosen[bad].ravel() if not np.isfinite(value)]
        faults.append(fault_of_rows("SUBMISSION_NOT_FINITE", "refuse", sample.shown_as, lines, examples))
    raise_faults(faults)
    cells = [list(column) for column in sample.columns]
    for place, column in zip(asked.answers, spell_answers(asked, chosen, target, platform.threshold), strict=True):
        cells[place] = column
    content = sample.encode(cells)
    faults += [*asked.notes, *find_row_notes(sample, asked, cells, rows, ids, platform.threshold, flagged)]
    # The last look: what is written is read again.
    again = sample.decode(content)
    if again.header != sample.header or list(map(list, again.columns)) != cells:
        odd = [cell for column in cells for cell in column if cell != cell.strip() or not cell or not cell.isprintable()]
        raise InputError(Fault("SUBMISSION_SPELLING", "refuse", Where(sample.shown_as), {"examples": show_examples(odd)}))
    return content, faults


def spell_answers(asked: Asked, chosen: np.ndarray, target: Target, threshold: float) -> list[list[str]]:
    """The answers' cells, one list per answer column.

    Args:
        asked: what the sample asks for.
        chosen: predictions in the order of the sample's rows, finite, (rows, columns).
        target: kind and labels.
        threshold: a label of a `multilabel` row is told from this probability on.
    """
    labels = np.array(target.labels, dtype=object)
    if asked.how in ("columns", "probability", "values"):
        return [spell_numbers(chosen[:, code]) for code in asked.classes]
    if asked.how == "value":
        return [spell_numbers(chosen[:, 0])]
    if asked.how == "label":
        return [labels[chosen.argmax(axis=1)].tolist()]
    if asked.how == "code":
        return [[str(code) for code in chosen.argmax(axis=1).tolist()]]
    if asked.how == "ranked":
        ranked = np.argsort(-chosen, axis=1, kind="stable")[:, : asked.k]
        return [[asked.separator.join(row) for row in labels[ranked].tolist()]]
    told = chosen >= threshold if target.kind == "multilabel" else np.eye(len(labels))[chosen.argmax(axis=1)] > 0
    if asked.how == "marks":
        return [["1" if mark else "0" for mark in told[:, code].tolist()] for code in asked.classes]
    return [[asked.separator.join(labels[row].tolist()) for row in told]]


def spell_numbers(values: np.ndarray) -> list[str]:
    """Numbers as text, as short as can be read back to the same number.

    Examples:
        >>> spell_numbers(np.array([0.1, 1.0, 1e-7], dtype=np.float32))
        ['0.1', '1.0', '1e-07']
    """
    return [str(text) for text in values.astype(np.str_)]


def match_rows(sample: Sample, id_column: int | None, ids: Sequence[str]) -> tuple[np.ndarray | None, list[Fault]]:
    """Which prediction goes to each row of the sample.

    Args:
        sample: as read.
        id_column: its id column; None when it has none, and rows go by order.
        ids: the predicted rows.

    Returns:
        Indices into `ids`, int64 (rows of the sample,), or None when rows do not fit; and notes or refusals.
    """
    where = Where(sample.shown_as)
    if id_column is None:
        if len(sample) != len(ids):
            values = {"found": len(ids), "wanted": len(sample)}
            return None, [Fault("SUBMISSION_ROW_COUNT", "refuse", where, values)]
        return np.arange(len(ids)), [Fault("SUBMISSION_NO_IDS", "note", where)]
    wanted, notes = sample.columns[id_column], []
    place = {name: row for row, name in enumerate(ids)}
    bare = {drop_ending(name): row for row, name in enumerate(ids)}
    if not place.keys() & set(wanted) and len(bare) == len(ids):
        examples = show_examples([wanted[0], ids[0]], 2)
        notes.append(Fault("SUBMISSION_ENDING", "note", where, {"examples": examples}))
        place, wanted = bare, tuple(drop_ending(name) for name in wanted)
    if fault := compare_ids(sample.shown_as, wanted, list(place)):
        return None, [fault]
    rows = np.array([place[name] for name in wanted], dtype=np.int64)
    if (np.diff(rows) < 0).any():
        notes.append(Fault("SUBMISSION_REORDERED", "note", where, {"what": Phrase("rows", "行")}))
    return rows, notes


def compare_ids(shown_as: str, wanted: Sequence[str], found: Sequence[str], lines: Sequence[int] = ()) -> Fault | None:
    """SUBMISSION_ROWS when two lists of ids are not the same set, each id once.

    Args:
        shown_as: the file the fault is placed in.
        wanted: the sample's ids.
        found: ours.
        lines: the line of each found id, for the fault's place.
    """
    there, asked = set(found), set(wanted)
    missing = [name for name in wanted if name not in there]
    extra = [name for name in found if name not in asked]
    doubled = doubles(wanted) + [name for name in doubles(found) if name in asked]
    if not (missing or extra or doubled):
        return None
    at = next((line for name, line in zip(found, lines, strict=False) if name not in asked), None)
    values = {
        "missing": len(missing),
        "missing_examples": show_examples(missing) or "-",
        "extra": len(extra),
        "extra_examples": show_examples(extra) or "-",
        "doubled": len(doubled),
        "doubled_examples": show_examples(doubled) or "-",
    }
    return Fault("SUBMISSION_ROWS", "refuse", Where(shown_as, at), values)


def doubles(names: Sequence[str]) -> list[str]:
    """The names that stand twice or more, once each, in order."""
    seen: set[str] = set()
    return list(dict.fromkeys(name for name in names if name in seen or seen.add(name)))  # type: ignore[func-returns-value]


def find_row_notes(
    sample: Sample,
    asked: Asked,
    cells: Sequence[Sequence[str]],
    rows: np.ndarray,
    ids: Sequence[str],
    threshold: float,
    flagged: np.ndarray | None,
) -> list[Fault]:
    """Notes on rows with a fallback, and on rows without any label."""
    notes = []
    if flagged is not None and flagged[rows].any():
        names = [ids[row] for row in rows[flagged[rows]]]
        values = {"count": len(names), "examples": show_examples(names)}
        notes.append(Fault("SUBMISSION_FALLBACK", "note", Where(sample.shown_as), values))
    if asked.how == "set" and (empty := cells[asked.answers[0]].count("")):
        values = {"count": empty, "threshold": threshold}
        notes.append(Fault("SUBMISSION_NO_LABEL", "note", Where(sample.shown_as), values))
    return notes


def check_submission(sample_path: Path, file_path: Path, platform: Part | None = None) -> list[Fault]:
    """Every fault of a file as a submission, compared with the sample.

    Args:
        sample_path: the host's sample.
        file_path: the file that is to be handed in.
        platform: where it goes; its `header` says whether the sample's first line names the columns.

    Returns:
        Refusals (columns, rows, answers that are blank, NaN or infinite), questions and notes; nothing is raised for them.
    """
    header = platform.options.get("header") if platform is not None else None
    try:
        sample = read_sample(sample_path, header=header)
        file = read_sample(file_path, header=sample.header is not None)
    except InputError as error:
        return list(error.faults)
    # Without predictions to look at, ids are the first column in which no two cells are equal.
    unique = (i for i, column in enumerate(sample.columns) if len(set(column)) == len(column))
    return compare(sample, file, next(unique, None))


def compare(sample: Sample, file: Sample, id_column: int | None) -> list[Fault]:
    """The faults of a file against the sample; see `check_submission`.

    Args:
        sample: the host's.
        file: ours.
        id_column: index of the sample's id column, or None.
    """
    faults: list[Fault] = []
    if file.delimiter != sample.delimiter and len(sample.columns) > 1:
        values = {"found": DELIMITER_NAMES[file.delimiter], "wanted": DELIMITER_NAMES[sample.delimiter]}
        faults.append(Fault("SUBMISSION_DELIMITER", "refuse", Where(file.shown_as), values))
    missing = [name for name in sample.names if name not in file.names]
    extra = [name for name in file.names if name not in sample.names]
    if missing or extra:
        return [*faults, columns_fault(file, missing, extra)]
    if file.names != sample.names:
        faults.append(Fault("SUBMISSION_REORDERED", "note", Where(file.shown_as), {"what": Phrase("columns", "列")}))
    place = [file.names.index(name) for name in sample.names]
    if id_column is None:
        if len(file) != len(sample):
            rows = {"found": len(file), "wanted": len(sample)}
            faults.append(Fault("SUBMISSION_ROW_COUNT", "refuse", Where(file.shown_as), rows))
    else:
        wanted, found = sample.columns[id_column], file.columns[place[id_column]]
        if fault := compare_ids(file.shown_as, wanted, found, file.lines):
            faults.append(fault)
        elif wanted != found:
            faults.append(Fault("SUBMISSION_REORDERED", "note", Where(file.shown_as), {"what": Phrase("rows", "行")}))
    answers = [i for i in range(len(sample.columns)) if i != id_column]
    return faults + find_answer_faults(sample, file, [(i, place[i]) for i in answers])


def find_answer_faults(sample: Sample, file: Sample, pairs: Sequence[tuple[int, int]]) -> list[Fault]:
    """Answers that are blank where the sample's are not, NaN, infinite, or words among numbers.

    Args:
        sample: the host's.
        file: ours.
        pairs: indices of the answers' columns, in the sample and in the file.
    """
    faults: list[Fault] = []
    bad: dict[int, str] = {}
    for theirs, ours in pairs:
        cells, asked = file.columns[ours], {cell.strip() for cell in sample.columns[theirs]}
        numbers = asked != {""} and all(NUMBER.fullmatch(cell) for cell in asked if cell)
        words = []
        for row, cell in enumerate(cells):
            bare = cell.strip()
            if bare in asked:
                continue
            if bare == "" or (is_not_finite(bare) if numbers else bare.casefold() in ("nan", "inf", "-inf")):
                bad[row] = cell
            elif numbers and not NUMBER.fullmatch(bare):
                words.append(row)
        if words:
            # A sample may hold 0 in place of a label: for a person to decide.
            lines, examples = [file.lines[row] for row in words], [cells[row] for row in words]
            name = file.names[ours]
            faults.append(fault_of_rows("SUBMISSION_NOT_A_NUMBER", "ask", file.shown_as, lines, examples, column=name))
    if bad:
        rows = sorted(bad)
        lines = [file.lines[row] for row in rows]
        examples = [bad[row] for row in rows]
        faults.insert(0, fault_of_rows("SUBMISSION_NOT_FINITE", "refuse", file.shown_as, lines, examples))
    return faults


def is_not_finite(text: str) -> bool:
    """True for numbers too large, and for the ways in which programs write "not a number", "infinite" and "missing".

    Examples:
        >>> [is_not_finite(text) for text in ("NaN", "-inf", "1e999", "<NA>", "#N/A", "dress", "0.5")]
        [True, True, True, True, True, False, False]
    """
    if NUMBER.fullmatch(text):
        return bool(np.isinf(float(text)))
    return text.strip("+-<>#").casefold() in ("nan", "inf", "infinity", "na", "n/a", "null", "none")
