"""The files that never change, and that nothing in them comes from elsewhere."""

from __future__ import annotations

import re

import pytest

from tamesu.report.fonts import find_japanese_font
from tamesu.web import statics
from tamesu.web.statics import FONT, STATICS, read_static


@pytest.mark.parametrize("name", sorted(set(STATICS) - {FONT}))
def test_each_is_there_and_asks_nobody_for_anything(name: str) -> None:
    content = read_static(name)
    assert content is not None
    text = content.decode("utf-8")
    assert len(text) > 500
    assert not re.search(r"https?:|//[a-z]|@import|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)


@pytest.mark.parametrize("name", ["", "style.css", "../app.py", "pages.CSS", "/etc/passwd"])
def test_nothing_else_is_a_static_file(name: str) -> None:
    assert read_static(name) is None


def test_the_japanese_font_is_offered_exactly_when_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    read_static.cache_clear()
    path = find_japanese_font()
    if path is not None:
        assert read_static(FONT) == path.read_bytes()
        assert b"@font-face" in (read_static("pages.css") or b"")
    read_static.cache_clear()
    monkeypatch.setattr(statics, "find_japanese_font", lambda: None)
    assert read_static(FONT) is None
    assert b"@font-face" not in (read_static("pages.css") or b"")
    read_static.cache_clear()
