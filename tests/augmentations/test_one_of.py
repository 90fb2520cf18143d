"""One of several lists: as often as said, one list at a time, and the streams of its parts their own."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.augmentations.one_of import OneOf, read_parts, with_strength
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.errors import InputError

KEYS = sample_keys([str(i) for i in range(3000)])


def describe(options):
    return make_plan([("one_of", options)], size_px=8, fit="crop").describe(1, KEYS)


def test_each_list_is_as_likely_and_none_mixes_with_another():
    said = describe({"of": [["horizontal_flip", {"rotate": {"degrees": 9}}], "color_jitter", []], "p": 0.9})
    kinds = [tuple(name for name, _ in parts) for parts in said]
    counts = {kind: kinds.count(kind) / 3000 for kind in set(kinds)}
    # The flip has its own probability of a half.
    assert counts.pop(("horizontal_flip", "rotate")) == pytest.approx(0.15, abs=0.03)
    assert counts.pop(("rotate",)) == pytest.approx(0.15, abs=0.03)
    assert counts.pop(("color_jitter",)) == pytest.approx(0.3, abs=0.03)
    assert counts == {(): pytest.approx(0.4, abs=0.03)}


def test_the_same_part_twice_draws_apart():
    plan = make_plan([("one_of", {"of": ["rotate", "rotate"]})], size_px=8, fit="crop")
    said = [parts[0][1] for parts in plan.describe(1, KEYS[:400])]
    assert len(set(said)) > 20


def test_strength_multiplies():
    part = OneOf(of=[{"rotate": {"strength": 0.5}}], strength=0.5)
    assert part.choices()[0].options == {"strength": 0.25}
    assert with_strength({"degrees": 3}, 0.5) == {"degrees": 3, "strength": 0.5}


def test_geometry_moves_points_for_the_chosen_alone():
    plan = make_plan([("one_of", {"of": [{"horizontal_flip": {"p": 1.0}}, []]})], size_px=8, fit="crop")
    drawn = plan.draw(2, KEYS, np.full((3000, 2), 8), np.zeros((3000, 3)))
    flipped = drawn.forward[:, 0, 0] < 0
    assert flipped.mean() == pytest.approx(0.5, abs=0.04)
    assert drawn.turns[0].rows.tolist() == np.flatnonzero(flipped).tolist()


def test_mixing_and_policies_cannot_stand_inside():
    with pytest.raises(InputError) as caught:
        make_plan([("one_of", {"of": ["mixup", {"one_of": {"of": []}}]})], size_px=8, fit="crop")
    assert caught.value.codes == ("AUGMENT_NOT_INSIDE", "AUGMENT_NOT_INSIDE")
    assert caught.value.faults[0].where.key == "augmentations.0.one_of.of.0"


@pytest.mark.parametrize("of", [[3], [{"rotate": 3}], [{"rotate": {}, "sepia": {}}]])
def test_what_is_no_part_is_told(of):
    with pytest.raises(ValueError, match=r"part|options"):
        read_parts(of[0])
    with pytest.raises(InputError):
        make_plan([("one_of", {"of": of})], size_px=8, fit="crop")


def test_unknown_parts_and_options_inside_are_told():
    with pytest.raises(InputError) as caught:
        make_plan([("one_of", {"of": ["rotat", {"rotate": {"degree": 3}}]})], size_px=8, fit="crop")
    assert caught.value.codes == ("CONFIG_UNKNOWN_PART", "CONFIG_UNKNOWN_OPTION")
