from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tamesu.report.html import Html, element, escape, join, named

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=1>', "a & b", "'", "=1+1", "風景", "&lt;", "]]>", "--><b>"]


class Reader(HTMLParser):
    """What a browser's parser finds: tags, attributes, text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_comes_back_from_a_parser_as_it_was(text: str) -> None:
    reader = read(element("p", text, title=text))
    assert reader.tags == ["p"]
    assert reader.text == text
    assert reader.attributes == [("title", text)]


def test_what_cannot_be_shown_is_replaced() -> None:
    shown = escape("a\x00b\x1b\udce9\tc\n")
    assert shown == "a\ufffdb\ufffd\ufffd\tc\n"
    shown.encode("utf-8")


def test_join_unfolds_lists_and_leaves_html_alone() -> None:
    assert join("<", None, [Html("<b>"), ["&", 3]]) == "&lt;<b>&amp;3"
    assert isinstance(join("x"), Html)


def test_void_elements_bare_and_missing_attributes() -> None:
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'
    assert element("a", "x", class_="k", hidden=True, title=None, lang=False) == '<a class="k" hidden>x</a>'
    assert element("i", aria_label="x") == '<i aria-label="x"></i>'


def test_a_name_is_kept_apart() -> None:
    assert named("\u202ecba<") == '<bdi class="name">\u202ecba&lt;</bdi>'
