"""Notes beside a ledger that is never rewritten."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.ledger import verdict_of

from tamesu.artifacts.notes import add_note, join_notes, read_noted_ledger, read_notes
from tamesu.artifacts.verdict import write_verdict


def test_a_note_is_joined_when_the_ledger_is_read_and_nothing_is_rewritten(tmp_path: Path) -> None:
    verdict = verdict_of("平滑化", {"epochs": 3})
    path = write_verdict(tmp_path, verdict)
    before = path.read_bytes()
    add_note(tmp_path, verdict, "夜の画像に\n効いた", "2026-08-02T00:00:00Z")
    add_note(tmp_path, verdict, "and by day too", "2026-08-03T00:00:00Z")
    (found,), damaged = read_noted_ledger(tmp_path)
    assert found.note == "夜の画像に 効いた / and by day too" and damaged == []
    assert path.read_bytes() == before
    assert found.digest() == verdict.digest()


def test_notes_of_a_teammate_lie_beside_and_are_said_once(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    verdict = verdict_of("a", {"epochs": 3})
    for folder, text in ((mine, "mine"), (theirs, "theirs")):
        folder.mkdir()
        write_verdict(folder, verdict)
        add_note(folder, verdict, text, f"2026-08-0{len(text)}T00:00:00Z")
    shutil.copy(theirs / "verdicts" / "notes.jsonl", mine / "verdicts" / "notes-theirs.jsonl")
    shutil.copy(theirs / "verdicts" / "notes.jsonl", mine / "verdicts" / "notes-again.jsonl")
    assert read_notes(mine) == {verdict.digest(): "mine / theirs"}


def test_a_torn_line_costs_that_line_only(tmp_path: Path) -> None:
    verdict = verdict_of("a", {"epochs": 3})
    path = add_note(tmp_path, verdict, "whole", "2026-08-02T00:00:00Z")
    with open(path, "ab") as file:
        file.write(b"12 abcdef {")
    assert read_notes(tmp_path) == {verdict.digest(): "whole"}
    add_note(tmp_path, verdict, "later", "2026-08-03T00:00:00Z")
    assert read_notes(tmp_path) == {verdict.digest(): "whole / later"}


def test_what_a_verdict_says_itself_comes_first() -> None:
    verdict = verdict_of("a", {"epochs": 3}, note="hand")
    assert [one.note for one in join_notes([verdict], {verdict.digest(): "later"})] == ["hand / later"]
    assert join_notes([verdict], {"other": "x"}) == [verdict]


def test_no_folder_no_notes(tmp_path: Path) -> None:
    assert read_noted_ledger(tmp_path) == ([], [])
