from __future__ import annotations

import numpy as np

from tamesu.artifacts.heat import METHODS, Heat


def make(**maps: np.ndarray) -> Heat:
    rows = np.arange(2)
    return Heat(rows, rows, np.ones(2), np.zeros((2, 4, 4, 3), np.uint8), maps)


def test_grad_cam_is_the_main_map_and_without_it_the_first_one() -> None:
    one, other = np.zeros((2, 4, 4), np.float32), np.ones((2, 4, 4), np.float32)
    assert make(occlusion=other, grad_cam=one).main is one
    assert make(attention=other).main is other
    assert len(make(attention=other)) == 2
    assert make().main.shape == (2, 4, 4) and np.isnan(make().main).all()


def test_every_method_has_a_name_in_both_languages() -> None:
    from tamesu.messages.heat import METHOD_NAMES

    assert {*METHODS, "truth"} == METHOD_NAMES.keys()
