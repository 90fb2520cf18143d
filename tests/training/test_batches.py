from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from tamesu.augmentations import make_plan
from tamesu.augmentations.drawn import Drawn
from tamesu.training.batches import Batch, Pixels, choose_rows, order_rows, run_ahead, split_evenly


def test_no_number_of_threads_changes_a_byte(open_job) -> None:
    material, _ = open_job()
    source = material.train
    rows = np.array([5, 0, 33, 7, 8, 21, 2])
    made = [
        Pixels(source.images, source.pixels.sample_keys, 16, workers)
        .make_batch(rows, material.plan, 99)
        .images.numpy()
        .tobytes()
        for workers in (0, 1, 2, 5)
    ]
    assert len(set(made)) == 1


def test_an_image_is_the_same_in_any_batch(open_job) -> None:
    material, _ = open_job()
    pixels = material.train.pixels
    alone = pixels.make_batch(np.array([7]), material.plan, 5).images[0]
    among = pixels.make_batch(np.array([1, 2, 7, 3]), material.plan, 5).images[2]
    torch.testing.assert_close(alone, among, rtol=0, atol=0)
    assert not torch.equal(alone, pixels.make_batch(np.array([7]), material.plan, 6).images[0])


def halves(rows: np.ndarray, drawn: Drawn, target: str) -> np.ndarray:
    """Objects that fill the left half of every input."""
    masks = np.zeros((len(rows), drawn.size_px, drawn.size_px), bool)
    masks[:, :, : drawn.size_px // 2] = True
    return masks


MIXED = [
    ("random_resized_crop", {}),
    ("rotate", {}),
    ("color_jitter", {"brightness": 0.3}),
    ("mixup", {"alpha": 1.0, "p": 0.7}),
    ("cutmix", {"p": 0.5}),
    ("copy_paste", {"target": "object", "labels": "mix"}),
]


def assert_same_within_rounding(made: Batch, expected: Batch) -> None:
    differences = made.images.cpu().int() - expected.images.int()
    assert differences.abs().max() <= 3
    np.testing.assert_array_equal(made.drawn.forward, expected.drawn.forward)
    assert len(made.owns) == len(expected.owns) == 3
    for own, wanted in zip(made.owns, expected.owns, strict=True):
        np.testing.assert_allclose(own, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_batch_made_by_torch_is_the_processors_within_rounding(open_job, workers: int) -> None:
    source = open_job()[0].train
    pixels = Pixels(source.images, source.pixels.sample_keys, 16, workers, find_objects=halves)
    plan, rows = make_plan(MIXED, size_px=16, fit="crop"), np.array([5, 0, 33, 7, 8, 21, 2])
    made = pixels.make_batch_on(rows, plan, 99, torch.device("cpu"))
    assert_same_within_rounding(made, pixels.make_batch(rows, plan, 99))
    pixels.close()


def test_the_processors_stream_is_its_batches_in_order(open_job) -> None:
    material, _ = open_job()
    pixels = material.train.pixels
    batches = [np.array([5, 0, 33]), np.array([7, 8])]
    streamed = [batch.images for batch in pixels.stream(batches, material.plan, 99, torch.device("cpu"))]
    made = [pixels.make_batch(rows, material.plan, 99).images for rows in batches]
    torch.testing.assert_close(streamed, made, rtol=0, atol=0)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpus_stream_is_the_processors_batches_within_rounding(open_job) -> None:
    source = open_job()[0].train
    pixels = Pixels(source.images, source.pixels.sample_keys, 16, 2, find_objects=halves)
    plan = make_plan(MIXED, size_px=16, fit="crop")
    batches = [np.array([5, 0, 33, 8]), np.array([7, 8, 1]), np.arange(20), np.array([2])]
    for rows, made in zip(batches, pixels.stream(batches, plan, 99, torch.device("cuda")), strict=True):
        assert made.images.device.type == "cuda"
        assert_same_within_rounding(made, pixels.make_batch(rows, plan, 99))
    pixels.close()


class Keyed(Pixels):
    """Knows the keys of its images and nothing else."""

    def __init__(self, sample_keys: np.ndarray) -> None:
        self.sample_keys = sample_keys


def test_order_depends_on_ids_and_key_alone() -> None:
    keys = np.random.default_rng(0).integers(0, 2**63, 50, dtype=np.uint64)
    rows = np.arange(50)
    order = order_rows(rows, Keyed(keys), 1)
    assert sorted(order) == list(range(50))
    np.testing.assert_array_equal(order, order_rows(rows[::-1], Keyed(keys), 1))
    # The same samples standing elsewhere in the table come in the same order.
    shuffled = np.random.default_rng(1).permutation(50)
    np.testing.assert_array_equal(keys[order], keys[shuffled][order_rows(rows, Keyed(keys[shuffled]), 1)])
    assert not np.array_equal(order, order_rows(rows, Keyed(keys), 2))


def test_copies_of_a_row_are_drawn_apart_and_come_as_often_as_their_rate() -> None:
    keys = np.random.default_rng(0).integers(0, 2**63, 40, dtype=np.uint64)
    pixels, rows = Keyed(keys), np.arange(0, 40, 2)
    np.testing.assert_array_equal(choose_rows(rows, None, pixels, 3), rows)
    np.testing.assert_array_equal(pixels.keys_of(rows), keys[rows])
    rates = np.linspace(0.0, 3.5, len(rows))
    used = np.zeros(len(rows))
    for epoch in range(300):
        samples = choose_rows(rows, rates, pixels, epoch)
        assert len(set(pixels.keys_of(samples).tolist())) == len(samples)
        used += np.bincount(pixels.rows_of(samples), minlength=40)[rows]
    # A rounding of r has a standard deviation of 0.5 at most: 0.03 over 300 epochs.
    np.testing.assert_allclose(used / 300, rates, atol=0.12)
    whole = choose_rows(rows, np.full(len(rows), 2.0), pixels, 1)
    np.testing.assert_array_equal(np.bincount(pixels.rows_of(whole), minlength=40)[rows], 2)


@pytest.mark.parametrize(("n", "size"), [(1, 32), (31, 32), (32, 32), (33, 32), (100, 7), (1024, 32)])
def test_batches_hold_every_row_once_and_differ_by_one_at_most(n: int, size: int) -> None:
    batches = split_evenly(np.arange(n), size)
    np.testing.assert_array_equal(np.concatenate(batches), np.arange(n))
    lengths = [len(batch) for batch in batches]
    assert max(lengths) <= size
    assert max(lengths) - min(lengths) <= 1


def test_run_ahead_keeps_order_and_raises_the_makers_error() -> None:
    assert list(run_ahead(iter(range(20)), 3)) == list(range(20))

    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("the decoder failed")

    items = run_ahead(broken(), 2)
    assert next(items) == 1
    with pytest.raises(ValueError, match="decoder"):
        next(items)


def test_run_ahead_ends_its_thread_when_the_reader_leaves() -> None:
    made: list[int] = []

    def endless() -> Iterator[int]:
        n = 0
        while True:
            made.append(n)
            yield n
            n += 1

    items = run_ahead(endless(), 2)
    next(items)
    items.close()  # type: ignore[attr-defined]
    count = len(made)
    time.sleep(0.3)
    assert len(made) == count <= 6
