"""A page of ours as a browser would read it: whole, without script, and without anything fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection
from html.parser import HTMLParser
from pathlib import Path

from tamesu.report.html import VOID

FORBIDDEN = frozenset({"script", "iframe", "object", "embed", "base", "form"})


class Checker(HTMLParser):
    """Every element opened is closed in order; notes tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.pictures: list[dict[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "img":
            self.pictures.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def check(path: Path, also: Collection[str] = (), script: str = "") -> Checker:
    """The page, parsed; every link has its end.

    Args:
        path: of the page.
        also: further elements that it must not have.
        script: of ours, that it holds once, at its end, and that its policy names; none where empty.
    """
    text = path.read_text(encoding="utf-8")
    if script:
        digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        assert f"script-src &#x27;sha256-{digest}&#x27;;" in text
        whole = f"<script>{script}</script></body>"
        assert text.count(whole) == 1
        text = text.replace(whole, "</body>")
    checker = Checker()
    checker.feed(text)
    checker.close()
    assert checker.open == []
    assert not set(checker.tags) & (FORBIDDEN | set(also))
    for name, value in checker.attributes:
        assert not name.startswith("on"), (name, value)
        if name in ("src", "href", "xlink:href", "action", "srcset"):
            assert value.startswith(("data:", "#")), (name, value)
    assert re.findall(r"url\((?!#)", text) == [] and "@import" not in text
    ids = [value for name, value in checker.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in checker.attributes if name == "href" and value.startswith("#")} <= set(ids)
    return checker
