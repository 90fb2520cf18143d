"""Bodies of requests: nothing but what is asked for, in the type in which it is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from tamesu.web.bodies import DecideRequest, DeleteRequest, StopRequest, TryRequest

KEY = "k" * 8
WHOLE: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (TryRequest, {"key": KEY, "idea": "longer", "recipe": "base"}),
    (StopRequest, {"key": KEY}),
    (DeleteRequest, {"key": KEY, "run": "base-1"}),
    (DecideRequest, {"key": KEY, "target": "t", "decisions": [{"id": "a", "new_label": "犬", "seconds": 3, "note": "n"}]}),
]


@pytest.mark.parametrize(("kind", "body"), WHOLE)
def test_a_whole_body_is_taken_and_no_other(kind: type[BaseModel], body: dict[str, Any]) -> None:
    assert kind.model_validate_json(json.dumps(body)).model_dump() == body
    wrong: list[Any] = [{**body, "more": 1}, {**body, "key": 12345678}, {**body, "key": "short"}, {**body, "key": KEY + "/.."}]
    wrong += [{key: value for key, value in body.items() if key != "key"}, [], None]
    for one in wrong:
        with pytest.raises(ValidationError):
            kind.model_validate_json(json.dumps(one))


@pytest.mark.parametrize(
    "changed",
    [
        {"id": ""}, {"id": 7}, {"new_label": None}, {"new_label": "x" * 4001}, {"seconds": -1}, {"seconds": "3"},
        {"seconds": 1.5}, {"seconds": True}, {"note": "a\nb"}, {"note": "\x00"}, {"note": "x" * 1001}, {"proposed": "cat"},
    ],
)  # fmt: skip
def test_a_decision_is_one_row_one_label_whole_seconds_and_one_line(changed: dict[str, Any]) -> None:
    decision = {"id": "a", "new_label": "cat"} | changed
    with pytest.raises(ValidationError):
        DecideRequest.model_validate_json(json.dumps({"key": KEY, "target": "t", "decisions": [decision]}))


@pytest.mark.parametrize("count", [0, 101])
def test_decisions_come_in_bounded_number(count: int) -> None:
    body = {"key": KEY, "target": "t", "decisions": [{"id": str(place), "new_label": "?"} for place in range(count)]}
    with pytest.raises(ValidationError):
        DecideRequest.model_validate_json(json.dumps(body))
