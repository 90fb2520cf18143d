"""Likeness and hash beside the same formulas in SciPy, and what must not move them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from tests.images import cases

from tamesu.images.likeness import describe_likeness, hash_image, mirror_likeness


def draw(seed: int, size: int = 256) -> np.ndarray:
    """A picture of some ten blobs and stripes, uint8 (size, size)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] / size
    picture = np.zeros((size, size))
    for _ in range(12):
        place, width, height = rng.uniform(0, 1, 2), rng.uniform(0.03, 0.2), rng.uniform(-80, 80)
        picture += height * np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / (2 * width**2))
    picture += 20 * np.sin(rng.uniform(10, 60) * x + rng.uniform(10, 60) * y)
    return (128 + picture).clip(0, 255).astype(np.uint8)


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a.astype(float), b.astype(float)
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def mean_of_blocks(picture: np.ndarray, size: int) -> np.ndarray:
    """(k size, k size) to (size, size)."""
    return picture.astype(float).reshape(size, len(picture) // size, size, -1).mean((1, 3))


def test_likeness_as_scipy_computes_it() -> None:
    from scipy.ndimage import gaussian_filter

    small = mean_of_blocks(draw(0), 64)
    # OpenCV's border, without the edge twice, is SciPy's `mirror`; its kernel reaches 4 sigma for floats
    apart = small - gaussian_filter(small, 6, mode="mirror", truncate=4)
    features = mean_of_blocks(apart / (np.sqrt(gaussian_filter(apart**2, 6, mode="mirror", truncate=4)) + 2), 32)
    wanted = 32 * (features - features.mean()) / features.std()
    found = describe_likeness(draw(0))
    assert (found.dtype, found.shape) == (np.int8, (1024,))
    assert np.abs(found - wanted.ravel().clip(-127, 127)).max() <= 0.6  # 0.5 of rounding
    assert abs(found.mean()) < 0.5
    assert abs(found.std() - 32) < 1


def test_hash_as_scipy_computes_it() -> None:
    from scipy.fft import dctn

    for seed in range(20):
        low = dctn(mean_of_blocks(draw(seed), 32), norm="ortho")[:8, :8].ravel()
        bits = low > np.median(low[1:])
        bits[0] = False
        assert int(hash_image(draw(seed))) == int("".join(str(int(bit)) for bit in bits), 2)


def test_light_contrast_and_size_do_not_matter() -> None:
    picture = draw(3).astype(float)
    fall = np.linspace(0.5, 1.0, 256)[None]
    for changed in (picture * 0.5 + 60, picture * fall, picture * 0.3):
        assert cosine(describe_likeness(changed.astype(np.uint8)), describe_likeness(draw(3))) > 0.9
    smaller = np.asarray(Image.fromarray(draw(3)).resize((150, 120), Image.Resampling.BOX))
    assert cosine(describe_likeness(smaller), describe_likeness(draw(3))) > 0.95
    others = [cosine(describe_likeness(draw(a)), describe_likeness(draw(3))) for a in range(4, 20)]
    assert np.max(others) < 0.6


def test_mirror() -> None:
    likeness = np.stack([describe_likeness(draw(seed)) for seed in (1, 2)])
    mirrored = np.stack([describe_likeness(draw(seed)[:, ::-1].copy()) for seed in (1, 2)])
    assert np.abs(mirror_likeness(likeness).astype(int) - mirrored).max() <= 1
    np.testing.assert_array_equal(mirror_likeness(mirror_likeness(likeness)), likeness)
    np.testing.assert_array_equal(mirror_likeness(likeness[0]), mirror_likeness(likeness)[0])


def test_copies_have_near_hashes() -> None:
    def bits(a: np.uint64, b: np.uint64) -> int:
        return int(a ^ b).bit_count()

    for seed in range(10):
        content = cases.encode(draw(seed), "JPEG", quality=40)
        again = np.asarray(Image.open(io.BytesIO(content)))
        assert bits(hash_image(draw(seed)), hash_image(again)) <= 8
        assert bits(hash_image(draw(seed)), hash_image(draw(seed + 100))) > 8


@pytest.mark.parametrize("value", [0, 7, 127, 255])
@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (300, 20), (256, 341)])
def test_flat_pictures_have_no_structure(value: int, shape: tuple[int, int]) -> None:
    flat = np.full(shape, value, np.uint8)
    assert not describe_likeness(flat).any()
    assert hash_image(flat) == 0


@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (8, 8), (3, 500)])
def test_small_and_thin_pictures(shape: tuple[int, int]) -> None:
    likeness = describe_likeness(np.arange(np.prod(shape)).reshape(shape).astype(np.uint8) * 3)
    assert likeness.any()
