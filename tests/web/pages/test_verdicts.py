"""The page of verdicts: the newest on each idea, the queue, and what is tried."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from tests.ledger import verdict_of
from tests.web.guarded import Pages
from tests.web.many import write_many
from tests.web.trained import HOSTILE

from tamesu.artifacts.verdict import write_verdict


def test_the_newest_verdicts_and_the_ideas_without_one(tmp_path: Path) -> None:
    write_many(tmp_path, 1)
    ideas = {"size": {"image.size": 64}, "a": {"epochs": 50}, "b": {"epochs": 60, "why": HOSTILE}}
    (tmp_path / "ideas.yaml").write_text(yaml.safe_dump(ideas, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (tmp_path / "recipes" / "base.yaml").write_text("epochs: 3\n")
    write_verdict(tmp_path, verdict_of("a", {"epochs": 50}, "undecided", day=1))
    write_verdict(tmp_path, verdict_of("a", {"epochs": 50}, "keep", day=2))
    pages = Pages(tmp_path)
    data = json.loads(pages.ask("/verdicts.json").body)
    assert [(one["idea"], one["word"]) for one in data["verdicts"]] == [("a", "keep")]
    assert {one["name"] for one in data["queue"]} == {"size", "b"}
    assert (data["recipe"], data["trying"], data["problem"]) == ("base", None, "")
    text = pages.ask("/verdicts").text
    assert text.count('data-post="/tries"') == 2
    assert "<img src=x" not in text


def test_what_was_tried_last_is_shown_with_what_it_said(tmp_path: Path) -> None:
    write_many(tmp_path, 0)
    place = tmp_path / ".cache" / "ui"
    place.mkdir(parents=True)
    (place / "try.json").write_text(json.dumps({"idea": HOSTILE, "recipe": "base", "pid": 1, "started": "now"}))
    (place / "try.log").write_text("</pre><script>alert(1)</script>\n")
    text = Pages(tmp_path).ask("/verdicts").text
    assert "&lt;/pre&gt;&lt;script&gt;" in text
    assert "<img src=x" not in text
    assert 'data-running="no"' in text
