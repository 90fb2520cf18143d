from __future__ import annotations

import numpy as np
import pytest

from tamesu.augmentations.plan import make_plan
from tamesu.training.material import cache_folder, choose_cache_px


@pytest.mark.parametrize(
    ("parts", "size", "expected"),
    [
        ([], 160, 160),
        ([("horizontal_flip", {})], 160, 160),
        # A crop of a quarter of the area enlarges by at least 2: 320, in steps of 32.
        ([("random_resized_crop", {"scale": [0.25, 1.0], "ratio": [1.0, 1.0]})], 160, 320),
    ],
)
def test_cache_holds_what_the_largest_zoom_needs(parts, size: int, expected: int) -> None:
    assert choose_cache_px(make_plan(parts, size_px=size, fit="crop"), size) == expected


def test_folds_stand_in_the_order_of_the_rows(open_job) -> None:
    material, _ = open_job()
    table = material.run.folds
    by_id = dict(zip(table.ids, table.folds[:, 0].tolist(), strict=True))
    assert [by_id[row] for row in material.train.rows.ids] == material.folds.folds[:, 0].tolist()
    assert cache_folder(material.run.folder).is_dir()
    assert material.test is not None
    assert np.all(material.test.images.readable)
