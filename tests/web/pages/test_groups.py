"""The galleries of images that belong together: every set, the largest first, some at a time, and what they differ in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.tiny import write_competition
from tests.web.guarded import Pages

from tamesu.artifacts.audit_rows import AuditRows, write_audit_rows
from tamesu.artifacts.folds import FoldTable
from tamesu.web.pages.groups import MOST_IN_SET, SETS_A_PAGE


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Labels go round by three; rows from 036 on are of test; the folds are those of even and odd rows."""
    folder = write_competition(tmp_path_factory.mktemp("groups") / "tiny", fresh=True)
    folds = (np.arange(36) % 2)[:, None].astype(np.int32)
    FoldTable(tuple(f"{row:03d}" for row in range(36)), folds, 2).write(folder / "folds")
    copies = (
        tuple(f"{row:03d}" for row in range(0, 36, 2)),
        ("000", "003", "040"),
        ("001", "007"),
        ("002", "gone"),
        *((f"{row:03d}", f"{row + 6:03d}") for row in range(25)),
    )
    sets = {"copies": copies, "kept": (("003", "004", "005"),)}
    write_audit_rows(folder, AuditRows(target="kind", time="then", sets=sets))
    return Pages(folder)


def read(pages: Pages, query: str = "") -> dict[str, Any]:
    return dict(json.loads(pages.ask(f"/groups.json{query}").body))


def test_every_set_is_on_some_page_and_the_largest_first(pages: Pages) -> None:
    first = read(pages)
    assert (first["kinds"], first["of"], first["total"]) == ({"copies": 29, "kept": 1}, "copies", 28)
    assert len(first["sets"]) == SETS_A_PAGE
    assert (first["sets"][0]["size"], len(first["sets"][0]["cards"])) == (18, MOST_IN_SET)
    sizes = [one["size"] for one in first["sets"]]
    assert sizes == sorted(sizes, reverse=True)
    rest = read(pages, f"?of=copies&from={SETS_A_PAGE}")["sets"]
    places = [one["set"] for one in (*first["sets"], *rest)]
    # The fourth has one row that is still there, and one is no set.
    assert places == [place for place in range(29) if place != 3]
    text = pages.ask("/groups").text
    assert 'rel="next"' in text and 'rel="prev"' not in text
    assert "only=&amp;set=0" in text
    assert read(pages, "?of=kept")["sets"][0]["labels"] != []


def test_a_set_says_in_what_its_images_differ_and_can_be_chosen_by_it(pages: Pages) -> None:
    sets = {one["set"]: one["differs"] for one in read(pages)["sets"]}
    # By hand: even rows have all labels and one fold; 000, 003 and 040 one label, two folds, and test; 001 and 007 are equal.
    assert sets[0] == ["labels"]
    assert sets[1] == ["folds", "parts"]
    assert sets[2] == []
    assert [one["set"] for one in read(pages, "?only=parts")["sets"]] == [1]
    assert [one["set"] for one in read(pages, "?only=labels")["sets"]] == [0]
    assert read(pages, "?only=nonsense")["total"] == 28


def test_one_set_is_shown_whole(pages: Pages) -> None:
    found = read(pages, "?of=copies&set=0")
    assert (found["whole"], found["total"], len(found["sets"][0]["cards"])) == (True, 1, 18)
    assert [card["number"] for card in found["sets"][0]["cards"]] == list(range(0, 36, 2))
    assert read(pages, "?set=999")["whole"] is False
    assert pages.ask("/groups?from=999999&of=%3Cb%3E&set=<script>").status == 200


def test_without_sets_it_says_what_to_do(tmp_path: Path) -> None:
    write_competition(tmp_path, fresh=True)
    pages = Pages(tmp_path)
    assert "<code>tamesu audit</code>" in pages.ask("/groups").text
    write_audit_rows(tmp_path, AuditRows(target="kind", time="then"))
    assert "has found images that belong together" in pages.ask("/groups").text
    assert json.loads(pages.ask("/data.json").body)["groups"] == {}
