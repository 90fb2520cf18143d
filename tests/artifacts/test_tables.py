"""read_table against the stdlib csv module and pyarrow, and every reading case of the reliability table."""

from __future__ import annotations

import csv
import gzip
import io
import re
import sys
import tempfile
from pathlib import Path

import pyarrow
import pyarrow.csv
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tamesu.artifacts.table_rows import Cells
from tamesu.artifacts.tables import Table, looks_like_a_row, name_columns, read_table, resembles
from tamesu.errors import InputError, Where

# No zero bytes (refused), no lone surrogates (not text), no mark at the start.
CELL = st.text(st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"]), max_size=12)
FIRST_CELL = CELL.filter(lambda cell: cell.strip())
ENDING_OF = {",": ".csv", "\t": ".tsv", ";": ".txt"}


def write(folder: Path, content: bytes, name: str = "train.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def codes(table: Table) -> list[tuple[str, str]]:
    return [(note.code, note.outcome) for note in table.notes]


@st.composite
def grids(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 4))
    row = st.tuples(FIRST_CELL, *[CELL] * (width - 1)).map(list)
    return [["id", "alpha", "beta", "gamma"][:width], *draw(st.lists(row, min_size=1, max_size=8))]


@settings(max_examples=200, deadline=None)
@given(
    grid=grids(),
    delimiter=st.sampled_from(list(ENDING_OF)),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    mark=st.booleans(),
    last=st.booleans(),
)
def test_every_grid_that_the_csv_module_writes_comes_back(
    grid: list[list[str]], delimiter: str, line_end: str, quoting: int, mark: bool, last: bool
) -> None:
    # Nothing tells the delimiter of a single column, unless the file's ending does.
    assume(len(grid[0]) > 1 or delimiter != ";")
    # Before Python 3.13 the csv module leaves line ends other than its own without the quotes they need.
    bare = {"\r", "\n"} - set(line_end)
    assume(quoting == csv.QUOTE_ALL or not any(bare & set(cell) for row in grid for cell in row))
    buffer, lines = io.StringIO(newline=""), []
    for row in grid:
        lines.append(1 + len(re.findall(r"\r\n|\r|\n", buffer.getvalue())))
        csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerow(row)  # type: ignore[arg-type]
    text = buffer.getvalue() if last else buffer.getvalue().removesuffix(line_end)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), text.encode("utf-8-sig" if mark else "utf-8"), "train" + ENDING_OF[delimiter])
        table = read_table(path)
    assert [list(table.columns), *map(list, zip(*table.columns.values(), strict=True))] == grid
    assert table.lines == tuple(lines[1:])
    assert len(table) == len(grid) - 1


@settings(max_examples=100, deadline=None)
@given(grid=grids())
def test_well_formed_tables_read_as_pyarrow_reads_them(grid: list[list[str]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(grid)
    content = buffer.getvalue().encode()
    reference = pyarrow.csv.read_csv(
        io.BytesIO(content),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(grid[0], pyarrow.string()), strings_can_be_null=False
        ),
    )
    with tempfile.TemporaryDirectory() as folder:
        table = read_table(write(Path(folder), content))
    assert {name: list(cells) for name, cells in table.columns.items()} == reference.to_pydict()


@settings(max_examples=300, deadline=None)
@given(
    content=st.binary(max_size=300) | st.text('id,;\t"\n\r\0a1é猫', max_size=60).map(str.encode),
    name=st.sampled_from(["t.csv", "t.tsv", "t.csv.gz", "t.parquet"]),
    start=st.sampled_from([b"", b"\x1f\x8b\x08", b"PAR1", b"\xff\xfe", b"\xfe\xff", b"id,label\n"]),
)
def test_any_bytes_give_a_table_or_one_of_our_errors(content: bytes, name: str, start: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), start + content, name)
        try:
            table = read_table(path, name)
        except InputError as error:
            for fault in error.faults:
                assert fault.text("en") and fault.text("ja")
        else:
            assert {len(cells) for cells in table.columns.values()} == {len(table)}


def test_cells_stay_text(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, b"id,label\n0001,NA\n1e5,null\n100000,True\n9007199254740993, x \n"))
    assert table.columns == {
        "id": ("0001", "1e5", "100000", "9007199254740993"),
        "label": ("NA", "null", "True", " x "),
    }
    assert table.lines == (2, 3, 4, 5)
    assert table.notes == ()


ROWS = [f"i{n:02d},{'cat' if n % 2 else 'dog'}" for n in range(20)]
GOOD = "\n".join(["id,label", *ROWS]) + "\n"


def put(line: int, row: str) -> bytes:
    """GOOD with the row on this line (from 1) replaced, or added at the end."""
    lines = GOOD.splitlines()
    lines[line - 1 : line] = [row]
    return ("\n".join(lines) + "\n").encode()


NOTED = {
    "bom": (GOOD.encode("utf-8-sig"), []),
    "crlf": (GOOD.replace("\n", "\r\n").encode(), []),
    "cr-only": (GOOD.replace("\n", "\r").encode(), []),
    "no-final-newline": (GOOD.rstrip("\n").encode(), []),
    "blank lines at the end": (GOOD.encode() + b"\n\n  \n", []),
    "utf16": (GOOD.encode("utf-16"), [("TABLE_ENCODING", "note")]),
    "utf16 big-endian": (b"\xfe\xff" + GOOD.encode("utf-16-be"), [("TABLE_ENCODING", "note")]),
    "utf16 without mark": (GOOD.encode("utf-16-le"), [("TABLE_ENCODING", "note")]),
    "utf16 big-endian without mark": (GOOD.encode("utf-16-be"), [("TABLE_ENCODING", "note")]),
    "utf32": (GOOD.encode("utf-32"), [("TABLE_ENCODING", "note")]),
    "semicolon": (GOOD.replace(",", ";").encode(), [("TABLE_DELIMITER", "note")]),
    "tabs": (GOOD.replace(",", "\t").encode(), [("TABLE_DELIMITER", "note")]),
    "padded-columns": (GOOD.replace("id,label", " id , label").encode(), [("TABLE_COLUMN_TRIMMED", "note")]),
    "blank line inside": (GOOD.replace("\ni05", "\n\ni05").encode(), [("TABLE_BLANK_ROWS", "note")]),
    "row of delimiters inside": (GOOD.replace("\ni05", "\n,\ni05").encode(), [("TABLE_BLANK_ROWS", "note")]),
    "gzip": (gzip.compress(GOOD.encode()), []),
}


@pytest.mark.parametrize("case", NOTED)
def test_odd_but_readable_tables_give_the_same_cells(tmp_path: Path, case: str) -> None:
    content, notes = NOTED[case]
    table = read_table(write(tmp_path, content))
    assert codes(table) == notes
    assert table.columns == {"id": tuple(r[:3] for r in ROWS), "label": tuple(r[4:] for r in ROWS)}


REFUSED = {
    "mixed-encoding": ("id,label\na,猫\n".encode() + "b,表\nc,x\n".encode("cp932"), "TABLE_ENCODING", "3"),
    "latin-1": ("id,label\na,x\nb,caf\xe9\n".encode("latin-1"), "TABLE_ENCODING", "3"),
    "ragged-long": (put(22, "i20,cat,extra"), "TABLE_RAGGED", "22"),
    "ragged-short": (put(3, "i01"), "TABLE_RAGGED", "3"),
    "cut-mid-row": (GOOD.encode()[:-5], "TABLE_RAGGED", "21"),
    "open-quote": (put(2, '"i00,dog'), "TABLE_OPEN_QUOTE", "2"),
    "open-quote before a quoted row": (put(2, '"i00,dog').replace(b"i05", b'"i05"'), "TABLE_OPEN_QUOTE", "2"),
    "open-quote before a long rest": (put(2, '"i00,dog') + b"x" * 200_000, "TABLE_OPEN_QUOTE", "2"),
    "nul-bytes": (put(7, "i0\0,dog"), "TABLE_NUL_BYTE", "7"),
    "nul-bytes in UTF-16": (put(7, "i0\0,dog").decode().encode("utf-16"), "TABLE_NUL_BYTE", "7"),
    "nul-tail": (GOOD.encode() + b"\0" * 4096, "TABLE_NUL_BYTE", "22"),
    "empty": (b"", "TABLE_EMPTY", ""),
    "only spaces": (b" \n\n", "TABLE_EMPTY", ""),
    "header-only": (b"id,label\n", "TABLE_EMPTY", ""),
    "dup-columns": (GOOD.replace("id,label", "label,label ").encode(), "TABLE_DUPLICATE_COLUMN", None),
    "wide-field": (put(2, '"' + "x" * 2**21 + '",cat'), "TABLE_FIELD_TOO_LARGE", "2"),
    "wide-field without quotes": (put(2, "x" * 2**21 + ",cat"), "TABLE_FIELD_TOO_LARGE", "2"),
    "cut gzip": (gzip.compress(GOOD.encode())[:-12], "TABLE_UNREADABLE", None),
    "workbook": (b"PK\x03\x04rest", "TABLE_NOT_A_TABLE", None),
    "web page": (b"\n<!DOCTYPE html><html>sign in</html>", "TABLE_NOT_A_TABLE", None),
    "git lfs pointer": (b"version https://git-lfs.github.com/spec/v1\n", "TABLE_NOT_A_TABLE", None),
    "cut parquet": (b"PAR1" + b"\0" * 20, "TABLE_UNREADABLE", None),
}


@pytest.mark.parametrize("case", REFUSED)
def test_tables_that_need_a_guess_are_refused_with_their_lines(tmp_path: Path, case: str) -> None:
    content, code, lines = REFUSED[case]
    with pytest.raises(InputError) as caught:
        read_table(write(tmp_path, content), "data/train.csv")
    (fault,) = caught.value.faults
    assert (fault.code, fault.outcome, fault.values.get("lines")) == (code, "refuse", lines)
    assert str(fault.where).startswith("data/train.csv")
    assert fault.text("en") != fault.text("ja")


def test_shift_jis_is_read_and_noted_even_with_a_backslash_byte(tmp_path: Path) -> None:
    content = "id,label\na,ソ\nb,表\nc,ｶﾀｶﾅ\n".encode("cp932")
    assert b"\x5c" in content
    table = read_table(write(tmp_path, content))
    assert table.columns["label"] == ("ソ", "表", "ｶﾀｶﾅ")
    assert codes(table) == [("TABLE_ENCODING", "note")]


def test_a_gzip_bomb_is_given_up_early(tmp_path: Path) -> None:
    # 256 members of 1 MiB each: the same bytes as one stream of 256 MiB, made in a moment.
    member = gzip.compress(b"a" * 2**20)
    with pytest.raises(InputError) as caught:
        read_table(write(tmp_path, member * 256, "train.csv.gz"))
    assert caught.value.codes == ("TABLE_TOO_LARGE",)
    assert caught.value.faults[0].values["size_mib"] == 101


HEADLESS = {
    "image names": "a.jpg,cat\nb.jpg,dog\n",
    "numbered ids": "00001,cat\n00002,dog\n00003,cat\n",
    "numbers alone": "1,2\n3,4\n",
}


@pytest.mark.parametrize("case", HEADLESS)
def test_a_table_without_header_asks(tmp_path: Path, case: str) -> None:
    table = read_table(write(tmp_path, HEADLESS[case].encode()))
    assert codes(table) == [("TABLE_NO_HEADER", "ask")]


@pytest.mark.parametrize("text", ["id,0,1\na,0,1\n", "label,pixel0,pixel1\n3,0,255\n", ",id,x1\n0,a,1\n1,b,2\n"])
def test_numbered_columns_are_a_header(tmp_path: Path, text: str) -> None:
    assert not {code for code, _ in codes(read_table(write(tmp_path, text.encode())))} & {"TABLE_NO_HEADER"}


def test_an_unnamed_column_gets_a_name() -> None:
    names, faults = name_columns(["", "id", ""], "t.csv")
    assert names == ["column_1", "id", "column_3"]
    assert [fault.code for fault in faults] == ["TABLE_UNNAMED_COLUMN"]


def test_resembling_cells() -> None:
    assert resembles("img_1", ("img_2", "img_33"))
    assert not resembles("img_1", ("img_2", "other"))
    assert not looks_like_a_row(Cells(["id", "label"], [("1",), ("2",)], (2,), []))


def test_an_unknown_column_names_the_nearest_and_the_known(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, GOOD.encode()))
    with pytest.raises(InputError) as caught:
        table.column("lable", Where("competition.yaml", key="targets.label.column"))
    (fault,) = caught.value.faults
    assert (fault.code, fault.near) == ("TABLE_NO_COLUMN", "label")
    assert "'id', 'label'" in fault.text("en")


def test_a_missing_table_names_its_neighbour(tmp_path: Path) -> None:
    write(tmp_path, GOOD.encode())
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "trian.csv")
    assert (caught.value.codes, caught.value.faults[0].near) == (("TABLE_MISSING",), "train.csv")
    with pytest.raises(InputError) as caught:
        read_table(tmp_path)
    assert caught.value.codes == ("TABLE_UNREADABLE",)


def test_parquet_reads_as_text(tmp_path: Path) -> None:
    import pyarrow.parquet

    table = pyarrow.table({"id": ["001", None], "x": pyarrow.array([0.1, 2.0], pyarrow.float32())})
    pyarrow.parquet.write_table(table, tmp_path / "train.parquet")
    read = read_table(tmp_path / "train.parquet")
    assert read.columns == {"id": ("001", ""), "x": ("0.1", "2.0")}
    assert (read.lines, read.delimiter) == ((1, 2), "")


def test_importing_the_reader_does_not_load_pyarrow_or_pandas() -> None:
    import subprocess

    code = "import sys, tamesu.artifacts.tables; print([m for m in ('pyarrow', 'pandas', 'torch') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
