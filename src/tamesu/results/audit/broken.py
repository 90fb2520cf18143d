"""What the scan of the files found: unreadable ones, remarks on others, and formats, modes and sizes that are mixed."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from tamesu.messages.audit_drift import join_phrases
from tamesu.messages.audit_files import REMARKS
from tamesu.messages.message import Phrase
from tamesu.results.audit.data import AuditData
from tamesu.results.finding import Chart, Finding, Weight

NAMED_IDS = 3
NAMED_KINDS = 6


def judge_files(data: AuditData) -> list[Finding]:
    """What is to be said of the image files.

    Returns:
        AUDIT_UNREADABLE (warning; severe when no training image can be read), AUDIT_FILE_REMARKS, AUDIT_FILES_MIXED (notes),
        each once at most.
    """
    return [*_judge_unreadable(data), *_judge_remarks(data), *_judge_mixture(data)]


def _judge_unreadable(data: AuditData) -> list[Finding]:
    """Files that cannot be read, by reason; training rows first."""
    rows = np.flatnonzero(~data.facts.readable).tolist()
    if not rows:
        return []
    by_code: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        # The reason stands last: remarks made before the file was given up stand before it.
        by_code[data.facts.codes[row][-1] if data.facts.codes[row] else "IMG_UNREADABLE"].append(row)
    order = sorted(by_code, key=lambda code: -len(by_code[code]))
    told = []
    for code in order:
        names = ", ".join(data.ids[row] for row in by_code[code][:NAMED_IDS])
        told.append(f"{code} {len(by_code[code])} ({names}{', …' if len(by_code[code]) > NAMED_IDS else ''})")
    train = sum(row < data.train_rows for row in rows)
    values = {"train": train, "test": len(rows) - train, "reasons": "; ".join(told)}
    series = {
        "train": [float(sum(row < data.train_rows for row in by_code[code])) for code in order],
        "test": [float(sum(row >= data.train_rows for row in by_code[code])) for code in order],
    }
    chart = Chart("bars", "unreadable", series, tuple(order))
    # Without an image there is nothing to train on, and no score to believe.
    weight: Weight = "severe" if train == data.train_rows else "warning"
    return [Finding("AUDIT_UNREADABLE", weight, values, tuple(rows), worth=len(rows) / len(data), charts=(chart,))]


def _judge_remarks(data: AuditData) -> list[Finding]:
    """Remarks on readable files in counts, the most frequent first."""
    by_code: dict[str, list[int]] = defaultdict(list)
    for row in np.flatnonzero(data.facts.readable).tolist():
        for code in data.facts.codes[row]:
            if code in REMARKS:
                by_code[code].append(row)
    if not by_code:
        return []
    order = sorted(by_code, key=lambda code: (-len(by_code[code]), code))
    told = []
    for code in order:
        # Ids stand below the message, the rarest remark first.
        rest = f" {len(by_code[code])} ({code})"
        told.append(Phrase(REMARKS[code].en + rest, REMARKS[code].ja + rest))
    series = {
        "train": [float(sum(row < data.train_rows for row in by_code[code])) for code in order],
        "test": [float(sum(row >= data.train_rows for row in by_code[code])) for code in order],
    }
    # Rare remarks first: they are what somebody should look at.
    rows = tuple(dict.fromkeys(row for code in reversed(order) for row in by_code[code]))
    chart = Chart("bars", "remarks", series, tuple(order))
    sets = tuple((by_code[code][0],) for code in reversed(order))
    return [
        Finding(
            "AUDIT_FILE_REMARKS", "note", {"remarks": join_phrases(told)}, rows, sets, tuple(reversed(order)), charts=(chart,)
        )
    ]


def _judge_mixture(data: AuditData) -> list[Finding]:
    """Formats and modes when there are several, with how sizes range."""
    facts = data.facts
    rows = np.flatnonzero(facts.readable)
    kinds = [f"{facts.formats[row]} {facts.modes[row]}" for row in rows]
    counts = Counter(kinds)
    if len(counts) < 2:
        return []
    order = [kind for kind, _ in counts.most_common()]
    parts = {"train": Counter(kind for row, kind in zip(rows, kinds, strict=True) if row < data.train_rows)}
    parts["test"] = counts - parts["train"]
    series = {part: [float(found[kind]) for kind in order] for part, found in parts.items()}
    rare = [int(row) for row, kind in zip(rows, kinds, strict=True) if kind != order[0]]
    areas = facts.heights[rows].astype(np.int64) * facts.widths[rows]
    sizes = np.stack([facts.widths[rows], facts.heights[rows]], axis=1)
    small, middle, large = (sizes[np.argsort(areas, kind="stable")[place]] for place in (0, len(rows) // 2, -1))
    kinds_told = ", ".join(f"{kind} {counts[kind]}" for kind in order[:NAMED_KINDS]) + (
        ", …" if len(order) > NAMED_KINDS else ""
    )
    values = {
        "kinds": kinds_told,
        "sizes": len(np.unique(sizes, axis=0)),
        **{
            name: f"{width} × {height}"
            for name, (width, height) in zip(("small", "middle", "large"), (small, middle, large), strict=True)
        },
    }
    rare.sort(key=lambda row: counts[f"{facts.formats[row]} {facts.modes[row]}"])
    chart = Chart("bars", "formats", series, tuple(order))
    return [Finding("AUDIT_FILES_MIXED", "note", values, tuple(rare), charts=(chart,))]
