from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from tamesu.report.heat_pictures import COLD, HOT, SHOWN_PX, encode_picture, lay_over
from tamesu.report.ramp import color_ramp


def decode(uri: str) -> np.ndarray:
    kind, content = uri.split(",")
    assert kind == "data:image/jpeg;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


def test_large_pictures_are_made_smaller_and_small_ones_stay() -> None:
    ramp = np.linspace(0, 255, 512).astype(np.uint8)
    large = np.broadcast_to(ramp[:, None, None], (512, 512, 3)).copy()
    small = decode(encode_picture(large))
    assert small.shape == (SHOWN_PX, SHOWN_PX, 3)
    means = large.astype(float)[:, 0, 0].reshape(-1, 32).mean(1)
    np.testing.assert_allclose(small.reshape(16, SHOWN_PX // 16, SHOWN_PX, 3).mean((1, 2, 3)), means, atol=3)
    assert decode(encode_picture(large[:20, :20])).shape == (20, 20, 3)
    assert encode_picture(large) == encode_picture(large.copy())


def test_heat_covers_the_picture_that_turns_grey() -> None:
    picture = np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)
    heat = np.array([[1.0, 0.0]])
    # The light of red and of blue, after ITU-R BT.601.
    grey = np.array([0.299 * 255, 0.114 * 255])[None, :, None]
    cover = np.array([HOT, COLD])[None, :, None]
    np.testing.assert_allclose(lay_over(picture, heat), grey * (1 - cover) + color_ramp(heat) * cover, atol=0.51)
    # What is missing is cold, what is beyond is hot.
    assert np.array_equal(lay_over(picture, np.array([[9.0, np.nan]])), lay_over(picture, heat))
