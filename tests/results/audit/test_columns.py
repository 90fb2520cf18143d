"""Columns that are constant, ids, telling, train-only or empty are told as such; ordinary columns are not."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from tests.results.audit.made import make_data, read_pets

from tamesu.results.audit.columns import (
    find_emptier_classes,
    find_telling,
    is_constant,
    is_id_like,
    is_known,
    judge_columns,
    name_columns,
    weigh_purity,
)
from tamesu.results.audit.data import AuditData
from tamesu.results.finding import Finding

N, TRAIN = 260, 200
CODES = np.random.default_rng(3).integers(3, size=TRAIN)
RANDOM = np.random.default_rng(4)


def made(train: dict[str, list[str]], test: dict[str, list[str]] | None = None, **others: object) -> AuditData:
    return make_data(N, TRAIN, codes=CODES, columns={"train": train, "test": test or {"id": [""] * 60}}, **others)  # type: ignore[arg-type]


def told(data: AuditData) -> dict[str, Finding]:
    return {one.code: one for one in judge_columns(data)}


def ages(rows: int) -> list[str]:
    return [f"{age:.1f}" for age in RANDOM.uniform(20, 60, rows)]


def test_ordinary_columns_of_both_parts_are_nothing_to_tell() -> None:
    colours = RANDOM.choice(["red", "blue", "grün"], N).tolist()
    both = ages(N)
    assert told(made({"age": both[:TRAIN], "paint": colours[:TRAIN]}, {"age": both[TRAIN:], "paint": colours[TRAIN:]})) == {}


def test_constant_columns() -> None:
    found = told(made({"site": ["tokyo"] * TRAIN, "none": [""] * TRAIN}, {"site": ["tokyo"] * 60, "none": [""] * 60}))
    assert list(found) == ["AUDIT_COLUMN_CONSTANT"]
    assert "site, none" in found["AUDIT_COLUMN_CONSTANT"].text("en")
    assert is_constant(["1", "1"]) and not is_constant(["1", "2"])


def test_ids_are_whole_numbers_or_texts_that_never_repeat() -> None:
    numbers = [str(number) for number in RANDOM.permutation(10_000)[:TRAIN]]
    assert is_id_like(numbers) and is_id_like([f"p{number}" for number in numbers])
    assert not is_id_like([f"{number}.5" for number in numbers])
    assert not is_id_like([*numbers[:-1], ""]) and not is_id_like([*numbers[:-1], numbers[0]])
    found = told(made({"serial": numbers}, {"serial": ["x"] * 60}))
    assert list(found) == ["AUDIT_COLUMN_ID"] and "serial" in found["AUDIT_COLUMN_ID"].text("ja")


def test_id_file_mask_and_label_are_known() -> None:
    data = make_data(N, TRAIN, codes=CODES)
    train = {
        "id": list(data.ids[:TRAIN]),
        "image": list(data.paths[:TRAIN]),
        "mask": [f"masks/{row}.png" for row in data.ids[:TRAIN]],
        "kind": [data.labels[code] for code in CODES],
    }
    data = made(train)
    assert all(is_known(data, name) for name in train)
    assert judge_columns(data) == []


def test_labels_that_are_numbers_are_known_by_their_value() -> None:
    cells = [f"{code}.0" for code in CODES]
    data = make_data(
        N, TRAIN, codes=CODES, labels=("0", "1", "2"), columns={"train": {"grade": cells}, "test": {"id": [""] * 60}}
    )
    assert is_known(data, "grade") and judge_columns(data) == []


def test_a_train_without_labels_knows_no_label_column() -> None:
    data = make_data(N, TRAIN, codes=np.full(TRAIN, -1), columns={"train": {"age": ages(TRAIN)}, "test": {"id": [""] * 60}})
    assert [one.code for one in judge_columns(data)] == ["AUDIT_COLUMN_TRAIN_ONLY"]


def test_columns_in_use_are_told_of_their_empty_cells_alone() -> None:
    x = ages(TRAIN)
    x[0] = ""
    data = made({"x": x, "view": list("ab" * 100), "site": ["one"] * TRAIN})
    assert [one.code for one in judge_columns(data, {"x", "view", "site"})] == ["AUDIT_CELLS_MISSING"]


def test_columns_of_train_only_are_targets_not_inputs() -> None:
    found = told(made({"age": ages(TRAIN)}))
    assert list(found) == ["AUDIT_COLUMN_TRAIN_ONLY"]
    assert "known_in: train" in found["AUDIT_COLUMN_TRAIN_ONLY"].text("en")
    # Without a test table nothing is known of that.
    data = make_data(TRAIN, codes=CODES, columns={"train": {"age": ages(TRAIN)}})
    assert judge_columns(data) == []


def test_a_column_that_tells_the_label_is_a_leak_when_test_has_it() -> None:
    words = np.array(["x1", "x2", "y1", "y2", "z1", "z2"])
    cells = words[2 * CODES + RANDOM.integers(2, size=TRAIN)].tolist()
    found = told(made({"batch": cells}, {"batch": RANDOM.choice(words, 60).tolist()}))
    assert list(found) == ["AUDIT_COLUMN_TELLS"] and found["AUDIT_COLUMN_TELLS"].weight == "warning"
    assert found["AUDIT_COLUMN_TELLS"].values["values"] == 6
    found = told(made({"batch": cells}))
    assert list(found) == ["AUDIT_COLUMN_TELLS_TRAIN"] and found["AUDIT_COLUMN_TELLS_TRAIN"].weight == "note"


def test_a_column_that_strays_does_not_tell() -> None:
    cells = np.array(["x", "y", "z"])[CODES]
    cells[:10] = "x"
    assert "AUDIT_COLUMN_TELLS" not in told(made({"batch": cells.tolist()}, {"batch": ["x", "y"] * 30}))


def test_patients_with_one_label_each_are_groups() -> None:
    patients = [f"p{CODES[row]}_{row % 13}" for row in range(TRAIN)]
    found = told(made({"patient": patients}, {"patient": [f"q{row % 9}" for row in range(60)]}))
    assert list(found) == ["AUDIT_COLUMN_GROUPS"]
    assert "groups: patient" in found["AUDIT_COLUMN_GROUPS"].text("en")


def test_a_value_under_another_unit_tells_the_target() -> None:
    values = RANDOM.uniform(0, 1, TRAIN)
    train = {"cm": [repr(float(value * 100 + 3)) for value in values], "own": [repr(float(value)) for value in values]}
    data = make_data(N, TRAIN, labels=(), kind="value", values=values, columns={"train": train, "test": {"cm": ["1.5"] * 60}})
    assert is_known(data, "own") and not is_known(data, "cm")
    assert find_telling(data, "cm") is not None
    assert "AUDIT_COLUMN_TELLS" in told(data)


def test_purity_is_the_chance_of_drawing_pure_values() -> None:
    # Four rows, two values of two rows each, labels a a b b: with replacement, both values are pure in a half of a half.
    assert weigh_purity(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), 2) == pytest.approx(math.log10(0.5 * 0.5))
    assert weigh_purity(np.arange(10), np.zeros(10, int), 10) is None
    large = weigh_purity(np.repeat([0, 1], 5_000), np.repeat([0, 1], 5_000), 2)
    assert large is not None and np.isfinite(large) and large < -2_000


def test_a_frequent_class_makes_pure_values_by_luck() -> None:
    codes = (RANDOM.random(TRAIN) < 0.02).astype(int)
    cells = np.repeat([f"v{number}" for number in range(100)], 2)
    keep = np.where(codes == 1, "lonely", cells)
    data = make_data(TRAIN, codes=codes, labels=("ok", "bad"), columns={"train": {"v": [*keep]}})
    assert find_telling(data, "v") is None


def test_empty_cells_are_told_with_shares_and_rows() -> None:
    age = ages(TRAIN)
    age[:30] = [""] * 30
    found = told(made({"age": age}, {"age": [*ages(45), *[""] * 15]}))
    assert list(found) == ["AUDIT_CELLS_MISSING"]
    finding = found["AUDIT_CELLS_MISSING"]
    assert "age 15.0% → 25.0%" in finding.text("en")
    assert finding.rows == tuple(range(30))
    assert finding.charts[0].series == {"train": [0.15], "test": [0.25]}


def test_cells_that_are_empty_in_one_class_tell_it() -> None:
    age = np.array(ages(TRAIN), dtype=object)
    age[(CODES == 1) & (RANDOM.random(TRAIN) < 0.6)] = ""
    found = told(made({"age": age.tolist()}, {"age": ages(60)}))
    finding = found["AUDIT_CELLS_TELL"]
    assert finding.weight == "warning" and finding.values["labels"] == "dress" and finding.values["outside"] == 0
    assert set(finding.rows) == {row for row in range(TRAIN) if age[row] == ""}
    assert told(made({"age": age.tolist()}))["AUDIT_CELLS_TELL"].weight == "note"


def test_classes_with_more_empty_cells() -> None:
    assert find_emptier_classes(RANDOM.random(300) < 0.3, np.arange(300) % 3) == []
    assert find_emptier_classes(np.ones(100, bool), np.arange(100) % 2) == []
    assert find_emptier_classes(np.arange(100) < 50, np.zeros(100, int)) == []
    empty = np.arange(300) % 3 != 0
    codes = np.where(np.arange(300) % 3 == 0, 0, 1)
    codes[:3] = -1
    assert find_emptier_classes(empty, codes) == [1]


def test_many_names_are_cut_off() -> None:
    assert name_columns([str(number) for number in range(20)]).endswith("11, …")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "codes"), [("pets37", ["AUDIT_COLUMN_CONSTANT"]), ("pets3", ["AUDIT_CELLS_MISSING"])])
def test_real_tables(name: str, codes: list[str], shared: Path, tmp_path: Path) -> None:
    found = judge_columns(read_pets(shared / "data" / name, tmp_path))
    assert [one.code for one in found] == codes
    assert all(one.weight == "note" for one in found)
