"""Images held in memory are those of the cache, pixel for pixel, and what cannot be read says the same."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tamesu.images.cache import open_images
from tamesu.images.fingerprint import fingerprint_images
from tamesu.images.loaded import LoadedImages, load_image

NAMES = ("a.jpg", "b.png", "cut.jpg", "none.jpg", "text.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded")
    draws = np.random.default_rng(0)
    for name, size in (("a.jpg", (90, 130)), ("b.png", (20, 31)), ("cut.jpg", (60, 60))):
        coarse = draws.integers(0, 256, (*(-(-side // 8) for side in size), 3), np.uint8)
        pixels = cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC)
        content = cv2.imencode(Path(name).suffix, pixels)[1].tobytes()
        (folder / name).write_bytes(content[: len(content) // 2] if name == "cut.jpg" else content)
    (folder / "text.png").write_text("no picture")
    return folder


def test_pixels_means_and_faults_are_those_of_the_cache(folder: Path, tmp_path: Path) -> None:
    files = fingerprint_images(folder, NAMES, tmp_path / "memory")
    kept = open_images(folder, NAMES, files, short_px=32, folder=tmp_path / "cache", budget_bytes=0, workers=1)
    loaded = LoadedImages([load_image(folder, name, 32) for name in NAMES])
    assert loaded.readable.tolist() == kept.readable.tolist() == [True, True, False, False, False]
    assert np.array_equal(loaded.sizes, kept.sizes)
    assert np.array_equal(loaded.means, kept.means)
    for number in (0, 1):
        assert np.array_equal(loaded.pixels(number), kept.pixels(number))
        assert loaded.fault(number) is None
    said = {fault.text("en") for fault in kept.faults() if fault.outcome == "quarantine"}
    assert {fault.text("en") for number in (2, 3, 4) if (fault := loaded.fault(number)) is not None} == said


def test_what_is_too_large_is_not_decoded(folder: Path) -> None:
    assert getattr(load_image(folder, "a.jpg", 32, limit_px=90 * 130 - 1).fault, "code", "") == "IMG_TOO_LARGE"
    assert getattr(load_image(folder, "a.jpg", 32, limit_bytes=100).fault, "code", "") == "IMG_FILE_TOO_LARGE"
    assert getattr(load_image(folder, "../a.jpg", 32).fault, "code", "") in ("IMG_MISSING", "IMG_OUTSIDE_FOLDER")
