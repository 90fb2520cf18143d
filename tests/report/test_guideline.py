"""Guidelines as HTML: what Markdown's users expect of each mark, and nothing a person wrote becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamesu.artifacts.worksheet import make_guideline
from tamesu.report.guideline import show_guideline, show_inline

ALLOWED = {"h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "hr", "br"}


class Seen(HTMLParser):
    """Tags, whether each is closed in order, attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[object] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("hr", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n## B ##\n####### not", "<h3>A</h3><h4>B</h4><p>####### not</p>"),
        ("a\nb\n\nc", "<p>a\nb</p><p>c</p>"),
        ("a  \nb", "<p>a<br>b</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n  goes on\n\n- b", "<ul><li>a\ngoes on</li><li>b</li></ul>"),
        ("1. a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("- a\n  - b\n    1. c\n- d", "<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>"),
        ("text\n- a\n\nafter", "<p>text</p><ul><li>a</li></ul><p>after</p>"),
        ("---\n***", "<hr><hr>"),
        ("> a\n> *b*", "<blockquote>a\n<em>b</em></blockquote>"),
        ("```\n# <b>\n```\nx", "<pre><code># &lt;b&gt;</code></pre><p>x</p>"),
        ("~~~\nopen", "<pre><code>open</code></pre>"),
        ("| a | b |\n|---|---|", "<pre>| a | b |\n|---|---|</pre>"),
        ("[a](https://example.org)", "<p>[a](https://example.org)</p>"),
        ("#hash is no heading", "<p>#hash is no heading</p>"),
        ("", ""),
    ],
)
def test_blocks(text: str, expected: str) -> None:
    assert show_guideline(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**a** and *b* and __c__ and _d_", "<strong>a</strong> and <em>b</em> and <strong>c</strong> and <em>d</em>"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        ("img_1_final.png", "img_1_final.png"),
        ("3 * 4 * 5", "3 * 4 * 5"),
        ("`a*b*` ``x`y``", "<code>a*b*</code> <code>x`y</code>"),
        (r"\*a\* \<b\>", "*a* &lt;b&gt;"),
        ("**猫**である", "<strong>猫</strong>である"),
        ("*open", "*open"),
        ('<img src=x onerror=alert(1)> & "q"', "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;q&quot;"),
    ],
)
def test_inside_a_line(text: str, expected: str) -> None:
    assert show_inline(text) == expected


@given(st.text(alphabet="#*_`>-+|~\\<&\"' \n\t1.ab犬\u202e\x00", max_size=80))
def test_any_text_gives_closed_elements_of_ours_without_attributes(text: str) -> None:
    seen = Seen(show_guideline(text))
    assert seen.open == []
    assert set(seen.tags) <= ALLOWED
    assert seen.attributes == []


@given(st.text(alphabet="ab犬<&\"' ", max_size=60))
def test_without_marks_every_letter_stays(text: str) -> None:
    assert Seen(show_guideline(text)).text.split() == text.split()


def test_the_guideline_that_an_audit_writes_is_headings_and_a_list() -> None:
    for language in ("en", "ja"):
        seen = Seen(show_guideline(make_guideline("theme", ["cat", "<b>dog"], language)))  # type: ignore[arg-type]
        assert seen.tags.count("h3") == 1
        assert seen.tags.count("h4") == 5
        assert (seen.tags.count("ul"), seen.tags.count("li"), seen.tags.count("strong")) == (1, 2, 2)
        assert "**" not in seen.text and "#" not in seen.text and "<b>dog" in seen.text
