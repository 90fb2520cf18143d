from __future__ import annotations

from pathlib import Path

import pytest

from tamesu.errors import InputError
from tamesu.results.sample import Sample, drop_ending, read_sample

HEADED = "id,label\n0001,犬\n0002,猫\n"


def write(tmp_path: Path, content: str | bytes, name: str = "sample.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        HEADED.encode(),
        HEADED.replace("\n", "\r\n").encode(),
        HEADED.encode("utf-8-sig"),
        HEADED.encode("cp932"),
        HEADED.encode("utf-16"),
        HEADED.replace(",", "\t").encode(),
        HEADED.replace(",", ";").encode(),
        b" id , label\n0001,NA\n0002,None\n",
        b'id,label\n"a,b",x\n"say ""hi""",y\n',
        b'id,label\n"two\nlines",x\n"b",y\n',
        b",id,label\n0,0001,x\n1,0002,y\n",
    ],
)
def test_what_is_read_is_written_back(tmp_path: Path, content: bytes) -> None:
    sample = read_sample(write(tmp_path, content))
    assert sample.header is not None
    assert sample.encode(sample.columns).replace(b'"b"', b"b") == content.replace(b'"b"', b"b")
    again = sample.decode(sample.encode(sample.columns))
    assert (again.header, again.columns, again.lines) == (sample.header, sample.columns, sample.lines)


def test_headless_samples_are_written_back(tmp_path: Path) -> None:
    content = b"0001\tx\n0002\ty\n0003\tz\n"
    sample = read_sample(write(tmp_path, content, "sample.tsv"))
    assert (sample.header, sample.names, len(sample)) == (None, ("column 1", "column 2"), 3)
    assert (sample.columns[0], sample.lines) == (("0001", "0002", "0003"), (1, 2, 3))
    assert sample.encode(sample.columns) == content


@pytest.mark.parametrize(
    ("content", "ids", "names", "headed"),
    [
        ("id,label\n1,0\n2,0\n", ["1", "2"], [], True),
        ("1,0\n2,0\n", ["2", "1"], [], False),
        ("1.jpg,0\n2.jpg,0\n", ["1", "2"], [], False),
        ("img_1,x\nimg_2,x\n", [], [], False),
        ("image,x\nimg_2,y\n", [], [], True),
        # The header's word is an id too: a known column name decides.
        ("image,x\nother,y\n", ["image", "other"], ["image", None], True),
        ("0.5\n0.5\n", ["1", "2"], [None], False),
        ("target\n0.5\n", ["1"], [], True),
    ],
)
def test_the_header_is_found(tmp_path: Path, content: str, ids: list[str], names: list[str | None], headed: bool) -> None:
    sample = read_sample(write(tmp_path, content), ids=ids, names=names)
    assert (sample.header is not None) == headed


def test_the_header_can_be_said(tmp_path: Path) -> None:
    assert read_sample(write(tmp_path, "1,0\n2,0\n"), header=True).header == ("1", "0")
    assert read_sample(write(tmp_path, HEADED), header=False).lines == (1, 2, 3)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "TABLE_EMPTY"),
        ("id,label\n1\n", "TABLE_RAGGED"),
        ("id,id \n1,2\n", "TABLE_DUPLICATE_COLUMN"),
        ("PAR1x", "TABLE_NOT_A_TABLE"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_sample(write(tmp_path, content), "sample.csv")
    assert caught.value.codes == (code,)


def test_a_text_the_encoding_cannot_hold_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Sample("s.csv", ("id",), (("a",),), (2,), encoding="cp932").encode([["한국"]])
    assert caught.value.codes == ("SUBMISSION_ENCODING",)


def test_only_image_endings_are_dropped() -> None:
    assert [drop_ending(name) for name in ("a.jpg", "a.PNG", "a.b", "1.5", ".jpg", "a")] == [
        "a",
        "a",
        "a.b",
        "1.5",
        ".jpg",
        "a",
    ]
