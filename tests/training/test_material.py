from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tamesu.images.cache import cache_folder
from tamesu.training.material import Material, Shelf


def test_folds_stand_in_the_order_of_the_rows(open_job) -> None:
    material, _ = open_job()
    table = material.run.folds
    by_id = dict(zip(table.ids, table.folds[:, 0].tolist(), strict=True))
    assert [by_id[row] for row in material.train.rows.ids] == material.folds.folds[:, 0].tolist()
    assert cache_folder(material.run.folder).is_dir()
    assert material.test is not None
    assert np.all(material.test.images.readable)


class Closing(Material):
    """Stands for a material; holds nothing."""

    def __init__(self) -> None:
        object.__setattr__(self, "closed", 0)

    def close(self) -> None:
        object.__setattr__(self, "closed", self.closed + 1)


def test_the_shelf_keeps_the_few_used_last_and_closes_the_rest() -> None:
    shelf, made = Shelf(room=2), {}

    def take(name: str) -> Closing:
        return shelf.take(Path(name), lambda: made.setdefault(name, Closing()))

    first = take("a")
    assert take("a") is first
    take("b")
    take("a")
    take("c")
    assert {name: material.closed for name, material in made.items()} == {"a": 0, "b": 1, "c": 0}
    assert take("a") is first
    shelf.close()
    assert {name: material.closed for name, material in made.items()} == {"a": 1, "b": 1, "c": 1}


def test_closed_threads_make_no_more_batches(open_job) -> None:
    material, _ = open_job(workers=2)
    rows = np.arange(4)
    material.train.pixels.make_batch(rows, material.fit, 0)
    material.close()
    with pytest.raises(RuntimeError):
        material.train.pixels.make_batch(rows, material.fit, 0)
