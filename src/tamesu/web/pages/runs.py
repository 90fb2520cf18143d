"""The page of runs: all of them, sorted, filtered, page by page, or the runs of each recipe together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from tamesu.web.listing import Group, RunLine, group_runs, list_runs
from tamesu.web.view import Page, View

PER_PAGE, MOST_PER_PAGE = 200, 1000
# What is looked at first stands first: a phone shows the name and the score.
COLUMNS = (
    *("name", "cv", "standard_error", "recipe", "state", "time", "metric", "spread_folds", "spread_seeds"),
    *("folds", "seeds", "backbone", "size_px", "epochs"),
)
NUMBERS = frozenset({"cv", "standard_error", "spread_folds", "spread_seeds", "folds", "seeds", "size_px", "epochs"})
STATES = ("scored", "running", "unfinished", "damaged")
GROUP_COLUMNS = ("recipe", "runs", "metric", "best", "mean", "spread_runs", "spread_folds", "spread_seeds")


def keep_lines(lines: Sequence[RunLine], text: str = "", state: str = "", metric: str = "") -> list[RunLine]:
    """The runs that fit.

    Args:
        lines: all.
        text: words that must all stand in name, recipe, question or backbone.
        state: one of `STATES`; any when empty.
        metric: its name; any when empty.
    """
    words = text.casefold().split()

    def fits(one: RunLine) -> bool:
        said = " ".join((one.name, one.recipe, one.question, one.backbone)).casefold()
        return all(word in said for word in words) and state in ("", one.state) and metric in ("", one.metric)

    return [one for one in lines if fits(one)]


def sort_lines(lines: Sequence[RunLine], column: str, *, descending: bool) -> list[RunLine]:
    """Runs in the order of a column; those without a value in it last, either way.

    Args:
        lines: any.
        column: one of `COLUMNS`.
        descending: whether the largest comes first.
    """
    value: Callable[[RunLine], Any] = (lambda one: one.stamp) if column == "time" else (lambda one: getattr(one, column))
    known = [one for one in lines if value(one) not in (None, "")]
    rest = [one for one in lines if value(one) in (None, "")]
    return sorted(known, key=lambda one: (value(one), one.name), reverse=descending) + sorted(rest, key=lambda one: one.name)


def build(view: View) -> Page:
    """The page."""
    lines = list_runs(view.folder, view.desk.memory)
    kept = keep_lines(lines, view.first("q"), view.first("state"), view.first("metric"))
    if view.first("group") == "recipe":
        return build_groups(view, lines, kept)
    column = view.first("sort", "time")
    column = column if column in COLUMNS else "time"
    descending = view.first("order", "desc") != "asc"
    kept = sort_lines(kept, column, descending=descending)
    first = view.number("from", 0, max(0, len(kept) - 1))
    count = max(1, view.number("count", PER_PAGE, MOST_PER_PAGE))
    data = {
        "total": len(kept),
        "all": len(lines),
        "first": first,
        "sort": column,
        "order": "desc" if descending else "asc",
        "runs": kept[first : first + count],
    }
    parts = {
        "columns": [(name, sort_link(view, name, column, descending=descending)) for name in COLUMNS],
        "numbers": NUMBERS,
        "before": None if first == 0 else link(view, {"from": str(max(0, first - count))}),
        "after": None if first + count >= len(kept) else link(view, {"from": str(first + count)}),
        **describe_filter(view, lines),
    }
    return Page("runs.html", view.say("runs"), data, parts)


def build_groups(view: View, lines: Sequence[RunLine], kept: Sequence[RunLine]) -> Page:
    """The runs of each recipe together."""
    groups: list[Group] = group_runs(kept)
    data = {"total": len(groups), "all": len(lines), "groups": groups}
    return Page("groups.html", view.say("runs"), data, {"columns": GROUP_COLUMNS, **describe_filter(view, lines)})


def describe_filter(view: View, lines: Sequence[RunLine]) -> dict[str, Any]:
    """What the filter offers, and what is chosen in it."""
    return {
        "states": STATES,
        "metrics": sorted({one.metric for one in lines if one.metric}),
        "chosen": {key: view.first(key) for key in ("q", "state", "metric", "group", "sort", "order")},
        "ungrouped": link(view, {"group": "", "from": ""}),
        "grouped": link(view, {"group": "recipe", "from": ""}),
    }


def link(view: View, changes: dict[str, str]) -> str:
    """This page with other values in its address; empty ones are left out."""
    known = ("q", "state", "metric", "group", "sort", "order", "count", "from")
    values = {key: view.first(key) for key in known} | changes
    written = urlencode({key: value for key, value in values.items() if value})
    return f"/runs?{written}" if written else "/runs"


def sort_link(view: View, name: str, column: str, *, descending: bool) -> str:
    """The page sorted by a column: the other way round where it is sorted by it already."""
    first = "desc" if name in NUMBERS or name == "time" else "asc"
    order = first if name != column else ("asc" if descending else "desc")
    return link(view, {"sort": name, "order": order, "from": ""})
