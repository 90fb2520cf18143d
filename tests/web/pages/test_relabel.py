"""The page on which labels are decided: what it shows of audit and worksheet, escaped, and what it says without them."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.tiny import LABELS, write_competition
from tests.web.guarded import Pages

from tamesu.artifacts.audit_rows import AuditRows, DoubtedRow, Near, write_audit_rows

HOSTILE = "</div><script>alert(1)</script>"


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    folder = write_competition(tmp_path / "tiny", fresh=True)
    doubts = (
        DoubtedRow(id="001", label=LABELS[1], reason="copies"),
        DoubtedRow(
            id="004", label=LABELS[1], proposed=LABELS[0], reason="probs", odds=50.0, chance=0.0182, proposed_chance=0.91,
            near=(Near(id="007", likeness=0.98), Near(id="gone", likeness=0.5)),
        ),
    )  # fmt: skip
    write_audit_rows(folder, AuditRows(target="kind", time="then", doubts=doubts))
    return Pages(folder)


def given(text: str) -> dict[str, Any]:
    """What the script of the page works with."""
    found = re.search(r'<div id="data" hidden>(.*?)</div>', text, re.DOTALL)
    assert found
    return dict(json.loads(html.unescape(found[1])))


def test_doubts_come_with_probabilities_and_the_images_most_like_them(pages: Pages) -> None:
    data = json.loads(pages.ask("/relabel.json").body)
    assert (data["target"], sorted(data["labels"]), data["decided"], data["in_force"]) == ("kind", sorted(LABELS), 0, False)
    assert [(row["id"], row["number"], row["proposed"]) for row in data["rows"]] == [("001", 1, ""), ("004", 4, LABELS[0])]
    assert "1.8" in data["rows"][1]["reason"] and "91" in data["rows"][1]["reason"]
    assert [(one["number"], one["id"], one["label"], one["likeness"]) for one in data["rows"][1]["near"]] == [
        (7, "007", LABELS[1], 0.98)
    ]
    text = pages.ask("/relabel").text
    assert 'src="/thumbnails/4"' in text and 'data-large="/pictures/4"' in text
    assert text.index("/static/keeping.js") < text.index("/static/relabel.js")
    assert "corrections: relabel/kind.csv" in text
    assert [row["id"] for row in given(text)["rows"]] == ["001", "004"]
    assert given(text)["begun"] is False
    assert "relabel/kind.md" in text


def test_what_was_decided_is_there_again_with_the_guideline(pages: Pages) -> None:
    body = {"key": "k" * 8, "target": "kind", "decisions": [{"id": "004", "new_label": LABELS[0], "note": HOSTILE}]}
    assert pages.ask("/relabel/decisions", "POST", body=json.dumps(body).encode()).status == 200
    (pages.folder / "relabel" / "kind.md").write_text(f"# Rules\n\n- **{HOSTILE}**\n", encoding="utf-8")
    text = pages.ask("/relabel").text
    assert [row["new_label"] for row in given(text)["rows"]] == ["", LABELS[0]]
    assert given(text)["rows"][1]["note"] == HOSTILE
    assert given(text)["begun"] is True
    assert "<h3>Rules</h3><ul><li><strong>&lt;/div&gt;" in text
    assert "<script>alert" not in text
    data = json.loads(pages.ask("/data.json").body)
    assert data["relabel"] == {"count": 2, "decided": 1}
    assert 'href="/relabel"' in pages.ask("/data").text


def test_a_worksheet_of_before_is_shown_without_what_the_audit_would_add(pages: Pages) -> None:
    (pages.folder / "audit" / "rows.json").unlink()
    sheet = pages.folder / "relabel" / "kind.csv"
    sheet.parent.mkdir()
    lines = ["id,image,label,proposed,reason,new_label", f"004,x,{LABELS[1]},{LABELS[0]},odds,", "nobody,,,,,"]
    sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = json.loads(pages.ask("/relabel.json").body)["rows"]
    assert [(row["id"], row["number"], row["reason"], row["near"]) for row in rows] == [
        ("004", 4, "odds", []),
        ("nobody", None, "", []),
    ]
    assert pages.ask("/relabel").status == 200


def test_without_doubts_it_says_what_to_do(tmp_path: Path) -> None:
    write_competition(tmp_path, fresh=True)
    pages = Pages(tmp_path)
    text = pages.ask("/relabel").text
    assert "<code>tamesu audit</code>" in text and "/static/relabel.js" not in text
    write_audit_rows(tmp_path, AuditRows(target="kind", time="then"))
    assert "No label is doubted" in pages.ask("/relabel").text
    assert json.loads(pages.ask("/data.json").body)["relabel"] is None
    (tmp_path / "audit" / "rows.json").write_text("{")
    assert pages.ask("/relabel").status == 409
    assert pages.ask("/data").status == 200


def test_labels_in_no_single_column_are_told(pages: Pages) -> None:
    path = pages.folder / "competition.yaml"
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    facts |= {"targets": {"kind": {"kind": "multilabel", "columns": ["kind", "size"]}}, "metric": "f1_macro"}
    path.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    answer = pages.ask("/relabel.json")
    assert (answer.status, json.loads(answer.body)["codes"]) == (409, ["RELABEL_KIND"])
