"""One image's facts beside NumPy and Pillow."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image, ImageStat
from tests.images import cases

from tamesu.images.faults import UnreadableImageError
from tamesu.images.likeness import describe_likeness, hash_image
from tamesu.images.look import look_at_image, measure_pixels


def test_numbers_beside_pillow_and_scipy() -> None:
    from scipy.ndimage import laplace

    pixels = cases.picture(96, 160)
    found = look_at_image(cases.encode(pixels, "PNG"), 256, 10**9)
    image = Image.fromarray(pixels)
    grey = np.asarray(image.convert("L"))
    assert abs(found["brightness"] - ImageStat.Stat(image.convert("L")).mean[0]) < 0.6
    assert abs(found["contrast"] - grey.std()) < 0.3
    edges = laplace(grey.astype(float), mode="mirror")
    assert found["sharpness"] == pytest.approx(edges.var(), rel=0.05)
    assert found["saturation"] == pytest.approx((pixels.max(2).astype(int) - pixels.min(2)).mean())
    np.testing.assert_allclose(found["colours"], ImageStat.Stat(image).mean)
    is_border = np.ones((96, 160), bool)
    is_border[6:-6, 10:-10] = False
    np.testing.assert_allclose(found["borders"], pixels[is_border].mean(0))
    assert (found["format"], found["mode"], found["size"], found["notes"]) == ("PNG", "RGB", (96, 160), ())


def test_all_of_it_survives_json() -> None:
    found = look_at_image(cases.encode(cases.picture(), "PNG"), 256, 10**9)
    again = json.loads(json.dumps(found))
    grey = np.asarray(Image.fromarray(cases.picture()).convert("L"))
    likeness = np.frombuffer(base64.b64decode(again["likeness"]), np.int8)
    assert np.abs(likeness - describe_likeness(grey).astype(int)).max() <= 2  # two greys, rounded differently
    assert int(again["hash"] ^ int(hash_image(grey))).bit_count() <= 2
    assert again["hash"] == found["hash"]


def test_large_pictures_are_measured_at_the_short_side_and_told_at_full_size() -> None:
    pixels = np.kron(cases.picture(64, 80), np.ones((8, 8, 1), np.uint8))
    found = look_at_image(cases.encode(pixels, "PNG"), 64, 10**9)
    small = look_at_image(cases.encode(cases.picture(64, 80), "PNG"), 64, 10**9)
    assert found["size"] == (512, 640)
    assert {name: found[name] for name in small if name != "size"} == {name: small[name] for name in small if name != "size"}


def test_turned_picture() -> None:
    content = cases.CONTENT_CASES["exif-orientation-6.jpg"][0]()
    found = look_at_image(content, 256, 10**9)
    assert found["size"] == cases.UPRIGHT_SIZE
    assert found["notes"] == ("IMG_TURNED",)


def test_time_and_camera() -> None:
    exif = Image.Exif()
    exif[0x0132], exif[0x0110] = "2026:11:28 14:50:41", "Q 7"
    found = look_at_image(cases.encode(Image.fromarray(cases.picture()), "JPEG", exif=exif), 256, 10**9)
    assert (found["taken"], found["camera"]) == ("2026-11-28 14:50:41", "Q 7")


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 2), (1, 40), (3, 2)])
def test_border_of_tiny_pictures_is_all_there_is(height: int, width: int) -> None:
    pixels = cases.picture(height, width)
    found = measure_pixels(pixels, pixels[..., 0].copy())
    is_border = np.ones((height, width), bool)
    if min(height, width) > 2:
        is_border[1:-1, 1:-1] = False
    np.testing.assert_allclose(found["borders"], pixels[is_border].mean(0), rtol=1e-6)


def test_every_case_of_the_design_gives_facts_or_a_code() -> None:
    for name, (build, outcome, code) in cases.CONTENT_CASES.items():
        if name == "large-108mpx.png" or name in cases.AS_MASK:
            continue
        if outcome == "quarantine":
            with pytest.raises(UnreadableImageError, match=code):
                look_at_image(build(), 256, 200_000_000)
        else:
            found = look_at_image(build(), 256, 200_000_000)
            assert np.isfinite([found[key] for key in ("brightness", "contrast", "sharpness", "saturation")]).all()
            assert code in ("-", "IMG_DECODER_WARNING") or code in found["notes"]


def test_grey_has_no_saturation() -> None:
    buffer = io.BytesIO()
    Image.fromarray(cases.picture()[..., 0]).save(buffer, "JPEG")
    assert look_at_image(buffer.getvalue(), 256, 10**9)["saturation"] == 0
