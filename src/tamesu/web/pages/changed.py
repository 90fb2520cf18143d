"""The page of the images that changed between two runs: one list of them, scrolled like the data's gallery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError, Fault, InputError, TamesuError, Where
from tamesu.report.change_section import say_changes
from tamesu.report.numbers import format_count, format_share
from tamesu.results.changed import STATES, Changes
from tamesu.web.answers import read_changes
from tamesu.web.gallery import open_gallery
from tamesu.web.pages.run import find_path, say_error
from tamesu.web.told_cards import make_change_card
from tamesu.web.view import Page, View
from tamesu.web.working import open_run

MOST_ROWS, MOST_SHOWN, MOST_LABELS, MOST_OPTIONS = 500, 12, 40, 2000
# Values are nearer or further; both right is shown on no list of the comparison, but has one.
NAMES_OF_VALUES = {"fixed": "nearer", "broke": "further", "alike": "equal"}


def list_states(changes: Changes) -> list[str]:
    """The lists there are."""
    return ["fixed", "broke", "alike"] if changes.kind == "value" else list(STATES)


def name_state(changes: Changes, state: str) -> str:
    """The phrase of a state, whose key begins with `state_`."""
    return "state_" + (NAMES_OF_VALUES.get(state, state) if changes.kind == "value" else state)


def describe_changes(view: View, first: Run, second: Run) -> dict[str, Any]:
    """Who fixed what and who broke what, with the first images of each list.

    Args:
        view: the request.
        first: the run before.
        second: the run after; two that are no pair say why in `problem`.
    """
    known: dict[str, Any] = {"before": first.name, "after": second.name, "problem": "", "said": [], "lists": [], "labels": []}
    try:
        gallery, changes = open_gallery(view.folder, view.desk.memory), read_changes(view, first, second)
    except (TamesuError, KeyError, OSError, ValueError) as error:
        return known | {"problem": say_error(error, view.language)}
    lists = []
    for state in list_states(changes):
        shown = changes.largest(state, MOST_SHOWN if state != "right" else 0).tolist()
        lists.append(
            {
                "state": state,
                "said": view.say(name_state(changes, state)),
                **count_share(changes, state),
                "link": link(first.name, second.name, state),
                "images": [make_change_card(changes, place, gallery, view) for place in shown],
            }
        )
    return known | {
        "rows": len(changes.rows),
        "p": changes.p,
        "said": say_changes(changes, (first.name, second.name), view.language),
        "lists": lists,
        "labels": describe_labels(changes, first.name, second.name),
    }


def count_share(changes: Changes, state: str) -> dict[str, Any]:
    """How many rows are in a state, and which part of all."""
    count = changes.count(state)
    share = count / len(changes.rows) if len(changes.rows) else 0.0
    return {"count": count, "share": share, "count_said": format_count(count), "share_said": format_share(share)}


def describe_labels(changes: Changes, before: str, after: str) -> list[dict[str, Any]]:
    """The labels in which most images changed sides, with a list of each."""
    if not len(changes.by_label):
        return []
    moved = changes.by_label[:, 0] + changes.by_label[:, 1]
    found = []
    for code in np.argsort(-moved, kind="stable")[:MOST_LABELS].tolist():
        counts = dict(zip(STATES, changes.by_label[code].tolist(), strict=True))
        label = changes.labels[code]
        links = {state: link(before, after, state, label) for state in STATES} if changes.kind in CODED else {}
        found.append({"label": label, "net": counts["fixed"] - counts["broke"], "counts": counts, "links": links})
    return found


def build(view: View) -> Page:
    """The page; the address names both runs by `run=`, the list by `state=`, and a true class by `label=`.

    Raises:
        InputError: PAGE_RUNS_FEW, PAGE_NO_RUN, PAGE_NO_CHANGE, or the runs are no pair.
        DamagedError: predictions are not what was written.
    """
    first, second, changes, state = open_changes(view)
    label, places = view.first("label"), choose(changes, state, view.first("label"))
    data = {
        "before": first.name,
        "after": second.name,
        "state": state,
        "label": label,
        "rows": len(changes.rows),
        "p": changes.p,
        "total": len(places),
        **count_share(changes, state),
    }
    parts = {
        "title_said": view.say(name_state(changes, state)),
        "tabs": [
            (
                view.say(name_state(changes, one)),
                link(first.name, second.name, one, label),
                len(choose(changes, one, label)),
                one,
            )
            for one in list_states(changes)
        ],
        "labels": changes.labels if changes.kind in CODED and len(changes.labels) <= MOST_OPTIONS else (),
        "said": say_changes(changes, (first.name, second.name), view.language),
        "query": link(first.name, second.name, state, label).partition("?")[2],
        "back": "/compare?" + urlencode([("run", first.name), ("run", second.name)]) + "#changed",
    }
    return Page("changed.html", f"{view.say('changed')}: {first.name} → {second.name}", data, parts)


def open_changes(view: View) -> tuple[Run, Run, Changes, str]:
    """Both runs, what changed between them, and which list is asked for.

    Raises:
        InputError, DamagedError: as `build`.
    """
    names = list(dict.fromkeys(view.query.get("run", ())))
    if len(names) != 2:
        raise InputError(Fault("PAGE_RUNS_FEW", "refuse", Where(), {"count": len(names), "most": 2}))
    first, second = (open_run(find_path(view.folder, name, view.desk.memory), view.desk.memory) for name in names)
    changes, state = read_changes(view, first, second), view.first("state", "fixed")
    if state not in list_states(changes):
        raise InputError(Fault("PAGE_NO_CHANGE", "refuse", Where(), {"state": state}))
    return first, second, changes, state


def choose(changes: Changes, state: str, label: str) -> np.ndarray:
    """Places of the rows of a list, those that changed most first; of one true class where a label is named."""
    places = changes.largest(state, len(changes.rows))
    if not label or changes.kind not in CODED:
        return places
    code = changes.labels.index(label) if label in changes.labels else -1
    return np.asarray(places[changes.truth[places] == code])


def build_rows(view: View) -> dict[str, Any]:
    """A stretch of a list, for the browser that scrolls: `from`, `count` (at most 500), and what the page's address asks."""
    try:
        gallery = open_gallery(view.folder, view.desk.memory)
        _, _, changes, state = open_changes(view)
    except (InputError, DamagedError, OSError, KeyError, ValueError) as error:
        return {"total": 0, "rows": [], "problem": say_error(error, view.language)}
    places = choose(changes, state, view.first("label"))
    first, count = view.number("from", 0, len(places)), view.number("count", 200, MOST_ROWS)
    rows = [make_change_card(changes, place, gallery, view) for place in places[first : first + count].tolist()]
    return {"total": len(places), "first": first, "rows": rows}


def link(before: str, after: str, state: str, label: str = "") -> str:
    """The address of a list."""
    values: Sequence[tuple[str, str]] = [("run", before), ("run", after), ("state", state), ("label", label)]
    return "/compare/images?" + urlencode([one for one in values if one[1]], errors="replace")
