"""Whatever a page holds is text, but what `tamesu.report` built."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from tamesu.report.html import element
from tamesu.web.render import PLACES, make_environment, render_page, say_gain, say_number
from tamesu.web.starts import Starts
from tamesu.web.view import Desk, Page, View


def render(text: str, **values: object) -> str:
    return make_environment().from_string(text).render(**values)


def test_text_is_escaped_also_in_attributes_and_html_of_ours_is_not() -> None:
    hostile = "<script>alert('1')</script>\" onload=x"
    assert "<script>" not in render("{{ it }}", it=hostile)
    assert '" onload' not in render('<a title="{{ it }}">', it=hostile)
    assert render("{{ it }}", it=element("b", "<i>")) == "<b>&lt;i&gt;</b>"
    assert render("{{ named(it) }}", it="<i>") == '<bdi class="name">&lt;i&gt;</bdi>'


def test_what_utf8_or_html_cannot_hold_is_replaced() -> None:
    assert render("{{ it }}", it="a\udcff\x00b") == "a\ufffd\ufffdb"
    assert render("{{ it }}", it=None) == ""


def test_a_value_that_is_missing_is_a_fault_and_not_an_empty_place() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("{{ nothing }}")


def test_numbers_have_dashes_where_there_are_none() -> None:
    assert (say_number(None), say_number(float("nan")), say_gain(None)) == ("–", "–", "–")
    assert (say_number(0.5), say_gain(0.0123)) == ("0.5000", "+0.0123")


def test_the_page_names_its_language_and_where_one_is(tmp_path: Path) -> None:
    view = View(Desk(tmp_path, Starts(tmp_path)), "ja")
    text = render_page(Page("problem.html", "<t>", {"faults": ["<x>"], "codes": []}), view, "/runs.json", "?lang=en")
    assert '<html lang="ja">' in text
    assert "<title>&lt;t&gt;</title>" in text
    assert "&lt;x&gt;" in text
    assert text.count('aria-current="page"') == 1
    assert all(f'href="/{place}" data-key="{key}"' in text for place, key in PLACES)
    assert len({key for _, key in PLACES}) == len(PLACES)
