"""The picture of a range test: its size, its marks, its letters."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tamesu.report import rate_chart
from tamesu.report.drawing import DROP, KEEP, LIGHT, UNDECIDED
from tamesu.report.rate_chart import find_range, say, write_rate_png
from tamesu.results.rate_test import RateCurve, make_rates, read_curve


def bowl() -> RateCurve:
    """A loss of 2 that falls to 1 around a rate of 1e-3 and runs away above 0.1."""
    rates = make_rates(100)
    logs = np.log10(rates)
    return read_curve(rates, (2.0 - 1.0 / (1 + np.exp(-4 * (logs + 3))) + np.exp(6 * (logs + 1))).tolist())


def columns_of(picture: np.ndarray, color: str) -> np.ndarray:
    """Columns in which a colour stands over at least a third of the height."""
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    near = (np.abs(picture.astype(int) - (blue, green, red)).sum(axis=2) < 12).sum(axis=0)
    return np.flatnonzero(near > picture.shape[0] / 3)


@pytest.mark.parametrize(("own", "color"), [(1e-3, UNDECIDED), (1e-9, DROP), (1e4, DROP)])
def test_the_marks_stand_at_their_rates(tmp_path, own: float, color: str) -> None:
    curve = bowl()
    path = write_rate_png(curve, tmp_path / "reports" / "lr.png", own=own, recipe="base")
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (720, 1280, 3)
    suggested, mine = columns_of(picture, LIGHT[KEEP]).mean(), columns_of(picture, LIGHT[color]).mean()
    # Where the axis begins and ends is where a rate outside of it is marked.
    left, right = 60.0, 1280.0
    expected = {1e-9: mine < suggested and mine < left + 80, 1e4: mine > suggested and mine > right - 80}
    assert expected.get(own, abs(mine - suggested) < 60)


def test_the_drawing_ends_a_little_above_where_the_loss_began() -> None:
    low, high = find_range(bowl())
    assert 0.8 < low < 1.0
    assert 2.0 < high < 3.0


def test_a_curve_without_a_fall_has_no_suggestion(tmp_path) -> None:
    flat = read_curve(make_rates(40), [1.0] * 40)
    path = write_rate_png(flat, tmp_path / "lr.png", own=1e-3, recipe="基準")
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    assert len(columns_of(picture, LIGHT[KEEP])) == 0


def test_without_japanese_letters_it_speaks_english(monkeypatch) -> None:
    assert "学習率" in say("lr_axis", "ja")
    monkeypatch.setattr(rate_chart, "can_draw", lambda texts: all(text.isascii() for text in texts))
    assert say("lr_axis", "ja") == say("lr_axis", "en")
