"""Pasted objects against Pillow's compositing, from PNG files of every kind, and the folder's faults."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pytest
from PIL import Image

from tamesu.augmentations.objects import LONGEST_PX, PasteObject, read_objects
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys, uniforms
from tamesu.errors import InputError
from tamesu.testing.augmentations import AugmentationContract

SIZE = 80


def elephant(height=40, width=60):
    """A reddish ellipse, opaque inside, half opaque on its rim, on transparent green."""
    y, x = np.mgrid[:height, :width]
    away = np.hypot((x + 0.5 - width / 2) / (width / 2), (y + 0.5 - height / 2) / (height / 2))
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[:] = (0, 255, 0, 0)
    pixels[away <= 1.0] = (200, 40, 90, 128)
    pixels[away <= 0.8] = (200, 40, 90, 255)
    return pixels


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "objects").mkdir()
    Image.fromarray(elephant()).save(tmp_path / "objects" / "elephant.png")
    return tmp_path


def paste(part, u, value=70):
    operation, images = part.operation(u, SIZE), np.full((len(u), SIZE, SIZE, 3), value, np.uint8)
    for number, image in enumerate(images):
        operation.apply(number, image)
    return images


def test_an_object_is_laid_over_as_pillow_lays_it(folder):
    part = PasteObject(objects="objects", folder=folder, size=(0.75, 0.75))
    u = np.array([[0.0, 0.5, 0.25, 0.9, 0.9]])
    expected = Image.fromarray(np.full((SIZE, SIZE, 3), 70, np.uint8))
    # 0.75 of 80 px are its own 60 px, so nothing is resized; x and y are shares of the room that is left.
    cutout = Image.fromarray(elephant())
    expected.paste(cutout, (5, 36), cutout)
    assert np.abs(paste(part, u)[0].astype(int) - np.asarray(expected)).max() <= 1


def test_half_of_all_objects_are_mirrored(folder):
    lopsided = elephant()
    lopsided[:, 30:, 0] = 20
    Image.fromarray(lopsided).save(folder / "objects" / "elephant.png")
    part = PasteObject(objects="objects", folder=folder, size=(0.75, 0.75))
    plain, mirrored = paste(part, np.array([[0.0, 0.5, 0.5, 0.5, turn] for turn in (0.9, 0.1)]))
    assert (plain[:, ::-1] == mirrored).all() and (plain != mirrored).any()


def test_size_place_and_strength(folder):
    u = uniforms(1, sample_keys([str(i) for i in range(60)]), 5)
    images = paste(PasteObject(objects="objects", folder=folder, size=(0.1, 0.5)), u)
    for image, own in zip(images, u, strict=True):
        rows, columns = np.nonzero((image != 70).any(axis=2))
        assert np.ptp(columns) + 1 == pytest.approx(SIZE * (0.1 + 0.4 * own[1]), abs=2.0)
        assert np.ptp(rows) + 1 == pytest.approx(SIZE * (0.1 + 0.4 * own[1]) * 40 / 60, abs=2.0)
    # The green of what is transparent never shines through, at any size.
    assert (images[:, :, :, 1] <= 70).all()
    half = paste(PasteObject(objects="objects", folder=folder, size=(0.1, 0.5), strength=0.5), u)
    assert np.abs((half - 70.0) - (images - 70.0) / 2).max() <= 1.0


def test_png_files_of_any_depth_are_read_alike(tmp_path):
    pixels = elephant()
    grey = np.stack([pixels[:, :, 0], pixels[:, :, 3]], axis=2)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    Image.fromarray(grey, "LA").save(tmp_path / "b.png")
    palette = Image.fromarray(pixels[:, :, :3]).quantize(4)
    transparent = int(np.asarray(palette)[0, 0])
    palette.save(tmp_path / "c.png", transparency=transparent)
    cv2.imwrite(str(tmp_path / "d.png"), (pixels[:, :, [2, 1, 0, 3]].astype(np.uint16) * 257))
    Image.fromarray(pixels[:, :, :3]).save(tmp_path / "opaque.png")
    Image.fromarray(pixels[:, :, :3]).save(tmp_path / "photo.jpg")
    eight, grey_one, of_palette, sixteen = read_objects(tmp_path, "objects")
    assert np.allclose(eight, sixteen, atol=1e-4)
    assert np.allclose(eight[:, :, 3], grey_one[:, :, 3]) and np.ptp(grey_one[:, :, :3], axis=2).max() == 0
    assert of_palette.shape == eight.shape and set(np.unique(of_palette[:, :, 3])) == {0.0, 1.0}


def test_objects_are_cut_to_what_is_seen_and_kept_small(tmp_path):
    wide = np.zeros((100, 1500, 4), np.uint8)
    wide[20:70, 100:1300] = (10, 20, 30, 255)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    (cutout,) = read_objects(tmp_path, "objects")
    assert cutout.shape == (round(50 * LONGEST_PX / 1200), LONGEST_PX, 4)
    assert np.allclose(cutout.reshape(-1, 4), (10, 20, 30, 1), atol=0.01)


def test_a_missing_folder_no_object_and_a_broken_file_are_told(folder):
    with pytest.raises(InputError) as caught:
        PasteObject(objects="object", folder=folder)
    assert caught.value.codes == ("AUGMENT_OBJECTS_FOLDER",)
    assert "objects" in str(caught.value)
    (folder / "objects" / "broken.png").write_bytes(b"no picture")
    (folder / "objects" / "empty.png").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        PasteObject(objects="objects", folder=folder)
    assert caught.value.codes == ("AUGMENT_OBJECTS_UNREADABLE",) * 2
    assert "objects/broken.png" in str(caught.value)
    for file in (folder / "objects").iterdir():
        file.unlink()
    Image.fromarray(elephant()[:, :, :3]).save(folder / "objects" / "opaque.png")
    with pytest.raises(InputError) as caught:
        PasteObject(objects="objects", folder=folder)
    assert caught.value.codes == ("AUGMENT_OBJECTS_NONE",)


def test_a_plan_reads_objects_of_the_competitions_folder(folder):
    plan = make_plan([("paste_object", {"objects": "objects", "p": 1.0})], size_px=32, fit="crop", folder=folder)
    out, image = np.empty((32, 32, 3), np.uint8), np.full((32, 32, 3), 70, np.uint8)
    plan.apply(image, plan.draw(0, sample_keys(["a"]), np.array([[32, 32]]), np.full((1, 3), 70.0)), 0, out)
    assert (out != image).any()


def test_it_keeps_the_contract(folder):
    class Contract(AugmentationContract):
        options: ClassVar = {"paste_object": {"objects": str(folder / "objects"), "p": 0.7}}

    assert Contract().broken("paste_object") == []
