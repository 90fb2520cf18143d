"""The lines that a question about a flip or turn proposes can be pasted as they stand."""

from __future__ import annotations

import re

import pytest
import yaml

from tamesu.artifacts.competition import Competition
from tamesu.messages.symmetries import REASONS, say_proposal

FACTS = {
    "name": "signs",
    "train": {"table": "train.csv", "image": "{id}.png"},
    "targets": {"sign": {"kind": "class", "column": "sign"}},
    "main": "sign",
    "metric": "accuracy",
}


@pytest.mark.parametrize(
    ("symmetry", "written", "value", "expected"),
    [
        ("horizontal_flip", None, None, ["forbidden", "allowed"]),
        ("horizontal_flip", "{swap: [[左, 右]]}", None, [{"swap": [["左", "右"]]}, "allowed", "forbidden"]),
        (
            "vertical_flip",
            None,
            "steering",
            [{"negate": ["steering"]}, {"angle": ["steering"]}, {"compass": ["steering"]}, "allowed", "forbidden"],
        ),
        ("rotate", None, "heading", [{"angle": ["heading"]}, {"compass": ["heading"]}, "allowed", "forbidden"]),
    ],
)
def test_every_line_is_a_declaration(symmetry: str, written: str | None, value: str | None, expected: list[object]) -> None:
    proposal = say_proposal(symmetry, written, value)
    for text in (proposal.en, proposal.ja):
        lines = [yaml.safe_load(line) for line in re.findall(r"`([^`]+)`", text)]
        assert [line["symmetries"][symmetry] for line in lines] == expected
        assert all(Competition.model_validate(FACTS | line).symmetries for line in lines)


def test_each_ground_has_its_reason() -> None:
    assert set(REASONS) == {"sides", "heights", "signs", "direction"}
