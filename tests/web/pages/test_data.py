"""The page of the data: findings with their images, and the gallery a stretch at a time."""

from __future__ import annotations

import json
import math
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.tiny import LABELS, write_competition
from tests.web.guarded import Pages

from tamesu.artifacts.audit_file import write_audit
from tamesu.results.finding import Chart, Finding


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_competition(tmp_path / "tiny", fresh=True)


def test_without_an_audit_it_says_which_command_makes_one(folder: Path) -> None:
    text = Pages(folder).ask("/data").text
    assert "<code>tamesu audit</code>" in text
    assert 'data-total="48"' in text


def test_findings_have_their_words_and_the_numbers_of_their_images(folder: Path) -> None:
    ids = [f"{row:03d}" for row in range(48)]
    chart = Chart("histogram", "height", {"train": [1.0, math.nan, 3.0]})
    found = [Finding("CONFIG_EMPTY", "severe", {}, rows=(4, 40), sets=((4, 40), (1, 2)), captions=("<b>", ""), charts=(chart,))]
    write_audit(folder, found, ids, data_digest="d", seconds=1.5, time="2026-08-01T09:00:00+00:00")
    pages = Pages(folder)
    data = json.loads(pages.ask("/data.json").body)
    [finding] = data["findings"]
    assert (finding["code"], finding["weight"], finding["rows"], finding["ids"]) == (
        "CONFIG_EMPTY",
        "severe",
        2,
        ["004", "040"],
    )
    assert [[card["number"] for card in cards] for cards in finding["sets"]] == [[4, 40], [1, 2]]
    text = pages.ask("/data").text
    assert 'src="/thumbnails/40"' in text
    assert "&lt;b&gt;" in text
    assert "<svg" in text


def test_a_damaged_audit_and_one_of_another_version_leave_the_gallery(folder: Path) -> None:
    (folder / "audit.json").write_text("{")
    answer = Pages(folder).ask("/data")
    assert answer.status == 200
    assert "audit.json" in answer.text
    assert 'data-total="48"' in answer.text
    write_audit(folder, [Finding("AUDIT_LONG_GONE", "note")], [], data_digest="d", seconds=1.0, time="then")
    assert "another version of tamesu" in Pages(folder).ask("/data").text


def test_a_table_that_is_at_fault_leaves_the_findings(folder: Path) -> None:
    (folder / "data" / "train.csv").write_text("something,else\n1,2\n")
    answer = Pages(folder).ask("/data")
    assert answer.status == 200
    assert "TABLE_NO_COLUMN" in answer.text


def test_the_gallery_comes_in_stretches_and_never_as_a_whole(folder: Path) -> None:
    pages = Pages(folder)

    def rows(query: str) -> dict[str, object]:
        return dict(json.loads(pages.ask(f"/data/rows.json?{query}").body))

    parts = [rows(f"from={first}&count=20")["rows"] for first in (0, 20, 40)]
    assert [len(part) for part in parts] == [20, 20, 8]  # type: ignore[arg-type]
    assert [one["number"] for part in parts for one in part] == list(range(48))  # type: ignore[attr-defined]
    assert len(rows("count=1000000")["rows"]) <= 500  # type: ignore[arg-type]
    found = rows(f"label={quote(LABELS[1])}&part=train")
    assert found["total"] == 12
    assert {one["label"] for one in found["rows"]} == {LABELS[1]}  # type: ignore[attr-defined]
    assert rows("q=no-such")["rows"] == []


def test_an_image_has_a_page_by_its_id(folder: Path) -> None:
    pages = Pages(folder)
    data = json.loads(pages.ask("/image.json?id=004").body)
    assert (data["number"], data["targets"]) == (4, {"kind": LABELS[1], "size": "110"})
    text = pages.ask("/image?id=004").text
    assert 'src="/pictures/4"' in text
    assert "/image?id=005" in text
    for wanted in ("", "4", "../004", "nobody"):
        assert pages.ask(f"/image?id={wanted}").status == 404
