"""Smooth pictures for tests of augmentations, and a second sampler to compare with."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import map_coordinates

from tamesu.augmentations.frames import move_points
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.random import sample_keys, uniforms

S = 48


def make_image(height, width, seed=0):
    """A smooth picture: the outcomes of two good samplers differ by rounding only."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [np.sin(x * fx + y * fy + phase) for fx, fy, phase in rng.uniform(0.02, 0.3, (3, 3))]
    return np.asarray(127.5 + 120 * np.stack(waves, axis=2), np.uint8)


def run(parts, image, fit="stretch", size_px=S, key=0):
    """The input that a plan makes of one image, and what was drawn."""
    plan = make_plan(parts, size_px=size_px, fit=fit)
    drawn = plan.draw(key, sample_keys(["one"]), np.array([image.shape[:2]]), image.reshape(-1, 3).mean(axis=0)[None])
    out = np.empty((size_px, size_px, 3), np.uint8)
    plan.apply(image, drawn, 0, out)
    return out, drawn


def numbers(part, count, seed=0):
    """What a part is given for `count` samples."""
    return uniforms(seed, sample_keys([str(i) for i in range(count)]), part.draws)


def sample_bilinear(image, inverse, size_px=S, displacement=0.0):
    """Bilinear sampling in SciPy at `inverse` of each place plus its displacement, reflected at the edges; float64."""
    y, x = np.mgrid[:size_px, :size_px] + 0.5
    places = (np.stack([x, y], axis=2) + displacement).reshape(-1, 2)
    read_at = move_points(inverse, places) - 0.5
    channels = [
        map_coordinates(image[:, :, c].astype(float), read_at.T[::-1], order=1, mode="reflect") for c in range(image.shape[2])
    ]
    return np.stack(channels, axis=1).reshape(size_px, size_px, -1)
