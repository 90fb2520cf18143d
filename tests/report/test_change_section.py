"""The section of two runs."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.report.conftest import HOSTILE
from tests.report.test_picture_card import picture

from tamesu.report.change_section import make_change_section, say_changes
from tamesu.results.averaged import Averaged
from tamesu.results.changed import Changes, compare_answers

IDS = tuple(f"id{row}" for row in range(60))


def changes(kind: str = "class", labels: tuple[str, ...] = HOSTILE) -> Changes:
    rng, rows = np.random.default_rng(0), np.arange(60)
    if kind == "value":
        truth, sides = rng.normal(size=60), [rng.normal(size=(60, 1)) for _ in "ab"]
        labels = ()
    elif kind == "multilabel":
        truth, sides = rng.integers(0, 2, (60, len(labels))), [rng.random((60, len(labels))) for _ in "ab"]
    else:
        truth, sides = rng.integers(0, len(labels), 60), [rng.dirichlet(np.ones(len(labels)), 60) for _ in "ab"]
    return compare_answers(*(Averaged(kind, labels, rows, truth, side, np.ones(60, int)) for side in sides))


def test_who_fixed_what_is_said_with_its_p() -> None:
    eye = np.eye(2)
    truth, rows = np.array([0] * 8 + [1] * 2), np.arange(10)
    one = Averaged("class", ("cat", "dog"), rows, truth, eye[[1] * 8 + [1, 1]], np.ones(10, int))
    two = Averaged("class", ("cat", "dog"), rows, truth, eye[[0] * 7 + [1, 0, 1]], np.ones(10, int))
    said = say_changes(compare_answers(one, two), ("A", "B"), "en")
    assert said[0] == "B fixed 7 that A had wrong and broke 1 that A had right; 1 are wrong in both, 1 of them in the same way."
    assert said[1] == "most gained: cat: 7 fixed, 0 broken; most lost: dog: 0 fixed, 1 broken"
    # 2 · (1 + 8) / 2⁸
    assert "p = 0.0703" in said[2] and "often differ" in said[2]
    assert say_changes(compare_answers(one, one), ("A", "B"), "en")[1] == "No image changed sides."


@pytest.mark.parametrize("kind", ["class", "multilabel", "value"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_hostile_names_are_text_in_every_kind(kind: str, language: str) -> None:
    found = changes(kind)
    html = make_change_section(found, ("<script>a", '"b'), IDS, lambda row: None, language).to_html()
    assert "<script" not in html and "onerror=alert(1)>" not in html
    assert "&lt;script&gt;" in html


def test_galleries_hold_the_rows_of_each_state() -> None:
    found = changes(labels=("a", "b"))
    body = make_change_section(found, ("A", "B"), IDS, lambda row: None, "en").body
    for state, head in (("fixed", "Fixed by B"), ("broke", "Broken by B"), ("alike", "Both wrong in the same way")):
        count = found.count(state)
        assert re.search(rf"{head} <small>{min(count, 24)} of {count}</small>", body)
    assert found.count("apart") == 0 and "Both wrong, differently" not in body


def test_pictures_stop_where_the_page_is_full() -> None:
    shown = picture()
    body = make_change_section(changes(), ("A", "B"), IDS, lambda row: shown, "en", page_bytes=10_000).body
    assert body.count("<img") > 0 and "did not fit" in body and len(body) < 25_000
