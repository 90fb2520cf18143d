"""The page of ideas: where each stands, and every card of the drawer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.ledger import verdict_of
from tests.tiny import write_competition
from tests.web.guarded import Pages

from tamesu.artifacts.verdict import write_verdict
from tamesu.cards import CARDS


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_card_is_there_with_lines_to_paste(tmp_path: Path, language: str) -> None:
    pages = Pages(write_competition(tmp_path / "tiny"))
    data = json.loads(pages.ask(f"/ideas.json?lang={language}").body)
    assert [card["name"] for card in data["cards"]] == list(CARDS)
    [sepia] = [card for card in data["cards"] if card["name"] == "sepia"]
    assert sepia["lines"] == ["sepia: {augmentations+: {sepia: {p: 0.1}}}"]
    text = pages.ask(f"/ideas?lang={language}").text
    assert all(f'id="card-{name}"' in text for name in CARDS)


def test_an_idea_stands_where_its_verdict_puts_it(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "tiny")
    (folder / "ideas.yaml").write_text("a: {epochs: 9}\nb: {epochs: 7}\nc: {epochs: 8}\n")
    write_verdict(folder, verdict_of("a", {"epochs": 9}, "keep"))
    write_verdict(folder, verdict_of("b", {"epochs": 7}, "drop", day=2))
    data = json.loads(Pages(folder).ask("/ideas.json").body)
    assert {one["name"]: one["state"] for one in data["standings"]} == {"a": "keep", "b": "drop", "c": "untried"}
    assert {one["name"]: one["gain"] for one in data["standings"]} == {"a": 0.02, "b": -0.02, "c": None}
