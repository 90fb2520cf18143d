from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field

from tamesu.errors import Where
from tamesu.registry import Count, Positive, Probability, Registry


class Part:
    def __init__(
        self,
        *,
        rate: Positive,
        p: Probability = 0.5,
        scale: tuple[float, float] = (0.6, 1.0),
        mode: Literal["a", "b"] = "a",
        n: Count = 1,
        classes: int = 0,
    ) -> None:
        self.given = (rate, p, scale, mode, n, classes)


class Open:
    def __init__(self, *, depth: int = 3, **others: object) -> None:
        self.others = others


PARTS = Registry("thing", {"part": Part, "open": Open})
OURS = frozenset({"classes"})


def codes(options: dict[str, object]) -> list[tuple[str, str]]:
    return [(f.code, str(f.where)) for f in PARTS.check("part", options, Where("r.yaml", 3, "x.part"), OURS)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"rate": 1}, []),
        ({"rate": 0.1, "scale": [0.5, 1]}, []),
        ({}, [("CONFIG_MISSING_OPTION", "r.yaml:3 x.part")]),
        ({"rate": 0.0}, [("CONFIG_RANGE", "r.yaml:3 x.part.rate")]),
        ({"rate": "fast"}, [("CONFIG_TYPE", "r.yaml:3 x.part.rate")]),
        ({"rate": "0.1"}, [("CONFIG_TYPE", "r.yaml:3 x.part.rate")]),
        ({"rate": 1.0, "p": 1.5}, [("CONFIG_RANGE", "r.yaml:3 x.part.p")]),
        ({"rate": 1.0, "n": 1.5}, [("CONFIG_TYPE", "r.yaml:3 x.part.n")]),
        ({"rate": 1.0, "n": True}, [("CONFIG_TYPE", "r.yaml:3 x.part.n")]),
        ({"rate": 1.0, "scale": [1, 2, 3]}, [("CONFIG_TYPE", "r.yaml:3 x.part.scale")]),
        ({"rate": 1.0, "mode": "c"}, [("CONFIG_TYPE", "r.yaml:3 x.part.mode")]),
        ({"rat": 1.0}, [("CONFIG_UNKNOWN_OPTION", "r.yaml:3 x.part.rat"), ("CONFIG_MISSING_OPTION", "r.yaml:3 x.part")]),
        ({"rate": 1.0, "classes": 3}, [("CONFIG_UNKNOWN_OPTION", "r.yaml:3 x.part.classes")]),
    ],
)
def test_every_fault_of_the_options(options: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert codes(options) == expected


def test_unknown_part_names_the_nearest() -> None:
    fault = PARTS.check("prt", {})[0]
    assert (fault.code, fault.near) == ("CONFIG_UNKNOWN_PART", "part")


def test_resolve_spells_out_defaults_in_the_order_of_the_signature() -> None:
    full = PARTS.resolve("part", {"scale": [0.5, 1], "rate": 2}, OURS)
    assert full == {"rate": 2.0, "p": 0.5, "scale": (0.5, 1.0), "mode": "a", "n": 1}
    assert list(full) == ["rate", "p", "scale", "mode", "n"]


def test_build_gives_what_is_ours_and_only_what_is_wanted() -> None:
    assert PARTS.build("part", {"rate": 2.0}, classes=7, other=1).given == (2.0, 0.5, (0.6, 1.0), "a", 1, 7)
    assert PARTS.build("open", {"anything": 1}).others == {"anything": 1}


def test_register_refuses_a_taken_name() -> None:
    table = Registry("thing", {"part": Part})
    table.register("mine")(Open)
    assert table["mine"] is Open
    with pytest.raises(ValueError, match="already"):
        table.register("part")(Open)


def test_a_type_that_cannot_be_a_key_is_checked_all_the_same() -> None:
    class Odd:
        def __init__(self, *, rate: Annotated[float, {"unit": "1/s"}, Field(gt=0.0)] = 1.0) -> None:
            self.rate = rate

    Odd.__init__.__annotations__["rate"] = Annotated[float, {"unit": "1/s"}, Field(gt=0.0)]
    odd = Registry("thing", {"odd": Odd})
    assert [fault.code for fault in odd.check("odd", {"rate": -1})] == ["CONFIG_RANGE"]
    assert odd.build("odd", {"rate": 2}).rate == 2.0
