from __future__ import annotations

import numpy as np
import torch

from tamesu.penalties import TotalKept
from tamesu.penalties.total_kept import add_up


def test_distance_from_a_column() -> None:
    rng = np.random.default_rng(0)
    areas, town = rng.random((5, 3)), rng.random(5)
    law = TotalKept(of="areas", total="town", scale=0.1)
    found = law({"areas": torch.tensor(areas), "town": torch.tensor(town)}, None).numpy()
    np.testing.assert_allclose(found, [((row.sum() - whole) / 0.1) ** 2 for row, whole in zip(areas, town, strict=True)])
    assert law.reads() == ("areas", "town")
    assert TotalKept(of="areas", total=1.0).reads() == ("areas",)


def test_a_map_adds_up_to_a_count() -> None:
    crowd = np.random.default_rng(0).random((2, 1, 4, 5))
    found = TotalKept(of="crowd", total="count")({"crowd": torch.tensor(crowd), "count": torch.tensor([9.0, np.nan])}, None)
    np.testing.assert_allclose(found.numpy(), [(crowd[0].sum() - 9.0) ** 2, 0.0])


def test_two_outputs_of_one_total() -> None:
    fields = {"a": torch.tensor([[1.0, 2.0], [3.0, 4.0]]), "b": torch.tensor([[3.0], [5.0]])}
    assert TotalKept(of="a", total="b")(fields, None).tolist() == [0.0, 4.0]


def test_add_up() -> None:
    assert add_up(torch.ones(2, 1, 3, 4, dtype=torch.bfloat16)).tolist() == [12.0, 12.0]
    assert add_up(torch.zeros(0, 3)).shape == (0,)
