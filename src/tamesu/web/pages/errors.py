"""The page of errors: every image that a run has told, chosen, sorted, and scrolled like the data's gallery."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import numpy as np

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.files import escape_surrogates
from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError, InputError
from tamesu.messages.mistakes import say as say_mistakes
from tamesu.report.audit_page import mark_code
from tamesu.report.numbers import format_count, format_number, format_share
from tamesu.results.told import Told
from tamesu.results.told_choice import LOOKS_OF, ORDERS_OF, Wish, choose_rows, measure
from tamesu.web.answers import Answers, has_answers, is_inside, list_targets, read_answers, say_folds
from tamesu.web.explained import find_explanation
from tamesu.web.gallery import Gallery, open_gallery
from tamesu.web.listing import RunLine, list_runs
from tamesu.web.pages.competition import choose_metric, find_best
from tamesu.web.pages.run import find_path, say_error
from tamesu.web.tables import read_metric
from tamesu.web.told_cards import Neighbours, make_card
from tamesu.web.view import Page, View
from tamesu.web.working import open_run

MOST_ROWS, MOST_RUNS, MOST_OPTIONS = 500, 40, 2000
KNOWN = ("run", "target", "look", "truth", "told", "label", "fold", "least", "order", "q")


def build(view: View) -> Page:
    """The page; the address names the run by `run=`, else it is the best one.

    Raises:
        InputError: PAGE_NO_RUN.
    """
    lines = list_runs(view.folder, view.desk.memory)
    run = find_wanted(view, lines)
    data: dict[str, Any] = {"run": None if run is None else run.name, "targets": [], "target": "", "problem": ""}
    data |= {"rows": 0, "total": 0}
    parts: dict[str, Any] = {"runs": offer_runs(lines, run), "chosen": {key: view.first(key) for key in KNOWN}}
    if run is None:
        return Page("errors.html", view.say("errors"), data, parts)
    data["targets"] = list_targets(run)
    if not has_answers(view, run):
        return Page("errors.html", view.say("errors"), data, parts)
    try:
        gallery, answers, target = open_answers(view, run)
    except (InputError, DamagedError, OSError, KeyError, ValueError) as error:
        return Page("errors.html", view.say("errors"), data | {"problem": say_error(error, view.language)}, parts)
    told, wish, inside = answers.told, read_wish(view, answers.told), narrow(view, answers, gallery)
    least, most = (int(told.votes.min()), int(told.votes.max())) if len(told) else (0, 0)
    data |= {
        "target": target,
        "kind": told.kind,
        "rows": len(told),
        "counts": count_told(told),
        "votes": [least, most],
        "done": answers.done,
        "jobs": answers.jobs,
        "look": wish.look,
        "order": wish.order,
        "looks": {look: len(choose_rows(told, replace(wish, look=look, order=""), inside)) for look in LOOKS_OF[told.kind]},
        "total": len(choose_rows(told, wish, inside)),
    }
    labels = told.labels if len(told.labels) > 1 else ()
    parts |= {
        "say_counts": say_counts(view, told),
        "say_votes": str(most) if least == most else say_mistakes("votes_between", view.language, least=least, most=most),
        "tabs": [(look, link(view, look=look, order=""), data["looks"][look]) for look in LOOKS_OF[told.kind]],
        "orders": ORDERS_OF[told.kind],
        "labels": labels,
        "offered": len(labels) <= MOST_OPTIONS,
        "folds": sorted({int(fold) for fold in np.unique(answers.folds).tolist() if fold >= 0}),
        "sized": told.kind in ("value", "ordinal"),
        "coded": told.kind in CODED,
        "query": urlencode(
            [(key, value) for key in KNOWN if (value := view.first(key))] + [("run", run.name)], errors="replace"
        ),
        "mark_code": mark_code,
        "near": target == run.spec.main and find_neighbours(view, run) != {},
    }
    return Page("errors.html", f"{view.say('errors')}: {run.name}", data, parts)


def find_wanted(view: View, lines: list[RunLine]) -> Run | None:
    """The run that the address names, else the best one, else the newest; None where there is none.

    Raises:
        InputError: PAGE_NO_RUN.
    """
    memory = view.desk.memory
    if name := view.first("run"):
        return open_run(find_path(view.folder, name, memory), memory)
    chosen = choose_metric(lines, read_metric(view.folder, memory))
    best = None if chosen is None else find_best(lines, *chosen)
    if best is None:
        whole = [one for one in lines if one.state != "damaged"]
        best = max(whole, key=lambda one: one.stamp, default=None)
    return None if best is None else open_run(find_path(view.folder, best.name, memory), memory)


def offer_runs(lines: list[RunLine], run: Run | None) -> list[str]:
    """The names to choose from: the newest that have a score, and the one shown."""
    scored = sorted((one for one in lines if one.cv is not None), key=lambda one: -one.stamp)
    return list(dict.fromkeys([*([run.name] if run is not None else []), *(one.name for one in scored[:MOST_RUNS])]))


def open_answers(view: View, run: Run) -> tuple[Gallery, Answers, str]:
    """The images, what the run says of them, and of which target.

    Raises:
        InputError: a table is at fault, or the target is nothing to be told image by image.
        DamagedError: predictions are not what was written.
    """
    wanted, known = view.first("target"), list_targets(run)
    target = wanted if wanted in known else next(iter(known), run.spec.main)
    return open_gallery(view.folder, view.desk.memory), read_answers(view, run, target), target


def read_wish(view: View, told: Told) -> Wish:
    """What the address asks for; what it cannot mean is as if it were not there, but an unknown label, which nothing has."""
    looks, orders = LOOKS_OF[told.kind], ORDERS_OF[told.kind]
    look, order = view.first("look"), view.first("order")
    if not look:
        # A cell of the matrix may be one of hits.
        look = "all" if view.first("truth") and view.first("told") and "all" in looks else looks[0]
    several = told.kind in ("multilabel", "value")
    label = find_code(told, view.first("label")) if several else None
    return Wish(
        look=look if look in looks else looks[0],
        truth=find_code(told, view.first("truth")) if told.kind in CODED else None,
        told=find_code(told, view.first("told")) if told.kind in CODED else None,
        label=None if label == -1 or len(told.labels) < 2 else label,
        least=read_number(view.first("least")),
        order=order if order in orders else "",
    )


def find_code(told: Told, label: str) -> int | None:
    """The code of a label; None where none is named, -1 where there is none such."""
    if not label:
        return None
    return told.labels.index(label) if label in told.labels else -1


def read_number(text: str) -> float:
    """A number that is not negative; 0 where it is none.

    Examples:
        >>> read_number("1.5"), read_number("-1"), read_number("nan"), read_number("x" * 99)
        (1.5, 0.0, 0.0, 0.0)
    """
    try:
        number = float(text[:32])
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and number > 0 else 0.0


def narrow(view: View, answers: Answers, gallery: Gallery) -> np.ndarray:
    """The rows of the fold, and with the part of an id, that the address asks for, bool (n,)."""
    inside = np.ones(len(answers.told), bool)
    if fold := view.first("fold"):
        inside &= is_inside(answers.folds, fold)
    if text := view.first("q").casefold():
        inside &= np.array([text in gallery.ids[row].casefold() for row in answers.told.rows.tolist()], bool)
    return inside


def count_told(told: Told) -> dict[str, Any]:
    """How much is wrong in all, as numbers."""
    found = measure(told)
    if told.kind == "value":
        residual = told.told - told.truth
        return {"above": int((residual > 0).any(axis=1).sum()), "below": int((residual < 0).any(axis=1).sum())}
    if told.kind == "soft":
        return {"mean": float(told.badness.mean()) if len(told) else None}
    if told.kind == "multilabel":
        cells = told.told != told.truth
        return {"wrong": int(cells.sum()), "cells": int(cells.size), "images": int(found.wrong.sum())}
    return {"wrong": int(found.wrong.sum())}


def say_counts(view: View, told: Told) -> str:
    """How much is wrong in all, in words."""
    counts, total = count_told(told), format_count(len(told))
    if not len(told):
        return view.say("errors_none")
    if told.kind == "value":
        above, below = format_count(counts["above"]), format_count(counts["below"])
        return say_mistakes("count_values", view.language, total=total, above=above, below=below)
    if told.kind == "soft":
        return view.say("count_soft", total=total, mean=format_number(counts["mean"]))
    cells = counts.get("cells", len(told))
    key = "count_cells" if told.kind == "multilabel" else "count_wrong"
    share, wrong = format_share(counts["wrong"] / max(1, cells)), format_count(counts["wrong"])
    return say_mistakes(key, view.language, wrong=wrong, total=format_count(cells), share=share)


def find_neighbours(view: View, run: Run) -> Neighbours:
    """The training images nearest to mistakes, where `explain` looked for them."""
    try:
        explanation = find_explanation(view, run.name)
    except DamagedError:
        return {}
    return {} if explanation is None else explanation.nearest


def build_rows(view: View) -> dict[str, Any]:
    """A stretch of the images, for the browser that scrolls: `from`, `count` (at most 500), and what the page asks."""
    try:
        run = find_wanted(view, list_runs(view.folder, view.desk.memory))
        if run is None or not has_answers(view, run):
            return {"total": 0, "rows": [], "problem": ""}
        gallery, answers, target = open_answers(view, run)
    except (InputError, DamagedError, OSError, KeyError, ValueError) as error:
        return {"total": 0, "rows": [], "problem": say_error(error, view.language)}
    wish = read_wish(view, answers.told)
    places = choose_rows(answers.told, wish, narrow(view, answers, gallery))
    first, count = view.number("from", 0, len(places)), view.number("count", 200, MOST_ROWS)
    near = find_neighbours(view, run) if target == run.spec.main else {}
    rows = []
    for place in places[first : first + count].tolist():
        number = int(answers.told.rows[place])
        card = make_card(answers.told, place, wish.label, gallery, number, view)
        card["fold"] = say_folds(answers.folds[place])
        neighbours = near.get(escape_surrogates(gallery.ids[number]), ())
        rows.append(card | {"near": describe_near(gallery, neighbours, card)})
    return {"total": len(places), "first": first, "rows": rows}


def find_around(view: View) -> dict[str, str | None] | None:
    """The addresses of the images before and after in the list that an image was opened from, and of the list.

    Args:
        view: the request; `at` is the place in the list, the other keys are those of the page of errors.

    Returns:
        `before` and `after` (None at the ends) and `back`; None where the address names no list.
    """
    if not view.first("at") or not view.first("run"):
        return None
    try:
        run = find_wanted(view, [])
        if run is None or not has_answers(view, run):
            return None
        gallery, answers, _ = open_answers(view, run)
    except (InputError, DamagedError, OSError, KeyError, ValueError):
        return None
    places = choose_rows(answers.told, read_wish(view, answers.told), narrow(view, answers, gallery))
    at = view.number("at", 0, len(places))

    def address(place: int) -> str | None:
        if not 0 <= place < len(places):
            return None
        chosen = {key: value for key in KNOWN if (value := view.first(key))}
        one = {"id": gallery.ids[int(answers.told.rows[places[place]])], "at": str(place)}
        return "/image?" + urlencode(one | chosen, errors="replace")

    return {"before": address(at - 1), "after": address(at + 1), "back": link(view)}


def describe_near(gallery: Gallery, neighbours: Any, card: dict[str, Any]) -> list[dict[str, Any]]:
    """The nearest training images by number, and whose label each wears."""
    found = []
    for name, cosine in neighbours:
        for one in gallery.find([name]):
            kind = "right" if one["label"] == card["truth"] else "told" if one["label"] == card["told"] else ""
            found.append({"number": one["number"], "id": one["id"], "label": one["label"], "cosine": cosine, "kind": kind})
    return found


def link(view: View, **changes: str) -> str:
    """This page with other values in its address; empty ones are left out."""
    values = {key: view.first(key) for key in KNOWN} | changes
    written = urlencode({key: value for key, value in values.items() if value}, errors="replace")
    return f"/errors?{written}" if written else "/errors"
