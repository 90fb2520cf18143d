"""Masks by hand, in every way that files hold one number per pixel; sizes as `decode_image` finds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tamesu.errors import InputError
from tamesu.images.decode import decode_image
from tamesu.images.exif import make_exif
from tamesu.images.masks import HEAD_BYTES, read_mask, read_mask_size, read_upright_size

NUMBERS = np.array([[0, 1, 2], [2, 0, 7]], np.uint8)


def picture(kind: str) -> Image.Image:
    grey = Image.fromarray(NUMBERS)
    if kind == "palette":
        image = Image.fromarray(NUMBERS, "P")
        # Colours that are not the indices, so that reading colours would show.
        image.putpalette([255 - i // 3 for i in range(768)])
        return image
    if kind == "1-bit":
        return Image.fromarray(NUMBERS > 0)
    return {"grey": grey, "16 bit": Image.fromarray(NUMBERS.astype(np.uint16)), "LA": grey.convert("LA")}.get(
        kind
    ) or grey.convert(kind)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", ["grey", "palette", "16 bit", "RGB", "RGBA", "LA", "1-bit"])
def test_one_number_per_pixel(tmp_path: Path, kind: str) -> None:
    picture(kind).save(tmp_path / "猫.png")
    found = read_mask(tmp_path, "猫.png")
    assert found.dtype == np.uint8
    assert found.tolist() == ((NUMBERS > 0) * 1 if kind == "1-bit" else NUMBERS).tolist()
    assert read_mask_size(tmp_path, "猫.png") == (2, 3)


def write_bad(path: Path, what: str) -> None:
    if what == "coloured":
        Image.fromarray(np.stack([NUMBERS, NUMBERS, NUMBERS + 1], axis=2)).save(path)
    elif what == "transparent":
        Image.fromarray(np.stack([NUMBERS] * 4, axis=2), "RGBA").save(path)
    elif what == "above 255":
        Image.fromarray(NUMBERS.astype(np.uint16) * 100).save(path)
    elif what == "no image":
        path.write_bytes(b"a mask, one would think")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("coloured", "IMG_NOT_A_MASK: RGB"),
        ("transparent", "IMG_NOT_A_MASK: RGBA"),
        ("above 255", "IMG_NOT_A_MASK: 0 ... 700"),
        ("no image", "IMG_NOT_AN_IMAGE"),
        ("not there", "IMG_MISSING"),
    ],
)
def test_what_is_no_mask_is_refused(tmp_path: Path, what: str, reason: str) -> None:
    write_bad(tmp_path / "m.png", what)
    with pytest.raises(InputError) as caught:
        read_mask(tmp_path, "m.png")
    assert caught.value.codes == ("MASK_UNREADABLE",)
    assert caught.value.faults[0].values == {"reason": reason}
    assert str(caught.value.faults[0].where) == "m.png"


def test_a_header_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_mask_size(tmp_path, "m.png")
    assert caught.value.codes == ("MASK_UNREADABLE",)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "bmp"])
@pytest.mark.parametrize("orientation", [None, 1, 3, 6, 8])
def test_sizes_are_those_of_the_turned_picture(tmp_path: Path, ending: str, orientation: int | None) -> None:
    path = tmp_path / f"a.{ending}"
    exif = {} if orientation is None or ending == "bmp" else {"exif": b"Exif\0\0" + make_exif(orientation)}
    Image.new("RGB", (30, 20), (9, 99, 9)).save(path, **exif)
    turned = orientation in (6, 8) and ending != "bmp"
    assert read_upright_size(tmp_path, path.name) == ((30, 20) if turned else (20, 30))
    assert read_upright_size(tmp_path, path.name) == decode_image(path.read_bytes()).full_size


def test_a_long_photo_is_read_to_where_its_pixels_begin(tmp_path: Path) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (600, 400, 3), np.uint8))
    for name, comment in (("long.jpg", b""), ("long header.jpg", b"\xff\xfe\xff\xff" + bytes(65533))):
        noise.save(tmp_path / name, quality=100, exif=b"Exif\0\0" + make_exif(6))
        content = (tmp_path / name).read_bytes()
        # Comments of 64 KB each, until the header alone is longer than what is read at first.
        (tmp_path / name).write_bytes(content[:2] + comment * 5 + content[2:])
        assert (tmp_path / name).stat().st_size > HEAD_BYTES
        assert read_upright_size(tmp_path, name) == (400, 600)
    noise.save(tmp_path / "long.png")
    assert (tmp_path / "long.png").stat().st_size > HEAD_BYTES
    assert read_upright_size(tmp_path, "long.png") == (600, 400)
