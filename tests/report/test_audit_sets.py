from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from tamesu.report.audit_sets import MOST_PICTURES, MOST_SETS, PAGE_BYTES, Shelf, find_sets, read_picture, show_sets
from tamesu.results.audit.view import AuditView
from tamesu.results.finding import Finding


def draw(row: int, kind: str = "JPEG", size: tuple[int, int] = (128, 96)) -> bytes:
    pixels = np.random.default_rng(row).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format=kind)
    return buffer.getvalue()


def make_view(findings: list[Finding], rows: int = 300, thumbnail=draw, **more) -> AuditView:
    ids = tuple(f"image {row}" for row in range(rows))
    return AuditView("x", tuple(findings), ids, rows - 10, thumbnail, **more)


def test_a_picture_has_id_label_and_fold_below_and_a_test_row_says_so() -> None:
    view = make_view([Finding("X", "note", sets=((0, 295),), captions=("0.98",))], labels=("猫",), folds=("3, 1",))
    ((html,),) = show_sets(view, "en")
    assert [base64.b64decode(data) for data in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', html)] == [
        draw(0),
        draw(295),
    ]
    assert re.findall(r'alt="([^"]+)"', html) == ["image of image 0", "image of image 295"]
    text = re.sub("<[^>]+>", "|", html)
    assert re.sub(r"\|+", "|", text) == "|image 0|猫|fold 3, 1|image 295|test|0.98|"


def test_so_many_sets_of_so_many_pictures_and_the_rest_is_counted() -> None:
    finding = Finding("X", "note", sets=tuple(tuple(range(k, k + 11)) for k in range(40)))
    (sets,) = show_sets(make_view([finding]), "en")
    assert len(sets) == MOST_SETS
    assert all(one.count("<img") == MOST_PICTURES and "+3 more" in one for one in sets)


def test_the_page_has_a_limit_and_every_finding_its_first_sets() -> None:
    big = lambda row: draw(row, "PNG")  # noqa: E731
    findings = [Finding("X", "note", sets=tuple((k, k + 1) for k in range(24))) for _ in range(5)]
    shown = show_sets(make_view(findings, thumbnail=big), "en", page_bytes=1_500_000)
    counts = [len(sets) for sets in shown]
    assert sum(len(one.encode()) for sets in shown for one in sets) <= 1_500_000
    # Each picture is about 49 kB in base64, a set twice that.
    assert max(counts) - min(counts) <= 1 and min(counts) == 3 and counts == sorted(counts, reverse=True)
    assert PAGE_BYTES < 15_000_000


def test_each_picture_is_made_once_and_only_those_shown() -> None:
    asked: list[int] = []

    def thumbnail(row: int) -> bytes:
        asked.append(row)
        return draw(row, size=(16, 16))

    findings = [Finding("X", "note", sets=((1, 2), (2, 3))), Finding("X", "note", rows=tuple(range(200)))]
    show_sets(make_view(findings, thumbnail=thumbnail), "en")
    assert sorted(asked) == list(range(MOST_SETS))


def test_a_finding_without_sets_shows_its_rows_unless_none_is_readable() -> None:
    finding = Finding("X", "note", rows=(7, 5))
    assert find_sets(finding) == [((7,), ""), ((5,), "")]
    assert [len(sets) for sets in show_sets(make_view([finding]), "en")] == [2]
    assert show_sets(make_view([finding], thumbnail=lambda row: None), "en") == [[]]
    # What a finding wants shown is shown, even where it cannot be.
    wanted = Finding("X", "note", sets=((7, 5),))
    assert "not readable" in show_sets(make_view([wanted], thumbnail=lambda row: None), "en")[0][0]


def test_small_pictures_keep_their_pixels() -> None:
    shelf = Shelf(make_view([], thumbnail=lambda row: draw(row, "PNG", (8, 8) if row else (128, 8))), "en")
    assert 'class="small"' in shelf.show(1) and 'class="small"' not in shelf.show(0)


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"GIF89a\x01\x00\x01\x00", draw(0)[:10]])
def test_what_is_no_picture_is_none(content: bytes) -> None:
    assert read_picture(content) is None


def test_texts_of_the_user_are_data_and_bounded() -> None:
    bad = '"><img src=x onerror=alert(1)>\u202e\x1b[0m'
    view = AuditView("x", (), (bad,), 1, draw, labels=("甲" * 5000,), folds=(bad,))
    html = Shelf(view, "en").show_set((0,), bad)
    assert html.count("<img") == 1 and "onerror=alert" in html and "<img src=x" not in html
    assert "\x1b" not in html and "\u202e" not in html and html.count("甲") <= 400
