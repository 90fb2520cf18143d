from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from tests.report.checker import check

from tamesu.report.document import POLICY, make_document
from tamesu.report.html import element
from tamesu.report.words import Words


class Reader(HTMLParser):
    """Tags in order, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_policy_comes_before_anything_it_must_hold_for() -> None:
    text = make_document("</title><script>x</script>", Words("ja"), element("p", "<b>"), [element("p", "2")])
    assert text.startswith("<!DOCTYPE html>\n<html") and "<script" not in text
    reader = Reader()
    reader.feed(text)
    names = [tag for tag, _ in reader.tags]
    assert names == ["html", "head", "meta", "meta", "meta", "meta", "meta", "title", "link", "style", "body", "main", "p", "p"]
    assert reader.tags[0][1] == {"lang": "ja"}
    assert reader.tags[3][1] == {"http-equiv": "Content-Security-Policy", "content": POLICY}
    assert POLICY.startswith("default-src 'none'") and "script" not in POLICY


def test_a_page_may_run_one_script_and_the_policy_names_it(tmp_path: Path) -> None:
    script = 'document.title = "seen";'
    path = tmp_path / "page.html"
    path.write_text(make_document("title", Words("en"), "text", script=script), encoding="utf-8")
    assert "text" in check(path, script=script).text
    path.write_text(make_document("title", Words("en"), "text"), encoding="utf-8")
    assert "script-src" not in path.read_text(encoding="utf-8") and "script" not in check(path).tags
