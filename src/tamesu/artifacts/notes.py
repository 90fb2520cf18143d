"""Notes on verdicts: the user's words afterwards, kept beside the ledger, whose lines are never rewritten.

verdicts/notes.jsonl            one line a note: which verdict, what, when
verdicts/notes-hanako.jsonl     a teammate's, copied beside it under any such name; all are read
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tamesu.artifacts.journal import Journal, read_journal
from tamesu.artifacts.verdict import FOLDER, Verdict, read_ledger

NOTES = "notes.jsonl"
JOINT = " / "


def add_note(folder: Path, verdict: Verdict, text: str, time: str) -> Path:
    """Add a note to a verdict.

    Args:
        folder: the competition's folder.
        verdict: one of its ledger.
        text: the user's words.
        time: UTC, ISO 8601.

    Returns:
        The file of notes.
    """
    path = folder / FOLDER / NOTES
    path.parent.mkdir(exist_ok=True)
    Journal(path).append({"verdict": verdict.digest(), "note": " ".join(text.split()), "time": time})
    return path


def read_notes(folder: Path) -> dict[str, str]:
    """The notes of every verdict by its digest, oldest first, a note that stands in two files once.

    Raises:
        DamagedError: something else stands in the place of a file of notes.
    """
    found: set[tuple[str, str, str]] = set()
    for path in sorted((folder / FOLDER).glob("notes*.jsonl")):
        for record in read_journal(path).records:
            if isinstance(record, dict) and {"verdict", "note", "time"} <= record.keys():
                found.add((str(record["time"]), str(record["note"]), str(record["verdict"])))
    notes: dict[str, str] = {}
    for _, note, digest in sorted(found):
        notes[digest] = f"{notes[digest]}{JOINT}{note}" if digest in notes else note
    return notes


def join_notes(verdicts: Iterable[Verdict], notes: dict[str, str]) -> list[Verdict]:
    """Verdicts with their notes, after what each says already."""
    return [
        verdict.model_copy(update={"note": JOINT.join(filter(None, (verdict.note, notes[digest])))})
        if (digest := verdict.digest()) in notes
        else verdict
        for verdict in verdicts
    ]


def read_noted_ledger(folder: Path) -> tuple[list[Verdict], list[Path]]:
    """`read_ledger` with the notes joined to their verdicts.

    Args:
        folder: the competition's folder.

    Returns:
        The verdicts in the order reached, and the files that are damaged.
    """
    verdicts, damaged = read_ledger(folder)
    return join_notes(verdicts, read_notes(folder)), damaged
