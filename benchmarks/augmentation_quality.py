"""The quality part of benchmarks/augmentation.py: a crop, shrunk and turned, beside a supersampled reference.

The middle 192 x 192 pixels of a photo are shrunk to 192 / factor and turned about their middle. All engines get the same
geometry, so one reference serves all; output pixels whose surroundings leave the crop are not compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

CROP = 192
FACTORS = (1.0, 1.5, 2.0, 3.0, 4.0)
DEGREES = 10.0
# Samples per output pixel along each axis.
FINE = 8
REFERENCES = ("box", "tent")


def source_places(out_px: int, factor: float, degrees: float, size: tuple[int, int], places: np.ndarray) -> np.ndarray:
    """Where points of the output lie in the photo.

    Args:
        out_px: height and width of the output.
        factor: pixels of the photo per pixel of the output.
        degrees: turn of the picture, counter-clockwise as one looks at it.
        size: height and width of the photo.
        places: continuous coordinates along one axis of the output, shape (n,); the grid of both axes is taken.

    Returns:
        Continuous x, y, float64, shape (n, n, 2), rows first.
    """
    angle = math.radians(degrees)
    x, y = np.meshgrid((places - out_px / 2) * factor, (places - out_px / 2) * factor)
    source_x = size[1] / 2 + math.cos(angle) * x - math.sin(angle) * y
    source_y = size[0] / 2 + math.sin(angle) * x + math.cos(angle) * y
    return np.stack([source_x, source_y], axis=-1)


def sample_bilinear(photo: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Bilinear interpolation in float64 at continuous x, y, shape (..., 2); the edge's value beyond the edge."""
    index = places - 0.5
    low = np.floor(index).astype(np.int64)
    part = index - low
    height, width = photo.shape[:2]
    x0, x1 = np.clip(low[..., 0], 0, width - 1), np.clip(low[..., 0] + 1, 0, width - 1)
    y0, y1 = np.clip(low[..., 1], 0, height - 1), np.clip(low[..., 1] + 1, 0, height - 1)
    right, below = part[..., :1], part[..., 1:]
    values = photo.astype(np.float64)
    above = values[y0, x0] * (1 - right) + values[y0, x1] * right
    under = values[y1, x0] * (1 - right) + values[y1, x1] * right
    return above * (1 - below) + under * below


def supersample(photo: np.ndarray, factor: float, degrees: float) -> dict[str, np.ndarray]:
    """What each output pixel should be, float64, shape (out, out, 3), by both ideas of a pixel.

    `box` averages 8 x 8 samples over the pixel's own square, as area averaging does; `tent` weighs 16 x 16 samples over twice
    its width by a triangle, as antialiased bilinear resizing does. Each is the other's blur, so both are shown.
    """
    out_px = round(CROP / factor)
    # Half a pixel more on each side for the tent.
    fine = (np.arange(-FINE // 2, out_px * FINE + FINE // 2) + 0.5) / FINE
    samples = sample_bilinear(photo, source_places(out_px, factor, degrees, photo.shape[:2], fine))
    half = FINE // 2
    inner = samples[half:-half, half:-half]
    box = inner.reshape(out_px, FINE, out_px, FINE, 3).mean(axis=(1, 3))
    weights = 1.0 - np.abs((np.arange(2 * FINE) + 0.5) / FINE - 1.0)
    weights /= weights.sum()
    rows = np.lib.stride_tricks.sliding_window_view(samples, 2 * FINE, axis=0)[::FINE] @ weights
    tent = np.lib.stride_tricks.sliding_window_view(rows, 2 * FINE, axis=1)[:, ::FINE] @ weights
    return {"box": box, "tent": tent}


def compared_pixels(factor: float, degrees: float) -> np.ndarray:
    """Output pixels whose surroundings (two output pixels and a pixel of the photo) lie inside the crop, bool (out, out)."""
    out_px = round(CROP / factor)
    centred = source_places(out_px, factor, degrees, (0, 0), np.arange(out_px) + 0.5)
    return np.asarray((np.abs(centred) <= CROP / 2 - 2 * factor - 1).all(axis=-1))


def psnr(picture: np.ndarray, reference: np.ndarray, compared: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB over the compared pixels."""
    error = picture.astype(np.float64)[compared] - reference[compared]
    return float(10.0 * np.log10(255.0**2 / np.mean(error**2)))


def render_tamesu(photo: np.ndarray, factor: float, degrees: float) -> dict[str, np.ndarray]:
    """tamesu: one matrix, one resampling, by the code every plan runs; there is no order to choose."""
    from tamesu.augmentations.sampling import make_sampling, sample_pixels

    height, width = photo.shape[:2]
    out_px = round(CROP / factor)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    to_middle = np.array([[1.0, 0.0, -width / 2], [0.0, 1.0, -height / 2], [0.0, 0.0, 1.0]])
    turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, factor]]) / factor
    to_output = np.array([[1.0, 0.0, out_px / 2], [0.0, 1.0, out_px / 2], [0.0, 0.0, 1.0]])
    forward = (to_output @ turn @ to_middle)[None]
    sampling = make_sampling(forward, np.array([[height, width]]), out_px, padded=False, bent=np.zeros(1, bool))
    out = np.empty((out_px, out_px, 3), np.uint8)
    sample_pixels(sampling, 0, photo, out)
    return {"": out}


def both_orders(photo: Any, shrink: Callable[[Any], Any], turn: Callable[[Any], Any]) -> dict[str, Any]:
    """Crop and shrink, then turn, as recipes are mostly written; and turned first."""
    return {"crop, rotate": turn(shrink(photo)), "rotate, crop": shrink(turn(photo))}


def render_albumentations(photo: np.ndarray, factor: float, degrees: float) -> dict[str, np.ndarray]:
    """albumentations: bilinear resizing, which is its default, and area averaging."""
    import albumentations as A
    import cv2

    height, width = photo.shape[:2]
    out_px, y0, x0 = round(CROP / factor), (height - CROP) // 2, (width - CROP) // 2
    made = {}
    for name, interpolation in (("", cv2.INTER_LINEAR), ("area, ", cv2.INTER_AREA)):
        cropping = A.Crop(x0, y0, x0 + CROP, y0 + CROP, p=1.0)
        shrink = A.Compose([cropping, A.Resize(out_px, out_px, interpolation=interpolation, p=1.0)])
        turn = A.Compose([A.Rotate(limit=(degrees, degrees), p=1.0)])
        pictures = both_orders(photo, lambda p, f=shrink: f(image=p)["image"], lambda p, f=turn: f(image=p)["image"])
        made |= {name + order: picture for order, picture in pictures.items()}
    return made


def render_v2(photo: np.ndarray, factor: float, degrees: float, pillow: bool) -> dict[str, np.ndarray]:
    """torchvision v2 with antialiasing and a bilinear turn (nearest is its default)."""
    import torch
    from PIL import Image
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.v2 import functional as F

    height, width = photo.shape[:2]
    out_px, y0, x0 = round(CROP / factor), (height - CROP) // 2, (width - CROP) // 2
    given = Image.fromarray(photo) if pillow else torch.from_numpy(photo).permute(2, 0, 1).contiguous()
    pictures = both_orders(
        given,
        lambda p: F.resized_crop(p, y0, x0, CROP, CROP, [out_px, out_px], antialias=True),
        lambda p: F.rotate(p, degrees, interpolation=InterpolationMode.BILINEAR),
    )
    return {order: np.asarray(p) if pillow else p.permute(1, 2, 0).numpy() for order, p in pictures.items()}


def render_kornia(photo: np.ndarray, factor: float, degrees: float) -> dict[str, np.ndarray]:
    """kornia on floats, rounded at the end: resizing as its augmentations do it (no antialiasing), and with antialiasing."""
    import torch
    from kornia.geometry.transform import resize, rotate

    height, width = photo.shape[:2]
    out_px, y0, x0 = round(CROP / factor), (height - CROP) // 2, (width - CROP) // 2
    given = torch.from_numpy(photo).permute(2, 0, 1)[None].float() / 255.0
    made = {}
    for name, antialias in (("", False), ("antialias, ", True)):
        pictures = both_orders(
            given,
            lambda p, a=antialias: resize(p[:, :, y0 : y0 + CROP, x0 : x0 + CROP], (out_px, out_px), antialias=a),
            lambda p: rotate(p, torch.tensor([degrees])),
        )
        for order, p in pictures.items():
            made[name + order] = p[0].permute(1, 2, 0).mul(255.0).round().clamp(0, 255).to(torch.uint8).numpy()
    return made


RENDERERS: dict[str, Callable[[np.ndarray, float, float], dict[str, np.ndarray]]] = {
    "tamesu": render_tamesu,
    "albumentations": render_albumentations,
    "torchvision v2, tensor": lambda photo, factor, degrees: render_v2(photo, factor, degrees, pillow=False),
    "torchvision v2, PIL": lambda photo, factor, degrees: render_v2(photo, factor, degrees, pillow=True),
    "kornia, batch": render_kornia,
}


def render(engine: str, request: dict[str, Any]) -> dict[str, Any]:
    """Answer a request: the photo's pictures by way of working, written beside the photo.

    Args:
        engine: one of `RENDERERS`.
        request: `photo` (an .npy file), `factors`, `degrees`, `out` (an .npz file to write, keys "FACTOR|WAY").
    """
    photo = np.load(request["photo"])
    made = {}
    for factor in request["factors"]:
        for way, picture in RENDERERS[engine](photo, factor, request["degrees"]).items():
            made[f"{factor}|{way}"] = picture
    np.savez(Path(request["out"]), **made)
    return {"pictures": len(made)}
