"""`audit/rows.json`: what the last audit says of single rows: labels that are doubted, and sets of rows that belong together.

`audit.json` shows a few of each; here are all of them, for pages on which one works through them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tamesu.artifacts.files import escape_surrogates, write_sealed
from tamesu.artifacts.models import find_model
from tamesu.artifacts.worksheet import Doubt
from tamesu.messages import Language
from tamesu.messages.audit_verb import say

FILE = "audit/rows.json"
FORMAT = 1
# Sets of rows, in the order in which a page shows them.
KINDS = ("copies", "groups", "kept")

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
Ids = Annotated[tuple[str, ...], Field(strict=False)]
Reason = Literal["copies", "probs", "missing"]


class Near(BaseModel):
    """A row that looks alike: its id, and the cosine of the features, -1 to 1."""

    model_config = STRICT
    id: str
    likeness: float


class DoubtedRow(BaseModel):
    """A row whose label is doubted.

    Attributes:
        id: of the row.
        label: what the table says; empty where it says nothing.
        proposed: what it may be instead; empty when nothing is proposed.
        reason: `copies`: equal pictures have other labels; `probs`: probabilities speak against it; `missing`: it has none.
        odds: how many times more probable the proposed label is; None for other reasons.
        chance, proposed_chance: calibrated probabilities of both; None likewise.
        near: rows to train on that look most alike, the nearest first; none where the network has not seen the row.
    """

    model_config = STRICT
    id: str
    label: str
    proposed: str = ""
    reason: Reason
    odds: float | None = None
    chance: float | None = None
    proposed_chance: float | None = None
    near: Annotated[tuple[Near, ...], Field(strict=False)] = ()


class AuditRows(BaseModel):
    """The file.

    Attributes:
        format: of the file.
        target: whose labels are doubted.
        time: of the audit, ISO 8601.
        doubts: the first to be looked at first.
        sets: rows that belong together, two and more in each: `copies` show one picture, `groups` are hidden groups that the
            audit found, `kept` those that the competition keeps together already.
    """

    model_config = STRICT
    format: Literal[1] = 1
    target: str
    time: str
    doubts: Annotated[tuple[DoubtedRow, ...], Field(strict=False)] = ()
    sets: dict[str, Annotated[tuple[Ids, ...], Field(strict=False)]] = {}


def write_audit_rows(folder: Path, rows: AuditRows) -> Path:
    """Write the file; what stood there before is replaced.

    Args:
        folder: the competition's.
        rows: its content.
    """
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_sealed(path, escape_surrogates(rows.model_dump(mode="json")))
    return path


def read_audit_rows(folder: Path) -> AuditRows | None:
    """The file of the last audit; None when there is none.

    Args:
        folder: the competition's.

    Raises:
        DamagedError: the file is not what was written, is not ours, or is of another version.
    """
    return find_model(folder / FILE, AuditRows)


def list_doubts(rows: AuditRows, paths: Mapping[str, str], language: Language) -> list[Doubt]:
    """The doubted rows as a worksheet has them.

    Args:
        rows: of an audit.
        paths: of the images, by id; a row without one is no longer there and is left out.
        language: of the reasons.

    Examples:
        >>> row = DoubtedRow(id="a", label="cat", proposed="dog", reason="probs", odds=100.0)
        >>> [
        ...     (one.image, one.reason, one.score)
        ...     for one in list_doubts(AuditRows(target="t", time="", doubts=(row,)), {"a": "a.jpg"}, "en")
        ... ]
        [('a.jpg', 'the network says otherwise', 2.0)]
    """
    scores = {"copies": 1.0, "missing": None}
    return [
        Doubt(
            one.id,
            paths[one.id],
            one.label,
            one.proposed,
            say(f"doubt_{one.reason}", language),
            scores[one.reason] if one.odds is None else round(math.log10(one.odds), 3),
        )
        for one in rows.doubts
        if one.id in paths
    ]
