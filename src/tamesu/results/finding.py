"""Finding: one thing an audit or a diagnosis has found, the rows it is about, and how much it weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tamesu.messages import Language, render

Weight = Literal["severe", "warning", "note"]
WEIGHTS: tuple[Weight, ...] = ("severe", "warning", "note")


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers to look at, as plain lists; a page draws them.

    Attributes:
        kind: `histogram` (the values of each series, on one axis), `bars` (one number per name in `names`, series side by
            side) or `matrix` (one series a row of it, `names` are its columns).
        title: a key of the page's phrases, or text of the user's such as a column's name.
        series: name → values. The name is a key of the page's phrases (`train`, `test`) or text of the user's.
        names: what the values of `bars` and the columns of a `matrix` are called.
    """

    kind: Literal["histogram", "bars", "matrix"]
    title: str
    series: Mapping[str, Sequence[float]]
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        code: a key of `tamesu.messages.CATALOGUE`, `AUDIT_...` or `RUN_...`: what was found, what it means for the score,
            and what to do.
        weight: `severe`: a score would be false, or is worth nothing; `warning`: it costs score or time; `note`: good to know.
        values: fill the message's placeholders. Texts of the user's, numbers, or a `Phrase`.
        rows: the rows it is about, the most telling first; numbers in the order of the ids it was made with.
        sets: rows to be looked at side by side, such as two copies; the most telling first.
        captions: one per set, in any language (a score, two labels); may be empty.
        worth: orders findings of one weight, larger first: points of score where they are known, else a share of rows.
        charts: numbers to look at.

    Examples:
        >>> Finding("CONFIG_EMPTY", "note").text("en")
        'the file is empty [CONFIG_EMPTY]; write the keys it needs, or make it anew with `tamesu init`'
    """

    code: str
    weight: Weight
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    sets: tuple[tuple[int, ...], ...] = ()
    captions: tuple[str, ...] = ()
    worth: float = 0.0
    charts: tuple[Chart, ...] = ()

    def text(self, language: Language | None = None) -> str:
        """The finding as one line."""
        what, do = render(self.code, self.values, language)
        return f"{what} [{self.code}]; {do}"


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Findings in order of importance: by weight, then by worth, then as they came.

    Examples:
        >>> found = [Finding("A", "note", worth=9), Finding("B", "severe"), Finding("C", "severe", worth=0.2)]
        >>> [one.code for one in in_order(found)]
        ['C', 'B', 'A']
    """
    return sorted(findings, key=lambda one: (WEIGHTS.index(one.weight), -one.worth))
