"""The rows of the last audit in their file: what was written comes back, and nothing else is taken for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tamesu.artifacts.audit_rows import FILE, AuditRows, DoubtedRow, Near, list_doubts, read_audit_rows, write_audit_rows
from tamesu.errors import DamagedError

DOUBTS = (
    DoubtedRow(id="a", label="cat", reason="copies"),
    DoubtedRow(
        id="犬", label="=1+1", proposed="dog", reason="probs", odds=1000.0, chance=0.0009, proposed_chance=0.9,
        near=(Near(id="a", likeness=0.99),),
    ),
    DoubtedRow(id="c", label="", reason="missing"),
)  # fmt: skip
ROWS = AuditRows(target="theme", time="2026-08-01T09:00:00+00:00", doubts=DOUBTS, sets={"copies": (("a", "犬"), ("c", "d"))})


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    assert read_audit_rows(tmp_path) is None
    assert write_audit_rows(tmp_path, ROWS) == tmp_path / FILE
    assert read_audit_rows(tmp_path) == ROWS
    # A name that is no UTF-8 becomes what every file of ours makes of it, and takes nothing down.
    write_audit_rows(tmp_path, ROWS.model_copy(update={"sets": {"copies": (("\udcff", "b"),)}}))
    found = read_audit_rows(tmp_path)
    assert found is not None and found.sets["copies"][0][1] == "b"


def test_a_file_that_is_not_ours_is_told(tmp_path: Path) -> None:
    path = write_audit_rows(tmp_path, ROWS)
    whole = path.read_text(encoding="utf-8")
    for changed in (whole.replace("dog", "cow"), whole[:-20], "{}", json.dumps({"content": {"format": 2}, "sha256": "x"})):
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(DamagedError):
            read_audit_rows(tmp_path)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DamagedError):
        read_audit_rows(tmp_path)


def test_doubts_become_lines_of_a_worksheet() -> None:
    found = list_doubts(ROWS, {"a": "x/a.png", "犬": "x/犬.png"}, "ja")
    assert [(one.id, one.image, one.label, one.proposed, one.score) for one in found] == [
        ("a", "x/a.png", "cat", "", 1.0),
        ("犬", "x/犬.png", "=1+1", "dog", 3.0),
    ]
    assert found[0].reason == "同じ画像で別のラベル"
