"""Compression against Pillow's and OpenCV's own, and shrinking against NumPy, SciPy and Pillow."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from tests.pictures import make_image

from tamesu.augmentations.quality import Downscale, JpegCompression

S = 64
RNG = np.random.default_rng(4)
PHOTO = np.clip(make_image(S, S) + RNG.normal(0, 12, (S, S, 3)), 0, 255).astype(np.uint8)


def done(part, image, u):
    changed = image.copy()
    part.operation(np.array([[u]]), len(image)).apply(0, changed)
    return changed


def pillow_jpeg(image, quality):
    written = io.BytesIO()
    Image.fromarray(image).save(written, "JPEG", quality=quality, subsampling="4:2:0")
    return np.asarray(Image.open(written))


@pytest.mark.parametrize("quality", [5, 30, 75, 95, 100])
def test_jpeg_is_pillows_at_the_same_quality(quality):
    changed = done(JpegCompression(quality=(quality, quality)), PHOTO, 0.4).astype(int)
    # Both are libjpeg with the colour at half the size; builds may round a transform differently by a level or two.
    assert np.abs(changed - pillow_jpeg(PHOTO, quality)).max() <= 3
    assert np.abs(changed - pillow_jpeg(PHOTO, quality)).mean() < 0.1


@pytest.mark.parametrize(("u", "strength", "quality"), [(0.0, 1.0, 90), (1.0, 1.0, 30), (0.5, 1.0, 60), (0.5, 0.5, 80)])
def test_jpeg_quality_falls_with_the_number_and_rises_to_100_without_strength(u, strength, quality):
    written = cv2.imencode(".jpg", cv2.cvtColor(PHOTO, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    expected = cv2.cvtColor(cv2.imdecode(written, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    assert (done(JpegCompression(quality=(30, 90), strength=strength), PHOTO, u) == expected).all()


def test_jpeg_keeps_the_channels_in_their_order():
    red = np.full((S, S, 3), (220, 30, 90), np.uint8)
    assert np.abs(done(JpegCompression(), red, 0.0).astype(int) - red).max() <= 3


def test_the_lower_the_quality_the_further_from_the_picture():
    errors = [np.abs(done(JpegCompression(quality=(5, 95)), PHOTO, u).astype(int) - PHOTO).mean() for u in (0.0, 0.4, 0.8, 1.0)]
    assert (np.diff(errors) > 0).all()


def test_downscale_by_a_half_is_the_mean_of_four_enlarged_in_between():
    small = PHOTO.reshape(S // 2, 2, S // 2, 2, 3).mean(axis=(1, 3)).round()
    places = (np.arange(S) + 0.5) / 2 - 0.5
    grid = np.stack(np.meshgrid(places, places, indexing="ij"))
    expected = np.stack(
        [ndimage.map_coordinates(small[:, :, channel], grid, order=1, mode="nearest") for channel in range(3)], axis=2
    )
    # A mean that ends in a half may be rounded either way, and OpenCV enlarges bytes with weights of 11 bits.
    assert np.abs(done(Downscale(scale=(0.5, 0.5)), PHOTO, 0.2) - expected).max() <= 1.6


@pytest.mark.parametrize(
    ("u", "strength", "side"), [(0.0, 1.0, 0.8), (1.0, 1.0, 0.35), (0.5, 1.0, 0.575), (1.0, 0.5, 0.675), (0.0, 0.1, 0.98)]
)
def test_downscale_leaves_as_much_of_the_side_as_drawn(u, strength, side):
    side = round(S * side)
    box = Image.fromarray(PHOTO).resize((side, side), Image.Resampling.BOX)
    shares = np.array(
        [[max(0.0, min(S / side * (j + 1), i + 1) - max(S / side * j, i)) for i in range(S)] for j in range(side)]
    )
    shares /= S / side
    small = np.einsum("ai,bj,ijc->abc", shares, shares, PHOTO.astype(float))
    assert small.shape == np.asarray(box).shape
    expected = np.asarray(
        [
            np.asarray(Image.fromarray(small[:, :, channel].astype(np.float32)).resize((S, S), Image.Resampling.BILINEAR))
            for channel in range(3)
        ]
    ).transpose(1, 2, 0)
    # The small picture has whole levels.
    assert np.abs(done(Downscale(strength=strength), PHOTO, u) - expected).max() <= 1.6


def test_a_picture_of_one_pixel_is_the_least():
    tiny = done(Downscale(scale=(0.001, 0.001)), PHOTO, 0.5)
    assert (tiny == tiny[0, 0]).all()
    assert np.abs(tiny[0, 0] - PHOTO.reshape(-1, 3).mean(axis=0)).max() <= 0.51


def test_downscale_at_strength_0_is_the_picture():
    assert (done(Downscale(strength=0.0), PHOTO, 0.9) == PHOTO).all()
    assert (done(Downscale(scale=(1.0, 1.0)), PHOTO, 0.9) == PHOTO).all()


def test_jpeg_at_strength_0_is_written_at_quality_100():
    # A plan leaves a part of strength 0 out; the part by itself writes at the best quality there is.
    assert (done(JpegCompression(strength=0.0), PHOTO, 0.9) == done(JpegCompression(quality=(100, 100)), PHOTO, 0.0)).all()
