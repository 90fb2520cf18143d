"""Targets made from others, against numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tamesu.artifacts.competition import Target
from tamesu.artifacts.derived import (
    DERIVATIONS,
    build_derivation,
    check_derivations,
    columns_of_derivation,
    derive_target,
    group_rows,
    is_in_picture,
)
from tamesu.artifacts.targets import TargetCells, TargetValues
from tamesu.errors import Fault, Where

NAN = float("nan")


def derive(
    kind: str,
    part: dict[str, Any],
    of: TargetValues,
    columns: dict[str, list[str]] | None = None,
    folder: Path = Path(),
    **target: Any,
) -> tuple[TargetValues, list[Fault]]:
    """A target called `made` of one called `of`."""
    rows = len(of.values)
    given = TargetCells(
        "made",
        Target.model_validate({"kind": kind, "derive": part} | target),
        {name: tuple(cells) for name, cells in (columns or {}).items()},
        tuple(map(str, range(rows))),
        tuple(range(2, rows + 2)),
        "t.csv",
        main=False,
    )
    found = derive_target(given, {"of": of}, folder)
    assert found is not None
    return found


def values_of(*numbers: float) -> TargetValues:
    return TargetValues("value", (), np.array(numbers, np.float64))


def difference(numbers: list[float], order: list[str], within: list[str] | None = None, times: int = 1) -> list[float]:
    options = {"of": "of", "order": "t", "times": times} | ({"within": "v"} if within else {})
    columns = {"t": order} | ({"v": within} if within else {})
    made, _ = derive("value", {"difference": options}, values_of(*numbers), columns)
    assert made.kind == "value" and made.labels == ()
    return made.values.tolist()


def test_velocity_by_hand() -> None:
    # x = t²: central differences inside are exact (2t), one-sided ones at the ends are 1 and 2n - 1.
    assert difference([0.0, 1.0, 4.0, 9.0, 16.0], list("01234")) == [1.0, 2.0, 4.0, 6.0, 7.0]
    # Half a second between two: twice the velocity.
    assert difference([0.0, 1.0, 4.0], ["0", "0.5", "1"]) == [2.0, 4.0, 6.0]
    assert difference([3.0, 8.0], ["10", "12"]) == [2.5, 2.5]


def test_velocity_of_rows_in_any_order() -> None:
    assert difference([16.0, 0.0, 9.0, 1.0, 4.0], list("40312")) == [7.0, 1.0, 6.0, 2.0, 4.0]


def test_steps_of_unequal_length() -> None:
    # A straight line keeps its slope; of t² at 0, 1, 3 the middle is exact too: 2.
    assert difference([0.0, 2.0, 6.0], ["0", "1", "3"]) == pytest.approx([2.0, 2.0, 2.0])
    assert difference([0.0, 1.0, 9.0], ["0", "1", "3"]) == pytest.approx([1.0, 2.0, 4.0])


def test_acceleration_by_hand() -> None:
    # Velocities of t² are 1, 2, 4, 6, 7; their differences 1, 1.5, 2, 1.5, 1.
    assert difference([0.0, 1.0, 4.0, 9.0, 16.0], list("01234"), times=2) == [1.0, 1.5, 2.0, 1.5, 1.0]


def test_sequences_do_not_meet() -> None:
    found = difference([0.0, 100.0, 2.0, 130.0, 5.0], ["0", "0", "1", "1", "7"], list("ababc"))
    assert found[:4] == [2.0, 30.0, 2.0, 30.0] and np.isnan(found[4])


def test_two_rows_at_one_place_have_no_velocity() -> None:
    found = difference([0.0, 1.0, 2.0, 5.0, 9.0], ["0", "1", "1", "0", "1"], list("aaabb"))
    assert np.isnan(found[:3]).all() and found[3:] == [4.0, 4.0]


def test_a_row_without_a_place_is_left_out_of_its_sequence() -> None:
    found = difference([0.0, 50.0, 4.0], ["0", "", "2"])
    assert found[::2] == [2.0, 2.0] and np.isnan(found[1])


def test_a_missing_value_spoils_its_neighbours_alone() -> None:
    found = difference([0.0, 1.0, NAN, 3.0, 4.0, 5.0], list("012345"))
    assert np.isnan(found[1]) and np.isnan(found[3])
    assert [found[0], found[4], found[5]] == [1.0, 1.0, 1.0]


def test_several_values_have_several_velocities() -> None:
    of = TargetValues("value", ("x", "y"), np.array([[0.0, 9.0], [1.0, 7.0], [4.0, 5.0]]))
    made, faults = derive("value", {"difference": {"of": "of", "order": "t"}}, of, {"t": list("012")})
    assert made.labels == ("x", "y") and made.values.tolist() == [[1.0, -2.0], [2.0, -2.0], [3.0, -2.0]]
    assert faults == []


def test_rows_without_a_velocity_are_noted() -> None:
    _, faults = derive("value", {"difference": {"of": "of", "order": "t"}}, values_of(1.0, 2.0, 3.0), {"t": ["0", "1", ""]})
    assert [(fault.code, fault.outcome) for fault in faults] == [("TABLE_LABEL_MISSING", "note")]


def test_a_place_that_is_no_number() -> None:
    _, faults = derive("value", {"difference": {"of": "of", "order": "t"}}, values_of(1.0, 2.0), {"t": ["0", "early"]})
    assert [fault.code for fault in faults] == ["DERIVE_ORDER"]
    assert faults[0].values["order"] == "t" and "early" in str(faults[0].values["examples"])


def test_bins_at_edges() -> None:
    of = values_of(1899.0, 1900.0, NAN, 1949.5, 1950.0, 3000.0)
    made, faults = derive("ordinal", {"bins": {"of": "of", "edges": [1950, 1900]}}, of)
    assert made.kind == "ordinal" and made.labels == ("< 1900", "1900 ... 1950", ">= 1950")
    assert made.values.dtype == np.int64 and made.values.tolist() == [0, 1, -1, 1, 2, 2]
    assert [fault.code for fault in faults] == ["TABLE_LABEL_MISSING"]
    assert derive("class", {"bins": {"of": "of", "edges": [1900]}}, of)[0].kind == "class"


def test_bins_of_equally_many_rows() -> None:
    numbers = np.random.default_rng(1).permutation(40).astype(float)
    made, _ = derive("class", {"bins": {"of": "of", "count": 4}}, TargetValues("value", (), numbers))
    assert np.bincount(made.values).tolist() == [10, 10, 10, 10] and len(made.labels) == 4
    # Sorted by value the codes never fall.
    assert (np.diff(made.values[np.argsort(numbers)]) >= 0).all()


def test_many_equal_values_make_fewer_bins_and_none_of_them_empty() -> None:
    made, _ = derive("class", {"bins": {"of": "of", "count": 5}}, values_of(*[0.0] * 8, 1.0, 2.0))
    assert len(set(made.values.tolist())) == len(made.labels)


@pytest.mark.parametrize("numbers", [[NAN, NAN], [5.0, 5.0, 5.0]])
def test_values_that_cannot_be_divided_are_refused(numbers: list[float]) -> None:
    _, faults = derive("class", {"bins": {"of": "of", "count": 3}}, values_of(*numbers))
    assert "TABLE_ONE_CLASS" in [fault.code for fault in faults if fault.outcome == "refuse"]


def test_bins_with_close_edges_have_labels_of_their_own() -> None:
    of = values_of(1234567.0, 1234569.0, 1234571.0)
    made, _ = derive("class", {"bins": {"of": "of", "edges": [1234568, 1234570]}}, of)
    assert len(set(made.labels)) == 3 and made.labels[0] == "< 1234568"


def test_bins_of_one_of_several_columns() -> None:
    of = TargetValues("value", ("x", "y"), np.array([[0.0, 9.0], [1.0, 7.0], [4.0, 5.0]]))
    made, faults = derive("class", {"bins": {"of": "of", "column": "y", "edges": [6.0]}}, of)
    assert made.values.tolist() == [1, 1, 0] and faults == []
    for column, near in ((None, None), ("z", None), ("yy", "y")):
        _, (fault,) = derive("class", {"bins": {"of": "of", "column": column, "edges": [6.0]}}, of)
        assert fault.code == "DERIVE_COLUMN" and fault.values["known"] == "x, y"
        assert fault.near == near
    _, (fault,) = derive("class", {"bins": {"of": "of", "column": "x"}}, values_of(1.0, 2.0))
    assert fault.code == "DERIVE_COLUMN"


CLASSES = TargetValues("class", ("犬", "猫"), np.array([1, 0, -1, 1]))


def write_table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    (folder / "attr.csv").write_text(text, encoding=encoding)
    return folder


def attributes(kind: str, folder: Path, *columns: str, of: TargetValues = CLASSES, **more: Any) -> Any:
    options = {"of": "of", "table": "attr.csv", "columns": list(columns)} | more.pop("options", {})
    return derive(kind, {"attributes": options}, of, folder=folder, **more)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_attributes_of_classes_from_a_japanese_table(tmp_path: Path, encoding: str) -> None:
    folder = write_table(tmp_path, "種類,耳,尾\n猫,1,0\n犬,0,1\n鳥,1,1\n", encoding)
    made, faults = attributes("multilabel", folder, "耳", "尾")
    assert made.labels == ("耳", "尾")
    np.testing.assert_array_equal(made.values, [[1, 0], [0, 1], [NAN, NAN], [1, 0]])
    assert not [fault for fault in faults if fault.outcome == "refuse"]


def test_the_key_may_stand_in_any_column(tmp_path: Path) -> None:
    folder = write_table(tmp_path, "weight,breed\n4,猫\n20,犬\n")
    made, _ = attributes("value", folder, "weight", options={"key": "breed"})
    np.testing.assert_array_equal(made.values, [4, 20, NAN, 4])
    with_key, faults = attributes("value", folder, "weight", options={"key": "bread"})
    assert [(fault.code, fault.near) for fault in faults] == [("TABLE_NO_COLUMN", "breed")]
    assert np.isnan(with_key.values).all()


def test_attributes_of_every_kind(tmp_path: Path) -> None:
    folder = write_table(tmp_path, "k,a,b,size,tags\n猫,0.25,0.75,small,x y\n犬,0.5,0.5,large,\n")
    soft, _ = attributes("soft", folder, "a", "b")
    np.testing.assert_array_equal(soft.values, [[0.25, 0.75], [0.5, 0.5], [NAN, NAN], [0.25, 0.75]])
    several, _ = attributes("value", folder, "a", "b")
    np.testing.assert_array_equal(several.values, [[0.25, 0.75], [0.5, 0.5], [NAN, NAN], [0.25, 0.75]])
    ordinal, _ = attributes("ordinal", folder, "size", labels=["small", "large"])
    assert ordinal.labels == ("small", "large") and ordinal.values.tolist() == [0, 1, -1, 0]
    plain, _ = attributes("class", folder, "size")
    assert plain.labels == ("large", "small") and plain.values.tolist() == [1, 0, -1, 1]


def test_no_labels_at_all_is_known_and_an_unknown_class_is_not(tmp_path: Path) -> None:
    """The empty cell of a class says that it has none of the labels, as in a column of the train table."""
    folder = write_table(tmp_path, "k,tags\n猫,x y\n犬,\n")
    made, _ = attributes("multilabel", folder, "tags", separator=" ")
    assert made.labels == ("x", "y")
    np.testing.assert_array_equal(made.values, [[1, 1], [0, 0], [NAN, NAN], [1, 1]])


def test_a_class_that_is_not_known_has_no_attribute_whatever_missing_says(tmp_path: Path) -> None:
    folder = write_table(tmp_path, "k,size\n猫,3\n犬,n/a\n")
    made, faults = attributes("value", folder, "size", missing=["n/a"])
    np.testing.assert_array_equal(made.values, [3, NAN, NAN, 3])
    assert "TABLE_NOT_FINITE" not in [fault.code for fault in faults]


def test_a_class_without_a_row(tmp_path: Path) -> None:
    folder = write_table(tmp_path, "k,a\n猫,1\n大,2\n")
    made, faults = attributes("value", folder, "a")
    assert [fault.code for fault in faults] == ["ATTRIBUTES_MISSING"]
    assert faults[0].values["count"] == 1 and "犬" in str(faults[0].values["missing"])
    assert len(made.values) == 4


def test_a_class_with_two_rows(tmp_path: Path) -> None:
    folder = write_table(tmp_path, "breed,size\n犬,1\n猫,2\n犬,3\n鳥,4\n鳥,4\n")
    _, (fault,) = attributes("value", folder, "size")
    # What no image shows may stand there as it likes.
    assert fault.code == "ATTRIBUTES_TWICE" and fault.values["classes"] == "'犬'" and fault.outcome == "refuse"


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    _, faults = attributes("value", tmp_path, "a")
    assert len(faults) == 1 and faults[0].outcome == "refuse"


def test_chains_are_read_from_top_to_bottom() -> None:
    targets = {
        "x": Target(kind="value", column="x"),
        "v": Target.model_validate({"kind": "value", "derive": {"difference": {"of": "x", "order": "t"}}}),
        "fast": Target.model_validate({"kind": "ordinal", "derive": {"bins": {"of": "v"}}}),
    }
    where = {name: Where("competition.yaml") for name in targets}
    assert check_derivations(targets, where) == []
    turned = {name: targets[name] for name in ("fast", "v", "x")}
    faults = check_derivations(turned, where)
    # `v` needs `x`, which stands in the table wherever it is written; `fast` needs `v` above it.
    assert [(fault.code, fault.values["of"]) for fault in faults] == [("DERIVE_UNKNOWN", "v")]


def test_faults_of_derive_as_written() -> None:
    made = {
        "itself": ("value", {"difference": {"of": "itself", "order": "t"}}),
        "mistyped": ("value", {"difference": {"of": "speeed", "order": "t"}}),
        "kind": ("class", {"difference": {"of": "speed", "order": "t"}}),
        "source": ("multilabel", {"presence": {"of": "speed"}}),
        "part": ("value", {"diference": {"of": "speed"}}),
        "option": ("value", {"bins": {"of": "speed", "edges": "ten"}}),
        "without": ("value", {"area": {}}),
    }
    targets = {"speed": Target(kind="value", column="s")} | {
        name: Target.model_validate({"kind": kind, "derive": part}) for name, (kind, part) in made.items()
    }
    where = {name: Where("competition.yaml", key=name) for name in targets}
    faults = {str(fault.where.key): fault for fault in check_derivations(targets, where)}
    assert {key: fault.code for key, fault in faults.items()} == {
        "itself": "DERIVE_UNKNOWN",
        "mistyped": "DERIVE_UNKNOWN",
        "kind": "DERIVE_KIND",
        "source": "DERIVE_KIND",
        "part": "CONFIG_UNKNOWN_PART",
        "option.edges": "CONFIG_TYPE",
        "without": "CONFIG_MISSING_OPTION",
    }
    assert faults["mistyped"].near == "speed"


@pytest.mark.parametrize(
    ("mask", "kind", "part", "near"),
    [
        ({"labels": ["ground", "body"]}, "value", {"area": {"of": "seg", "labels": ["bodi"]}}, "body"),
        ({}, "value", {"area": {"of": "seg", "labels": ["body"]}}, None),
        ({}, "multilabel", {"presence": {"of": "seg"}}, None),
    ],
)
def test_labels_that_a_mask_does_not_list(mask: dict[str, Any], kind: str, part: dict[str, Any], near: str | None) -> None:
    targets = {
        "seg": Target.model_validate({"kind": "mask", "mask": "{id}.png"} | mask),
        "made": Target.model_validate({"kind": kind, "derive": part}),
    }
    faults = check_derivations(targets, {name: Where("competition.yaml") for name in targets})
    assert [(fault.code, fault.near) for fault in faults] == [("DERIVE_LABELS", near)]
    assert "{" not in faults[0].text("ja")


def test_labels_that_a_mask_lists_or_need_not() -> None:
    targets = {
        "bare": Target(kind="mask", mask="{id}.png"),
        "numbered": Target(kind="mask", mask="{id}.png", values=[0, 7]),
        "all": Target.model_validate({"kind": "value", "derive": {"area": {"of": "bare"}}}),
        "seven": Target.model_validate({"kind": "value", "derive": {"area": {"of": "numbered", "labels": ["7"]}}}),
        "seen": Target.model_validate({"kind": "multilabel", "derive": {"presence": {"of": "numbered"}}}),
    }
    assert check_derivations(targets, {name: Where("competition.yaml") for name in targets}) == []


def test_which_targets_lie_in_the_picture_and_which_columns_they_read() -> None:
    speed = Target.model_validate({"kind": "value", "derive": {"difference": {"of": "x", "order": "t", "within": "v"}}})
    assert columns_of_derivation(speed) == ["t", "v"] and not is_in_picture(speed)
    area = Target.model_validate({"kind": "value", "derive": {"area": {"of": "m"}}})
    assert columns_of_derivation(area) == [] and is_in_picture(area)
    assert is_in_picture(Target(kind="points", columns=["x", "y"])) and not is_in_picture(Target(kind="class", column="c"))
    broken = Target.model_validate({"kind": "value", "derive": "area"})
    assert build_derivation(broken) is None and not is_in_picture(broken)


def test_what_it_is_made_of_is_not_there() -> None:
    given = TargetCells(
        "m", Target.model_validate({"kind": "class", "derive": {"bins": {"of": "x"}}}), {}, ("a",), (2,), "t.csv"
    )
    assert derive_target(given, {}, Path()) is None
    assert derive_target(given, {"x": TargetValues("class", ("a",), np.zeros(1, np.int64))}, Path()) is None


def test_rows_of_a_group_keep_their_order() -> None:
    assert [rows.tolist() for rows in group_rows(["b", "a", "b", ""])] == [[0, 2], [1], [3]]


@pytest.mark.parametrize("name", list(DERIVATIONS))
def test_every_derivation_says_what_it_makes_of_what(name: str) -> None:
    part = DERIVATIONS[name]
    assert part.makes and part.needs and isinstance(part.in_picture, bool)  # type: ignore[attr-defined]
