"""Where pixels are touched: against exact area averages, SciPy and plain slicing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import map_coordinates

from tamesu.augmentations.frames import move_points
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys
from tamesu.augmentations.sampling import CUT, FINE, PAD_COLOUR, SHRINK, WARP, make_sampling, sample_pixels


def make_image(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def run(image, parts=(), size_px=32, fit="crop", key=0):
    plan = make_plan(list(parts), size_px=size_px, fit=fit)
    drawn = plan.draw(key, sample_keys(["one"]), np.array([image.shape[:2]]), image.reshape(-1, 3).mean(axis=0)[None])
    out = np.empty((size_px, size_px, 3), np.uint8)
    plan.apply(image, drawn, 0, out)
    return out, drawn


def area_weights(length, new_length):
    """The share of each old pixel in each new one, when a row of pixels is divided anew; shape (new, old)."""
    edges = np.arange(new_length + 1) * (length / new_length)
    pixels = np.arange(length)
    over = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return np.clip(over, 0, None) / (length / new_length)


@pytest.mark.parametrize("shape", [(32, 32), (32, 45), (51, 32)])
def test_an_image_of_the_inputs_size_is_cut_exactly(shape):
    image = make_image(*shape)
    out, drawn = run(image)
    y, x = (shape[0] - 32) // 2, (shape[1] - 32) // 2
    assert drawn.sampling.ways == [CUT]
    assert (out == image[y : y + 32, x : x + 32]).all()


@pytest.mark.parametrize("shape", [(64, 64), (80, 80), (49, 70), (200, 333), (1200, 1601), (3001, 40)])
@pytest.mark.parametrize("fit", ["crop", "stretch"])
def test_a_shrinking_fit_is_the_exact_area_average(shape, fit):
    image = make_image(*shape)
    out, drawn = run(image, fit=fit)
    x0, y0, x1, y1 = drawn.sampling.cuts[0][:4]
    part = image[y0:y1, x0:x1].astype(float)
    if drawn.sampling.ways != [SHRINK]:
        assert max(part.shape[0] / 32, part.shape[1] / 32) <= 1.5
        return
    rows = np.tensordot(area_weights(part.shape[0], 32), part, axes=1)
    expected = np.tensordot(area_weights(part.shape[1], 32), rows.swapaxes(0, 1), axes=1).swapaxes(0, 1)
    assert np.abs(out - expected).max() <= 1.0
    if fit == "stretch" or (shape[1] - shape[0]) % 2 == 0:
        flipped = run(image, [("horizontal_flip", {"p": 1.0})], fit=fit)[0]
        assert (flipped == out[:, ::-1]).all()


@pytest.mark.parametrize("shape", [(9, 9), (20, 20), (31, 17)])
def test_an_enlarging_fit_is_pillows(shape):
    image = make_image(*shape)
    expected = np.asarray(Image.fromarray(image).resize((32, 32), Image.Resampling.BILINEAR), int)
    assert np.abs(run(image, fit="stretch")[0] - expected).max() <= 1


@pytest.mark.parametrize("shape", [(40, 40), (33, 47), (20, 20), (20, 31), (1, 1), (2, 1), (44, 44), (40, 48)])
@pytest.mark.parametrize("fit", ["crop", "stretch"])
def test_other_fits_are_means_of_bilinear_samples(shape, fit):
    image = make_image(*shape)
    out, drawn = run(image, fit=fit)
    shrink = max(shape) / 32 if fit == "stretch" else min(shape) / 32
    m = drawn.sampling.fine[0]
    assert drawn.sampling.ways == [FINE if shrink > 1.25 else WARP] and m == (2 if shrink > 1.25 else 1)
    y, x = np.mgrid[: 32 * m, : 32 * m]
    spots = (np.stack([x.ravel(), y.ravel()], axis=1) + 0.5) / m
    places = move_points(np.linalg.inv(drawn.forward[0]), spots) - 0.5
    for c in range(3):
        samples = map_coordinates(image[:, :, c].astype(float), places.T[::-1], order=1, mode="reflect")
        expected = samples.reshape(32, m, 32, m).mean(axis=(1, 3))
        assert np.abs(out[:, :, c] - expected).max() <= 1.0


@pytest.mark.parametrize("way_size", [32, 20, 100, 301])
def test_pad_keeps_the_whole_image_on_the_pad_colour(way_size):
    image = np.full((way_size, way_size // 2, 3), 255, np.uint8)
    out, _ = run(image, fit="pad")
    assert (out[:, :7] == PAD_COLOUR).all() and (out[:, -7:] == PAD_COLOUR).all()
    assert (out[2:-2, 10:22] == 255).all()


def test_what_turns_in_is_reflected_or_padded():
    image = np.full((32, 32, 3), 255, np.uint8)
    turn = [("rotate", {"degrees": 180})]
    key = next(k for k in range(99) if abs(run(image, turn, key=k)[1].forward[0, 0, 1]) > 0.6)
    assert (run(image, turn, key=key)[0] == 255).all()
    assert (run(image, turn, fit="pad", key=key)[0][0, 0] == PAD_COLOUR).all()


def test_a_large_shrinking_warp_skips_no_pixels():
    # Stripes of one pixel: a sampler that skips pixels shows waves, an average shows grey.
    image = np.zeros((640, 640, 3), np.uint8)
    image[:, ::2] = 255
    out, drawn = run(image, [("rotate", {"degrees": 0.2})])
    assert drawn.sampling.ways == [FINE]
    assert np.abs(out.astype(int) - 127).max() <= 4


@pytest.mark.parametrize("key", range(8))
def test_a_shrinking_warp_against_an_average_of_many_samples(key):
    rng = np.random.default_rng(key)
    blocks = rng.integers(0, 256, (5, 7, 3)).repeat(40, axis=0).repeat(40, axis=1).astype(np.uint8)
    image = cv2.GaussianBlur(blocks, (0, 0), 20)
    out, drawn = run(image, [("rotate", {"degrees": 40}), ("random_resized_crop", {"scale": [0.8, 1.0]})], key=key)
    assert drawn.sampling.ways == [FINE]
    fine = np.stack(np.meshgrid(np.arange(32 * 8), np.arange(32 * 8)), axis=2).reshape(-1, 2) / 8 + 1 / 16
    places = move_points(np.linalg.inv(drawn.forward[0]), fine) - 0.5
    for c in range(3):
        samples = map_coordinates(image[:, :, c].astype(float), places.T[::-1], order=1, mode="reflect")
        expected = samples.reshape(32, 8, 32, 8).mean(axis=(1, 3))
        assert np.abs(out[:, :, c] - expected).max() < 2


def test_identity_is_exact_in_opencv_as_assumed():
    image = make_image(37, 41)
    same = cv2.warpAffine(image, np.eye(2, 3), (41, 37), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=4)
    assert (same == image).all()


@pytest.mark.parametrize("border", [cv2.BORDER_REFLECT, cv2.BORDER_CONSTANT])
@pytest.mark.parametrize("how", ["affine", "perspective", "remap"])
def test_four_channels_are_warped_as_three(how, border):
    rng = np.random.default_rng(4)
    for seed in range(20):
        image = make_image(*rng.integers(9, 90, 2), seed)
        matrix = np.eye(3) + rng.normal(0, [[0.2, 0.2, 9], [0.2, 0.2, 9], [0.001, 0.001, 0]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped = []
        for source in (image, cv2.cvtColor(image, cv2.COLOR_RGB2RGBA)):
            if how == "affine":
                warped.append(cv2.warpAffine(source, matrix[:2], (40, 40), None, flags, border, PAD_COLOUR))
            elif how == "perspective":
                warped.append(cv2.warpPerspective(source, matrix, (40, 40), None, flags, border, PAD_COLOUR))
            else:
                y, x = np.mgrid[:40, :40].astype(np.float32)
                warped.append(cv2.remap(source, x * 0.7 + y * 0.3, y * 1.1 - 3, cv2.INTER_LINEAR, None, border, PAD_COLOUR))
        assert (warped[0] == warped[1][:, :, :3]).all()


def test_quarter_turns_are_exact():
    image = make_image(32, 32)
    quarter = np.array([[[0.0, 1.0, 0.0], [-1.0, 0.0, 32.0], [0.0, 0.0, 1.0]]])
    sampling = make_sampling(quarter, np.array([[32, 32]]), 32, False, np.zeros(1, bool))
    out = np.empty((32, 32, 3), np.uint8)
    sample_pixels(sampling, 0, image, out)
    assert (out == np.rot90(image)).all()


def test_colour_in_place_is_colour_aside():
    rng = np.random.default_rng(0)
    for _ in range(100):
        height, width = rng.integers(1, 70, 2)
        image = make_image(height, width, int(rng.integers(1 << 30)))
        matrix = np.concatenate([np.eye(3) + rng.normal(0, 0.5, (3, 3)), rng.normal(0, 60, (3, 1))], axis=1).astype(np.float32)
        aside = cv2.transform(image, matrix)
        cv2.transform(image, matrix, dst=image)
        assert (image == aside).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
def test_masks_take_the_nearest_value(dtype):
    mask = np.random.default_rng(1).integers(0, 5, (50, 70)).astype(dtype)
    _, drawn = run(make_image(50, 70), [("rotate", {"degrees": 30}), ("random_resized_crop", {})], key=3)
    got = drawn.move_mask(0, mask, 32)
    y, x = np.mgrid[:32, :32]
    places = move_points(np.linalg.inv(drawn.forward[0]), np.stack([x.ravel(), y.ravel()], axis=1) + 0.5) - 0.5
    expected = map_coordinates(mask, places.T[::-1], order=0, mode="reflect", prefilter=False).reshape(32, 32)
    assert got.dtype == dtype
    # A place halfway between two pixels may go either way.
    assert (got != expected).mean() < 0.01


def test_a_coarse_mask_takes_the_middles_of_its_pixels():
    mask = np.random.default_rng(2).integers(0, 200, (8, 8), dtype=np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    _, drawn = run(make_image(64, 64), size_px=64)
    assert (drawn.move_mask(0, mask, 64) == mask).all()
    assert (drawn.move_mask(0, mask, 8) == mask[4::8, 4::8]).all()
    _, drawn = run(make_image(64, 64), [("vertical_flip", {"p": 1.0})], size_px=32)
    assert (drawn.move_mask(0, mask, 8) == mask[4::8, 4::8][::-1]).all()


def test_mask_outside_a_padded_image():
    _, drawn = run(make_image(64, 32), fit="pad")
    got = drawn.move_mask(0, np.ones((64, 32), np.uint8), 32, outside=9)
    assert (got[:, :7] == 9).all() and (got[:, 9:23] == 1).all()


@pytest.mark.parametrize("wrong", ["image", "height", "dtype"])
def test_another_shape_than_drawn_is_refused(wrong):
    _, drawn = run(make_image(40, 40))
    image = make_image(40, 41) if wrong == "image" else make_image(40, 40)
    out = np.empty((31 if wrong == "height" else 32, 32, 3), np.float32 if wrong == "dtype" else np.uint8)
    with pytest.raises(ValueError, match="give `draw` the sizes"):
        drawn.apply(0, image, out)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_number_of_threads_changes_no_byte(workers):
    images = [make_image(40 + i, 90 - i, i) for i in range(24)]
    images[3] = make_image(300, 260)
    parts = [("random_resized_crop", {}), ("rotate", {"p": 0.5}), ("horizontal_flip", {}), ("color_jitter", {"p": 0.8})]
    plan = make_plan(parts, size_px=32, fit="crop")
    sizes = np.array([image.shape[:2] for image in images])
    drawn = plan.draw(5, sample_keys([str(i) for i in range(24)]), sizes, np.full((24, 3), 127.0))
    alone = np.empty((24, 32, 32, 3), np.uint8)
    for i in range(24):
        plan.apply(images[i], drawn, i, alone[i])
    together = np.empty_like(alone)
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda i: plan.apply(images[i], drawn, i, together[i]), reversed(range(24))))
    assert (alone == together).all()


def test_images_may_be_read_only_and_mapped_from_disk(tmp_path):
    image = make_image(50, 60)
    np.save(tmp_path / "image.npy", image)
    mapped = np.load(tmp_path / "image.npy", mmap_mode="r")
    for parts in ([], [("rotate", {})], [("horizontal_flip", {"p": 1.0}), ("color_jitter", {})]):
        for size_px in (20, 32, 50):
            assert (run(mapped, parts, size_px)[0] == run(image, parts, size_px)[0]).all()


def test_an_empty_batch():
    plan = make_plan([("rotate", {}), ("color_jitter", {})], size_px=8, fit="crop")
    drawn = plan.draw(0, np.empty(0, np.uint64), np.empty((0, 2), np.int64), np.empty((0, 3)))
    assert len(drawn) == 0
