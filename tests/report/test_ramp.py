"""The ramp says the same to every eye: lightness rises steadily, also as people see it who lack one kind of cone."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tamesu.report.ramp import STOPS, color_ramp, ramp_css

# Linear RGB as seen without the long, the middle and the short cones, all of equal light: Viénot, Brettel and Mollon, Digital
# video colourmaps for checking the legibility of displays by dichromats, 1999; the third made the same way, by DaltonLens.
EYES = {
    "all cones": np.eye(3),
    "no long": np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]]),
    "no middle": np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]),
    "no short": np.array([[1.0, 0.14461, -0.14461], [0.0, 0.85924, 0.14076], [0.0, 0.85924, 0.14076]]),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}


def lightness(colors: np.ndarray, eye: np.ndarray) -> np.ndarray:
    """CIE L*, 0 to 100, of sRGB colours."""
    linear = np.where(colors / 255 <= 0.04045, colors / 255 / 12.92, ((colors / 255 + 0.055) / 1.055) ** 2.4)
    light = np.clip(linear @ eye.T, 0, 1) @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(light > (6 / 29) ** 3, 116 * np.cbrt(light) - 16, light * (29 / 3) ** 3)


@pytest.mark.parametrize("eye", list(EYES))
def test_hotter_is_lighter_for_every_eye_and_without_a_step(eye: str) -> None:
    found = lightness(color_ramp(np.linspace(0, 1, 101)).astype(float), EYES[eye])
    steps = np.diff(found)
    assert steps.min() > 0.3 and steps.max() < 1.8
    assert found[-1] - found[0] > 75


def test_between_two_stops_it_is_a_straight_line() -> None:
    stops = np.array(STOPS, float)
    middle = 0.5 / (len(STOPS) - 1)
    np.testing.assert_allclose(color_ramp(np.array([middle])), (stops[:1] + stops[1:2]) / 2)
    np.testing.assert_allclose(color_ramp(np.array([[-3.0, 7.0]])), stops[None, [0, -1]])


def test_the_page_shows_the_same_stops() -> None:
    found = [tuple(map(int, one.split())) for one in re.findall(r"rgb\(([^)]+)\)", ramp_css())]
    assert found == list(STOPS)
