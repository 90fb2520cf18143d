"""The protocols, and the ranges that options are checked against."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tamesu.augmentations import operations
from tamesu.augmentations import part as parts
from tamesu.augmentations.part import Augmentation, PositiveRange, ShareRange
from tamesu.augmentations.table import AUGMENTATIONS
from tamesu.errors import Where
from tamesu.registry import check_value, coerce

KINDS = {
    "geometry": parts.GeometryPart,
    "distortion": parts.DistortionPart,
    "tiles": parts.TilesPart,
    "colour": parts.ColourPart,
    "pixels": operations.PixelPart,
    "mixing": parts.MixingPart,
    "policy": parts.PolicyPart,
}


@pytest.mark.parametrize("name", sorted(AUGMENTATIONS))
def test_every_part_is_of_its_kind(name):
    part = AUGMENTATIONS[name]
    assert issubclass(part, Augmentation)
    assert [kind for kind, base in KINDS.items() if issubclass(part, base)] == [part.kind]


def test_a_range_is_a_pair_in_order():
    assert coerce([0.2, 1], ShareRange) == (0.2, 1.0)
    assert coerce([0.5, 0.5], PositiveRange) == (0.5, 0.5)


@pytest.mark.parametrize("pair", [[0.9, 0.2], [0.0, 1.0], [0.5, 1.5], [-1, 0.5]])
def test_a_range_out_of_order_or_bounds_is_a_range_fault(pair):
    assert [fault.code for fault in check_value(pair, ShareRange, Where(key="scale"))] == ["CONFIG_RANGE"]


@pytest.mark.parametrize("pair", [0.5, [0.5], [0.1, 0.2, 0.3], ["0.1", "0.2"], None])
def test_what_is_no_pair_is_a_type_fault(pair):
    assert [fault.code for fault in check_value(pair, ShareRange, Where(key="scale"))] == ["CONFIG_TYPE"]
    with pytest.raises(ValidationError):
        coerce(pair, ShareRange)
