from __future__ import annotations

import itertools
import math
import re
import xml.etree.ElementTree as ET

import pytest

from tamesu.artifacts.verdict import Word
from tamesu.report.canvas import SHAPES, Scale, canvas, dot, find_ticks, label, line, percent, say_ticks, sign, symbol


@pytest.mark.parametrize(
    ("low", "high"), [(-0.013, 0.021), (0.8, 0.83), (-1e-7, 3e-7), (0.0, 1e6), (-5.0, 5.0), (0.99999, 1.00001), (12.3, 12.31)]
)
@pytest.mark.parametrize("most", [1, 3, 6])
def test_ticks_are_round_on_the_scale_and_evenly_apart(low: float, high: float, most: int) -> None:
    ticks = find_ticks(low, high, most)
    span = high - low
    assert 1 <= len(ticks) <= most
    assert all(low - 1e-6 * span <= tick <= high + 1e-6 * span for tick in ticks)
    steps = [after - before for before, after in itertools.pairwise(ticks)]
    for step in steps:
        assert step == pytest.approx(steps[0], rel=1e-4)
        figures = step / 10 ** math.floor(math.log10(step) + 1e-6)
        assert min(abs(figures - round_one) for round_one in (1, 2, 2.5, 5, 10)) < 1e-3


def test_ticks_read_back_and_differ() -> None:
    for low, high in ((-0.013, 0.021), (0.8, 0.83), (-1e-7, 3e-7), (0.0, 4e6)):
        ticks = find_ticks(low, high)
        texts = say_ticks(ticks)
        assert [float(text) for text in texts] == pytest.approx(ticks, abs=1e-3 * (high - low))
        assert len(set(texts)) == len(texts)
    assert say_ticks([-0.5, 0.0, 0.5], signed=True) == ["-0.5", "0", "+0.5"]


def test_a_scale_is_linear_and_ends_at_its_edges() -> None:
    scale = Scale(-1.0, 3.0, 10.0, 90.0)
    assert [scale.place(value) for value in (-1.0, 1.0, 3.0)] == [10.0, 50.0, 90.0]
    assert scale.place(-50.0) == 10.0 and scale.place(50.0) == 90.0 and not scale.holds(50.0)
    assert percent(12.3456) == "12.35%"


def test_every_verdict_has_a_shape_of_its_own() -> None:
    assert set(SHAPES) == set(Word.__args__) and len(set(SHAPES.values())) == 4
    for word in SHAPES:
        path = ET.fromstring(symbol(word, "10%", "5"))[0]
        numbers = [abs(float(n)) for n in re.findall(r"-?\d+(?:\.\d+)?", path.get("d") or "")]
        assert max(numbers) <= 10 and word in (ET.fromstring(sign(word)).get("class") or "")


def test_a_figure_is_a_tree_without_markup_of_the_user() -> None:
    text = canvas(
        line("0", "0", "100%", "0", "axis"), dot("1%", "2", 2.5, "pair"), label("<b>", "0", "0"), title='"<x>', class_="k"
    )
    root = ET.fromstring(text)
    assert root.get("aria-label") == '"<x>' and [child.tag for child in root] == ["line", "circle", "text"]
    assert root[2].text == "<b>"
