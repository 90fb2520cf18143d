"""Images decoded at each reading, against the cache's pixels."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tamesu.images.cache import open_images
from tamesu.images.direct import DirectImages
from tamesu.images.faults import UnreadableImageError
from tamesu.images.fingerprint import fingerprint_images
from tamesu.images.scan import scan_images

SIZES = [(30, 40), (200, 90), (64, 64), (5, 300), (1, 1)]
SHORT_PX = 48


def write(root: Path) -> list[str]:
    random, names = np.random.default_rng(0), []
    for number, (height, width) in enumerate(SIZES):
        pixels = cv2.resize(random.integers(0, 256, (8, 8, 3), dtype=np.uint8), (width, height))
        for ending in (".png", ".jpg"):
            names.append(f"絵 {number}{ending}")
            (root / names[-1]).write_bytes(cv2.imencode(ending, pixels)[1].tobytes())
    (root / "cut.png").write_bytes((root / names[2]).read_bytes()[:60])
    return [*names, "cut.png", "gone.png"]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], DirectImages, object]:
    root = tmp_path_factory.mktemp("direct")
    names = write(root)
    memory = root / ".cache"
    marks = fingerprint_images(root, names, memory / "marks")
    facts = scan_images(root, names, marks, folder=memory / "facts", workers=1)
    kept = open_images(root, names, marks, short_px=SHORT_PX, folder=memory / "images", budget_bytes=1 << 24, workers=1)
    return root, names, DirectImages(root, names, facts, SHORT_PX), kept


def test_the_same_pixels_as_the_caches(opened) -> None:  # type: ignore[no-untyped-def]
    _, names, direct, kept = opened
    assert direct.readable.tolist() == [True] * 10 + [False] * 2
    assert direct.readable.tolist() == kept.readable.tolist()
    assert direct.sizes.tolist() == kept.sizes.tolist()
    for number in range(10):
        pixels = direct.pixels(number)
        assert pixels.dtype == np.uint8
        assert (pixels == kept.pixels(number)).all(), names[number]
        assert pixels.shape[:2] == tuple(direct.sizes[number])
        assert direct.means[number] == pytest.approx(kept.means[number], abs=1.5)
    assert direct.sizes[10:].tolist() == [[0, 0]] * 2


@pytest.mark.parametrize("long_px", [8, 33, 128])
def test_thumbnails(opened, long_px: int) -> None:  # type: ignore[no-untyped-def]
    _, _, direct, _ = opened
    for number in range(10):
        coded = direct.thumbnail(number, long_px)
        assert coded is not None
        small, pixels = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR_RGB), direct.pixels(number)
        height, width = pixels.shape[:2]
        assert max(small.shape[:2]) == min(long_px, max(height, width))
        scale = max(small.shape[:2]) / max(height, width)
        assert small.shape[:2] == pytest.approx((max(1, height * scale), max(1, width * scale)), abs=0.51)
        assert small.mean((0, 1)) == pytest.approx(pixels.mean((0, 1)), abs=12)


def test_a_better_thumbnail_is_a_larger_one(opened) -> None:  # type: ignore[no-untyped-def]
    direct = opened[2]
    assert len(direct.thumbnail(2, 128, 95)) > len(direct.thumbnail(2, 128, 20))


def test_unreadable_images(opened) -> None:  # type: ignore[no-untyped-def]
    direct = opened[2]
    for number in (10, 11):
        assert direct.thumbnail(number) is None
        with pytest.raises(UnreadableImageError):
            direct.pixels(number)


def test_a_file_that_is_gone_since(tmp_path: Path) -> None:
    names = write(tmp_path)[:2]
    marks = fingerprint_images(tmp_path, names, tmp_path / "marks")
    facts = scan_images(tmp_path, names, marks, folder=tmp_path / "facts", workers=1)
    direct = DirectImages(tmp_path, names, facts, SHORT_PX)
    (tmp_path / names[0]).unlink()
    with pytest.raises(UnreadableImageError):
        direct.pixels(0)
    assert direct.thumbnail(0) is None
    assert direct.thumbnail(1) is not None
