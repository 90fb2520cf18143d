"""Copies: what was planted is found, what was not is not, and what is said of it counts the right rows."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.results.audit.made import make_data
from tests.results.audit.planted import KINDS, Planted, plant_copies, read_folder

from tamesu.images.likeness import describe_likeness
from tamesu.images.matching import Match
from tamesu.messages import render
from tamesu.results.audit.alterations import Altered
from tamesu.results.audit.copies import Copies, CopySet, copy_groups, find_copies, join_copies, judge_copies
from tamesu.results.audit.data import AuditData
from tamesu.results.finding import Finding

FOLDS = [[0, 0, 1, 1, 2, 2]]


def make(copies: Sequence[tuple[int, ...]], *, codes: Sequence[int] = (0, 1, 0, 1, 0, 1), rows: int = 8) -> AuditData:
    """Six train rows in three folds, two of test; rows of a set have equal files."""
    data = make_data(rows, 6, codes=codes, labels=("bag", "靴"), folds=FOLDS)
    digests = list(data.sha256)
    for one in copies:
        for row in one:
            digests[row] = digests[one[0]]
    return replace(data, sha256=tuple(digests))


def no_pixels(row: int) -> NDArray[np.uint8]:
    raise AssertionError(f"pixels of row {row} were asked for")


def judge(data: AuditData) -> dict[str, Finding]:
    return {one.code: one for one in judge_copies(data, find_copies(data, no_pixels))}


def alter(*rows: int, score: float = 0.99, precision: float = 1.0) -> Copies:
    pair = Altered((rows[0], rows[1]), Match(score, score, 1.0, False, 0.0))
    return Copies((CopySet(rows, (pair,)),), precision)


def test_nothing_is_said_without_copies() -> None:
    assert judge(make([])) == {}


def test_copies_in_two_folds_are_counted_by_rows() -> None:
    found = judge(make([(0, 2, 4)]))
    assert list(found) == ["AUDIT_COPIES_ACROSS_FOLDS"]
    one = found["AUDIT_COPIES_ACROSS_FOLDS"]
    assert one.weight == "severe" and one.rows == (0, 2, 4) and one.sets == ((0, 2, 4),)
    assert one.values["share"] == 0.5
    assert one.captions == ("equal files · bag",)


def test_copies_inside_a_fold_are_a_note() -> None:
    found = judge(make([(2, 3), (6, 7)], codes=(0, 1, 0, 0, 0, 1)))
    assert list(found) == ["AUDIT_COPIES_INSIDE"]
    assert found["AUDIT_COPIES_INSIDE"].weight == "note" and found["AUDIT_COPIES_INSIDE"].rows == (2, 3, 6, 7)


def test_a_test_row_with_its_train_copy_tells_the_label() -> None:
    data = make([(1, 7)])
    found = judge(data)
    assert list(found) == ["AUDIT_COPIES_TRAIN_TEST"]
    one = found["AUDIT_COPIES_TRAIN_TEST"]
    assert one.weight == "warning" and one.rows == (7,) and one.sets == ((1, 7),)
    assert one.values["examples"] == f"{data.ids[7]}, {data.ids[1]} (靴)"


def test_one_file_under_two_labels_is_a_conflict() -> None:
    data = make([(2, 3)])
    found = judge(data)
    assert set(found) == {"AUDIT_COPIES_CONFLICT", "AUDIT_COPIES_INSIDE"}
    assert found["AUDIT_COPIES_CONFLICT"].values["examples"] == f"{data.ids[2]} (bag), {data.ids[3]} (靴)"
    assert found["AUDIT_COPIES_CONFLICT"].captions == ("equal files · bag · 靴",)


def test_an_unknown_label_is_no_conflict() -> None:
    assert list(judge(make([(2, 3)], codes=(0, 1, 0, -1, 0, 1)))) == ["AUDIT_COPIES_INSIDE"]


def test_altered_copies_of_two_classes_are_told_apart_from_equal_files() -> None:
    found = {one.code for one in judge_copies(make([]), alter(2, 3))}
    assert found == {"AUDIT_COPIES_CLASSES", "AUDIT_COPIES_INSIDE"}


def test_values_conflict_on_equal_files_only() -> None:
    data = replace(make([(2, 3)]), kind="value", labels=(), codes=np.zeros(6, np.int64), values=np.arange(6.0))
    assert "AUDIT_COPIES_CONFLICT" in judge(data)
    apart = replace(make([]), kind="value", labels=(), codes=np.zeros(6, np.int64), values=np.arange(6.0))
    assert [one.code for one in judge_copies(apart, alter(2, 3))] == ["AUDIT_COPIES_INSIDE"]


def test_few_or_doubtful_copies_are_no_severe_leak() -> None:
    data = make_data(1000, codes=np.zeros(1000, np.int64), folds=[np.arange(1000) % 5])
    four = judge_copies(data, Copies((CopySet((0, 1)), CopySet((2, 3)))))
    assert [(one.code, one.weight) for one in four] == [("AUDIT_COPIES_ACROSS_FOLDS", "warning")]
    six = judge_copies(data, Copies((CopySet((0, 1)), CopySet((2, 3)), CopySet((5, 6)))))
    assert six[0].weight == "severe"
    small = make([], codes=(0, 0, 0, 0, 0, 0))
    assert judge_copies(small, alter(0, 2, precision=0.0))[0].weight == "warning"


def test_the_worst_repeat_counts() -> None:
    data = replace(make([(0, 2), (1, 3)], codes=(0, 0, 0, 0, 0, 0)), folds=np.array([[0, 1, 0, 2, 1, 2], [0, 0, 1, 1, 2, 2]]))
    one = judge(data)["AUDIT_COPIES_ACROSS_FOLDS"]
    assert sorted(one.rows) == [0, 1, 2, 3]


def test_a_picture_that_is_everywhere_gets_a_word() -> None:
    data = make_data(60, codes=np.zeros(60, np.int64), folds=[np.zeros(60, int)])
    found = judge_copies(data, Copies((CopySet(tuple(range(60))),)))
    assert [one.code for one in found] == ["AUDIT_COPIES_INSIDE", "AUDIT_COPIES_MANY"]
    assert found[1].values["rows"] == 60


def test_unreadable_and_missing_files() -> None:
    """A file that is not there equals none; broken files with the same bytes, such as empty ones, show no picture."""
    data = make([(0, 2)], codes=(0, 0, 0, 0, 0, 0))
    facts = replace(data.facts, readable=np.array([False, True, False, True, True, True, True, True]))
    data = replace(data, facts=facts, sha256=(*data.sha256[:6], None, None))
    assert find_copies(data, no_pixels).sets == ()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_finding_has_its_words(language: str) -> None:
    data = make([(0, 2), (2, 3), (1, 7)])
    copies = Copies((*find_copies(data, no_pixels).sets, *alter(4, 5).sets), 0.97)
    findings = judge_copies(data, copies)
    assert len(findings) >= 4
    for one in findings:
        what, do = render(one.code, one.values, language)  # type: ignore[arg-type]
        assert "{" not in what + do.replace("{path}", "") and do


def test_sets_are_disjoint_and_hold_every_pair_once() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        files = {row: (row,) for row in range(30)}
        pairs = [(int(a), int(b)) for a, b in np.sort(random.integers(0, 30, (15, 2)), axis=1) if a != b]
        sets = join_copies(files, pairs)
        rows = [row for one in sets for row in one]
        assert len(rows) == len(set(rows)) and set(rows) == {row for pair in pairs for row in pair}
        assert all(len(one) > 1 for one in sets)


def test_a_long_chain_is_cut_into_stars() -> None:
    files = {row: (row,) for row in range(100)}
    sets = join_copies(files, [(row, row + 1) for row in range(99)])
    assert max(map(len, sets)) <= 5


def test_groups_number_copies_alike() -> None:
    sets = [CopySet((4, 1)), CopySet((2, 6))]
    assert copy_groups(sets, 8).tolist() == [0, 1, 2, 3, 1, 5, 2, 7]
    assert copy_groups(sets, 5).tolist() == [0, 1, 2, 3, 1]


def check(planted: Planted, data: AuditData, copies: Copies, real: set[frozenset[str]]) -> None:
    """Recall of equal and of altered copies, and precision; `real`: pairs that are copies in the photos themselves."""
    together = {row: number for number, one in enumerate(copies.sets) for row in one.rows}
    number = {name: row for row, name in enumerate(data.ids)}

    def joined(a: str, b: str) -> bool:
        return number[a] in together and together.get(number[a]) == together.get(number[b])

    equal = [joined(*pair) for pair in planted.equal.items()]
    altered = [joined(copy, original) for copy, (original, _) in planted.altered.items()]
    assert np.mean(equal) >= 0.95 and np.mean(altered) >= 0.8
    true = {frozenset((copy, original)) for copy, (original, _) in planted.altered.items()} | real
    claimed = [frozenset(data.ids[row] for row in pair.rows) for one in copies.sets for pair in one.altered]
    assert np.mean([pair in true for pair in claimed]) >= 0.95
    assert copies.precision >= 0.9


# Two photos of clothing10 are there twice, looked at by eye.
REAL = {
    frozenset(("6075b4a5-5b1a-4ce0-aea0-9dbfbca7c35c", "637a56e4-7fa6-4f75-8859-0f8902461554")),
    frozenset(("b59e4d4a-a283-4868-8a81-2f24d8b9c8d8", "e6a8b33f-279c-4072-8dba-229d94205e55")),
}


def test_planted_copies_among_a_few_photos(tmp_path: Path, shared: Path) -> None:
    source = shared / "data" / "clothing10"
    planted = plant_copies(source, tmp_path / "data", 0, sample=150, equal=10, altered=2 * len(KINDS))
    data, pixels = read_folder(planted.root, planted.train, planted.test, tmp_path / "memory")
    copies = find_copies(data, pixels)
    check(planted, data, copies, REAL)
    codes = {one.code: one.weight for one in judge_copies(data, copies)}
    assert codes["AUDIT_COPIES_ACROSS_FOLDS"] == "severe"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_planted_copies_among_all_photos(tmp_path: Path, shared: Path, seed: int) -> None:
    planted = plant_copies(shared / "data" / "clothing10", tmp_path / "data", seed)
    data, pixels = read_folder(planted.root, planted.train, planted.test, tmp_path / "memory")
    check(planted, data, find_copies(data, pixels), REAL)


@pytest.mark.slow
def test_photos_without_copies_stay_quiet(tmp_path: Path, shared: Path) -> None:
    root = shared / "data" / "pets37"
    with (root / "train.csv").open(newline="") as file:
        labels = {row["image"]: row["label"] for row in csv.DictReader(file)}
    shutil.copytree(root / "images", tmp_path / "data" / "train")
    named = {name.removesuffix(".jpg"): label for name, label in labels.items()}
    data, pixels = read_folder(tmp_path / "data", named, [], tmp_path / "memory")
    assert data.facts.readable.all()
    assert not find_copies(data, pixels).sets


@pytest.mark.slow
def test_digits_of_eight_pixels_are_no_copies() -> None:
    from sklearn.datasets import load_digits

    digits = (load_digits().images * 15).astype(np.uint8)
    likeness = np.stack([describe_likeness(grey) for grey in digits])
    data = make_data(len(digits), heights=8, widths=8, likeness=likeness)
    assert not find_copies(data, lambda row: np.repeat(digits[row][..., None], 3, axis=2)).sets
