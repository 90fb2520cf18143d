"""Batches without torch: each image through its own matrices, mixed targets by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.augmentations import make_key, make_plan, sample_keys
from tamesu.augmentations.inputs import find_masks, make_inputs, share_targets
from tamesu.images.loaded import Loaded, LoadedImages

SIZE = 8
KEYS = sample_keys(["a", "b", "c"])


def flat(*values: int) -> LoadedImages:
    """Images of one colour each, twice as large as the input."""
    return LoadedImages([Loaded(np.full((16, 16, 3), value, np.uint8), (value,) * 3) for value in values])


def test_rows_come_in_the_order_asked_for() -> None:
    inputs = make_inputs(flat(10, 20, 30), np.array([2, 0]), KEYS, make_plan([], size_px=SIZE, fit="crop"), 0)
    assert inputs.images.shape == (2, SIZE, SIZE, 3)
    assert inputs.images[:, 0, 0, 0].tolist() == [30, 10]
    assert inputs.owns == ()


def test_an_image_is_the_same_whatever_stands_beside_it() -> None:
    draws = np.random.default_rng(0)
    images = LoadedImages([Loaded(draws.integers(0, 256, (20, 24, 3), np.uint8), (128.0,) * 3) for _ in range(3)])
    plan = make_plan([("rotate", {"degrees": 40}), ("sepia", {"p": 0.5})], size_px=SIZE, fit="crop")
    whole = make_inputs(images, np.arange(3), KEYS, plan, make_key("epoch", 1)).images
    for row in range(3):
        assert np.array_equal(make_inputs(images, np.array([row]), KEYS, plan, make_key("epoch", 1)).images[0], whole[row])


def test_blended_images_and_whose_target_they_have() -> None:
    plan = make_plan([("mixup", {"alpha": 1.0})], size_px=SIZE, fit="crop")
    inputs = make_inputs(flat(0, 100, 200), np.arange(3), KEYS, plan, 5)
    shares = share_targets(inputs.drawn, inputs.owns)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    # The grey of a blend says whose pixels it has.
    np.testing.assert_allclose(inputs.images[:, 0, 0, 0], shares @ [0.0, 100.0, 200.0], atol=0.51)
    assert (shares.max(axis=1) < 1.0).all()


def test_two_mixes_one_after_the_other() -> None:
    plan = make_plan([("mixup", {}), ("cutmix", {"p": 1.0})], size_px=SIZE, fit="crop")
    drawn = make_inputs(flat(0, 100, 200), np.arange(3), KEYS, plan, 5).drawn
    owns = [np.array([0.5, 0.8, 1.0]), np.array([1.0, 0.25, 0.6])]
    targets = np.array([1.0, 10.0, 100.0])
    for mix, own in zip(drawn.mixes, owns, strict=True):
        targets = own * targets + (1.0 - own) * targets[mix.partners]
    np.testing.assert_allclose(share_targets(drawn, owns) @ [1.0, 10.0, 100.0], targets)


def test_objects_are_asked_for_where_a_mix_needs_them() -> None:
    asked = []

    def find(rows: np.ndarray, drawn: object, name: str) -> np.ndarray:
        asked.append((rows.tolist(), name))
        found = np.zeros((len(rows), SIZE, SIZE), np.bool_)
        found[:, :, : SIZE // 2] = True
        return found

    plan = make_plan([("copy_paste", {"target": "pet", "p": 1.0})], size_px=SIZE, fit="crop")
    inputs = make_inputs(flat(0, 100, 200), np.array([1, 2]), KEYS, plan, 5, find_objects=find)
    assert asked == [([1, 2], "pet")]
    # The left half is the other's.
    assert sorted(inputs.images[:, 0, 0, 0].tolist()) == [100, 200]
    assert inputs.images[:, 0, -1, 0].tolist() == [100, 200]
    assert inputs.images[0, 0, 0, 0] == 200
    blend = make_plan([("mixup", {})], size_px=SIZE, fit="crop").draw(0, KEYS, np.full((3, 2), SIZE), np.zeros((3, 3)))
    assert find_masks(blend, np.arange(3), blend.mixes[0], None) is None
    with pytest.raises(AssertionError):
        find_masks(inputs.drawn, np.arange(2), inputs.drawn.mixes[0], None)
