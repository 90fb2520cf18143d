"""Messages about weights and networks: every code RELIABILITY.md names for foreign weight files has its words."""

from __future__ import annotations

import pytest

from tamesu.messages import render
from tamesu.messages.weights import MESSAGES

# CKPT_CHECKSUM and CKPT_NEWER are about files of our own.
FROM_RELIABILITY = {"CKPT_UNSAFE", "CKPT_UNREADABLE", "CKPT_NOT_FINITE", "CKPT_SHAPE", "CKPT_KEYS"}

VALUES = {
    "path": "a.safetensors",
    "reason": "cut short",
    "backbone": "resnet34",
    "repository": "timm/resnet34.a1_in1k",
    "name": "layer1.0.conv1.weight",
    "option": "mean",
    "count": 3,
    "missing": 1,
    "unexpected": 2,
    "first_missing": "fc.weight",
    "first_unexpected": "module.fc.weight",
    "found": (64, 3, 7, 7),
    "wanted": (32, 3, 3, 3),
    "used": "[0.485, 0.456, 0.406]",
    "size": 16,
    "own": 224,
    "stages": 9,
    "known": 5,
}


def test_the_codes_of_the_table_are_there() -> None:
    assert MESSAGES.keys() >= FROM_RELIABILITY


@pytest.mark.parametrize("code", sorted(MESSAGES))
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_message_can_be_filled(code: str, language: str) -> None:
    what, do = render(code, VALUES, language)  # type: ignore[arg-type]
    assert what and do
    assert "{" not in what + do
