"""What an audit says of single rows: whose label is doubted, beside the rows most alike, and which rows belong together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.audit_rows import AuditRows, DoubtedRow, Near
from tamesu.results.audit.data import AuditData
from tamesu.results.audit.inspection import Inspection, list_sets
from tamesu.results.audit.noise import LabelNoise
from tamesu.results.nearest import find_nearest

# On a worksheet; the doubts after these are the least certain, and an evening has no more.
MOST_DOUBTS = 500
MOST_NEAR = 6
CONFLICTS = frozenset({"AUDIT_COPIES_CONFLICT", "AUDIT_COPIES_CLASSES"})


def find_rows(data: AuditData, found: Inspection, labels: Sequence[str], time: str) -> AuditRows:
    """The doubts and the sets of an audit.

    Args:
        data: the rows.
        found: what the judges said.
        labels: of each row of train, as text; none for a kind without.
        time: of the audit, ISO 8601.
    """
    doubts = doubt_rows(data, found, labels)[:MOST_DOUBTS]
    near = find_near(data, [row for row, _ in doubts])
    listed = tuple(one.model_copy(update={"near": near.get(row, ())}) for row, one in doubts)
    sets = {
        "copies": [] if found.copies is None else [one.rows for one in found.copies.sets],
        "groups": found.leaks.get("groups", []),
        "kept": [] if data.groups is None else list_sets(data.groups),
    }
    named = {
        kind: tuple(tuple(data.ids[row] for row in rows) for rows in sorted(rows, key=lambda one: (-len(one), one)))
        for kind, rows in sets.items()
    }
    return AuditRows(target=data.target, time=time, doubts=listed, sets={kind: rows for kind, rows in named.items() if rows})


def doubt_rows(data: AuditData, found: Inspection, labels: Sequence[str]) -> list[tuple[int, DoubtedRow]]:
    """The rows whose labels are doubted: equal images that disagree first, then by the probabilities, then those without."""
    doubts: dict[int, DoubtedRow] = {}

    def tell(row: int) -> str:
        return labels[row] if row < len(labels) else ""

    for finding in found.findings:
        for row in finding.rows if finding.code in CONFLICTS else ():
            doubts[row] = DoubtedRow(id=data.ids[row], label=tell(row), reason="copies")
    if (noise := found.label_noise) is not None:
        own, other = find_chances(noise)
        for place, row in enumerate(noise.rows.tolist()):
            one = DoubtedRow(
                id=data.ids[row],
                label=tell(row),
                proposed=data.labels[noise.proposed[place]],
                reason="probs",
                odds=float(noise.odds[place]),
                chance=float(own[place]),
                proposed_chance=float(other[place]),
            )
            doubts.setdefault(row, one)
    if data.has_classes:
        for row, code in enumerate(data.codes.tolist()):
            if code < 0:
                doubts.setdefault(row, DoubtedRow(id=data.ids[row], label="", reason="missing"))
    return list(doubts.items())


def find_chances(noise: LabelNoise) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The calibrated probabilities of the doubted labels, and of those proposed: odds and margin tell both.

    With odds o and margin m, own - o own = m; every doubted row has odds above 1.
    """
    own = np.clip(noise.margins / (1.0 - noise.odds), 0.0, 1.0)
    return own, np.clip(own - noise.margins, 0.0, 1.0)


def find_near(data: AuditData, rows: Sequence[int]) -> dict[int, tuple[Near, ...]]:
    """The rows of train that look most like each of some rows, by the features of the frozen network; nothing without any."""
    if data.features is None or not rows:
        return {}
    features = data.features[: data.train_rows]
    # Every row a fold of its own: any other row may be shown, copies above all.
    nearest = find_nearest(features, np.arange(len(features)), np.array(rows, np.int64), MOST_NEAR)
    return {
        row: tuple(Near(id=data.ids[other], likeness=round(alike, 4)) for other, alike in near if math.isfinite(alike))
        for row, near in nearest.by_query(np.array(rows, np.int64)).items()
    }
