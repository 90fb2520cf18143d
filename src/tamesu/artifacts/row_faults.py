"""One fault for many rows: the count, the first lines and the first examples instead of ten thousand messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tamesu.errors import Fault, Outcome, Where

SHOWN_LINES = 10
SHOWN_EXAMPLES = 3
SHOWN_CHARACTERS = 60


def fault_of_rows(
    code: str, outcome: Outcome, table: str, lines: Sequence[int], examples: Iterable[object] = (), **values: object
) -> Fault:
    """A fault that stands for all rows of one kind.

    Args:
        code: the message.
        outcome: what follows.
        table: the table's name in messages.
        lines: the lines the rows begin on, from 1; the first is the fault's place.
        examples: cells to show; the first few are.
        values: further placeholders.

    Returns:
        A fault with the placeholders `count`, `lines` and `examples` filled, and those of `values`.

    Examples:
        >>> fault_of_rows("X", "ask", "train.csv", [22, 23], ["cat ", "cat "]).values
        {'count': 2, 'lines': '22, 23', 'examples': "'cat '"}
    """
    where = Where(table, line=lines[0] if lines else None)
    filled = {"count": len(lines), "lines": show_lines(lines), "examples": show_examples(examples)}
    return Fault(code, outcome, where, filled | values)


def show_lines(lines: Sequence[int]) -> str:
    """The first line numbers as text.

    Examples:
        >>> show_lines([3, 4]), show_lines(range(100))
        ('3, 4', '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...')
    """
    return ", ".join(map(str, lines[:SHOWN_LINES])) + (", ..." if len(lines) > SHOWN_LINES else "")


def show_examples(examples: Iterable[object], limit: int = SHOWN_EXAMPLES) -> str:
    """The first different examples, quoted and cut to a readable length.

    Examples:
        >>> show_examples(["a", "a", "b", "c", "d"])
        "'a', 'b', 'c', ..."
    """
    different = list(dict.fromkeys(examples))
    shown = [
        repr(text if len(text := str(e)) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "...") for e in different[:limit]
    ]
    return ", ".join(shown) + (", ..." if len(different) > limit else "")
