from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from tamesu.artifacts.predictions import Predictions, average_predictions, join_predictions
from tamesu.errors import DamagedError


def make(ids: str, seed: int = 0) -> Predictions:
    rows = np.random.default_rng(seed).random((len(ids), 3), dtype=np.float32)
    return Predictions(tuple(ids), {"主題": rows}, np.zeros(len(ids), dtype=bool))


def test_round_trip_is_exact_and_bytes_are_the_same_twice() -> None:
    one = make("abc")
    content = one.to_bytes()
    assert content == make("abc").to_bytes()
    back = Predictions.from_bytes(content)
    assert back.ids == one.ids
    np.testing.assert_array_equal(back.outputs["主題"], one.outputs["主題"])
    # Readable without us: NumPy alone, no pickle inside.
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        assert file["ids"].tolist() == ["a", "b", "c"]


def test_ids_keep_leading_zeros_and_odd_characters() -> None:
    ids = ("007", "7", "1e5", "100000", "カ゛", "ガ", "a b\n", "NA")
    one = Predictions(ids, {"t": np.zeros((8, 1), dtype=np.float32)}, np.zeros(8, dtype=bool))
    assert Predictions.from_bytes(one.to_bytes()).ids == ids


def test_damage_is_noticed() -> None:
    content = make("abcdefgh").to_bytes()
    for cut in range(0, len(content), 17):
        with pytest.raises(DamagedError):
            Predictions.from_bytes(content[:cut])
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert "ids.npy" in names
    place = content.index(make("abcdefgh").outputs["主題"].tobytes()[:8])
    flipped = bytearray(content)
    flipped[place] ^= 1
    with pytest.raises(DamagedError):
        Predictions.from_bytes(bytes(flipped))


def test_doubled_rows_and_wrong_shapes_are_refused() -> None:
    with pytest.raises(DamagedError, match="twice"):
        make("aba")
    with pytest.raises(DamagedError, match="shape"):
        Predictions(("a",), {"t": np.zeros((2, 1))}, np.array([False]))


def test_join_is_by_id_each_row_once() -> None:
    first, second = make("ab", 1), make("cd", 2)
    joined = join_predictions([second, first], ("a", "c", "b", "d"))
    np.testing.assert_array_equal(joined.outputs["主題"][0], first.outputs["主題"][0])
    np.testing.assert_array_equal(joined.outputs["主題"][1], second.outputs["主題"][0])
    with pytest.raises(DamagedError, match="twice"):
        join_predictions([first, first], ("a", "b"))
    with pytest.raises(DamagedError, match="lack 1 rows"):
        join_predictions([first], ("a", "b", "c"))


def test_average_is_the_mean_by_id_and_flags_spread() -> None:
    first = make("ab", 1)
    turned = make("ba", 2)
    flagged = Predictions(turned.ids, turned.outputs, np.array([True, False]))
    mean = average_predictions([first, flagged])
    expected = (first.outputs["主題"][0].astype(float) + turned.outputs["主題"][1]) / 2
    np.testing.assert_allclose(mean.outputs["主題"][0], expected, rtol=1e-6)
    assert mean.flagged.tolist() == [False, True]
