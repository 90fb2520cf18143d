"""The page of the data: what the audit found, and every image by its id; and the page of one image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tamesu.artifacts.audit_file import FILE, Audit, AuditFinding, read_audit
from tamesu.errors import DamagedError, Fault, InputError, Where
from tamesu.report.audit_charts import show_chart
from tamesu.report.audit_page import mark_code
from tamesu.report.html import Html, element
from tamesu.results.finding import Chart
from tamesu.web.findings import describe_finding
from tamesu.web.gallery import Gallery, find_images, open_gallery
from tamesu.web.pages.errors import find_around
from tamesu.web.pages.groups import count_groups
from tamesu.web.pages.opinions import list_opinions
from tamesu.web.pages.relabel import count_doubts
from tamesu.web.pages.run import say_error
from tamesu.web.tables import read_competition
from tamesu.web.view import Page, View

MOST_SETS, MOST_IN_SET, MOST_ROWS = 12, 8, 500


def build(view: View) -> Page:
    """The page; what one half lacks is said there, and the other is shown all the same."""
    gallery, problem = find_gallery(view)
    findings, about = find_findings(view, gallery)
    fits = choose_images(view, gallery) if gallery is not None else ()
    data: dict[str, Any] = {
        "audit": about,
        "findings": [one for one, _ in findings],
        "images": None if gallery is None else len(gallery),
        "shown": len(fits),
        "problem": problem,
        "relabel": count_doubts(view),
        "groups": count_groups(view),
    }
    parts = {
        "mark_code": mark_code,
        "charted": findings,
        "labels": sorted(set(gallery.labels)) if gallery is not None else [],
        "folds": sorted(set(gallery.folds) - {""}) if gallery is not None else [],
        "chosen": {key: view.first(key) for key in ("q", "label", "part", "fold")},
    }
    return Page("data.html", view.say("data"), data, parts)


def find_gallery(view: View) -> tuple[Gallery | None, str]:
    """The images, or why there are none."""
    try:
        return open_gallery(view.folder, view.desk.memory), ""
    except (InputError, DamagedError, OSError) as error:
        return None, say_error(error, view.language)


def choose_images(view: View, gallery: Gallery) -> Sequence[int]:
    """The images that the address asks for; `label=` with nothing after it is any label."""
    label = view.first("label") or None
    return find_images(gallery, view.first("q"), label, view.first("part"), view.first("fold"))


def find_findings(view: View, gallery: Gallery | None) -> tuple[list[tuple[dict[str, Any], Html | None]], dict[str, Any]]:
    """The findings of the last audit with their charts, and when it was; nothing where there was none."""
    try:
        audit = view.desk.memory.read_all("audit", [view.folder / FILE], lambda: read_audit(view.folder))
    except DamagedError as error:
        return [], {"problem": str(error)}
    if audit is None:
        return [], {}
    try:
        found = [describe_found(one, gallery, view) for one in audit.findings]
    except (KeyError, ValueError):
        # A message of ours has changed since the file was written.
        return [], {"problem": view.say("audit_other")}
    return found, describe_audit(audit)


def describe_audit(audit: Audit) -> dict[str, Any]:
    """When it was, and how long it took."""
    try:
        time = datetime.fromisoformat(audit.time).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        time = audit.time
    return {"problem": "", "time": time, "seconds": audit.seconds, "version": audit.version, "severe": list(audit.codes_severe)}


def describe_found(one: AuditFinding, gallery: Gallery | None, view: View) -> tuple[dict[str, Any], Html | None]:
    """A finding in words, with the numbers of the images to look at, and its charts."""
    charts = tuple(
        Chart(
            chart.kind,
            chart.title,
            {name: [math.nan if value is None else value for value in values] for name, values in chart.series.items()},
            chart.names,
        )
        for chart in one.charts
    )
    sets = [list(ids) for ids in one.sets] or [[row] for row in one.ids]
    shown = [] if gallery is None else [gallery.find(ids[:MOST_IN_SET]) for ids in sets[:MOST_SETS]]
    described = describe_finding(one, view.language) | {
        "sets": [cards for cards in shown if cards],
        "all_sets": len(sets),
        "captions": list(one.captions[:MOST_SETS]),
    }
    drawn = element("div", [show_chart(chart, view.language) for chart in charts], class_="charts") if charts else None
    return described, drawn


def build_rows(view: View) -> dict[str, Any]:
    """A stretch of the gallery, for the browser that scrolls: `from`, `count` (at most 500), and the filter."""
    gallery, problem = find_gallery(view)
    if gallery is None:
        return {"total": 0, "rows": [], "problem": problem}
    fits = choose_images(view, gallery)
    first = view.number("from", 0, len(fits))
    count = view.number("count", 200, MOST_ROWS)
    return {"total": len(fits), "first": first, "rows": [gallery.describe(number) for number in fits[first : first + count]]}


def build_image(view: View) -> Page:
    """The page of one image, named by `id=` in the address.

    Raises:
        InputError: PAGE_NO_IMAGE, or a table is at fault.
    """
    gallery = open_gallery(view.folder, view.desk.memory)
    wanted = view.first("id")
    numbers = gallery.places.get(wanted, ())
    if not numbers:
        raise InputError(Fault("PAGE_NO_IMAGE", "refuse", Where(), {"id": wanted}))
    number = numbers[-1] if view.first("part") == "test" else numbers[0]
    values = {name: texts[number] for name, texts in gallery.values.items() if number < len(texts)}
    metric = read_competition(view.folder, view.desk.memory).metric
    opinions = list_opinions(view, gallery, number, metric.name) if number < gallery.train_rows else []
    data = {**gallery.describe(number), "targets": values, "opinions": opinions}
    around = find_around(view)
    if around is None:
        ends = {"before": number - 1 if number > 0 else None, "after": number + 1 if number + 1 < len(gallery) else None}
        around = {key: None if place is None else link_image(gallery, place) for key, place in ends.items()}
    parts = {"back": around.get("back"), "before": around["before"], "after": around["after"]}
    return Page("image.html", str(data["id"]), data, parts)


def link_image(gallery: Gallery, number: int) -> str:
    """The address of an image by its id, and by its part where a test image may have the id of another."""
    values = {"id": gallery.ids[number]} | ({"part": "test"} if gallery.part(number) == "test" else {})
    return "/image?" + urlencode(values, errors="replace")
