"""`audit.json`: what the last audit of a competition found, with ids instead of row numbers, sealed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import escape_surrogates, write_sealed
from tamesu.artifacts.models import find_model
from tamesu.messages import Language, render
from tamesu.messages.message import Phrase

FILE = "audit.json"
FORMAT = 1

# The word that accepts a leak, and the code of the question.
LEAKS = {"leak:groups": "LEAK_GROUPS", "leak:copies": "LEAK_COPIES"}

# Of a histogram's longer series so many values are kept, evenly spaced by rank: its shape, not each row's number.
MOST_VALUES = 1001

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
Texts = Annotated[tuple[str, ...], Field(strict=False)]


class FoundChart(Protocol):
    """Numbers to look at, as `tamesu.results.finding.Chart` has them."""

    @property
    def kind(self) -> Literal["histogram", "bars", "matrix"]: ...
    @property
    def title(self) -> str: ...
    @property
    def series(self) -> Mapping[str, Sequence[float]]: ...
    @property
    def names(self) -> Sequence[str]: ...


class Found(Protocol):
    """A finding, as `tamesu.results.finding.Finding` has it."""

    @property
    def code(self) -> str: ...
    @property
    def weight(self) -> Literal["severe", "warning", "note"]: ...
    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def rows(self) -> tuple[int, ...]: ...
    @property
    def sets(self) -> tuple[tuple[int, ...], ...]: ...
    @property
    def captions(self) -> tuple[str, ...]: ...
    @property
    def worth(self) -> float: ...
    @property
    def charts(self) -> tuple[FoundChart, ...]: ...


class AuditChart(BaseModel):
    """Numbers of a finding; a number that is not finite is None."""

    model_config = STRICT
    kind: Literal["histogram", "bars", "matrix"]
    title: str
    series: dict[str, Annotated[tuple[float | None, ...], Field(strict=False)]]
    names: Texts = ()


class AuditFinding(BaseModel):
    """A finding in the file.

    Attributes:
        code: of the message.
        weight: `severe`, `warning` or `note`.
        values: fill the message's placeholders; a phrase of ours is `{"en": ..., "ja": ...}`, a number that is not finite
            `{"number": "nan"}`.
        ids: of all rows it is about, the most telling first.
        sets: ids to be looked at side by side.
        captions: one a set, or none.
        worth: points of score or a share of rows.
        charts: its numbers.
    """

    model_config = STRICT
    code: str
    weight: Literal["severe", "warning", "note"]
    values: dict[str, Any] = {}
    ids: Texts = ()
    sets: Annotated[tuple[Texts, ...], Field(strict=False)] = ()
    captions: Texts = ()
    worth: float | None = None
    charts: Annotated[tuple[AuditChart, ...], Field(strict=False)] = ()

    def revived(self) -> dict[str, Any]:
        """The values as the finding had them."""
        return {key: revive(value) for key, value in self.values.items()}

    def text(self, language: Language | None = None) -> str:
        """The finding as one line.

        Raises:
            KeyError: the message is not known, or has another placeholder: the file is of another version of tamesu.
        """
        what, do = render(self.code, self.revived(), language)
        return f"{what} [{self.code}]; {do}"


class Audit(BaseModel):
    """An audit in its file.

    Attributes:
        format: of the file.
        data_digest: of what was audited; see `matches`.
        time: when it ended, ISO 8601.
        version: of tamesu.
        seconds: how long it took.
        codes_severe: codes of the severe findings, each once, the most important first.
        findings: all, in the order given.
        leaks: rows of train that belong together and make a score false when folds split them: ids, by the name with which
            `--accept leak:NAME` answers.
        proposed: the file of groups that the audit proposes to adopt, beside competition.yaml; empty where it proposes none.
    """

    model_config = STRICT
    format: Literal[1]
    data_digest: str
    time: str
    version: str
    seconds: float
    codes_severe: Texts = ()
    findings: Annotated[tuple[AuditFinding, ...], Field(strict=False)] = ()
    leaks: dict[str, Annotated[tuple[Texts, ...], Field(strict=False)]] = {}
    proposed: str = ""


def write_audit(
    folder: Path,
    findings: Sequence[Found],
    ids: Sequence[str],
    *,
    data_digest: str,
    seconds: float,
    time: str,
    leaks: Mapping[str, Sequence[Sequence[str]]] | None = None,
    proposed: str = "",
) -> Path:
    """Write what an audit found; what stood there before is replaced.

    Args:
        folder: the competition's.
        findings: the most important first.
        ids: of the rows that the findings name by number.
        data_digest: of what was audited.
        seconds: how long it took.
        time: when it ended, ISO 8601.
        leaks: see `Audit`.
        proposed: see `Audit`.

    Returns:
        The file.
    """
    severe = dict.fromkeys(finding.code for finding in findings if finding.weight == "severe")
    content = {
        "format": FORMAT,
        "data_digest": data_digest,
        "time": time,
        "version": find_version("tamesu") or "?",
        "seconds": round(float(seconds), 3),
        "codes_severe": list(severe),
        "findings": [write_finding(finding, ids) for finding in findings],
        "leaks": {name: [[escape_surrogates(row) for row in rows] for rows in sets] for name, sets in (leaks or {}).items()},
        "proposed": proposed,
    }
    path = folder / FILE
    write_sealed(path, content)
    return path


def read_audit(folder: Path) -> Audit | None:
    """The last audit of a competition; None when there has been none.

    Args:
        folder: the competition's.

    Raises:
        DamagedError: the file is not what was written, is not ours, or is of another version.
    """
    return find_model(folder / FILE, Audit)


def matches(audit: Audit | None, data_digest: str) -> bool:
    """Whether there is an audit, and of these very data."""
    return audit is not None and audit.data_digest == data_digest


def write_finding(finding: Found, ids: Sequence[str]) -> dict[str, Any]:
    """A finding as JSON has it."""
    return {
        "code": finding.code,
        "weight": finding.weight,
        "values": {key: write_value(value) for key, value in finding.values.items()},
        "ids": [escape_surrogates(ids[row]) for row in finding.rows],
        "sets": [[escape_surrogates(ids[row]) for row in shown] for shown in finding.sets],
        "captions": [escape_surrogates(caption) for caption in finding.captions],
        "worth": write_number(finding.worth),
        "charts": [write_chart(chart) for chart in finding.charts],
    }


def write_chart(chart: FoundChart) -> dict[str, Any]:
    """A chart as JSON has it."""
    series = {
        escape_surrogates(name): [write_number(value) for value in (thin(values) if chart.kind == "histogram" else values)]
        for name, values in chart.series.items()
    }
    names = [escape_surrogates(name) for name in chart.names]
    return {"kind": chart.kind, "title": escape_surrogates(chart.title), "series": series, "names": names}


def thin(values: Sequence[float], most: int = MOST_VALUES) -> Sequence[float]:
    """At most so many values, ascending and evenly spaced by rank; fewer as they are, those that are not finite left out.

    Examples:
        >>> thin([5.0, 1.0, 4.0, 2.0, 3.0], 3), thin([2.0, 1.0], 3)
        ([1.0, 3.0, 5.0], [2.0, 1.0])
    """
    if len(values) <= most:
        return values
    ranked = sorted(float(value) for value in values if math.isfinite(value))
    last = len(ranked) - 1
    return ranked if last < most else [ranked[round(place * last / (most - 1))] for place in range(most)]


def write_number(value: float) -> float | None:
    """A number with six figures; None where it is not finite."""
    return float(f"{float(value):.6g}") if math.isfinite(value) else None


def write_value(value: Any) -> Any:
    """A placeholder's value as JSON has it; NumPy's numbers as Python's, anything else as text."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, Phrase):
        return {"en": escape_surrogates(value.en), "ja": escape_surrogates(value.ja)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": str(value)}
    return value if value is None or isinstance(value, bool | int | float) else escape_surrogates(str(value))


def revive(value: Any) -> Any:
    """What `write_value` was given.

    Examples:
        >>> revive(write_value(Phrase("rows", "行"))), revive(write_value(float("inf")))
        (Phrase(en='rows', ja='行'), inf)
    """
    if not isinstance(value, dict):
        return value
    return float(value["number"]) if "number" in value else Phrase(value["en"], value["ja"])
