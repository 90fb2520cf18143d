from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tamesu.artifacts.competition import Part
from tamesu.artifacts.tables import read_table
from tamesu.errors import Fault, InputError, QuestionError
from tamesu.results.submission import check_submission, write_submission

LABELS = ("ant", "bee", "cat")
IDS = tuple(f"{i:04}" for i in range(6))
PROBS = np.array([[6, 3, 1], [1, 8, 1], [2, 2, 6], [7, 2, 1], [1, 7, 2], [3, 1, 6]], dtype=np.float32) / 10


def write(folder: Path, content: str | bytes, name: str = "sample.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def sample_of(answer: str, header: str = "id,label", ids: tuple[str, ...] = IDS) -> str:
    return "\n".join([header, *(f"{name},{answer}" for name in ids)]) + "\n"


def submit(
    folder: Path,
    sample: str | bytes,
    predictions: np.ndarray = PROBS,
    *,
    name: str = "sample.csv",
    ids: tuple[str, ...] = IDS,
    kind: str = "class",
    labels: tuple[str, ...] = LABELS,
    platform: dict[str, Any] | None = None,
    **how: Any,
) -> tuple[bytes, list[Fault]]:
    out = folder / "out.csv"
    part = Part(name="file", options=platform or {})
    notes = write_submission(
        write(folder, sample, name), out, ids=ids, predictions=predictions, kind=kind, labels=labels, platform=part, **how
    )
    return out.read_bytes(), notes


def codes(faults: list[Fault]) -> list[str]:
    assert all(fault.text("en") and fault.text("ja") for fault in faults)
    return [fault.code for fault in faults]


def test_labels(tmp_path: Path) -> None:
    content, notes = submit(tmp_path, sample_of("ant"))
    assert content.decode() == "id,label\n0000,ant\n0001,bee\n0002,cat\n0003,ant\n0004,bee\n0005,cat\n"
    assert codes(notes) == ["SUBMISSION_READ_AS"]
    assert check_submission(tmp_path / "sample.csv", tmp_path / "out.csv") == []


def test_japanese_labels_and_columns(tmp_path: Path) -> None:
    labels = ("犬", "猫", "ソ表")
    content, _ = submit(tmp_path, sample_of("犬", "画像,種類").encode("cp932"), labels=labels)
    assert content.decode("cp932").splitlines()[:4] == ["画像,種類", "0000,犬", "0001,猫", "0002,ソ表"]
    _, notes = submit(tmp_path, sample_of("0.3,0.3,0.4", "id,猫,ソ表,犬"), labels=labels)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert {name: float(rows[0][name]) for name in labels} == pytest.approx({"犬": 0.6, "猫": 0.3, "ソ表": 0.1})
    assert "見本" in notes[0].text("ja")


def test_columns_are_filled_by_name_and_read_back_exactly(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    probs = rng.dirichlet([0.1, 0.1, 0.1], 6).astype(np.float32)
    _, notes = submit(tmp_path, sample_of("0,0,0", "id,cat,ant,bee"), probs)
    table = read_table(tmp_path / "out.csv")
    assert list(table.columns) == ["id", "cat", "ant", "bee"]
    for code, label in enumerate(LABELS):
        assert np.array_equal(np.array(table.columns[label], dtype=np.float32), probs[:, code])
    assert codes(notes) == ["SUBMISSION_READ_AS", "SUBMISSION_REORDERED"]


def test_the_samples_order_is_written(tmp_path: Path) -> None:
    order = [3, 0, 5, 1, 4, 2]
    content, notes = submit(tmp_path, sample_of("ant", ids=tuple(IDS[i] for i in order)))
    told = [LABELS[code] for code in PROBS.argmax(axis=1)]
    assert content.decode().splitlines()[1:] == [f"{IDS[i]},{told[i]}" for i in order]
    assert "SUBMISSION_REORDERED" in codes(notes)


def test_ids_are_text(tmp_path: Path) -> None:
    ids = ("00001", "1", "1e5", "100000", "NA", "9007199254740993")
    content, _ = submit(tmp_path, sample_of("ant", ids=ids), ids=ids)
    assert [line.split(",")[0] for line in content.decode().splitlines()[1:]] == list(ids)


@pytest.mark.parametrize(
    "ids", [("a,b", 'say "hi"', "two\nlines", "=1+1", "-x", " y"), ("$(rm)", "犬.jpg", "\\", "a b", "%2e", "..")]
)
def test_odd_ids_are_kept_as_they_are(tmp_path: Path, ids: tuple[str, ...]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([("id", "label"), *((name, "ant") for name in ids)])
    content, _ = submit(tmp_path, buffer.getvalue(), ids=ids)
    assert tuple(row[0] for row in csv.reader(io.StringIO(content.decode())))[1:] == ids


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_form_is_kept(tmp_path: Path, end: str, delimiter: str, header: bool, encoding: str) -> None:
    lines = ["id,label"] * header + [f"{name},ant" for name in IDS]
    told = [LABELS[code] for code in PROBS.argmax(axis=1)]
    expected = ["id,label"] * header + [f"{name},{label}" for name, label in zip(IDS, told, strict=True)]
    sample = (end.join(lines) + end).replace(",", delimiter).encode(encoding)
    content, _ = submit(tmp_path, sample, name="sample.tsv" if delimiter == "\t" else "sample.csv")
    assert content == (end.join(expected) + end).replace(",", delimiter).encode(encoding)


def test_signate_without_header(tmp_path: Path) -> None:
    sample = write(tmp_path, "".join(f"{name}.jpg\t0\n" for name in IDS), "sample_submit.tsv")
    out = tmp_path / "out.tsv"
    part = Part(name="signate", options={"answer": "code"})
    notes = write_submission(sample, out, ids=IDS, predictions=PROBS, kind="class", labels=LABELS, platform=part)
    assert out.read_text() == "0000.jpg\t0\n0001.jpg\t1\n0002.jpg\t2\n0003.jpg\t0\n0004.jpg\t1\n0005.jpg\t2\n"
    assert codes(notes) == ["SUBMISSION_ENDING", "SUBMISSION_READ_AS"]
    assert check_submission(sample, out) == []


def test_atmacup_without_ids(tmp_path: Path) -> None:
    values = np.arange(6, dtype=np.float32)[:, None] / 4
    content, notes = submit(tmp_path, "pred\n" + "0\n" * 6, values, kind="value", labels=())
    assert content == b"pred\n0.0\n0.25\n0.5\n0.75\n1.0\n1.25\n"
    assert "SUBMISSION_NO_IDS" in codes(notes)
    with pytest.raises(InputError) as caught:
        submit(tmp_path, "pred\n" + "0\n" * 5, values, kind="value", labels=())
    assert caught.value.codes == ("SUBMISSION_ROW_COUNT",)


def test_one_probability(tmp_path: Path) -> None:
    probs = np.stack([1 - PROBS[:, 0], PROBS[:, 0]], axis=1)
    content, notes = submit(tmp_path, sample_of("0.5"), probs, labels=("0", "1"))
    assert np.array_equal(np.genfromtxt(io.BytesIO(content), delimiter=",", skip_header=1, dtype=np.float32)[:, 1], probs[:, 1])
    assert "'1'" in notes[0].text("en")
    content, _ = submit(tmp_path, sample_of("0"), probs, labels=("0", "1"), reads="preds")
    assert content.decode().splitlines()[1:3] == ["0000,1", "0001,0"]
    with pytest.raises(QuestionError) as caught:
        submit(tmp_path, sample_of("0"), probs, labels=("0", "1"))
    assert caught.value.codes == ("SUBMISSION_ANSWER",)


def test_ranked_labels(tmp_path: Path) -> None:
    content, _ = submit(tmp_path, sample_of("ant bee", "Image,Id"))
    assert content.decode().splitlines()[1:4] == ["0000,ant bee", "0001,bee ant", "0002,cat ant"]


def test_label_sets(tmp_path: Path) -> None:
    content, notes = submit(tmp_path, sample_of("ant bee"), PROBS, kind="multilabel", platform={"threshold": 0.65})
    assert content.decode().splitlines()[1:] == ["0000,", "0001,bee", "0002,", "0003,ant", "0004,bee", "0005,"]
    assert codes(notes) == ["SUBMISSION_READ_AS", "SUBMISSION_NO_LABEL"]
    content, _ = submit(tmp_path, sample_of("ant bee"), PROBS, kind="multilabel", platform={"threshold": 0.2})
    assert content.decode().splitlines()[1:3] == ["0000,ant bee", "0001,bee"]
    content, _ = submit(tmp_path, sample_of("0,0,0", "id,cat,bee,ant"), PROBS, kind="multilabel", reads="preds")
    assert content.decode().splitlines()[1:3] == ["0000,0,0,1", "0001,0,1,0"]


def test_row_numbers_of_pandas_are_copied(tmp_path: Path) -> None:
    sample = ",id,label\n" + "".join(f"{i},{name},ant\n" for i, name in enumerate(IDS))
    content, _ = submit(tmp_path, sample)
    assert content.decode().splitlines()[:3] == [",id,label", "0,0000,ant", "1,0001,bee"]


def test_rows_with_a_fallback_are_named(tmp_path: Path) -> None:
    flagged = np.array([False, True, False, False, False, True])
    _, notes = submit(tmp_path, sample_of("ant", ids=IDS[::-1]), flagged=flagged)
    assert codes(notes)[-1] == "SUBMISSION_FALLBACK"
    assert notes[-1].values["examples"] == "'0005', '0001'"


@pytest.mark.parametrize("wrong", [IDS[:-1], (*IDS, "0006"), (*IDS[:-1], "0001"), (*IDS[:-1], "9999")])
def test_rows_that_do_not_fit_are_refused_and_nothing_is_written(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        submit(tmp_path, sample_of("ant", ids=wrong))
    assert caught.value.codes == ("SUBMISSION_ROWS",)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_with_its_lines(tmp_path: Path, bad: float) -> None:
    probs = PROBS.copy()
    probs[[1, 4], 2] = bad
    with pytest.raises(InputError) as caught:
        submit(tmp_path, sample_of("ant", ids=IDS[::-1]), probs)
    assert caught.value.codes == ("SUBMISSION_NOT_FINITE",)
    assert caught.value.faults[0].values["lines"] == "3, 6"
    assert not (tmp_path / "out.csv").exists()


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        submit(tmp_path, sample_of("0,0", "id,ant,bee", ids=IDS[:-1]))
    assert set(caught.value.codes) == {"SUBMISSION_COLUMNS", "SUBMISSION_ROWS"}


def test_an_old_submission_is_untouched_by_a_refusal(tmp_path: Path) -> None:
    submit(tmp_path, sample_of("ant"))
    before = hashlib.sha256((tmp_path / "out.csv").read_bytes()).hexdigest()
    with pytest.raises(InputError):
        submit(tmp_path, sample_of("ant", ids=IDS[:-1]))
    assert hashlib.sha256((tmp_path / "out.csv").read_bytes()).hexdigest() == before


def test_platform_options_are_checked(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        submit(tmp_path, sample_of("ant"), platform={"heading": True})
    assert caught.value.codes == ("CONFIG_UNKNOWN_OPTION",)


def test_shapes_that_do_not_fit_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        submit(tmp_path, sample_of("ant"), PROBS[:, :2])


def test_a_carriage_return_inside_an_id_never_becomes_two_rows(tmp_path: Path) -> None:
    ids = (*IDS[:5], "a\rb")
    sample = "id,label\n" + "".join(f'"{name}",ant\n' for name in ids)
    content, _ = submit(tmp_path, sample, ids=ids)
    assert [row[0] for row in csv.reader(io.StringIO(content.decode(), newline=""))][1:] == list(ids)


# The cases of RELIABILITY.md, section 4.2.

GOOD = sample_of("0.5", "id,p")


def check(folder: Path, file: str, sample: str = GOOD) -> list[tuple[str, str]]:
    found = check_submission(write(folder, sample), write(folder, file, "mine.csv"))
    return list(zip(codes(found), [fault.outcome for fault in found], strict=True))


def test_sample_submission(tmp_path: Path) -> None:
    assert check(tmp_path, GOOD) == []


def test_submission_reordered(tmp_path: Path) -> None:
    assert check(tmp_path, sample_of("0.5", "id,p", IDS[::-1])) == [("SUBMISSION_REORDERED", "note")]


def test_submission_missing_row(tmp_path: Path) -> None:
    assert check(tmp_path, sample_of("0.5", "id,p", IDS[:-1])) == [("SUBMISSION_ROWS", "refuse")]
    assert check(tmp_path, sample_of("0.5", "id,p", (*IDS, "0006"))) == [("SUBMISSION_ROWS", "refuse")]
    assert check(tmp_path, sample_of("0.5", "id,p", (*IDS, "0005"))) == [("SUBMISSION_ROWS", "refuse")]


def test_submission_nan(tmp_path: Path) -> None:
    lines = GOOD.splitlines()
    lines[2:5] = ["0001,NaN", "0002,", "0003,inf"]
    found = check_submission(write(tmp_path, GOOD), write(tmp_path, "\n".join(lines), "mine.csv"))
    assert [(fault.code, fault.outcome) for fault in found] == [("SUBMISSION_NOT_FINITE", "refuse")]
    assert (found[0].where.line, found[0].values["lines"]) == (3, "3, 4, 5")


def test_submission_swapped_columns(tmp_path: Path) -> None:
    sample = sample_of("0.2,0.3,0.5", "id,ant,bee,cat")
    assert check(tmp_path, sample_of("0.5,0.2,0.3", "id,cat,ant,bee"), sample) == [("SUBMISSION_REORDERED", "note")]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (sample_of("0.5", "id,q"), [("SUBMISSION_COLUMNS", "refuse")]),
        (sample_of("0.5,1", "id,p,q"), [("SUBMISSION_COLUMNS", "refuse")]),
        (GOOD.split("\n", 1)[1], [("SUBMISSION_COLUMNS", "refuse")]),
        (GOOD.replace(",", "\t"), [("SUBMISSION_DELIMITER", "refuse")]),
        (GOOD.replace("0.5", "ant"), [("SUBMISSION_NOT_A_NUMBER", "ask")]),
        (GOOD.replace("0.5", "1e999"), [("SUBMISSION_NOT_FINITE", "refuse")]),
        (GOOD.replace("0000", "0"), [("SUBMISSION_ROWS", "refuse")]),
        ("", [("TABLE_EMPTY", "refuse")]),
        (GOOD + "0006\n", [("TABLE_RAGGED", "refuse")]),
    ],
)
def test_other_wrong_files(tmp_path: Path, file: str, expected: list[tuple[str, str]]) -> None:
    assert check(tmp_path, file) == expected


def test_words_are_compared_with_words(tmp_path: Path) -> None:
    sample = sample_of("ant")
    assert check(tmp_path, sample_of("bee"), sample) == []
    assert check(tmp_path, sample_of("nan"), sample) == [("SUBMISSION_NOT_FINITE", "refuse")]
    assert check(tmp_path, sample_of(""), sample) == [("SUBMISSION_NOT_FINITE", "refuse")]
    assert check(tmp_path, sample_of("nan"), sample_of("nan")) == []
    assert check(tmp_path, sample_of(""), sample_of("")) == []


def test_headless_files_are_compared(tmp_path: Path) -> None:
    sample = "".join(f"img_{i}\tx\n" for i in range(1, 7))
    mine = "".join(f"img_{i}\t{'xyz'[i % 3]}\n" for i in range(1, 7))
    assert check(tmp_path, mine, sample) == []
    assert check(tmp_path, mine.replace("img_3", "img_9"), sample) == [("SUBMISSION_ROWS", "refuse")]
    assert check(tmp_path, "id\tlabel\n" + mine, sample) == [("SUBMISSION_ROWS", "refuse")]


def test_every_fault_has_words_in_both_languages(tmp_path: Path) -> None:
    found = check_submission(write(tmp_path, GOOD), write(tmp_path, sample_of("nan", "id,p", IDS[:-1]), "mine.csv"))
    assert len(found) == 2
    for fault in found:
        assert "mine.csv" in fault.text("en")
        assert "mine.csv" in fault.text("ja")


def test_the_clothing_competition(tmp_path: Path, shared: Path) -> None:
    sample = shared / "data" / "clothing10" / "sample_submission.csv"
    train = read_table(shared / "data" / "clothing10" / "train.csv")
    labels = tuple(sorted(set(train.columns["label"])))
    ids = read_table(shared / "data" / "clothing10" / "test.csv").columns["id"]
    probs = np.random.default_rng(0).dirichlet(np.ones(len(labels)), len(ids))
    out = tmp_path / "out.csv"
    notes = write_submission(sample, out, ids=ids, predictions=probs, kind="class", labels=labels)
    assert codes(notes) == ["SUBMISSION_READ_AS"]
    assert check_submission(sample, out) == []
    told = dict(zip(ids, [labels[code] for code in probs.argmax(axis=1)], strict=True))
    with open(sample, newline="") as theirs, open(out, newline="") as ours:
        asked, written = list(csv.DictReader(theirs)), list(csv.DictReader(ours))
    assert [(row["id"], row["label"]) for row in written] == [(row["id"], told[row["id"]]) for row in asked]
    assert b"\r\n" in out.read_bytes() or b"\r\n" not in sample.read_bytes()


def test_shares_of_every_label(tmp_path: Path) -> None:
    content, notes = submit(tmp_path, sample_of("0,0,0", "id,cat,ant,bee"), kind="soft", reads="probs")
    assert content.decode().splitlines()[:3] == ["id,cat,ant,bee", "0000,0.1,0.6,0.3", "0001,0.1,0.1,0.8"]
    assert codes(notes) == ["SUBMISSION_READ_AS", "SUBMISSION_REORDERED"]
    content, _ = submit(tmp_path, sample_of("0,0,0", "id,ant,bee,cat"), kind="soft", platform={"answer": "label"})
    assert content.decode().splitlines()[1:4] == ["0000,1,0,0", "0001,0,1,0", "0002,0,0,1"]


def test_several_values_go_by_the_names_of_their_columns(tmp_path: Path) -> None:
    values = np.stack([np.arange(6), 10 + np.arange(6)], axis=1).astype(np.float32)
    content, _ = submit(tmp_path, sample_of("0,0", "id,幅,丈"), values, kind="value", labels=("丈", "幅"))
    assert content.decode().splitlines()[:3] == ["id,幅,丈", "0000,10.0,0.0", "0001,11.0,1.0"]
    assert check_submission(tmp_path / "sample.csv", tmp_path / "out.csv") == []
    with pytest.raises(InputError) as error:
        submit(tmp_path, sample_of("0", "id,幅"), values, kind="value", labels=("丈", "幅"))
    assert error.value.codes == ("SUBMISSION_COLUMNS",)
    with pytest.raises(ValueError, match="do not fit"):
        submit(tmp_path, sample_of("0,0", "id,幅,丈"), values[:, :1], kind="value", labels=("丈", "幅"))


@pytest.mark.parametrize("kind", ["ordinal", "identity"])
def test_labels_in_order_and_identities(tmp_path: Path, kind: str) -> None:
    assert submit(tmp_path, sample_of("ant"), kind=kind)[0] == submit(tmp_path, sample_of("ant"))[0]
    ranked, _ = submit(tmp_path, sample_of("ant bee"), kind=kind)
    assert ranked.decode().splitlines()[1:3] == ["0000,ant bee", "0001,bee ant"]
    marks, _ = submit(tmp_path, sample_of("0,0,0", "id,ant,bee,cat"), kind=kind, platform={"answer": "label"})
    assert marks.decode().splitlines()[1:3] == ["0000,1,0,0", "0001,0,1,0"]
