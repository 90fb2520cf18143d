from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from tamesu.artifacts.audit_file import FILE, MOST_VALUES, matches, read_audit, thin, write_audit
from tamesu.artifacts.files import write_sealed
from tamesu.errors import DamagedError
from tamesu.messages.message import Phrase
from tamesu.results.finding import Chart, Finding

TIME = "2026-11-28T15:00:00Z"
IDS = ["a", "猫/1.png", "<b>\x1b[0m", "d\udce9"]


def make_findings() -> list[Finding]:
    values = {
        "reason": Phrase("a link", "リンク"),
        "count": np.int64(3),
        "share": np.float32(0.5),
        "bad": math.nan,
        "name": "{x}",
    }
    charts = (
        Chart("histogram", "brightness", {"train": [float(n) for n in range(5000)], "test": [math.inf, 1.0]}),
        Chart("matrix", "confusion", {"甲": [1.0, math.nan]}, ["甲", "乙"]),
    )
    return [
        Finding("CONFIG_UNREADABLE", "severe", values, (3, 1), ((0, 1), (2, 3)), ("0.9", ""), 0.25, charts),
        Finding("CONFIG_EMPTY", "severe"),
        Finding("CONFIG_UNREADABLE", "severe", {"reason": "x"}, worth=math.inf),
        Finding("CONFIG_EMPTY", "note"),
    ]


def write(folder: Path) -> Path:
    return write_audit(folder, make_findings(), IDS, data_digest="abc", seconds=np.float64(1.23456), time=TIME)


def test_what_was_written_is_read_with_ids_for_rows(tmp_path: Path) -> None:
    assert write(tmp_path) == tmp_path / FILE
    audit = read_audit(tmp_path)
    assert audit is not None
    assert (audit.format, audit.data_digest, audit.time, audit.seconds) == (1, "abc", TIME, 1.235)
    assert audit.codes_severe == ("CONFIG_UNREADABLE", "CONFIG_EMPTY")
    first = audit.findings[0]
    assert (first.code, first.weight, first.worth) == ("CONFIG_UNREADABLE", "severe", 0.25)
    # A file name that is not UTF-8 has a surrogate, which no JSON holds.
    assert first.ids == ("d\\udce9", "猫/1.png") and first.sets == (("a", "猫/1.png"), ("<b>\x1b[0m", "d\\udce9"))
    assert first.captions == ("0.9", "") and audit.findings[2].worth is None
    assert first.charts[1].series == {"甲": (1.0, None)} and first.charts[1].names == ("甲", "乙")


def test_a_finding_read_speaks_both_languages(tmp_path: Path) -> None:
    write(tmp_path)
    audit = read_audit(tmp_path)
    assert audit is not None
    for language in ("en", "ja"):
        for read, made in zip(audit.findings, make_findings(), strict=True):
            assert read.text(language) == made.text(language)
    assert "リンク" in audit.findings[0].text("ja")


def test_all_ids_are_kept_and_long_series_keep_their_shape(tmp_path: Path) -> None:
    rows = 100_000
    values = np.random.default_rng(0).normal(size=rows)
    finding = Finding("CONFIG_EMPTY", "note", {}, tuple(range(rows)), charts=(Chart("histogram", "x", {"a": values.tolist()}),))
    path = write_audit(tmp_path, [finding], [str(n) for n in range(rows)], data_digest="", seconds=1, time=TIME)
    audit = read_audit(tmp_path)
    assert audit is not None and len(audit.findings[0].ids) == rows
    kept = [value for value in audit.findings[0].charts[0].series["a"] if value is not None]
    assert len(kept) == MOST_VALUES
    shares = np.linspace(0, 1, 11)
    assert np.quantile(kept, shares) == pytest.approx(np.quantile(values, shares), abs=0.02)
    assert path.stat().st_size < 3_000_000


def test_thin_leaves_out_what_is_no_number() -> None:
    assert thin([3.0, math.nan, 1.0, 2.0], 3) == [1.0, 2.0, 3.0]
    assert thin([math.nan] * 5, 3) == []


def test_no_audit_is_none_and_matches_nothing(tmp_path: Path) -> None:
    assert read_audit(tmp_path) is None and not matches(None, "abc")
    write(tmp_path)
    audit = read_audit(tmp_path)
    assert matches(audit, "abc") and not matches(audit, "abd")


def test_a_second_audit_replaces_the_first_whatever_stands_there(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("kept")
    (tmp_path / FILE).symlink_to(other)
    with pytest.raises(DamagedError):
        read_audit(tmp_path)
    write(tmp_path)
    assert read_audit(tmp_path) is not None and other.read_text() == "kept"


def test_a_dangling_link_is_no_missing_file(tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to(tmp_path / "nowhere")
    with pytest.raises(DamagedError):
        read_audit(tmp_path)


@pytest.mark.parametrize("change", ["cut", "flip", "foreign", "empty"])
def test_damage_is_found(tmp_path: Path, change: str) -> None:
    path = write(tmp_path)
    content = path.read_bytes()
    damaged = {
        "cut": content[: len(content) // 2],
        "flip": content.replace(b'"abc"', b'"abd"'),
        "foreign": b'{"findings": []}',
        "empty": b"",
    }[change]
    assert damaged != content
    path.write_bytes(damaged)
    with pytest.raises(DamagedError):
        read_audit(tmp_path)


@pytest.mark.parametrize("key, value", [("format", 2), ("findings", [{"code": "X"}]), ("more", 1), ("seconds", "1")])
def test_a_file_of_another_version_is_damaged_not_misread(tmp_path: Path, key: str, value: object) -> None:
    content = json.loads(write(tmp_path).read_bytes())["content"]
    write_sealed(tmp_path / FILE, content | {key: value})
    with pytest.raises(DamagedError, match="another version"):
        read_audit(tmp_path)
