"""Targets that training makes from the picture hold their place in the table."""

from __future__ import annotations

import numpy as np
from tests.artifacts.test_derived import NAN, derive

from tamesu.artifacts.targets import TargetValues


def test_what_lies_in_the_picture_holds_a_place() -> None:
    mask = TargetValues("mask", ("ground", "a", "b"), np.array(["m.png", "", "n.png"]))
    points = TargetValues("points", ("1", "2"), np.array([[[1, 2], [NAN, NAN]], [[NAN, NAN]] * 2, [[1, 1], [2, 2]]]))
    area, faults = derive("value", {"area": {"of": "of"}}, mask)
    np.testing.assert_array_equal(area.values, [0, NAN, 0])
    assert [fault.code for fault in faults] == ["TABLE_LABEL_MISSING"]
    seen, _ = derive("multilabel", {"presence": {"of": "of"}}, mask)
    assert seen.labels == ("a", "b")
    np.testing.assert_array_equal(seen.values, [[0, 0], [NAN, NAN], [0, 0]])
    heat, _ = derive("map", {"heat_map": {"of": "of"}}, points)
    assert heat.labels == ("1", "2") and (heat.values != "").tolist() == [True, False, True]
