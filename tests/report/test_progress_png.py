from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tamesu.report import fonts
from tamesu.report.drawing import KEEP, LIGHT, drawing
from tamesu.report.progress_chart import HistoryPoint
from tamesu.report.progress_png import ROOMS, draw, drawable, place_names, set_columns, write_history_png
from tamesu.report.words import Words


def make_points(names: list[str], others: int = 2) -> list[HistoryPoint]:
    """A step for each name, and dropped ideas between them."""
    points, level = [], 0.7
    for name in names:
        points.append(HistoryPoint("2026-10-01T00:00:00Z", level + 0.01, level, "keep", name, True))
        level += 0.01
        points += [HistoryPoint("2026-10-02T00:00:00Z", level - 0.004, level, "drop", "x") for _ in range(others)]
    return points


def write(points: list[HistoryPoint], path: Path, **options: object) -> np.ndarray:
    settings = {"metric": "accuracy", "greater_is_better": True, **options}
    assert write_history_png(points, path, **settings) == path
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


def count(pixels: np.ndarray, color: str) -> int:
    wanted = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    return int((pixels == wanted).all(axis=2).sum())


def test_it_is_large_on_a_light_ground_with_the_stairs_in_their_colour(tmp_path: Path) -> None:
    pixels = write(make_points(["smoothing", "セピア調", "resnext"]), tmp_path / "new" / "history.png")
    assert pixels.shape == (960, 1800, 3)
    assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()
    assert count(pixels, LIGHT[KEEP]) > 5000


@pytest.mark.parametrize("greater", [True, False])
@pytest.mark.parametrize(
    "names", [["a"], ["平滑化", "長い名前のアイデアその一", "x" * 90], [f"idea number {i}" for i in range(9)]]
)
def test_names_are_written_and_touch_neither_each_other_nor_the_edge(names: list[str], greater: bool) -> None:
    points = make_points(names)
    if not greater:
        points = [HistoryPoint(p.time, 2 - p.score, 2 - p.baseline, p.word, p.name, p.is_step) for p in points]
    with drawing(LIGHT):
        for room in ROOMS:
            figure, axes, shown = draw(points, "accuracy", greater, Words("en"), "", room)
            if place_names(figure, axes, points, shown, greater):
                break
        else:
            pytest.fail("no room")
        texts = [text for text in axes.texts if text.get_text()]
        assert [text.get_text() for text in texts] == shown
        boxes = [text.get_window_extent() for text in texts]
    for place, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:place])
        assert box.x0 > 0 and box.x1 < figure.bbox.width


def test_many_steps_are_numbered_and_listed_below(tmp_path: Path) -> None:
    pixels = write(make_points([f"とても長い名前のアイデア {i}" for i in range(50)], others=0), tmp_path / "h.png")
    assert pixels.shape[0] > 960 and pixels.shape[1] == 1800
    below = pixels[960:] < 128
    assert below.any(axis=(1, 2)).sum() > 200


def test_letters_without_a_glyph_are_never_boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_japanese_font", lambda: None)
    # matplotlib warns of a missing glyph, and a warning fails the test.
    write(make_points(["セピア調", "mixup 強め"]), tmp_path / "h.png", language="ja", title="芸術作品", metric="指標")
    write(make_points(["猫" * 30] * 40), tmp_path / "many.png", language="ja")
    assert drawable("セピア調", "idea 3") == "idea 3"
    assert drawable("mixup 強め", "idea 3") == "mixup"


def test_names_are_no_mathematics(tmp_path: Path) -> None:
    write(make_points(["$\\frac{1}{2}$", "a_b^c", "$"]), tmp_path / "h.png", title="$\\frac")


@pytest.mark.parametrize(
    "points", [[], [HistoryPoint("", None, None, "keep", "a", True)], [HistoryPoint("", 0.5, None, "same", "a")]]
)
def test_little_or_nothing_can_be_drawn(points: list[HistoryPoint], tmp_path: Path) -> None:
    assert write(points, tmp_path / "h.png", language="ja").shape == (960, 1800, 3)


def test_equal_points_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        write(make_points(["a", "b"]), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_columns_are_read_from_top_to_bottom() -> None:
    assert set_columns([], 3) == []
    assert set_columns(["1"], 3) == [["1"]]
    assert [name for column in zip(*set_columns(list("abcdef"), 3), strict=True) for name in column] == list("abcdef")
