"""The section of mistakes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.report.conftest import HOSTILE
from tests.report.test_picture_card import picture

from tamesu.report.audit_sets import Picture
from tamesu.report.mistake_section import make_mistake_section
from tamesu.results.averaged import Averaged
from tamesu.results.mistakes import find_mistakes

IDS = tuple(f"id{row}" for row in range(30))


def said(kind: str = "class", labels: tuple[str, ...] = HOSTILE) -> Averaged:
    rng = np.random.default_rng(0)
    rows = np.arange(30)
    if kind == "value":
        return Averaged(kind, (), rows, rng.normal(size=30), rng.normal(size=(30, 1)), np.full(30, 2))
    if kind == "multilabel":
        truth = rng.integers(0, 2, (30, len(labels)))
        return Averaged(kind, labels, rows, truth, rng.random((30, len(labels))), np.full(30, 2))
    return Averaged(kind, labels, rows, rng.integers(0, len(labels), 30), rng.dirichlet(np.ones(len(labels)), 30), rows + 1)


def test_each_image_has_truth_answer_and_neighbours_with_their_labels() -> None:
    one = Averaged("class", ("cat", "dog"), np.array([3]), np.array([0]), np.array([[0.1, 0.9]]), np.array([2]))
    wears = ["dog", "cat", "dog", "cat"]
    near = {3: [(0, 0.9), (1, 0.8), (2, 0.7)]}
    section = make_mistake_section(one, find_mistakes(one), IDS, lambda row: picture(), "en", given=wears, neighbours=near)
    text = re.sub(r"<[^>]+>", " ", section.body)
    assert re.search(r"cat\s+→\s+dog", text)
    assert "10.0 % → 90.0 %" in text
    assert "2 of 3 neighbours wear that label" in text
    assert "1 of 1 images are told wrong (100.0 %)" in text
    # Most wrong and most uncertain, each with its neighbours.
    assert section.body.count('class="near told"') == 4
    assert section.body.count('class="near right"') == 2
    assert section.body.count("<img") == 8
    assert section.about == "out-of-fold, averaged over 2 prediction(s) an image"


@pytest.mark.parametrize("kind", ["class", "ordinal", "multilabel", "value"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_hostile_names_are_text_and_every_kind_has_its_section(kind: str, language: str) -> None:
    one = said(kind)
    section = make_mistake_section(one, find_mistakes(one), IDS, lambda row: None, language)
    html = section.to_html()
    assert "<script" not in html and "onerror=alert(1)>" not in html
    assert (kind == "value") or "&lt;script&gt;" in html
    assert section.to_html() == make_mistake_section(one, find_mistakes(one), IDS, lambda row: None, language).to_html()


def test_pictures_stop_where_the_page_is_full_and_every_gallery_has_its_first() -> None:
    one, shown = said(), picture()
    galleries = find_mistakes(one)
    whole = make_mistake_section(one, galleries, IDS, lambda row: shown, "en")
    small = make_mistake_section(one, galleries, IDS, lambda row: shown, "en", page_bytes=20_000)
    assert len(small.body) < 30_000 < len(whole.body)
    assert "did not fit" in small.body and "did not fit" not in whole.body
    total = sum(len(gallery.rows) for gallery in galleries)
    left = int(re.search(r"(\d+) more pictures", small.body)[1])  # type: ignore[index]
    assert small.body.count("<img") + left == total


def test_nothing_to_show_says_so() -> None:
    one = Averaged("class", ("a",), np.zeros(0, int), np.zeros(0, int), np.zeros((0, 1)), np.zeros(0, int))
    assert "no image to show" in make_mistake_section(one, [], (), no_picture, "en").body


def no_picture(row: int) -> Picture | None:
    return None
