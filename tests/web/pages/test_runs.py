"""The page of runs: order, filter, groups, and one stretch at a time."""

from __future__ import annotations

import json
import re

import pytest
from tests.web.guarded import Pages
from tests.web.many import write_many

from tamesu.web.listing import RunLine
from tamesu.web.pages.runs import COLUMNS, keep_lines, sort_lines

LINES = [
    RunLine("b", "scored", cv=0.5, recipe="x", question="Why longer?", stamp=3),
    RunLine("a", "scored", cv=None, recipe="y", backbone="resnet18", stamp=1),
    RunLine("c", "running", cv=0.9, recipe="x", metric="f1", stamp=2),
]


def test_order_by_any_column_with_gaps_at_the_end_both_ways() -> None:
    assert [one.name for one in sort_lines(LINES, "cv", descending=True)] == ["c", "b", "a"]
    assert [one.name for one in sort_lines(LINES, "cv", descending=False)] == ["b", "c", "a"]
    assert [one.name for one in sort_lines(LINES, "time", descending=True)] == ["b", "c", "a"]
    for column in COLUMNS:
        assert len(sort_lines(LINES, column, descending=True)) == 3


def test_all_words_must_stand_somewhere_and_filters_hold_together() -> None:
    def names(**wishes: str) -> list[str]:
        return [one.name for one in keep_lines(LINES, **wishes)]

    assert names(text="WHY x") == ["b"]
    assert names(text="resnet") == ["a"]
    assert names(state="running") == ["c"]
    assert names(metric="f1", text="x") == ["c"]
    assert names(metric="f1", text="y") == []


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("runs")
    write_many(folder, 30, recipes=3)
    return Pages(folder)


def read(pages: Pages, query: str) -> dict[str, object]:
    return dict(json.loads(pages.ask(f"/runs.json?{query}").body))


def test_a_stretch_follows_the_one_before(pages: Pages) -> None:
    whole = read(pages, "sort=cv&order=desc")["runs"]
    assert isinstance(whole, list)
    scores = [one["cv"] for one in whole]
    assert scores == sorted(scores, reverse=True)
    found: list[object] = []
    for first in (0, 12, 24):
        part = read(pages, f"sort=cv&order=desc&from={first}&count=12")
        assert (part["total"], part["first"]) == (30, first)
        found += part["runs"]  # type: ignore[operator]
    assert found == whole


def test_the_links_of_the_page_lead_through_all_runs(pages: Pages) -> None:
    address: str | None = "/runs?count=12&q=recipe"
    seen: list[str] = []
    while address is not None:
        text = pages.ask(address).text
        seen += re.findall(r'class="go" href="/runs/([^"]+)"', text)
        following = re.search(r'<a href="([^"]+)" rel="next"', text)
        address = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 30


@pytest.mark.parametrize(
    "query", ["sort=__class__", "sort=stamp", "order=up", "from=-1", "count=0", "count=99999999", "from=x", "q=%00"]
)
def test_an_address_that_makes_no_sense_is_no_error(pages: Pages, query: str) -> None:
    assert pages.ask(f"/runs?{query}").status == 200


def test_groups_add_up_to_all_runs(pages: Pages) -> None:
    groups = read(pages, "group=recipe")["groups"]
    assert isinstance(groups, list)
    assert [(one["recipe"], one["runs"]) for one in groups] == [("recipe00", 10), ("recipe01", 10), ("recipe02", 10)]
    assert "recipe01" in pages.ask("/runs?group=recipe").text
