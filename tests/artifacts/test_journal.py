from __future__ import annotations

from pathlib import Path

import pytest

from tamesu.artifacts.journal import Journal, read_journal
from tamesu.errors import DamagedError

RECORDS = [{"epoch": n, "loss": 1 / n, "note": "基準" * n} for n in range(1, 6)]


def make_journal(folder: Path) -> Path:
    journal = Journal(folder / "journal.jsonl")
    for record in RECORDS:
        journal.append(record)
    return folder / "journal.jsonl"


def test_cut_at_every_byte_keeps_every_whole_record(tmp_path: Path) -> None:
    path = make_journal(tmp_path)
    whole = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == 10]
    for cut in range(len(whole) + 1):
        folder = tmp_path / f"cut-{cut}"
        folder.mkdir()
        broken = folder / "journal.jsonl"
        broken.write_bytes(whole[:cut])
        kept = sum(end <= cut for end in ends)
        assert list(read_journal(broken).records) == RECORDS[:kept]
        Journal(broken).append({"epoch": 99})
        content = read_journal(broken)
        assert list(content.records) == [*RECORDS[:kept], {"epoch": 99}]
        assert content.torn == b""
        start = ends[kept - 1] if kept else 0
        side = list(folder.glob("journal.jsonl.torn-*"))
        assert b"".join(path.read_bytes() for path in side) == whole[start:cut]


def test_rubbish_in_the_middle_is_skipped_and_reported(tmp_path: Path) -> None:
    path = make_journal(tmp_path)
    lines = path.read_bytes().split(b"\n")
    lines[1] = b"\x00" * 20
    lines[2] = lines[2].replace(b"epoch", b"epuch")
    path.write_bytes(b"\n".join(lines))
    content = read_journal(path)
    assert list(content.records) == [RECORDS[0], RECORDS[3], RECORDS[4]]
    assert content.bad_lines == (2, 3)
    assert content.torn == b""


def test_zeros_at_the_end_are_moved_aside(tmp_path: Path) -> None:
    path = make_journal(tmp_path)
    with open(path, "ab") as file:
        file.write(b"\x00" * 4096)
    Journal(path)
    assert list(read_journal(path).records) == RECORDS
    assert (tmp_path / "journal.jsonl.torn-1").read_bytes() == b"\x00" * 4096


def test_missing_file_is_an_empty_journal(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "none").records == ()


def test_nan_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    with pytest.raises(ValueError):
        journal.append({"loss": float("inf")})
    assert not journal.path.exists()


def test_links_are_neither_read_nor_written(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("keep me")
    (tmp_path / "journal.jsonl").symlink_to(secret)
    with pytest.raises(DamagedError, match="link"):
        Journal(tmp_path / "journal.jsonl")
    assert secret.read_text() == "keep me"
    assert not list(tmp_path.glob("*.torn-*"))
