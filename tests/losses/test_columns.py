from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.losses.columns import count_outputs, difference, read_numbers, share_between


def test_several_columns_and_codes() -> None:
    target = torch.tensor([[1.0, 2.0]])
    assert difference(torch.tensor([[1.5, 1.0]], dtype=torch.float16), target).tolist() == [[0.5, -1.0]]
    assert difference(torch.tensor([[2.0], [2.0]]), torch.tensor([0, 3])).tolist() == [[2.0], [-1.0]]


def test_ordinal_labels_are_one_number() -> None:
    assert (count_outputs("ordinal", 5), count_outputs("points", 6), count_outputs("value", 1)) == (1, 6, 1)


def test_shares_have_the_number_as_their_mean() -> None:
    numbers = np.random.default_rng(0).uniform(-1, 5, 200)
    shares = share_between(numbers, 5)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    np.testing.assert_allclose(shares @ np.arange(5), np.clip(numbers, 0, 4))
    assert np.all((shares > 0).sum(axis=1) <= 2)


def test_numbers_stay_as_they_are_but_for_ordinal() -> None:
    logits = np.array([[0.25], [7.0]])
    assert read_numbers("value", logits, None) is logits
    np.testing.assert_allclose(read_numbers("ordinal", logits, 3), [[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]])
    with pytest.raises(ValueError, match="labels"):
        read_numbers("ordinal", logits, None)
