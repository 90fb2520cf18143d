from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np

from tamesu.report.drawing import INK, TRAIN, drawing, make_axes, svg_width, to_svg


def draw(name: str = "one", label: str = "<b>猫</b> --> $\\frac$ _x") -> str:
    with drawing():
        figure, axes = make_axes()
        axes.plot([1, 2], color=TRAIN, clip_on=True)
        axes.set_title(label, color=INK)
        return to_svg(figure, name, 'a "title" & more')


def test_it_is_a_tree_without_words_of_the_user() -> None:
    svg = draw()
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("aria-label") == 'a "title" & more'
    assert "猫" not in svg and "frac" not in svg and "<!--" not in svg
    assert not {"script", "style", "image", "foreignObject"} & {node.tag.split("}")[1] for node in root.iter()}


def test_colours_are_the_pages_own() -> None:
    svg = draw()
    assert "var(--train)" in svg and "var(--ink)" in svg
    assert re.findall(r"#[0-9a-f]{6}\b", svg) == []


def test_ids_of_two_figures_do_not_meet_and_every_reference_is_there() -> None:
    ids = {}
    for name in ("one", "two"):
        svg = draw(name)
        ids[name] = re.findall(r' id="([^"]+)"', svg)
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) == set(ids[name])
    assert ids["one"] and not set(ids["one"]) & set(ids["two"])


def test_equal_figures_are_equal_bytes() -> None:
    assert draw() == draw()


def test_the_users_own_settings_neither_show_nor_change() -> None:
    import matplotlib

    plain = draw()
    with matplotlib.rc_context({"axes.grid": False, "font.size": 30, "lines.linewidth": 9}):
        before = dict(matplotlib.rcParams)
        assert draw() == plain
        assert dict(matplotlib.rcParams) == before


def test_the_natural_width_is_that_of_the_figure() -> None:
    assert np.isclose(svg_width(draw()), 4.0 * 72)  # type: ignore[arg-type]


def test_pictures_that_stand_alone_have_the_colours_of_the_page_in_daylight() -> None:
    from importlib.resources import files

    from tamesu.report.drawing import LIGHT, PAPER, VARIABLES

    style = files("tamesu.report").joinpath("style.css").read_text(encoding="utf-8")
    daylight = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", style[: style.index("@media")]))
    assert {VARIABLES[stand_in]: color for stand_in, color in LIGHT.items()} == {
        name: daylight[name] for name in VARIABLES.values()
    }
    with drawing(LIGHT):
        figure, axes = make_axes()
        assert figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0) and LIGHT[PAPER] == "#ffffff"
        assert axes.spines["bottom"].get_edgecolor()[0] > 0.8
