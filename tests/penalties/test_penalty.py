from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from tamesu.penalties import PENALTIES, Conservation, EdgeSmoothness, LeftRightConsistency, TotalKept, check_fields
from tamesu.penalties.penalty import map_faults, option_of, say_names, where_known, widen
from tamesu.testing.penalties import COLUMNS, MAPS, OUTPUTS, PenaltyContract

Keep = Callable[[dict[str, Tensor]], dict[str, Tensor]]


def balance_first(fields: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**fields, "first": fields["second"] + fields["column"][:, None]}


def balance_several(fields: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**fields, "several": fields["several"][:, :1] * torch.tensor([1.0, 2.0, 1.0])}


def complete(fields: dict[str, Tensor]) -> dict[str, Tensor]:
    two = fields["several"][:, :2]
    return {**fields, "several": torch.cat([two, fields["column"][:, None] - two.sum(dim=1, keepdim=True)], dim=1)}


def to_one(fields: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**fields, "several": fields["several"].softmax(dim=1)}


def count_map(fields: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**fields, "first": fields["left_map"].flatten(1).sum(dim=1, keepdim=True)}


def flat(fields: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**fields, "left_map": torch.full_like(fields["left_map"], 0.7)}


def same(fields: dict[str, Tensor]) -> dict[str, Tensor]:
    one = torch.full_like(fields["left_map"], 0.1)
    return {**fields, "left_map": one, "right_map": one}


def equal_maps(fields: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**fields, "right_map": fields["left_map"] * 2.0}


CASES: list[tuple[str, dict[str, Any], Keep]] = [
    ("conservation", {"expression": "(first - second - column)**2"}, balance_first),
    ("conservation", {"expression": "abs(first - second - column)", "scale": 10.0}, balance_first),
    ("conservation", {"expression": "(2 * several[0] - several[1])**2 + abs(several[2] - several[0])"}, balance_several),
    ("conservation", {"expression": "((right_map - 2*left_map) / column)**2"}, equal_maps),
    ("edge_smoothness", {"of": "left_map"}, flat),
    ("edge_smoothness", {"of": "left_map", "normalise": False}, flat),
    ("left_right_consistency", {"left": "left_map", "right": "right_map"}, same),
    ("total_kept", {"of": "several", "total": "column", "scale": 0.5}, complete),
    ("total_kept", {"of": "several", "total": 1.0}, to_one),
    ("total_kept", {"of": "left_map", "total": "first"}, count_map),
]


class TestEveryPenalty(PenaltyContract):
    kept: Keep

    @pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1]}", autouse=True)
    def choose(self, request: pytest.FixtureRequest) -> None:
        name, self.options, self.kept = request.param  # type: ignore[misc]
        self.part = PENALTIES[name]

    def keep(self, fields: dict[str, Tensor], images: Tensor) -> dict[str, Tensor]:
        return self.kept(fields)


def test_every_penalty_is_tested() -> None:
    assert {name for name, _, _ in CASES} == set(PENALTIES)


@pytest.mark.parametrize(
    ("name", "options", "codes"),
    [
        ("conservation", {"expression": "(a - b)**2", "scale": 3}, []),
        ("conservation", {}, ["CONFIG_MISSING_OPTION"]),
        ("conservation", {"expression": 3}, ["CONFIG_TYPE"]),
        ("conservation", {"expression": "a**2", "scale": 0}, ["CONFIG_RANGE"]),
        ("total_kept", {"of": "a", "total": 1.5, "weight": 0.1}, []),
        ("total_kept", {"of": "a", "total": "area"}, []),
        ("total_kept", {"of": "a"}, ["CONFIG_MISSING_OPTION"]),
        ("edge_smoothness", {"of": "depth", "weight": -1.0}, ["CONFIG_RANGE"]),
        ("edge_smooth", {"of": "depth"}, ["CONFIG_UNKNOWN_PART"]),
    ],
)
def test_options_are_checked(name: str, options: dict[str, object], codes: list[str]) -> None:
    assert [fault.code for fault in PENALTIES.check(name, options)] == codes


@pytest.mark.parametrize(
    ("penalty", "found"),
    [
        (Conservation(expression="(first - colum)**2"), [("FORMULA_FIELD", "expression", "column")]),
        (
            Conservation(expression="(frist - zzz)**2"),
            [("FORMULA_FIELD", "expression", "first"), ("FORMULA_FIELD", "expression", None)],
        ),
        (Conservation(expression="(column - other_column)**2"), [("FORMULA_NO_OUTPUT", "expression", None)]),
        (Conservation(expression="(several - first)**2"), [("LAW_SEVERAL", "expression", None)]),
        (Conservation(expression="(several[2] + several[3])**2"), [("LAW_INDEX", "expression", None)]),
        (Conservation(expression="(first[0] - column[1])**2"), [("LAW_INDEX", "expression", None)]),
        (EdgeSmoothness(of="lefft_map"), [("FORMULA_FIELD", "of", "left_map"), ("FORMULA_NO_OUTPUT", "of", None)]),
        (EdgeSmoothness(of="first"), [("LAW_MAP", "of", None)]),
        (LeftRightConsistency(left="left_map", right="right"), [("FORMULA_FIELD", "right", "right_map")]),
        (LeftRightConsistency(left="left_map", right="several"), [("LAW_MAP", "right", None)]),
        (TotalKept(of="column", total="other_column"), [("FORMULA_NO_OUTPUT", "of", None)]),
        (TotalKept(of="several", total="colum"), [("FORMULA_FIELD", "total", "column")]),
    ],
    ids=lambda value: str(getattr(value, "expression", "")) or None,
)
def test_fields_that_are_not_there(penalty: Any, found: list[tuple[str, str, str | None]]) -> None:
    faults = check_fields(penalty, OUTPUTS, COLUMNS, MAPS)
    named = [(fault.code, fault.where.key, fault.near) for fault in faults]
    assert [one for one in named if one[0] != "FORMULA_NO_OUTPUT"] == [one for one in found if one[0] != "FORMULA_NO_OUTPUT"]
    assert all(one in named for one in found)
    for fault in faults:
        assert fault.text("en") and fault.text("ja")


def test_what_is_known_is_listed() -> None:
    (fault, _) = check_fields(Conservation(expression="zzz**2"), {"flow": 1}, ["rain", "area"])
    assert "outputs: flow; columns: rain, area" in fault.text("en")
    (fault, _) = check_fields(Conservation(expression="zzz**2"), {}, [])
    assert "outputs: -; columns: -" in fault.text("en")


def test_option_of() -> None:
    assert option_of(LeftRightConsistency(left="a", right="b"), "b") == "right"
    assert option_of(Conservation(expression="(a - b)**2"), "b") == "expression"
    assert option_of(EdgeSmoothness(of="a"), "b") is None


def test_map_faults() -> None:
    assert map_faults({"of": "depth"}, ["depth"]) == []
    assert [fault.where.key for fault in map_faults({"left": "a", "right": "b"}, [])] == ["left", "right"]


def test_a_law_is_not_asked_about_what_is_missing() -> None:
    asked = []

    def law(fields: Any) -> Tensor:
        asked.append(fields["column"].tolist())
        return fields["column"] / fields["output"][:, 0]

    column = torch.tensor([1.0, torch.nan, 3.0])
    output = torch.tensor([[1.0], [0.0], [2.0]], requires_grad=True)
    values = where_known(["column", "output"], {"column": column, "output": output, "other": column}, law)
    values.sum().backward()
    assert asked == [[1.0, 3.0]]
    assert values.tolist() == [1.0, 0.0, 1.5]
    assert output.grad is not None and output.grad.tolist() == [[-1.0], [0.0], [-0.75]]


def test_small_things() -> None:
    assert say_names([]) == "-" and say_names(["a", "b"]) == "a, b"
    assert widen(torch.zeros(1, dtype=torch.float64)).dtype == torch.float64
    assert widen(torch.zeros(1, dtype=torch.float16)).dtype == torch.float32
