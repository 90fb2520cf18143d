"""The page of submissions: the newest first, and what is damaged is named."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.web.guarded import Pages
from tests.web.many import write_many

from tamesu.web.pages.submissions import describe_submission


def test_each_file_with_its_run_and_what_was_said_of_it(tmp_path: Path) -> None:
    names = write_many(tmp_path, 2)
    place = tmp_path / "submissions"
    place.mkdir()
    for number, (name, about) in enumerate(
        [
            ("first", {"run": names[0], "seeds": [0], "public": 0.5, "decide": {"form": "<thresholds>"}}),
            ("second", {"run": "gone", "seeds": [0, 1], "public": "0.9"}),
        ]
    ):
        (place / f"{name}.csv").write_text("id\n")
        os.utime(place / f"{name}.csv", (1000 + number, 1000 + number))
        (place / f"{name}.json").write_text(json.dumps(about))
    (place / "broken.json").write_text("{")
    pages = Pages(tmp_path)
    data = json.loads(pages.ask("/submissions.json").body)
    assert [(one["name"], one["run"], one["public"], one["here"]) for one in data["rows"]] == [
        ("second", "gone", None, False),
        ("first", names[0], 0.5, True),
    ]
    assert data["damaged"] == ["broken.json"]
    text = pages.ask("/submissions").text
    assert "&lt;thresholds&gt;" in text
    assert 'href="/runs/gone"' not in text, "no link to a run that is not here"


def test_a_file_of_others_is_none_of_ours(tmp_path: Path) -> None:
    for content in ("[]", "{}", '{"name": 1}', ""):
        (tmp_path / "a.json").write_text(content)
        assert describe_submission(tmp_path / "a.json") is None


def test_without_any_it_says_which_command_writes_one(tmp_path: Path) -> None:
    write_many(tmp_path, 1)
    assert "<code>tamesu submit</code>" in Pages(tmp_path).ask("/submissions").text
