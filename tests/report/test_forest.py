from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from tamesu.report.forest import show_forest
from tamesu.report.verdict_notes import order_verdicts
from tamesu.report.words import Words

EN = Words("en")


def strips_of(verdicts) -> list[ET.Element]:
    """The strip of each verdict; the last is the axis."""
    return [
        ET.fromstring(svg)
        for svg in re.findall(r'<svg role="img".*?class="strip[^>]*>.*?</svg>(?=<span)', show_forest(verdicts, EN))
    ]


def places(strip: ET.Element, kind: str, key: str) -> list[float]:
    """Where the marks of a class stand, in per cent of the width."""
    found = [mark for mark in strip if (mark.get("class") or "").split()[:1] == [kind]]
    return [float((mark.get(key) or "").rstrip("%")) for mark in found]


def test_every_pair_is_a_dot_and_all_that_is_drawn_stands_on_one_axis(ledger) -> None:
    verdicts = order_verdicts(ledger[:3])
    *strips, axis = strips_of(verdicts)
    assert len(strips) == 3
    # Any two dots fix the axis; everything else must be where they say.
    gains = [pair.gain for pair in verdicts[0].pairs]
    slope, start = np.polyfit(gains, places(strips[0], "pair", "cx"), 1)
    for verdict, strip in zip(verdicts, strips, strict=True):

        def at(value: float) -> object:
            return pytest.approx(start + slope * value, abs=0.03)

        assert [at(pair.gain) for pair in verdict.pairs] == places(strip, "pair", "cx")
        assert places(strip, "zero", "x1") == [at(0.0)]
        assert places(strip, "symbol", "x") == [at(verdict.gain)]
        assert places(strip, "rope", "x") == [at(-verdict.rope)]
        assert places(strip, "rope", "width") == [pytest.approx(2 * verdict.rope * slope, abs=0.03)]
        assert sorted(places(strip, "noise", "x1")) == [at(-verdict.noise), at(verdict.noise)]
        bar, *stops = (mark for mark in strip if (mark.get("class") or "").startswith("reach"))
        assert [float((bar.get(key) or "").rstrip("%")) for key in ("x1", "x2")] == [at(verdict.low), at(verdict.high)]
        assert len(stops) == 2 and bar.get("class") == f"reach {verdict.word}"
    ticks = [mark for mark in axis if mark.get("class") == "tick" and "%" in (mark.get("x") or "")]
    numbers = [
        (float((mark.get("x") or "").rstrip("%")), mark.text or "")
        for mark in ticks
        if re.fullmatch(r"[-+\d.]+", mark.text or "")
    ]
    assert len(numbers) >= 2
    assert all(x == pytest.approx(start + slope * float(text), abs=0.03) for x, text in numbers)


def test_hundreds_of_pairs_are_all_there_and_inside_the_strip(ledger) -> None:
    strip, _ = strips_of([ledger[4]])
    dots = [mark for mark in strip if (mark.get("class") or "").startswith("pair")]
    assert len(dots) == 300
    assert all(20 < float(mark.get("cy") or 0) < 46 for mark in dots)
    assert len({mark.get("cy") for mark in dots}) > 3


def test_one_hopeless_idea_does_not_squeeze_the_others(ledger, make_verdict) -> None:
    wild = make_verdict("wild", (-5.0, 4.0), word="drop", low=-60.0, high=60.0)
    verdicts = [*ledger[:3], wild]
    *strips, _ = strips_of(verdicts)
    ends = places(strips[0], "symbol", "x")[0] - places(strips[0], "zero", "x1")[0]
    assert ends > 10
    assert sorted(places(strips[3], "pair", "cx")) == [0.0, 100.0]
    assert "beyond the axis: 2 dots" in show_forest(verdicts, EN)
    assert "beyond" not in show_forest(ledger[:3], EN)


def test_without_pairs_there_is_only_the_ground(ledger) -> None:
    text = show_forest([ledger[6]], EN)
    assert "no pairs" in text and "nan" not in text
    strip, _ = strips_of([ledger[6]])
    assert not [mark for mark in strip if (mark.get("class") or "").split()[0] in ("pair", "symbol", "reach")]
    assert len(places(strip, "zero", "x1")) == 1


@pytest.mark.parametrize("gains", [(0.0, 0.0, 0.0), (1e-6, 2e-6), (1e6, -2e6), (0.5,)])
def test_any_size_of_gain_can_be_drawn(make_verdict, gains) -> None:
    for rope in (0.0, 0.001):
        verdict = make_verdict("a", gains, rope=rope, noise=None)
        strip, _ = strips_of([verdict])
        assert len(places(strip, "pair", "cx")) == len(gains)
        assert all(0 <= place <= 100 for place in places(strip, "pair", "cx"))


def test_names_are_text_of_the_page_and_never_markup(make_verdict) -> None:
    text = show_forest([make_verdict("セピア調"), make_verdict('"><script>alert(1)</script>')], EN)
    assert '<bdi class="name">セピア調</bdi>' in text
    assert "<script" not in text and "&lt;script&gt;" in text


def test_the_legend_has_the_words_that_occur(ledger) -> None:
    legend = show_forest(ledger[:2], Words("ja")).split('class="legend"')[1]
    assert "採用" in legend and "未決" in legend and "不採用" not in legend
