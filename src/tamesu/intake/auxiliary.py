"""Auxiliary targets: columns that only the training rows have, from which the network may learn something on the side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tamesu.artifacts.competition import Target
from tamesu.artifacts.reading import read_target
from tamesu.artifacts.targets import TargetCells
from tamesu.intake.guesses import Guess
from tamesu.intake.kinds import INTEGER, as_number, read_column
from tamesu.intake.layout import Layout
from tamesu.intake.targets import FoundTarget, Targets, make_target
from tamesu.intake.words import GROUP, IDENTITY, says

# More would be a queue of its own; the rest is named.
MOST = 8
# Classes seen less often than this, on average, are names rather than kinds.
ROWS_PER_LABEL = 4


def find_auxiliary(layout: Layout, targets: Targets, groups: str | None) -> tuple[tuple[FoundTarget, ...], list[Guess]]:
    """Auxiliary targets among the spare columns: kinds and amounts that can be read without a question.

    Args:
        layout: the rows.
        targets: what is to be predicted, and the spare columns.
        groups: the column that is never split; no target.

    Returns:
        The targets, and what is said of them and of the columns left over.
    """
    taken = {target.name for target in targets.found}
    found: list[FoundTarget] = []
    for name in targets.spare:
        target = None if name == groups or len(found) == MOST else read_auxiliary(layout, targets, name, taken)
        if target is not None:
            found.append(target)
            taken.add(target.name)
    guesses = [Guess(f"targets.{target.name}", "known_in: train", "AUXILIARY") for target in found]
    used = {target.column for target in found} | {groups}
    if left := [name for name in targets.spare if name not in used]:
        guesses.append(Guess("targets", ", ".join(left), "SPARE_COLUMNS"))
    return tuple(found), guesses


def read_auxiliary(layout: Layout, targets: Targets, name: str, taken: set[str]) -> FoundTarget | None:
    """The target that a spare column could be; None when it names rows or groups, repeats a target, or raises a question."""
    cells = layout.columns[name]
    if says(name, IDENTITY) or says(name, GROUP) or is_counter(cells):
        return None
    if any(part_alike(cells, rows_of(target, layout.columns)) for target in targets.found):
        return None
    # Codes without gaps may be kinds or amounts; as amounts they keep their order, and nothing is scored by them.
    reading = next((r for r in reversed(read_column(name, cells)) if r.kind != "multilabel"), None)
    if reading is None or (reading.kind == "class" and reading.labels * ROWS_PER_LABEL > len(cells)):
        return None
    target = make_target(name, cells, reading, taken)
    ids = layout.columns.get(layout.id, tuple(map(str, range(len(cells)))))
    written = Target(kind=target.kind, column=name, known_in="train")
    lines = tuple(range(2, len(cells) + 2))
    given = TargetCells(target.name, written, {name: tuple(cells)}, tuple(ids), lines, layout.train.table, main=False)
    return None if any(fault.outcome in ("ask", "refuse") for fault in read_target(given)[1]) else target


def is_counter(cells: Iterable[str]) -> bool:
    """Whether the cells count the rows: whole numbers, no two equal, without gaps.

    Examples:
        >>> is_counter(["3", "1", "2"]), is_counter(["1", "2", "2"]), is_counter(["1.5", "2.5"])
        (True, False, False)
    """
    cells = list(cells)
    if len(set(cells)) != len(cells) or not all(INTEGER.fullmatch(cell) for cell in cells):
        return False
    numbers = sorted(as_number(cell) or 0.0 for cell in cells)
    return numbers[-1] - numbers[0] == len(numbers) - 1


def rows_of(target: FoundTarget, columns: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """What each row says of a target."""
    names = target.columns or (target.column or "",)
    return list(zip(*(columns[name] for name in names), strict=True))


def part_alike(first: Sequence[str], second: Sequence[tuple[str, ...]]) -> bool:
    """Whether two columns part the rows alike, as a code and its name do.

    Examples:
        >>> part_alike(["a", "b", "a"], [("1",), ("2",), ("1",)]), part_alike(["a", "b", "b"], [("1",), ("2",), ("1",)])
        (True, False)
    """
    return len(set(first)) == len(set(second)) == len(set(zip(first, second, strict=True)))
