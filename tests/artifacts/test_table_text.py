"""Bytes to text: encodings against Python's own codecs, files that are none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamesu.artifacts import table_text
from tamesu.artifacts.table_text import decode_text, find_encoding, load_bytes
from tamesu.errors import InputError

JAPANESE = "id,label\n1,ソフト\n2,表\n3,猫\n"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_utf8_is_what_python_decodes(text: str) -> None:
    text = "id\n" + text
    assert decode_text(text.encode(), "t.csv") == (text, [])


@pytest.mark.parametrize("encoding", ["cp932", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_read_and_named(encoding: str) -> None:
    text, notes = decode_text(JAPANESE.encode(encoding), "t.csv")
    assert text == JAPANESE
    assert [(note.code, note.outcome) for note in notes] == [("TABLE_ENCODING", "note")]
    assert {"cp932": "Shift-JIS"}.get(encoding, encoding.upper()) in notes[0].text("en")


def test_the_fewer_lines_of_a_mixed_file_are_named() -> None:
    lines = [line.encode("cp932") for line in JAPANESE.splitlines()]
    lines[2] = "2,表".encode()
    with pytest.raises(InputError) as caught:
        decode_text(b"\n".join(lines), "t.csv")
    assert caught.value.faults[0].values["lines"] == "3"
    assert caught.value.faults[0].where.line == 3


def test_a_tail_of_zeros_is_not_taken_for_utf16() -> None:
    assert find_encoding(b"id\n1\n" + b"\0" * 4096) == "utf-8"
    assert find_encoding(b"") == "utf-8"


def test_odd_utf16_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        decode_text(b"\xff\xfea", "t.csv")
    assert caught.value.codes == ("TABLE_ENCODING",)


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(InputError) as caught:
        load_bytes(tmp_path / "t.csv", "t.csv")
    assert caught.value.codes == ("TABLE_UNREADABLE",)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_text, "MAX_BYTES", 10)
    (tmp_path / "t.csv").write_bytes(b"x" * 11)
    with pytest.raises(InputError) as caught:
        load_bytes(tmp_path / "t.csv", "t.csv")
    assert caught.value.codes == ("TABLE_TOO_LARGE",)
