"""The page on which labels are set right: one picture at a time, by keyboard; the worksheet comes back as a download.

It works by a script alone. It is self-contained, its policy lets this very script run and nothing else, and it asks no network
for anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files

from tamesu.artifacts.worksheet import COLUMNS
from tamesu.messages import Language, choose_language
from tamesu.messages.audit_labels import tell_label
from tamesu.report.document import make_head
from tamesu.report.guideline import show_guideline
from tamesu.report.html import Child, Html, element, join, named

# Buttons, and names that are offered while one types.
SHOWN_LABELS, OFFERED_LABELS = 60, 2000
WORDS = ("progress", "keep", "take")
NAMES = ("done", "total", "time", "label")
Say = Callable[..., str]


def make_relabel_page(
    target: str,
    labels: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    pictures: Mapping[str, str],
    *,
    columns: Sequence[str] = COLUMNS,
    guideline: str = "",
    separator: str | None = None,
    language: Language | None = None,
) -> Html:
    """The page.

    Args:
        target: the target's name; the worksheet is `relabel/<target>.csv`.
        labels: to choose from, in their order; none for a number.
        rows: of the worksheet, as `tamesu.artifacts.worksheet.read_worksheet` gives them, the first to be looked at first.
        pictures: data URI by id; a row without one is shown by its id.
        columns: of the worksheet.
        guideline: what `relabel/<target>.md` says; empty when it is not written.
        separator: between labels, of a target with several.
        language: `"en"` or `"ja"`; the user's when None.

    Raises:
        ValueError: a picture is no data URI, which the page's policy would refuse.
    """
    language = language or choose_language()
    if foreign := [key for key, uri in pictures.items() if not uri.startswith("data:image/")]:
        raise ValueError(f"not a data URI: the picture of {foreign[0]!r}; a page fetches nothing")
    file = f"{target}.csv"
    script, style = (files("tamesu.report").joinpath(f"relabel.{kind}").read_text(encoding="utf-8") for kind in ("js", "css"))

    def say(key: str, **values: object) -> str:
        return tell_label(key, language, target=target, file=file, **values)

    data = make_data(target, labels, rows, columns=columns, separator=separator, language=language)
    body = (
        element("h1", say("title")),
        element("p", id="progress"),
        element("noscript", element("p", say("no_script"))),
        element("div", make_card(labels, say), make_side(guideline, target, say, say("kept_here")), id="work"),
        element("div", *(make_thumb(row.get("id", ""), pictures.get(row.get("id", ""))) for row in rows), id="thumbs"),
        element("p", element("button", say("download"), id="download", type="button"), " ", say("download_note")),
    )
    page = element(
        "body", element("main", *body), script_of("application/json", embed(data), id="data"), script_of(None, script)
    )
    head = make_head(say("title"), style=style, script=script)
    return join(Html("<!DOCTYPE html>\n"), element("html", head, page, lang=language))


def make_data(
    target: str,
    labels: Sequence[str],
    rows: Sequence[Mapping[str, object]],
    *,
    columns: Sequence[str],
    separator: str | None,
    language: Language,
) -> dict[str, object]:
    """What `relabel.js` works with, as plain values; see `make_relabel_page`."""
    # Another worksheet, or one filled in meanwhile, is not overlaid with what the browser remembers of this one.
    digest = hashlib.sha256(embed([dict(row) for row in rows]).encode("utf-8")).hexdigest()
    return {
        "columns": list(columns),
        "rows": [dict(row) for row in rows],
        "labels": list(labels)[:SHOWN_LABELS],
        "separator": separator,
        "file": f"{target}.csv",
        "key": f"tamesu-relabel:{target}:{digest[:16]}",
        # Filled in by the script, as the row under work changes.
        "words": {key: tell_label(key, language, **{name: f"{{{name}}}" for name in NAMES}) for key in WORDS},
    }


def make_card(labels: Sequence[str], say: Say, more: Child = None) -> Html:
    """The picture under work, and every way to decide it.

    Args:
        labels: to choose from.
        say: words of the page.
        more: stands below what is known of the row.
    """
    known = [
        element("button", f"{place % 10} " if place <= 10 else "", named(label), type="button", aria_pressed="false")
        for place, label in enumerate(labels[:SHOWN_LABELS], start=1)
    ]
    offered = element("datalist", *(element("option", value=label) for label in labels[:OFFERED_LABELS]), id="known")
    choices = [element("button", id=key, type="button") for key in ("take", "keep")]
    choices += [element("button", say(key), id=key, type="button") for key in ("unseen", "clear")]
    told = [
        (element("dt", name), element("dd", element("bdi", id=f"row-{key}")))
        for key, name in (("id", "id"), ("label", say("label")), ("proposed", say("proposed")), ("reason", say("reason")))
    ]
    return element(
        "div",
        element("img", id="picture", alt=""),
        element("div", *choices, id="choices"),
        element("div", *known, id="labels"),
        element("dl", *told),
        more,
        element("p", element("label", say("new_label"), element("input", id="new_label", list="known", autocomplete="off"))),
        offered,
        element("p", element("label", say("note"), element("input", id="note", autocomplete="off"))),
    )


def make_side(guideline: str, name: str, say: Say, kept: str) -> Html:
    """The keys, where decisions are kept, and the guideline."""
    text = guideline.strip()
    shown = show_guideline(text) if text else say("guideline_missing", guide=f"relabel/{name}.md")
    return element(
        "div", element("p", say("keys"), " ", kept), element("h2", say("guideline")), element("div", shown, id="guideline")
    )


def make_thumb(name: str, uri: str | None, large: str | None = None) -> Html:
    """A small picture to jump to.

    Args:
        name: the row's id.
        uri: of the small picture; the id stands there when None.
        large: where a larger one is, if there is one.
    """
    inside = element("img", src=uri, alt=name, loading="lazy", data_large=large) if uri else element("bdi", name)
    return element("button", inside, type="button", title=name)


def embed(data: object) -> str:
    """JSON that no HTML parser takes for an end of the script; lone surrogates of file names stay escapes.

    Examples:
        >>> embed({"a": "</script>"})
        '{"a": "\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def script_of(kind: str | None, text: str, **attributes: str) -> Html:
    """A script element; the text is ours, or from `embed`."""
    return element("script", Html(text), type=kind, **attributes)
