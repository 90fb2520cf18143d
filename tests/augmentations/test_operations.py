"""What is done to pixels: the same parameters through NumPy, SciPy and Pillow."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage, stats

from tamesu.augmentations import operations
from tamesu.augmentations.operations import (
    Blends,
    Boxes,
    Colours,
    GaussianBlurs,
    HistogramTables,
    Kernels,
    Noise,
    PerImage,
    PixelPart,
    Several,
    Tables,
    blur_side,
    noise_starts,
    normal_numbers,
    round_tables,
)

RNG = np.random.default_rng(3)
IMAGE = RNG.integers(0, 256, (40, 40, 3), dtype=np.uint8)
NONE = np.zeros(1)


def done(operation, image=IMAGE, number=0):
    changed = image.copy()
    operation.apply(number, changed)
    return changed


def constant(value, side=300):
    return np.full((side, side, 3), value, np.uint8)


def test_colours_against_numpy():
    matrices = np.concatenate([RNG.normal(0.3, 0.4, (5, 3, 3)), RNG.uniform(-60, 60, (5, 3, 1))], axis=2).astype(np.float32)
    for number in range(5):
        matrix = matrices[number].astype(float)
        expected = np.clip(IMAGE.astype(float) @ matrix[:, :3].T + matrix[:, 3], 0, 255)
        # OpenCV's weights have 10 bits for images of bytes: three of them, each off by up to 1/2048, of values up to 255.
        assert np.abs(done(Colours(matrices), number=number) - expected).max() <= 0.5 + 3 * 255 / 2048 + 0.01


def test_tables_for_all_channels_and_for_each_against_pillow():
    one = RNG.integers(0, 256, (2, 256), dtype=np.uint8)
    expected = Image.fromarray(IMAGE).point(one[1].tolist() * 3)
    assert (done(Tables(one), number=1) == np.asarray(expected)).all()
    each = RNG.integers(0, 256, (2, 256, 3), dtype=np.uint8)
    expected = Image.fromarray(IMAGE).point(each[1].T.ravel().tolist())
    assert (done(Tables(each), number=1) == np.asarray(expected)).all()


def test_round_tables():
    assert round_tables(np.array([-3.0, 0.4, 0.6, 254.6, 300.0])).tolist() == [0, 0, 1, 255, 255]


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_histogram_tables_see_each_channel_and_blend_with_the_picture(share):
    seen = []

    def reverse(histograms):
        seen.append(histograms)
        return np.tile(255.0 - np.arange(256), (3, 1))

    changed = done(HistogramTables(reverse, np.array([share])))
    counted = [np.histogram(IMAGE[:, :, channel], bins=256, range=(0, 256))[0] for channel in range(3)]
    assert (seen[0] == counted).all()
    assert np.abs(changed - ((1 - share) * IMAGE + share * (255.0 - IMAGE))).max() <= 0.51


@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (7, 7)])
def test_kernels_against_scipy(shape):
    kernels = RNG.random((2, *shape))
    kernels = (kernels / kernels.sum(axis=(1, 2), keepdims=True)).astype(np.float32)
    # OpenCV's REFLECT_101 (dcb|abcd|cba) is SciPy's mirror. A lopsided kernel tells correlation from convolution.
    expected = ndimage.correlate(IMAGE.astype(float), kernels[1][:, :, None].astype(float), mode="mirror")
    assert np.abs(done(Kernels(kernels), number=1) - expected).max() <= 0.51


@pytest.mark.parametrize("sigma", [0.4, 1.0, 2.7])
def test_gaussian_blurs_against_scipy(sigma):
    radius = blur_side(sigma) // 2
    expected = ndimage.gaussian_filter(IMAGE.astype(float), sigma, mode="mirror", radius=(radius, radius, 0))
    # OpenCV's weights have 8 bits for images of bytes, so they are off by up to 1/512 each.
    assert np.abs(done(GaussianBlurs(np.array([sigma]))) - expected).max() <= 1.6


@pytest.mark.parametrize("sigma", [0.05, 0.5, 2.0, 3.34])
def test_blur_side_holds_three_deviations_and_no_pixel_more(sigma):
    side = blur_side(sigma)
    assert side % 2 == 1
    assert 3 * sigma <= side // 2 < 3 * sigma + 1


def test_colours_and_kernels_write_in_place_what_they_write_aside():
    matrix, kernel = RNG.normal(0.3, 0.3, (3, 4)).astype(np.float32), np.full((3, 3), 1 / 9, np.float32)
    table = RNG.integers(0, 256, 256, dtype=np.uint8)
    assert (done(Colours(matrix[None])) == cv2.transform(IMAGE, matrix)).all()
    assert (done(Kernels(kernel[None])) == cv2.filter2D(IMAGE, -1, kernel, borderType=cv2.BORDER_REFLECT_101)).all()
    assert (done(Tables(table[None])) == cv2.LUT(IMAGE, table)).all()
    blurred = cv2.GaussianBlur(IMAGE, (7, 7), 1.0, borderType=cv2.BORDER_REFLECT_101)
    assert (done(GaussianBlurs(np.ones(1))) == blurred).all()


def test_normal_numbers_are_standard_normal_and_independent():
    numbers = normal_numbers().astype(float)
    assert numbers.shape == (2**20,)
    assert stats.kstest(numbers, stats.norm.cdf).pvalue > 1e-3
    # Standard errors: 1/1024 for the mean, 1/1448 for the deviation, 1/1024 for a correlation, 0.005 for the kurtosis.
    assert abs(numbers.mean()) < 0.004 and abs(numbers.std() - 1) < 0.003
    assert abs(stats.skew(numbers)) < 0.01 and abs(stats.kurtosis(numbers)) < 0.02
    for lag in (1, 2, 3, 300, 2**19):
        assert abs(np.mean(numbers[lag:] * numbers[:-lag])) < (0.004 if lag < 2**19 else 0.006)


def test_normal_numbers_cannot_be_written_into():
    with pytest.raises(ValueError, match="read-only"):
        normal_numbers()[0] = 1.0


def test_normal_numbers_are_the_same_in_another_process():
    code = (
        "import hashlib; from tamesu.augmentations.operations import normal_numbers\n"
        "print(hashlib.sha256(normal_numbers().tobytes()).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert other == hashlib.sha256(normal_numbers().tobytes()).hexdigest()


@pytest.mark.parametrize(
    ("constants", "value", "deviation"),
    [
        ((10.0, 0.0, 0.0), 128, 10.0),
        ((0.0, 0.1, 0.0), 100, 10.0),
        ((0.0, 0.1, 0.0), 150, 15.0),
        ((0.0, 0.0, 2.0), 98, 14.0),
        ((3.0, 0.05, 1.0), 100, 3.0 + 5.0 + 10.0),
    ],
)
def test_noise_has_the_deviation_of_the_formula(constants, value, deviation):
    operation = Noise(noise_starts(np.array([0.3])), *(np.array([number]) for number in constants))
    change = done(operation, constant(value)).astype(float) - value
    assert abs(change.mean()) < 5 * deviation / np.sqrt(change.size)
    # Rounding adds a twelfth to the variance.
    assert change.std() == pytest.approx(np.hypot(deviation, np.sqrt(1 / 12)), rel=0.01)
    jitter = np.random.default_rng(0).uniform(-0.5, 0.5, change.shape)
    assert stats.kstest((change + jitter).ravel()[:20000], stats.norm(0, np.hypot(deviation, 0.29)).cdf).pvalue > 1e-3


def test_noise_leaves_black_alone_where_it_grows_with_the_value_and_stays_within_a_byte():
    growing = Noise(np.zeros(1, np.int64), NONE, np.ones(1), np.ones(1))
    assert (done(growing, constant(0, 20)) == 0).all()
    wild = done(Noise(np.zeros(1, np.int64), np.full(1, 255.0), NONE, NONE), constant(255))
    # Half of the numbers are above 0, and are cut off rather than wrapped around.
    assert (wild == 255).mean() == pytest.approx(0.5, abs=0.01)


def test_grey_noise_is_the_same_in_all_channels_and_other_noise_is_not():
    start, ten = noise_starts(np.array([0.9])), np.full(1, 10.0)
    grey = done(Noise(start, ten, NONE, NONE, grey=True), constant(120)).astype(float)
    assert (np.ptp(grey, axis=2) == 0).all() and grey.std() == pytest.approx(10, rel=0.02)
    coloured = done(Noise(start, ten, NONE, NONE), constant(120)).reshape(-1, 3).astype(float)
    assert np.abs(np.corrcoef(coloured.T) - np.eye(3)).max() < 0.02


def test_noise_runs_on_at_the_end_of_its_list():
    numbers = Noise(np.array([2**20 - 5]), NONE, NONE, NONE).numbers(0, (4, 5, 3))
    assert (numbers.ravel() == np.roll(normal_numbers(), 5)[:60]).all()
    assert noise_starts(np.array([0.0, 0.5, 1 - 2.0**-53])).tolist() == [0, 2**19, 2**20 - 1]


def test_boxes_cover_their_pixels_alone_and_an_empty_box_none():
    boxes = np.array([[[3, 5, 9, 6], [0, 0, 0, 7], [30, 30, 40, 40], [8, 9, 7, 12]]])
    colours = RNG.integers(0, 256, (1, 4, 3), dtype=np.uint8)
    expected = IMAGE.copy()
    expected[5:6, 3:9] = colours[0, 0]
    expected[30:, 30:] = colours[0, 2]
    assert (done(Boxes(boxes, colours)) == expected).all()


def test_boxes_of_noise_have_imagenets_mean_and_deviation():
    boxes, colours = np.array([[[10, 0, 300, 290]], [[0, 0, 300, 300]]]), np.zeros((2, 1, 3), np.uint8)
    operation = Boxes(boxes, colours, noise_starts(np.array([0.2, 0.7])))
    covered = done(operation, constant(7), 0)
    assert (covered[:, :10] == 7).all() and (covered[290:] == 7).all()
    filled = covered[:290, 10:].reshape(-1, 3).astype(float)
    # ImageNet's mean 0.485, 0.456, 0.406; what is cut off at 0 (2 to 4 in a hundred) moves mean and deviation by about one.
    wanted = [np.clip(stats.norm(255 * mean, 57.6).rvs(10**5, random_state=0), 0, 255) for mean in (0.485, 0.456, 0.406)]
    assert np.allclose(filled.mean(axis=0), np.mean(wanted, axis=1), atol=1.0)
    assert np.allclose(filled.std(axis=0), np.std(wanted, axis=1), atol=1.0)
    assert (done(operation, constant(7), 1)[:290, 10:] != covered[:290, 10:]).mean() > 0.9


def test_blends_by_the_formula():
    opacity = RNG.random((2, 40, 40)).astype(np.float32)
    opacity[1, 0] = 0.0
    opacity[1, 1] = 1.0
    colours = np.array([[0, 0, 0], [250, 10, 90]], np.float32)
    changed = done(Blends(lambda number: opacity[number], colours), number=1)
    share = opacity[1][:, :, None].astype(float)
    assert np.abs(changed - (IMAGE * (1 - share) + colours[1] * share)).max() <= 0.501
    assert (changed[0] == IMAGE[0]).all() and (changed[1] == colours[1]).all()


def test_several_run_in_their_order():
    invert = Tables(np.arange(255, -1, -1, dtype=np.uint8)[None])
    halve = Tables((np.arange(256) // 2).astype(np.uint8)[None])
    assert (done(Several((invert, halve))) == (255 - IMAGE) // 2).all()
    assert (done(Several((halve, invert))) == 255 - IMAGE // 2).all()
    assert (done(Several(())) == IMAGE).all()


def test_per_image_hands_each_sample_its_numbers():
    operation = PerImage(lambda image, u: np.full_like(image, int(u[0])), np.array([[7.0], [9.0]]))
    assert (done(operation, number=1) == 9).all() and (done(operation, number=0) == 7).all()


def test_per_image_may_write_into_its_image():
    def darken(image, u):
        image //= 2
        return image

    assert (done(PerImage(darken, np.zeros((1, 0)))) == IMAGE // 2).all()


@pytest.mark.parametrize("function", [lambda image, u: image[:5], lambda image, u: image / 2, lambda image, u: image[:, :, 0]])
def test_per_image_refuses_another_shape_or_type(function):
    with pytest.raises(ValueError, match="an augmentation gave"):
        done(PerImage(function, np.zeros((1, 1))))


def test_a_part_with_change_alone_becomes_an_operation():
    class Flat(PixelPart):
        def change(self, image, u):
            return np.full_like(image, round(255 * u[0]))

    operation = Flat().operation(np.array([[0.2], [0.6]]), 40)
    assert (done(operation, number=1) == 153).all()
    with pytest.raises(NotImplementedError):
        done(PixelPart().operation(np.zeros((1, 0)), 40))


def test_noise_list_is_read_from_the_module():
    assert normal_numbers().size == 2**operations.NOISE_BITS
