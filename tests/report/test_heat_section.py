"""The section of heat maps: whole HTML, names as text, every method side by side, small enough for a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.report.checker import Checker, check
from tests.results.heat_cases import make_heat, make_spots

from tamesu.artifacts.heat import METHODS, Heat
from tamesu.messages import Language
from tamesu.report.document import make_document
from tamesu.report.heat_section import PAGE_BYTES, draw_classes, make_heat_section
from tamesu.report.html import element
from tamesu.report.words import Words
from tamesu.results.heat_numbers import measure_heat

LABELS = ("<script>alert(1)</script>", "猫 & 犬")


def make_all(count: int = 3, size: int = 32) -> Heat:
    """Grad-CAM of all, the slow methods of the first, a truth of the second, an object in the first."""
    spots = make_spots([(place % 3 * 8, 8) for place in range(count)], size)
    first = spots.copy()
    first[1:] = np.nan
    truth = np.full_like(spots, np.nan)
    truth[1] = spots[1]
    objects = np.zeros(spots.shape, bool)
    objects[0, :16, :16] = True
    maps = {"grad_cam": spots, "occlusion": first}
    return make_heat(maps, [0, 1, 0][:count], truth=truth, objects=objects, scrambled={"grad_cam": spots[:2]})


def write(folder: Path, heat: Heat, language: Language = "en", labels: tuple[str, ...] = LABELS, **more: Any) -> Checker:
    """The section, parsed alone; on a page it is whole."""
    ids = more.pop("ids", [f"写真 <{place}>" for place in range(len(heat))])
    truth = more.pop("truth", np.array([0, 0, -1][: len(heat)]))
    section = make_heat_section(heat, measure_heat(heat), ids, truth, labels, language, **more)
    page = make_document("heat", Words(language), element("h1", "heat"), [section.to_html()], element("footer"))
    (folder / "page.html").write_text(page, encoding="utf-8")
    check(folder / "page.html")
    # The page's style is text as well.
    alone = Checker()
    alone.feed(section.to_html())
    return alone


def test_every_map_that_there_is_stands_beside_its_picture(tmp_path: Path) -> None:
    page = write(tmp_path, make_all())
    alts = [str(picture["alt"]) for picture in page.pictures]
    classes = [f"mean heat of {LABELS[0]}", f"mean heat of {LABELS[1]}"]
    first = [f"{name} of 写真 <0>" for name in ("as seen", "Grad-CAM", "occlusion")]
    second = [f"{name} of 写真 <1>" for name in ("as seen", "Grad-CAM", "Grad-CAM of the truth")]
    third = [f"{name} of 写真 <2>" for name in ("as seen", "Grad-CAM")]
    assert alts == [*classes, *first, *second, *third]
    assert all(picture["width"] and str(picture["src"]).startswith("data:image/jpeg") for picture in page.pictures)
    # The second is told as the second class and is of the first; the first is told rightly, of the third nothing is known.
    assert page.text.count("truth ") == 1
    assert re.search(rf"told {re.escape(LABELS[1])} \(90%\) · truth {re.escape(LABELS[0])}", page.text)


def test_numbers_are_those_that_were_measured(tmp_path: Path) -> None:
    page = write(tmp_path, make_all())
    # All heat of the first lies on an object of a quarter of the picture.
    assert "100% of the heat on the object (25% of the picture)" in page.text
    rows = re.findall(r"Grad-CAM3(.*?)occlusion1(.*?)place", page.text)
    assert rows == [("100%25%4.0 ×1.00", "100%25%4.0 ×–")]


def test_names_are_text_in_both_languages(tmp_path: Path) -> None:
    page = write(tmp_path, make_all(), "ja")
    assert LABELS[0] in page.text and "script" not in page.tags
    assert "予測クラスごとの平均" in page.text and "told" not in page.text


def test_a_target_without_classes_has_no_averages_and_no_words_of_a_class(tmp_path: Path) -> None:
    heat = make_heat({"grad_cam": make_spots([(0, 0), (8, 8)])}, [-1, -1])
    page = write(tmp_path, heat, labels=(), truth=None)
    assert len(page.pictures) == 4 and "told (" not in page.text and "Average by class" not in page.text
    assert "raises what was told" in page.text and "speaks for the class" not in page.text


def test_the_means_of_classes_are_those_of_the_section(tmp_path: Path) -> None:
    heat = make_all()
    means = list(draw_classes(measure_heat(heat), LABELS))
    assert [(name, count) for name, count, _ in means] == [(LABELS[0], 2), (LABELS[1], 1)]
    shown = [str(picture["src"]) for picture in write(tmp_path, heat).pictures]
    assert [uri for _, _, uri in means] == shown[:2]
    assert list(draw_classes(measure_heat(heat), ())) == []


def test_without_a_map_it_says_so(tmp_path: Path) -> None:
    heat = make_heat({"grad_cam": np.full((2, 8, 8), np.nan)})
    assert "There is no picture to explain." in write(tmp_path, heat).text
    assert not write(tmp_path, heat).pictures
    assert "There is no picture to explain." in write(tmp_path, make_heat({"grad_cam": np.zeros((0, 8, 8))}, [])).text


def test_long_and_turning_names_stay_in_their_place(tmp_path: Path) -> None:
    ids = ["あ" * 250, "\u202egpj.tac", "a\x00b"]
    page = write(tmp_path, make_all(), ids=ids, labels=("長" * 300, "\u2066x"))
    assert "\u202e" not in page.text and "\u2066" not in page.text and "\x00" not in page.text


@pytest.mark.parametrize("size", [32, 160])
def test_a_full_page_stays_small_and_says_what_it_leaves_out(size: int, tmp_path: Path) -> None:
    # Noise, which no JPEG can make small, of all methods.
    spots = np.random.default_rng(0).random((64, size, size)).astype(np.float32)
    heat = make_heat(dict.fromkeys(METHODS, spots), [0, 1] * 32)
    ids, truth = [str(row) for row in range(64)], np.zeros(64, np.int64)
    section = make_heat_section(heat, measure_heat(heat), ids, truth, LABELS, "en")
    html = section.to_html()
    shown = html.count("as seen of")
    assert len(html.encode("utf-8")) < PAGE_BYTES * 1.02
    assert (f"{shown} of 64 are shown." in html) == (shown < 64)
    assert shown == 64 if size == 32 else 10 < shown < 64
    assert html == make_heat_section(heat, measure_heat(heat), ids, truth, LABELS, "en").to_html()
