"""Leaks of an audit held against folds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tamesu.artifacts.audit_file import Audit, read_audit, write_audit
from tamesu.artifacts.folds import FoldTable
from tamesu.messages.message import Phrase
from tamesu.results.finding import Finding
from tamesu.results.leaks import check_accepted, find_leaks, is_split

IDS = ("a", "b", "c", "d", "e", "猫")


def audited(folder: Path, findings: list[Finding], **leaks: list[list[str]]) -> Audit:
    write_audit(folder, findings, IDS, data_digest="x", seconds=1.0, time="2026-11-28T15:00:00+00:00", leaks=leaks)
    found = read_audit(folder)
    assert found is not None
    return found


def table(*folds: int | tuple[int, ...], ids: tuple[str, ...] = IDS) -> FoldTable:
    return FoldTable(ids, np.array(folds, np.int32).reshape(len(ids), -1), n_splits=3)


SEVERE = [
    Finding("AUDIT_COPIES_ACROSS_FOLDS", "severe", worth=0.5),
    Finding("AUDIT_LEAK_GROUPS", "severe", worth=0.1234),
]


def test_folds_that_split_groups_are_asked_about(tmp_path: Path) -> None:
    audit = audited(tmp_path, SEVERE, groups=[["a", "b"], ["c", "d", "猫"]])
    found = find_leaks(audit, table(0, 0, 1, 1, 2, 2))
    assert list(found) == ["leak:groups"]
    fault = found["leak:groups"]
    assert (fault.code, fault.outcome) == ("LEAK_GROUPS", "ask")
    # The worth of the groups, whatever else is severe.
    assert str(fault.values["worth"]) == ", by about 0.123 on cheap features"
    assert {key: fault.values[key] for key in ("count", "total", "examples")} == {
        "count": 1,
        "total": 2,
        "examples": "'c', 'd', '猫'",
    }
    assert "1 of 2 groups" in fault.text("en")
    assert fault.text("ja")


def test_folds_that_keep_groups_are_not(tmp_path: Path) -> None:
    audit = audited(tmp_path, SEVERE, groups=[["a", "b"], ["c", "d", "猫"]], copies=[["a", "b"]])
    assert find_leaks(audit, table(0, 0, 1, 1, 2, 1)) == {}
    assert find_leaks(None, table(0, 1, 2, 0, 1, 2)) == {}


def test_one_repeat_that_splits_is_enough(tmp_path: Path) -> None:
    audit = audited(tmp_path, SEVERE, copies=[["a", "b"], ["c", "d"]])
    found = find_leaks(audit, table((0, 0), (0, 1), (1, 1), (1, 1), (2, 0), (2, 2)))
    assert list(found) == ["leak:copies"]
    assert found["leak:copies"].values["count"] == 1


def test_rows_that_the_table_lacks_are_left_out(tmp_path: Path) -> None:
    audit = audited(tmp_path, SEVERE, groups=[["a", "gone"], ["gone", "lost"], ["c", "d"]])
    assert find_leaks(audit, table(0, 1, 1, 1, 2, 2)) == {}
    assert find_leaks(audit, table(0, 1, ids=("c", "d")))["leak:groups"].values["total"] == 3


def test_a_leak_of_another_version_is_no_word_of_ours(tmp_path: Path) -> None:
    assert find_leaks(audited(tmp_path, [], moon=[["a", "b"]]), table(0, 1, 1, 1, 2, 2)) == {}


def test_an_unknown_worth_is_left_out(tmp_path: Path) -> None:
    audit = audited(tmp_path, SEVERE[:1], groups=[["a", "b"]])
    assert find_leaks(audit, table(0, 1, 1, 1, 2, 2))["leak:groups"].values["worth"] == Phrase("", "")


@pytest.mark.parametrize("seed", range(20))
def test_split_against_all_pairs(seed: int) -> None:
    random = np.random.default_rng(seed)
    folds = random.integers(0, 2, (int(random.integers(1, 5)), int(random.integers(1, 3))))
    pairs = [(a, b) for a in folds.tolist() for b in folds.tolist()]
    assert is_split(folds) == any(x != y for a, b in pairs for x, y in zip(a, b, strict=True))


def test_accepted_words() -> None:
    assert check_accepted([]) == []
    assert check_accepted(["leak:groups", "leak:copies", "IMG_TURNED"]) == []
    one, two = check_accepted(["leak:group", "leak:groups", "leak:"])
    assert (one.code, one.outcome, one.near) == ("ACCEPT_LEAK_UNKNOWN", "refuse", "leak:groups")
    assert one.values["name"] == "leak:group"
    assert two.values["known"] == "leak:groups, leak:copies"
    assert one.text("en")
    assert one.text("ja")
