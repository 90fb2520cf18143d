from __future__ import annotations

import math
import re

from tamesu.report.html import Html, join
from tamesu.report.section import Section, bar, facts, panel, table, wide_plot
from tamesu.report.words import Words


def test_cells_are_escaped_and_numbers_stand_right() -> None:
    text = table(["<a>", "n"], [["<script>", "1"]], numeric=[1])
    assert "<script>" not in text and "&lt;script&gt;" in text
    assert '<td class="number">1</td>' in text
    assert '<th class="number" scope="col">n</th>' in text


def test_a_bar_keeps_within_its_track() -> None:
    words = Words("en")
    assert "--share:1.000" in bar(1.2, words)
    assert "--share:0.250" in bar(0.25, words) and "0.250" in re.sub("<.*?>", "", bar(0.25, words))
    assert "undefined" in bar(math.nan, words)


def test_panels_name_their_colours() -> None:
    shown = panel("<t>", Html("<svg></svg>"), "note", [("train", "学習")])
    assert "&lt;t&gt;" in shown and 'class="key train"' in shown and "学習" in shown
    assert "legend" not in panel("t", Html("<svg></svg>"))


def test_a_section_has_its_anchor_and_heading() -> None:
    text = Section("x", join("T<"), Html("<p>b</p>"), about="k").to_html()
    assert text == '<section id="x"><h2>T&lt; <small>k</small></h2><p>b</p></section>'


def test_facts_and_wide_plots() -> None:
    assert facts([("a", "<b>")]) == '<dl class="facts"><dt>a</dt><dd>&lt;b&gt;</dd></dl>'
    assert "width:125px" in wide_plot(Html('<svg viewBox="0 0 100 50"></svg>'))
