"""Public scores beside submissions."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tamesu.errors import DamagedError, InputError
from tamesu.results.public_scores import find_submission, keep_public, read_public, record_public


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two submissions of two runs; `second` is the newer one."""
    (tmp_path / "submissions").mkdir()
    for place, (name, run) in enumerate((("first-aaaa", "base-1"), ("second", "base-2"))):
        path = tmp_path / "submissions" / f"{name}.json"
        path.write_text(json.dumps({"run": run, "sha256": f"s{place}"}))
        path.with_suffix(".csv").write_text("id,label\n")
        os.utime(path.with_suffix(".csv"), ns=(place, place))
    return tmp_path


def test_a_score_is_noted_and_read_by_run(folder: Path) -> None:
    assert read_public(folder) == {}
    record_public(folder, "first-aaaa", 0.731)
    record_public(folder, None, 0.8)
    assert read_public(folder) == {"base-1": 0.731, "base-2": 0.8}
    record_public(folder, "second.csv", -3)
    assert read_public(folder)["base-2"] == -3
    assert json.loads((folder / "submissions" / "second.json").read_text()) == {"run": "base-2", "sha256": "s1", "public": -3}


def test_names_with_endings_paths_and_beginnings(folder: Path) -> None:
    for name in ("first-aaaa", "first-aaaa.csv", "submissions/first-aaaa.csv", "first"):
        assert find_submission(folder, name).name == "first-aaaa.json"


@pytest.mark.parametrize(("name", "near"), [("secnd", "second"), ("", None), ("zzz", None)])
def test_an_unknown_name_tells_what_there_is(folder: Path, name: str, near: str | None) -> None:
    with pytest.raises(InputError) as caught:
        record_public(folder, name, 0.5)
    assert caught.value.codes == ("SUBMISSION_UNKNOWN",)
    assert caught.value.faults[0].near == near and "first-aaaa, second" in str(caught.value)


def test_an_ambiguous_beginning_and_no_submission_at_all(folder: Path, tmp_path: Path) -> None:
    (folder / "submissions" / "first-bbbb.json").write_text("{}")
    for name in ("first", "first-"):
        with pytest.raises(InputError, match="first-aaaa, first-bbbb"):
            record_public(folder, name, 0.5)
    with pytest.raises(InputError, match="SUBMISSION_NONE"):
        record_public(tmp_path / "empty", None, 0.5)


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_is_a_number(folder: Path, score: float) -> None:
    with pytest.raises(InputError, match="CONFIG_RANGE"):
        record_public(folder, "second", score)
    assert read_public(folder) == {}


def test_damaged_files_are_told_when_named_and_left_out_when_read(folder: Path) -> None:
    (folder / "submissions" / "first-aaaa.json").write_text('{"run": ')
    (folder / "submissions" / "list.json").write_text("[1]")
    (folder / "submissions" / "words.json").write_text('{"run": "base-3", "public": "high"}')
    for name in ("first-aaaa", "list"):
        with pytest.raises(DamagedError):
            record_public(folder, name, 0.5)
    assert read_public(folder) == {}


def test_the_same_file_keeps_its_score_and_another_does_not(folder: Path) -> None:
    path = record_public(folder, "second", 0.8)
    assert keep_public(path, {"run": "base-2", "sha256": "s1"}) == {"run": "base-2", "sha256": "s1", "public": 0.8}
    assert keep_public(path, {"run": "base-2", "sha256": "s9"}) == {"run": "base-2", "sha256": "s9"}
    assert keep_public(folder / "submissions" / "new.json", {"sha256": "s1"}) == {"sha256": "s1"}
