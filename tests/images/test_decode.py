"""Every image case of RELIABILITY.md through the one decode function, and its pixels against other people's decoders."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from tests.images import cases

from tamesu.images.decode import decode_image, decode_mask, is_constant
from tamesu.images.faults import OUTCOMES, UnreadableImageError


def content_of(name: str) -> bytes:
    return cases.CONTENT_CASES[name][0]()


def by_pillow(content: bytes, mode: str = "RGB") -> np.ndarray:
    import io

    return np.asarray(Image.open(io.BytesIO(content)).convert(mode))


@pytest.mark.parametrize("name", cases.CONTENT_CASES)
def test_case_has_its_outcome(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    build, outcome, code = cases.CONTENT_CASES[name]
    if name in cases.AS_MASK:
        np.testing.assert_array_equal(decode_mask(build()), cases.mask_numbers())
    elif outcome == "quarantine":
        with pytest.raises(UnreadableImageError) as caught:
            decode_image(build(), listen=lambda: capfd.readouterr().err)
        assert caught.value.code == code
        assert OUTCOMES[code] == outcome
    else:
        image = decode_image(build(), listen=lambda: capfd.readouterr().err)
        assert image.pixels.dtype == np.uint8
        assert image.pixels.ndim == 3
        assert image.pixels.shape[2] == 3
        if outcome == "ok":
            assert image.notes == ()
        else:
            assert code in image.notes
            assert OUTCOMES[code] == outcome


def test_the_table_of_cases_is_the_one_of_the_design(shared: Path) -> None:
    text = (shared / "RELIABILITY.md").read_text(encoding="utf-8")
    section = text[text.index("#### Image files") : text.index("#### File names")]
    wanted = {
        name: (outcome, code) for name, outcome, code in re.findall(r"^\| (\S+) \| .* \| (\w+) \| (\S+) \|$", section, re.M)
    }
    wanted.pop("case", None)
    ours = {name: found[1:] for name, found in cases.CONTENT_CASES.items()} | cases.FILE_CASES
    assert len(ours) == 91
    assert ours == wanted


@pytest.mark.parametrize("name", [f"exif-orientation-{n}.jpg" for n in range(1, 9)] + ["exif-orientation-6.png"])
def test_turned_images_are_upright_once(name: str) -> None:
    pixels = decode_image(content_of(name)).pixels.astype(int)
    wanted = np.asarray(cases.upright()).astype(int)
    assert pixels.shape == wanted.shape
    assert np.abs(pixels - wanted)[2:14, 2:22].max() < 16  # JPEG smears at the blocks' borders
    assert np.abs(pixels - wanted)[2:14, 26:46].max() < 16
    assert np.abs(pixels - wanted)[18:].max() < 16


@pytest.mark.parametrize("kind", ["TIFF", "AVIF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_other_formats_are_turned_once_too(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"TIFF": {}, "AVIF": {"quality": 100, "subsampling": "4:4:4"}, "WEBP": {"lossless": True}}[kind]
    image = decode_image(cases.encode(cases.stored(orientation), kind, exif=exif.tobytes(), **options))
    assert image.pixels.shape == (32, 48, 3)
    assert np.abs(image.pixels.astype(int) - np.asarray(cases.upright())).max() < 12
    assert ("IMG_TURNED" in image.notes) == (orientation != 1)


@pytest.mark.parametrize(
    "name", ["good.jpg", "progressive.jpg", "control.png", "webp-named.jpg", "avif-named.jpg", "palette.png"]
)
def test_pixels_are_those_of_pillow(name: str) -> None:
    ours, theirs = decode_image(content_of(name)).pixels, by_pillow(content_of(name))
    assert np.abs(ours.astype(int) - theirs).max() <= (1 if name.endswith("jpg") else 0)


@pytest.mark.parametrize("name", ["cmyk.jpg", "cmyk.tif"])
def test_cmyk_is_ink_on_white(name: str) -> None:
    ink = by_pillow(content_of(name), "CMYK").astype(float) / 255
    wanted = 255 * np.clip((1 - ink[..., :3]) * (1 - ink[..., 3:]), 0, 1)
    assert np.abs(decode_image(content_of(name)).pixels - wanted).max() <= 1.5


def test_gray_jpeg_has_three_equal_channels() -> None:
    pixels = decode_image(content_of("gray.jpg")).pixels
    np.testing.assert_array_equal(pixels, np.repeat(by_pillow(content_of("gray.jpg"), "L")[..., None], 3, 2))


def test_sixteen_bits_are_divided_by_257_and_rounded() -> None:
    pixels = decode_image(content_of("gray16-ramp.png")).pixels
    np.testing.assert_array_equal(pixels[..., 1], np.rint(cases.ramp16() / 257).astype(np.uint8))
    assert len(np.unique(pixels)) == 256
    np.testing.assert_array_equal(decode_image(content_of("rgb16.png")).pixels, np.rint(cases.deep(3) / 257))


def test_sixteen_bit_alpha_lies_on_white() -> None:
    deep = np.rint(cases.deep(4) / 257)
    alpha = deep[..., 3:] / 255
    wanted = deep[..., :3] * alpha + 255 * (1 - alpha)
    assert np.abs(decode_image(content_of("rgba16.png")).pixels - wanted).max() <= 0.501


@pytest.mark.parametrize("kind", ["RGB", "grey", "white is zero"])
def test_sixteen_bit_tiff(kind: str) -> None:
    deep = cases.deep(3)
    if kind == "RGB":
        content, wanted = cv2.imencode(".tif", deep[..., ::-1])[1].tobytes(), deep
    else:
        options = {"tiffinfo": {262: 0}} if kind == "white is zero" else {}
        content, wanted = cases.encode(deep[..., 0], "TIFF", **options), np.repeat(deep[..., :1], 3, 2)
        wanted = 65535 - wanted if kind == "white is zero" else wanted
    np.testing.assert_array_equal(decode_image(content).pixels, np.rint(wanted / 257))


@pytest.mark.parametrize("name", ["alpha-gradient.png", "alpha-all-clear.png", "gray-alpha.png", "palette-trns.png"])
def test_transparency_lies_on_white(name: str) -> None:
    layers = by_pillow(content_of(name), "RGBA").astype(float)
    alpha = layers[..., 3:] / 255
    wanted = layers[..., :3] * alpha + 255 * (1 - alpha)
    assert np.abs(decode_image(content_of(name)).pixels - wanted).max() <= 0.501


def test_opaque_alpha_is_only_dropped() -> None:
    pixels = cases.picture()
    image = decode_image(cases.encode(np.dstack([pixels, np.full((48, 64), 255, np.uint8)]), "PNG"))
    np.testing.assert_array_equal(image.pixels, pixels)
    assert image.notes == ("IMG_CONVERTED",)


def test_two_bit_grey_is_spread_over_the_range() -> None:
    np.testing.assert_array_equal(decode_image(content_of("gray2bit.png")).pixels[0, :4, 0], [0, 85, 170, 255])


def lab_to_srgb(lab: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D50 to sRGB 0..255: the CIE formulas, Bradford to D65, IEC 61966-2-1."""
    lightness, a, b = lab[..., 0] * 100 / 255, lab[..., 1] - 128, lab[..., 2] - 128
    fy = (lightness + 16) / 116
    f = np.stack([fy + a / 500, fy, fy - b / 200], -1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [0.9642, 1.0, 0.8249]
    to_linear = [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
    linear = np.clip(xyz @ np.array(to_linear).T, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def test_lab_is_the_cie_formula() -> None:
    lightness = np.linspace(30, 220, 64)[None].repeat(8, 0)
    lab = np.stack([lightness, np.full((8, 64), 140), np.full((8, 64), 120)], -1).astype(np.uint8)
    content = cases.encode(Image.merge("LAB", [Image.fromarray(lab[..., c]) for c in range(3)]), "TIFF")
    assert np.abs(decode_image(content).pixels - lab_to_srgb(lab.astype(float))).max() <= 3


@pytest.mark.parametrize(
    ("values", "wanted", "note"),
    [([0.0, 0.5, 1.0], [0, 128, 255], "IMG_CONVERTED"), ([0, 100, 255], [0, 100, 255], "IMG_16BIT_RANGE")],
)
def test_float_images(values: list[float], wanted: list[int], note: str) -> None:
    image = decode_image(cases.encode(np.tile(np.array(values, np.float32), (8, 4)), "TIFF"))
    assert image.pixels[0, :3, 0].tolist() == wanted
    assert note in image.notes


def test_missing_end_changes_no_pixel() -> None:
    for name, whole in {"jpeg-no-eoi.jpg": "good.jpg", "png-no-iend.png": "control.png"}.items():
        np.testing.assert_array_equal(decode_image(content_of(name)).pixels, decode_image(content_of(whole)).pixels)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_cut_anywhere_never_passes_as_whole(progressive: bool) -> None:
    whole = cases.encode(cases.picture(64, 64), "JPEG", progressive=progressive)
    good = decode_image(whole).pixels
    for cut in range(20, len(whole) - 2, 41):
        try:
            pixels = decode_image(whole[:cut]).pixels
        except UnreadableImageError as error:
            assert error.code in {"IMG_TRUNCATED", "IMG_UNREADABLE"}
        else:
            np.testing.assert_array_equal(pixels, good)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
def test_any_cut_file_is_refused(kind: str) -> None:
    whole = cases.encode(cases.picture(), kind)
    for cut in np.linspace(8, len(whole) * 0.97, 25).astype(int):
        with pytest.raises(UnreadableImageError) as caught:
            decode_image(whole[:cut])
        assert caught.value.code in {"IMG_TRUNCATED", "IMG_UNREADABLE", "IMG_NOT_AN_IMAGE"}


def test_changed_bytes_raise_our_error_or_none() -> None:
    rng = np.random.default_rng(5)
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"):
        whole = cases.encode(cases.picture(24, 32), kind)
        for _ in range(40):
            broken = bytearray(whole)
            for place in rng.integers(2, len(whole), 3):
                broken[place] = rng.integers(0, 256)
            try:
                decode_image(bytes(broken), limit_px=1_000_000)
            except UnreadableImageError as error:
                assert error.code in OUTCOMES


def test_limit_is_the_callers() -> None:
    with pytest.raises(UnreadableImageError, match="IMG_TOO_LARGE: 64 x 48"):
        decode_image(content_of("control.png"), limit_px=64 * 48 - 1)
    assert decode_image(content_of("control.png"), limit_px=64 * 48).full_size == (48, 64)


def test_a_jpeg_may_come_smaller_but_not_below_what_is_asked() -> None:
    content = cases.encode(np.asarray(Image.fromarray(cases.picture()).resize((801, 600))), "JPEG")
    image = decode_image(content, at_least_px=140)
    assert image.pixels.shape == (150, 201, 3)
    assert image.full_size == (600, 801)
    whole = decode_image(content).pixels[:600, :800].reshape(150, 4, 200, 4, 3).mean((1, 3))
    assert np.abs(image.pixels[:, :200] - whole).max() < 6
    assert decode_image(content, at_least_px=301).pixels.shape == (600, 801, 3)


def test_note_is_said_once_and_sides_trade_places() -> None:
    image = decode_image(content_of("exif-orientation-6.jpg"), at_least_px=16)
    assert image.full_size == (32, 48)
    assert image.pixels.shape == (16, 24, 3)
    assert image.notes == ("IMG_TURNED",)


def test_constant_looks_at_every_pixel() -> None:
    pixels = np.zeros((5, 5, 3), np.uint8)
    assert is_constant(pixels)
    pixels[2, 2, 1] = 1
    assert not is_constant(pixels)


def test_masks() -> None:
    numbers = cases.mask_numbers()
    np.testing.assert_array_equal(decode_mask(cases.encode(numbers, "PNG")), numbers)
    np.testing.assert_array_equal(decode_mask(cases.encode(numbers == 1, "PNG")), numbers == 1)
    np.testing.assert_array_equal(decode_mask(cases.encode(cases.deep(1)[..., 0], "PNG")), cases.deep(1)[..., 0])
    with pytest.raises(UnreadableImageError, match="IMG_NOT_A_MASK: RGB"):
        decode_mask(content_of("control.png"))
    with pytest.raises(UnreadableImageError, match="IMG_UNREADABLE"):
        decode_mask(cases.encode(numbers, "BMP")[:-9])
    with_text = cases.png(64, 48, 0, 8, cases.rows(numbers), cases.chunk(b"tEXt", b"Comment\0hello"))
    np.testing.assert_array_equal(decode_mask(with_text), numbers)


ODD_FILES = {
    "exif_rotated_IMG_5874.JPG": ((3024, 3024), "JPEG", ("IMG_TURNED",)),
    "exif_rotated_IMG_5935.JPG": ((3024, 3024), "JPEG", ("IMG_TURNED",)),
    "exif_rotated_IMG_5978.JPG": ((3024, 3024), "JPEG", ("IMG_TURNED",)),
    "gif_named_Abyssinian_34.jpg": ((202, 250), "GIF", ("IMG_CONVERTED",)),
    "gray_n02096051_Airedale.JPEG": ((330, 500), "JPEG", ("IMG_CONVERTED",)),
    "palette.gif": ((300, 300), "GIF", ("IMG_CONVERTED",)),
    "png_rgba_named_Abyssinian_5.jpg": ((150, 200), "PNG", ("IMG_CONVERTED",)),
    "rgba_xray_00005435_000.png": ((1024, 1024), "PNG", ("IMG_CONVERTED",)),
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_real_odd_files(shared: Path, name: str) -> None:
    from PIL import ImageOps

    path = shared / "data" / "odd_files" / name
    image = decode_image(path.read_bytes())
    assert (image.full_size, image.format, image.notes) == ODD_FILES[name]
    with Image.open(path) as theirs:
        wanted = np.asarray(ImageOps.exif_transpose(theirs).convert("RGB")).astype(int)
    assert np.abs(image.pixels - wanted).max() <= 1


def test_the_exif_block_is_handed_on() -> None:
    block = cases.exif_block(6)
    image = Image.fromarray(cases.picture())
    for kind in ("JPEG", "PNG", "WEBP"):
        assert decode_image(cases.encode(image, kind, exif=b"Exif\0\0" + block)).exif == block
        assert decode_image(cases.encode(image, kind)).exif == b""
    content = cases.encode(image, "TIFF")
    assert decode_image(content).exif == content
    assert decode_image(cases.encode(image, "BMP")).exif == b""
