"""The page of images that belong together: every set of the last audit as a gallery, the largest first, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from tamesu.artifacts.audit_rows import KINDS, AuditRows
from tamesu.errors import DamagedError
from tamesu.web.gallery import Gallery, open_gallery
from tamesu.web.relabelling import read_rows_of_audit
from tamesu.web.view import Page, View

SETS_A_PAGE, MOST_IN_SET, MOST_IN_WHOLE = 20, 12, 500


def build(view: View) -> Page:
    """The page. `of=` chooses the kind of sets, `only=` those that differ in something, `from=` where it begins, `set=` one.

    Raises:
        InputError: competition.yaml or a table is at fault.
        DamagedError: what the audit wrote is not what was written.
    """
    gallery = open_gallery(view.folder, view.desk.memory)
    audit = read_rows_of_audit(view.folder, view.desk.memory)
    counts = count_sets(audit)
    kind = view.first("of")
    kind = kind if kind in counts else next(iter(counts), "")
    only = view.first("only") if view.first("only") in FILTERS else ""
    sets = [] if audit is None or not kind else find_sets(audit, kind, gallery)
    fits = [(place, numbers) for place, numbers in sets if not only or FILTERS[only](numbers, gallery)]
    one = view.first("set")
    if whole := [(place, numbers) for place, numbers in sets if str(place) == one]:
        fits = whole
    most = MOST_IN_WHOLE if whole else MOST_IN_SET
    first = 0 if whole else view.number("from", 0, max(0, len(fits) - 1))
    data: dict[str, Any] = {
        "audited": audit is not None,
        "kinds": counts,
        "of": kind,
        "only": only,
        "whole": bool(whole),
        "total": len(fits),
        "first": first,
        "sets": [describe_set(place, numbers, gallery, most) for place, numbers in fits[first : first + SETS_A_PAGE]],
    }

    def link(**changes: Any) -> str:
        return "/groups?" + urlencode({"of": kind, "only": only} | changes)

    parts = {
        "link": link,
        "filters": list(FILTERS),
        "before": link(**{"from": max(0, first - SETS_A_PAGE)}) if first else None,
        "after": link(**{"from": first + SETS_A_PAGE}) if first + SETS_A_PAGE < len(fits) else None,
    }
    return Page("sets.html", view.say("groups"), data, parts)


def count_groups(view: View) -> dict[str, int]:
    """How many sets of each kind there are, for the page that leads here; nothing where nothing tells."""
    try:
        return count_sets(read_rows_of_audit(view.folder, view.desk.memory))
    except DamagedError:
        return {}


def count_sets(audit: AuditRows | None) -> dict[str, int]:
    """How many sets of each kind an audit found, those kinds that it found."""
    return {} if audit is None else {kind: len(audit.sets[kind]) for kind in KINDS if audit.sets.get(kind)}


def find_sets(audit: AuditRows, kind: str, gallery: Gallery) -> list[tuple[int, list[int]]]:
    """The sets of a kind with their places in the file, as numbers of images; rows that are no longer there are left out."""
    found = []
    for place, ids in enumerate(audit.sets[kind]):
        numbers, seen = [], dict.fromkeys(ids, 0)
        for row in ids:
            there = gallery.places.get(row, ())
            # An id of train and of test stands twice in a set of both.
            if seen[row] < len(there):
                numbers.append(there[seen[row]])
                seen[row] += 1
        if len(numbers) > 1:
            found.append((place, numbers))
    return found


def describe_set(place: int, numbers: Sequence[int], gallery: Gallery, most: int) -> dict[str, Any]:
    """A set with its size, in what its images differ, and the first of them."""
    return {
        "set": place,
        "size": len(numbers),
        "labels": list_labels(numbers, gallery),
        "differs": [name for name, differs in FILTERS.items() if differs(numbers, gallery)],
        "cards": [gallery.describe(number) for number in numbers[:most]],
    }


def list_labels(numbers: Sequence[int], gallery: Gallery) -> list[str]:
    """The different labels of some images, those without one left out."""
    return sorted({label for number in numbers if number < len(gallery.labels) and (label := gallery.labels[number])})


def list_folds(numbers: Sequence[int], gallery: Gallery) -> set[str]:
    """The different folds of some images."""
    return {gallery.folds[number] for number in numbers if number < len(gallery.folds)} - {""}


# In what the images of a set may differ.
FILTERS: dict[str, Callable[[Sequence[int], Gallery], bool]] = {
    "labels": lambda numbers, gallery: len(list_labels(numbers, gallery)) > 1,
    "folds": lambda numbers, gallery: len(list_folds(numbers, gallery)) > 1,
    "parts": lambda numbers, gallery: len({gallery.part(number) for number in numbers}) > 1,
}
