from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
import torch

from tamesu.errors import InputError
from tamesu.poolings import (
    GIVEN_BY_US,
    POOLINGS,
    AttentionPooling,
    AverageMaxPooling,
    ClsTokenPooling,
    ConcatPooling,
    GeneralizedMeanPooling,
    MultiHeadAttentionPooling,
)
from tamesu.testing.poolings import PoolingContract, make_maps, make_tokens

ALL_KINDS: list[Any] = [
    "max",
    {"gem": {"p": 2.0}},
    {"multi_head_attention": {"heads": 2, "diversity": 0.5}},
    {"attention": None},
    {"cls_token": {"with_average": True}},
    {"concat": {"parts": ["average", {"multi_head_attention": {"heads": 3, "diversity": 1.0}}]}},
]


class TestOfEveryKind(PoolingContract):
    part = ConcatPooling
    options: ClassVar[Mapping[str, Any]] = {"parts": ALL_KINDS}


def test_features_stand_in_the_order_written() -> None:
    maps = make_maps(3, 4, (5, 6))
    features = ConcatPooling(channels=4, parts=["average", {"gem": {"p": 2.0}}, "max"])(maps)
    torch.testing.assert_close(features[:, [0, 1, 2, 3, 8, 9, 10, 11]], AverageMaxPooling()(maps))
    torch.testing.assert_close(features[:, 4:8], GeneralizedMeanPooling(p=2.0)(maps))


def test_tokens_go_to_the_parts_that_read_them() -> None:
    maps = make_maps(3, 4, (5, 6))
    pooling = ConcatPooling(channels=4, parts=["max", "cls_token"])
    assert pooling.reads_tokens and not ConcatPooling(channels=4, parts=["max"]).reads_tokens
    tokens = make_tokens(maps)
    torch.testing.assert_close(pooling(maps, tokens)[:, 4:], ClsTokenPooling()(maps, tokens))


def test_masks_and_penalties_of_its_parts_are_its_own() -> None:
    maps = make_maps(3, 4, (5, 6))
    pooling = ConcatPooling(channels=4, parts=ALL_KINDS)
    pooling(maps, make_tokens(maps))
    two, one, three = pooling.parts[2], pooling.parts[3], pooling.parts[5]
    assert isinstance(two, MultiHeadAttentionPooling) and isinstance(one, AttentionPooling)
    assert isinstance(three, ConcatPooling)
    assert two.masks is not None and one.masks is not None and three.masks is not None and pooling.masks is not None
    assert torch.equal(pooling.masks, torch.cat([two.masks, one.masks, three.masks], dim=1))
    assert pooling.masks.shape == (3, 6, 5, 6)
    assert two.penalty is not None and three.penalty is not None and pooling.penalty is not None
    torch.testing.assert_close(pooling.penalty, two.penalty + three.penalty)


def test_without_masks_there_are_none() -> None:
    pooling = ConcatPooling(channels=4, parts=["max", "attention"])
    assert pooling.masks is None
    pooling = ConcatPooling(channels=4, parts=["max", "average"])
    pooling(make_maps(3, 4, (5, 6)))
    assert pooling.masks is None and pooling.penalty is None


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (["max", "atention"], [("CONFIG_UNKNOWN_PART", "parts.1", "attention")]),
        ([{"gem": {"q": 2.0}}], [("CONFIG_UNKNOWN_OPTION", "parts.0.gem.q", None)]),
        (
            ["max", {"gem": {"p": 0.5}}, "xx"],
            [("CONFIG_RANGE", "parts.1.gem.p", None), ("CONFIG_UNKNOWN_PART", "parts.2", None)],
        ),
        (["max", {"concat": {"parts": ["max", "xx"]}}], [("CONFIG_UNKNOWN_PART", "parts.1.concat.parts.1", None)]),
        ([{"attention": {"channels": 3}}], [("CONFIG_UNKNOWN_OPTION", "parts.0.attention.channels", None)]),
        ([{"max": {}, "average": {}}], [("CONFIG_TYPE", "parts.0", None)]),
        ([3], [("CONFIG_TYPE", "parts.0", None)]),
        ([{"concat": {"parts": []}}], [("CONFIG_TYPE", "parts.0.concat.parts", None)]),
    ],
)
def test_parts_are_checked_against_the_table(parts: list[Any], found: list[tuple[str, str, str | None]]) -> None:
    with pytest.raises(InputError) as raised:
        ConcatPooling(channels=4, parts=parts)
    assert [(fault.code, fault.where.key, fault.near) for fault in raised.value.faults] == found
    assert all(fault.text("en") and fault.text("ja") for fault in raised.value.faults)


def test_the_table_wants_a_list_of_parts() -> None:
    def check(options: dict[str, Any]) -> list[str]:
        return [fault.code for fault in POOLINGS.check("concat", options, given_by_us=GIVEN_BY_US)]

    assert check({"parts": ["max"]}) == []
    assert check({}) == ["CONFIG_MISSING_OPTION"]
    assert check({"parts": []}) == ["CONFIG_TYPE"]
    assert check({"parts": "max"}) == ["CONFIG_TYPE"]


def test_it_is_built_from_the_table() -> None:
    pooling = POOLINGS.build("concat", {"parts": ["attention", "max"]}, channels=4)
    assert pooling(make_maps(2, 4, (3, 3))).shape == (2, pooling.out_features(4)) == (2, 8)
