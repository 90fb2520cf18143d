from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any

import numpy as np
import pytest
import torch

from tamesu.augmentations import AUGMENTATIONS, make_plan, sample_keys
from tamesu.augmentations.drawn import Drawn
from tamesu.augmentations.mixing import Mix
from tamesu.augmentations.part import Operation
from tamesu.augmentations.plan import Plan
from tamesu.testing.augmentations import AugmentationContract
from tamesu.training import on_device
from tamesu.training.on_device import by_entry, make_on_device, mix_on_device

SIZES = ((64, 64), (64, 91), (130, 64), (75, 113), (33, 47), (200, 150))
# Of these the input is a rectangle of whole pixels, or its average, which is the processor's own on either way.
WHOLE_SIZES = ((64, 64), (64, 91), (130, 64), (64, 64), (128, 128), (200, 150))
SIZE_PX = 64

DEVICES = [
    "cpu",
    pytest.param(
        "cuda",
        marks=[pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")],
    ),
]


def make_images(sizes: Sequence[tuple[int, int]] = SIZES) -> list[np.ndarray]:
    """Waves of a random direction in each channel, and a hard-edged block on them."""
    images = []
    for i, (height, width) in enumerate(sizes):
        rng = np.random.default_rng(i)
        y, x = np.mgrid[:height, :width]
        slopes, phases = rng.uniform(-0.25, 0.25, (3, 2)), rng.uniform(0, 6, 3)
        waves = [127 + 120 * np.sin(a * x + b * y + phase) for (a, b), phase in zip(slopes, phases, strict=True)]
        image = np.stack(waves, axis=2).round().astype(np.uint8)
        image[height // 4 : height // 2, width // 3 : width // 2] = rng.integers(0, 256, 3)
        images.append(image)
    return images


def draw(plan: Plan, images: Sequence[np.ndarray], key: int = 3) -> Drawn:
    means = np.stack([image.reshape(-1, 3).mean(axis=0) for image in images])
    sizes = np.array([image.shape[:2] for image in images])
    return plan.draw(key, sample_keys([str(i) for i in range(len(images))]), sizes, means)


def on_host(drawn: Drawn, images: Sequence[np.ndarray]) -> np.ndarray:
    out = np.empty((len(images), drawn.size_px, drawn.size_px, 3), np.uint8)
    for i, image in enumerate(images):
        drawn.apply(i, image, out[i])
    return out


def differences(drawn: Drawn, images: Sequence[np.ndarray], device: str) -> np.ndarray:
    made = make_on_device(images, drawn, torch.device(device))
    assert made.dtype == torch.uint8
    assert made.device.type == device
    return np.abs(made.cpu().numpy().astype(int) - on_host(drawn, images))


# It needs a folder of objects, and is done image by image by the processor on either way.
ELSEWHERE = ("paste_object",)


def options(name: str) -> dict[str, Any]:
    """The contract's options, and a probability of 1 where the part has one."""
    given = dict(AugmentationContract.options.get(name, {}))
    return {**given, "p": 1.0} if "p" in signature(AUGMENTATIONS[name]).parameters else given


NAMES = [
    name
    for name in sorted(AUGMENTATIONS)
    if name not in ELSEWHERE and AUGMENTATIONS.build(name, options(name)).kind != "mixing"
]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", NAMES)
def test_every_part_agrees_with_the_processor_within_rounding(name: str, device: str) -> None:
    kind = AUGMENTATIONS.build(name, options(name)).kind
    # What is done to pixels is tested on the same pixels: solarize turns a step of 1 into one of 255 at its threshold, and
    # equalize, CLAHE and posterize make much of it, too.
    images = make_images(WHOLE_SIZES if kind in ("colour", "pixels") else SIZES)
    found = differences(draw(make_plan([(name, options(name))], size_px=SIZE_PX, fit="crop"), images), images, device)
    # A policy may do both; it is no part of its own.
    assert np.quantile(found, 0.99 if kind == "policy" else 1.0) <= 2
    assert found.mean() <= 0.15


COMPOSED = [
    ("random_resized_crop", {"scale": (0.35, 1.0)}),
    ("horizontal_flip", {}),
    ("rotate", {"degrees": 15.0}),
    ("perspective", {}),
    ("elastic", {}),
    ("grid_shuffle", {"p": 0.5}),
    ("color_jitter", {"brightness": 0.3, "contrast": 0.3, "saturation": 0.3, "hue": 0.02, "p": 0.7}),
    ("motion_blur", {"p": 0.5}),
    ("downscale", {"p": 0.5}),
    ("autocontrast", {"p": 0.5}),
    ("random_erasing", {"p": 0.5}),
]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("fit", ["crop", "stretch", "pad"])
def test_many_parts_agree_together(fit: Any, device: str) -> None:
    # Each part is given what differs by 1 already, and a stretch of the tones makes more of it. JPEG is not among them: it
    # turns a step of 1 into whole waves, up to 29 here.
    images = make_images(SIZES * 3)
    found = differences(draw(make_plan(COMPOSED, size_px=SIZE_PX, fit=fit), images), images, device)
    assert found.max() <= 4
    assert found.mean() <= 0.3


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("fit", ["crop", "pad"])
@pytest.mark.parametrize("bent", [False, True])
def test_large_images_agree_when_they_are_shrunk(fit: Any, bent: bool, device: str) -> None:
    images = make_images([(150, 170), (330, 300), (420, 700), (64, 900), (200, 210)])
    parts = [("rotate", {"degrees": 40.0, "p": 1.0}), ("perspective", {"p": 1.0}), *[("elastic", {"p": 1.0})] * bent]
    drawn = draw(make_plan(parts, size_px=48, fit=fit), images)
    assert max(drawn.sampling.fine) >= 4
    assert drawn.sampling.averaged[2] < [700, 420]
    found = differences(drawn, images, device)
    assert found.max() <= 2
    assert found.mean() <= 0.15


@pytest.mark.parametrize("device", DEVICES)
def test_pieces_of_the_batch_do_not_show(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    images = make_images()
    drawn = draw(make_plan([("rotate", {}), ("elastic", {"p": 0.5})], size_px=SIZE_PX, fit="crop"), images)
    at_once = make_on_device(images, drawn, torch.device(device))
    monkeypatch.setattr(on_device, "PLACES", 5000)
    torch.testing.assert_close(make_on_device(images, drawn, torch.device(device)), at_once, rtol=0, atol=0)


def test_threads_do_not_show() -> None:
    images = make_images()
    parts = [("rotate", {"p": 0.5}), ("rain", {}), ("clahe", {}), ("equalize", {})]
    drawn = draw(make_plan(parts, size_px=SIZE_PX, fit="crop"), images)
    with ThreadPoolExecutor(3) as pool:
        shared = make_on_device(images, drawn, torch.device("cpu"), pool)
    torch.testing.assert_close(shared, make_on_device(images, drawn, torch.device("cpu")), rtol=0, atol=0)


def test_an_image_of_another_size_than_it_was_drawn_for_is_refused() -> None:
    images = make_images()
    drawn = draw(make_plan([], size_px=SIZE_PX, fit="crop"), images)
    with pytest.raises(ValueError, match="give `draw` the images' sizes"):
        make_on_device(images[::-1], drawn, torch.device("cpu"))


def test_entries_take_all_their_samples_and_keep_each_samples_order() -> None:
    todo = [[("a", 0), ("c", 1)], [], [("c", 0)], [("b", 2), ("c", 5)], [("a", 1), ("b", 0)]]
    taken = [(entry, rows, numbers.tolist()) for entry, rows, numbers in by_entry(todo)]
    assert taken == [("a", [0, 4], [0, 1]), ("b", [3, 4], [2, 0]), ("c", [0, 2, 3], [1, 0, 5])]
    # Orders that contradict each other, and the same entry twice: all is done all the same.
    twisted = [[("a", 0), ("b", 0)], [("b", 1), ("a", 1), ("b", 2)]]
    done: dict[int, list[tuple[str, int]]] = {0: [], 1: []}
    for entry, rows, numbers in by_entry(twisted):
        for row, number in zip(rows, numbers.tolist(), strict=True):
            done[row].append((entry, number))
    assert [done[0], done[1]] == twisted


@dataclass(frozen=True)
class Rows(Operation):
    """A plugin's own operation, which has no twin on the device: writes the sample's number into its first row."""

    def apply(self, number: int, image: np.ndarray) -> None:
        image[0] = number


@pytest.mark.parametrize("device", DEVICES)
def test_operations_without_a_twin_are_done_by_the_processor(device: str) -> None:
    images = make_images()
    drawn = draw(make_plan([], size_px=SIZE_PX, fit="crop"), images)
    drawn = replace(drawn, steps=[[], [(Rows(), 7)], [], [], [(Rows(), 9)], []])
    assert differences(drawn, images, device).max() == 0


def make_mixes() -> list[Mix]:
    rng = np.random.default_rng(1)
    partners = np.array([1, 2, 0, 3, 5, 4])
    corners = np.sort(rng.integers(0, SIZE_PX + 1, (6, 2, 2)), axis=1).reshape(6, 4)
    shares = rng.uniform(0, 1, 6)
    return [
        Mix(partners, "blend", shares),
        Mix(partners, "box", np.zeros(6), corners),
        Mix(partners, "object", np.zeros(6), labels="mix", needs="object"),
        Mix(partners, "object", shares, labels="keep", needs="object"),
        Mix(partners, "background", shares, labels="keep", needs="object"),
        Mix(np.arange(6), "blend", shares),
    ]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("mix", make_mixes(), ids=lambda mix: f"{mix.way} {mix.labels}")
def test_mixing_agrees_and_gives_the_same_shares(mix: Mix, device: str) -> None:
    sources = make_images()
    images = on_host(draw(make_plan([], size_px=SIZE_PX, fit="crop"), sources), sources)
    masks = np.random.default_rng(2).random((6, SIZE_PX, SIZE_PX)) < 0.4
    masks[2] = False
    moved = torch.from_numpy(images.copy()).to(device)
    own = mix_on_device(moved, mix, masks)
    np.testing.assert_allclose(own, mix.apply(images, masks), rtol=0, atol=1e-12)
    assert np.abs(moved.cpu().numpy().astype(int) - images).max() <= (0 if mix.way == "box" else 1)
