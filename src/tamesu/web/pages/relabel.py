"""The page on which doubted labels are decided by one key each; what is decided goes into the worksheet at once."""

from __future__ import annotations

import json
from typing import Any

from tamesu.artifacts.audit_rows import FILE, DoubtedRow
from tamesu.artifacts.files import escape_surrogates
from tamesu.artifacts.worksheet import COLUMNS, FOLDER, OWN
from tamesu.errors import TamesuError
from tamesu.messages.audit_labels import tell_label
from tamesu.report.html import Html, element
from tamesu.report.numbers import format_chance
from tamesu.report.relabel_page import make_card, make_data, make_side, make_thumb
from tamesu.web.gallery import Gallery, open_gallery
from tamesu.web.relabelling import Sheet, open_sheet
from tamesu.web.view import Page, View

MOST_ROWS = 1000
# A guideline is a page or two; more of a file is not read.
MOST_GUIDELINE = 20_000


def build(view: View) -> Page:
    """The page.

    Raises:
        InputError: RELABEL_KIND, or a file of the user's is at fault.
        DamagedError: what the audit wrote is not what was written.
    """
    sheet, gallery = open_sheet(view.desk, view.language), open_gallery(view.folder, view.desk.memory)
    rows = [describe_row(row, sheet, gallery, view) for row in sheet.rows[:MOST_ROWS]]
    data: dict[str, Any] = {
        "target": sheet.name,
        "kind": sheet.target.kind,
        "labels": sheet.labels,
        "rows": rows,
        "all": len(sheet.rows),
        "decided": sheet.decided,
        "file": sheet.file,
        "in_force": sheet.in_force,
        "audited": sheet.doubts is not None,
    }
    return Page("relabel.html", view.say("relabel"), data, draw(view, sheet, rows) if rows else {})


def count_doubts(view: View) -> dict[str, Any] | None:
    """How many rows there are to decide and how many are decided, for the page that leads here; None where nothing tells."""
    if not (view.folder / FILE).is_file() and not (view.folder / FOLDER).is_dir():
        return None
    try:
        sheet = open_sheet(view.desk, view.language)
    except (TamesuError, OSError):
        return None
    return {"count": len(sheet.rows), "decided": sheet.decided} if sheet.rows else None


def describe_row(row: dict[str, str], sheet: Sheet, gallery: Gallery, view: View) -> dict[str, Any]:
    """A row with the number of its image, why it is doubted, and the rows most like it."""
    places = [place for place in gallery.places.get(row["id"], ()) if place < gallery.train_rows]
    doubt = (sheet.doubts or {}).get(row["id"])
    shown: dict[str, Any] = {**row, "image": row["id"], "number": places[0] if places else None, "near": []}
    if doubt is not None:
        shown["reason"] = say_reason(row["reason"], doubt, view)
        shown["near"] = [{**found, "likeness": one.likeness} for one in doubt.near for found in gallery.find([one.id])]
    return shown


def say_reason(reason: str, doubt: DoubtedRow, view: View) -> str:
    """Why a row is doubted, with the probabilities where they say so."""
    if doubt.chance is None or doubt.proposed_chance is None:
        return reason
    chances = {"chance": format_chance(doubt.chance), "proposed": format_chance(doubt.proposed_chance)}
    return view.say("relabel_odds", reason=reason, **chances)


def draw(view: View, sheet: Sheet, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The card, the keys with the guideline, the thumbnails, and what the script works with."""

    def phrase(key: str, **values: object) -> str:
        return tell_label(key, view.language, target=sheet.name, file=f"{sheet.name}.csv", **values)

    near = element(
        "div", element("h3", view.say("relabel_near")), element("div", id="near", class_="pictures"), id="near-box", hidden=True
    )
    given = make_data(sheet.name, sheet.labels, rows, columns=COLUMNS, separator=sheet.target.separator, language=view.language)
    begun = any(row[key] for row in rows for key in OWN)
    given |= {
        "target": sheet.name,
        "begun": begun,
        "said": {key: view.say(f"relabel_{key}") for key in ("saved", "saving", "unsaved")},
    }
    thumbs: list[Html] = []
    for row in rows:
        number = row["number"]
        small, large = (None, None) if number is None else (f"/thumbnails/{number}", f"/pictures/{number}")
        thumbs.append(make_thumb(row["id"], small, large))
    return {
        "title_said": phrase("title"),
        "card": make_card(sheet.labels, phrase, near),
        "side": make_side(read_guideline(view, sheet.name), sheet.name, phrase, phrase("kept_there")),
        "thumbs": thumbs,
        "given": json.dumps(escape_surrogates(given), ensure_ascii=True, allow_nan=False),
        "no_script": phrase("no_script"),
        "line": f"corrections: {sheet.file}",
    }


def read_guideline(view: View, name: str) -> str:
    """What `relabel/<target>.md` says; empty where it cannot be read."""
    try:
        with open(view.folder / FOLDER / f"{name}.md", encoding="utf-8", errors="replace") as file:
            return file.read(MOST_GUIDELINE)
    except OSError:
        return ""
