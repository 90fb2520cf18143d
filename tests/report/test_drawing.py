from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

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


# Linear RGB as seen without one kind of cone: Machado, Oliveira and Fernandes, A physiologically-based model for simulation of
# color vision deficiency, 2009, severity 1.0.
EYES = {
    "all cones": np.eye(3),
    "no long": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "no middle": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "no short": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
# Colours that mean different things in one figure or list; those of verdicts all stand side by side.
BESIDE = [("train", "val"), ("right", "wrong"), ("train", "undecided"), ("warn", "undecided")]
BESIDE += [("keep", "drop"), ("keep", "same"), ("keep", "undecided"), ("drop", "same"), ("drop", "undecided")]
BESIDE += [("same", "undecided")]


def see(color: str, eye: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of `#rrggbb` as an eye sees it."""
    srgb = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    x, y, z = (
        np.cbrt(one) if one > (6 / 29) ** 3 else one / (3 * (6 / 29) ** 2) + 4 / 29
        for one in TO_XYZ @ np.clip(eye @ linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_ruler_measures_as_published() -> None:
    # Red of sRGB, by Bruce Lindbloom's calculator; greys look the same to every eye.
    np.testing.assert_allclose(see("#ff0000", EYES["all cones"]), [53.24, 80.09, 67.20], atol=0.02)
    for eye in EYES.values():
        np.testing.assert_allclose(see("#808080", eye), see("#808080", np.eye(3)), atol=0.01)


@pytest.mark.parametrize("eye", list(EYES))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_side_by_side_differ_for_every_eye(scheme: str, eye: str) -> None:
    from importlib.resources import files

    style = files("tamesu.report").joinpath("style.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{([^}]*--ink[^}]*)\}", style)
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[["light", "dark"].index(scheme)]))
    found = {pair: np.linalg.norm(see(colors[pair[0]], EYES[eye]) - see(colors[pair[1]], EYES[eye])) for pair in BESIDE}
    assert {pair: value for pair, value in found.items() if value < 10} == {}
    # And none of them is lost on the ground it is drawn on.
    names = {name for pair in BESIDE for name in pair}
    assert min(np.linalg.norm(see(colors[name], EYES[eye]) - see(colors["card"], EYES[eye])) for name in names) > 30
