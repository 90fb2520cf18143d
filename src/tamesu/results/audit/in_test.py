"""What test rows have to do with groups of training rows: whether they stand in the same ones, as far as names tell."""

from __future__ import annotations

from pathlib import PurePosixPath

import numpy as np

from tamesu.results.audit.data import AuditData
from tamesu.results.audit.grouping import Proposal, code_outer
from tamesu.results.audit.name_fields import Field, read_columns, read_exif, read_names


def find_in_test(data: AuditData, proposal: Proposal) -> float | None:
    """The share of test rows that belong to a group of training rows by the same field; None where it does not tell."""
    count = data.train_rows
    if count == len(data) or proposal.field.source == "order":
        return None
    field, inside = read_both(data, proposal.field), None
    if proposal.inside is not None and (inside := read_both(data, proposal.inside)) is None:
        return None
    if field is None or not field.told[count:].any() or (inside is None and counts_anew(data, proposal)):
        return None
    if proposal.rule == "text":
        known = set(proposal.field.texts) - {""}
        return float(np.mean([text in known for text in field.texts[count:]]))
    if field.numbers is None:
        return None
    outer = np.zeros(len(data), np.int64)
    if inside is not None:
        outer = code_outer(inside)
    order = np.lexsort((field.numbers, outer))
    order = order[field.told[order]]
    taught = np.flatnonzero(order < count)
    asked = np.flatnonzero(order >= count)
    # The nearest training rows before and after each test row, in the order of the counter.
    after = np.searchsorted(taught, asked)
    sides = [order[taught[place.clip(0, len(taught) - 1)]] for place in (after - 1, after)]
    there = [after > 0, after < len(taught)]
    if proposal.rule == "scene":
        return float(
            (there[0] & there[1] & (proposal.groups[sides[0]] == proposal.groups[sides[1]])).sum() / (len(data) - count)
        )
    assert proposal.threshold is not None
    near = np.zeros(len(asked), np.bool_)
    for side, is_there in zip(sides, there, strict=True):
        gap = np.abs(field.numbers[side] - field.numbers[order[asked]])
        near |= is_there & (outer[side] == outer[order[asked]]) & (gap <= proposal.threshold)
    return float(near.sum() / (len(data) - count))


def read_both(data: AuditData, field: Field) -> Field | None:
    """A field of the training rows, read of the test rows too; None where they have none of that form."""
    count = data.train_rows
    if field.source == "column":
        cells = data.columns["test"].get(field.name)
        fields = [] if cells is None else read_columns({field.name: [*field.texts, *cells]})
    elif field.source in ("exif_time", "camera"):
        fields = read_exif(data.facts.taken.tolist(), data.facts.cameras.tolist())
    else:
        fields = read_names(data.paths) + read_names(data.ids)
    return next((one for one in fields if one.name == field.name and one.texts[:count] == field.texts), None)


def counts_anew(data: AuditData, proposal: Proposal) -> bool:
    """Whether test files have the names of training files: the numbers in them then say nothing of both together."""
    if proposal.field.source != "name":
        return False
    names = [PurePosixPath(path).name for path in data.paths]
    return not set(names[: data.train_rows]).isdisjoint(names[data.train_rows :])
