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
from tamesu.report.html import Html, element, join, named

STYLE = """
#work{display:grid;grid-template-columns:minmax(16rem,3fr) minmax(16rem,2fr);gap:1rem;align-items:start}
@media(max-width:50rem){#work{grid-template-columns:1fr}}
#picture{width:100%;height:55vh;object-fit:contain;image-rendering:auto;background:#8882}
#labels,#choices{display:flex;flex-wrap:wrap;gap:.4rem;margin:.6rem 0}
#labels button[aria-pressed=true]{outline:3px solid #06c}
#thumbs{display:flex;flex-wrap:wrap;gap:4px;max-height:30vh;overflow:auto;margin:1rem 0}
#thumbs button{padding:2px;border:2px solid transparent;background:none}
#thumbs button.done{border-color:#2a8}
#thumbs button[aria-current=true]{border-color:#06c}
#thumbs img{display:block;width:64px;height:64px;object-fit:cover}
#work dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem}
#work dd{margin:0}
#guideline{white-space:pre-wrap;max-height:60vh;overflow:auto;border-left:3px solid #8886;padding-left:.8rem}
#work input{width:100%;font:inherit}
button{font:inherit;cursor:pointer}
"""
SHOWN_LABELS = 60
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
    script = files("tamesu.report").joinpath("relabel.js").read_text(encoding="utf-8")

    def say(key: str, **values: object) -> str:
        return tell_label(key, language, target=target, file=file, **values)

    # Another worksheet, or one filled in meanwhile, is not overlaid with what the browser remembers of this one.
    digest = hashlib.sha256(embed([dict(row) for row in rows]).encode("utf-8")).hexdigest()
    data = {
        "columns": list(columns),
        "rows": [dict(row) for row in rows],
        "labels": list(labels)[:SHOWN_LABELS],
        "separator": separator,
        "file": file,
        "key": f"tamesu-relabel:{target}:{digest[:16]}",
        # Filled in by the script, as the row under work changes.
        "words": {key: tell_label(key, language, **{name: f"{{{name}}}" for name in NAMES}) for key in WORDS},
    }
    body = (
        element("h1", say("title")),
        element("p", id="progress"),
        element("noscript", element("p", say("no_script"))),
        element("div", make_card(labels, say), make_side(guideline, target, say), id="work"),
        element("div", *(make_thumb(row, pictures) for row in rows), id="thumbs"),
        element("p", element("button", say("download"), id="download", type="button"), " ", say("download_note")),
    )
    page = element(
        "body", element("main", *body), script_of("application/json", embed(data), id="data"), script_of(None, script)
    )
    head = make_head(say("title"), style=STYLE, script=script)
    return join(Html("<!DOCTYPE html>\n"), element("html", head, page, lang=language))


def make_card(labels: Sequence[str], say: Say) -> Html:
    """The picture under work, and every way to decide it."""
    known = [
        element("button", f"{place % 10} " if place <= 10 else "", named(label), type="button", aria_pressed="false")
        for place, label in enumerate(labels[:SHOWN_LABELS], start=1)
    ]
    offered = element("datalist", *(element("option", value=label) for label in labels), id="known")
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
        element("p", element("label", say("new_label"), element("input", id="new_label", list="known", autocomplete="off"))),
        offered,
        element("p", element("label", say("note"), element("input", id="note", autocomplete="off"))),
    )


def make_side(guideline: str, name: str, say: Say) -> Html:
    """The keys, and the guideline."""
    text = guideline.strip() or say("guideline_missing", guide=f"relabel/{name}.md")
    return element("div", element("p", say("keys")), element("h2", say("guideline")), element("div", text, id="guideline"))


def make_thumb(row: Mapping[str, str], pictures: Mapping[str, str]) -> Html:
    """A small picture to jump to."""
    name = row.get("id", "")
    inside = element("img", src=pictures[name], alt=name, loading="lazy") if name in pictures else element("bdi", name)
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
