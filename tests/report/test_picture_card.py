"""A picture with lines under it."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from tamesu.report.audit_sets import Picture
from tamesu.report.html import data_uri, element
from tamesu.report.picture_card import show_card, shrink_picture


def picture(height: int = 60, width: int = 120) -> Picture:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 250
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="JPEG", quality=95)
    return Picture(data_uri(buffer.getvalue(), "jpeg"), width, height)


def test_a_shrunk_picture_shows_the_same() -> None:
    small = shrink_picture(picture(), 40)
    assert (small.width, small.height) == (40, 20)
    assert small.uri.startswith("data:image/webp;base64,")
    with Image.open(io.BytesIO(base64.b64decode(small.uri.partition(",")[2]))) as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels[10, 5, 0] > 200
    assert pixels[10, 35].max() < 60
    assert shrink_picture(picture(), 40) == small


def test_a_card_has_its_lines_and_its_id_as_text() -> None:
    card = show_card(picture(), '<b>"1"</b>', [element("b", "cat"), None], "en")
    assert "&lt;b&gt;" in card and "<b>cat</b>" in card and "<b>&" not in card
    assert 'alt="image of &lt;b&gt;' in card


def test_what_cannot_be_shown_says_so() -> None:
    assert "読めません" in show_card(None, "a", [], "ja")
