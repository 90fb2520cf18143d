"""The shell of every page: one self-contained HTML document. No request to anywhere, everything inside, and no script but one
that the policy names."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from tamesu.report.html import Child, Html, element, join
from tamesu.report.words import Words

# Should a name ever slip through unescaped, the browser still runs and fetches nothing.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def make_document(title: str, words: Words, *body: Child, script: str = "") -> Html:
    """A whole document.

    Args:
        title: of the browser's tab.
        words: the page's language.
        body: what is in the page.
        script: the one that may run; none where it is empty.
    """
    page = element("body", element("main", *body), element("script", Html(script)) if script else None)
    return join(Html("<!DOCTYPE html>\n"), element("html", make_head(title, script=script), page, lang=words.language))


def make_head(title: str, *, style: str = "", script: str = "") -> Html:
    """The head: policy first, so that it holds for everything after it.

    Args:
        title: of the browser's tab.
        style: rules that stand after those of every page.
        script: the one that may run, told by its digest; none where it is empty.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    policy = f"script-src 'sha256-{digest}'; {POLICY}" if script else POLICY
    rules = Html(files("tamesu.report").joinpath("style.css").read_text(encoding="utf-8") + style)
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("link", rel="icon", href="data:,"),
        element("style", rules),
    )
