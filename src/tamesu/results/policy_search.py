"""Search for augmentations that keep a trained network's held-out loss: which candidates go on, and which are kept.

Density matching: a network was trained on some images; held-out images, changed by a candidate, on which it still does well
look like images of the same kind. So candidates are ranked by the loss on changed held-out images, without any training.

Source: Lim et al., "Fast AutoAugment", NeurIPS 2019. Candidates are drawn at random and halved in rounds (Jamieson and
    Talwalkar, "Non-stochastic best arm identification", AISTATS 2016) instead of by a surrogate model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tamesu.augmentations.random import make_key, sample_keys, uniforms

# The parts a candidate is made of, each with the options it is searched with. Strength and probability are drawn.
SEARCHED: Mapping[str, Mapping[str, Any]] = {
    "rotate": {"degrees": 30.0},
    "shear": {},
    "translate": {},
    "scale": {},
    "perspective": {},
    "elastic": {},
    "brightness": {},
    "contrast": {},
    "saturation": {},
    "hue": {},
    "sepia": {},
    "grayscale": {},
    "gamma": {},
    "posterize": {},
    "solarize": {},
    "equalize": {},
    "autocontrast": {},
    "clahe": {},
    "sharpness": {},
    "gaussian_blur": {},
    "motion_blur": {},
    "gaussian_noise": {},
    "iso_noise": {},
    "jpeg_compression": {},
    "downscale": {},
    "random_erasing": {},
    "grid_mask": {},
    "shadow": {},
    "glare": {},
    "fog": {},
    "vignette": {},
}
PARTS_EACH = 2
LEAST_STRENGTH, LEAST_P = 0.25, 0.4


@dataclass(frozen=True, slots=True)
class Candidate:
    """Parts that are tried together.

    Attributes:
        parts: (name, options), in order.
    """

    parts: tuple[tuple[str, dict[str, Any]], ...]

    def written(self) -> list[dict[str, Any]]:
        """As a recipe writes it."""
        return [{name: options} for name, options in self.parts]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate and what it cost.

    Attributes:
        rise: mean rise of the held-out loss over the unchanged images', in the loss's own unit.
        error: its standard error over images.
        images: how many it was measured on.
    """

    candidate: Candidate
    rise: float
    error: float
    images: int


def draw_candidates(count: int, seed: int, known: Sequence[str]) -> list[Candidate]:
    """Candidates of two different parts each, with strengths from 0.25 to 1 and probabilities from 0.4 to 1.

    Args:
        count: how many.
        seed: the same candidates for the same seed.
        known: parts that may be used; others of `SEARCHED` are left out.
    """
    names = [name for name in SEARCHED if name in known]
    numbers = uniforms(make_key("policy search", seed), sample_keys([str(i) for i in range(count)]), 3 * PARTS_EACH)
    candidates = []
    for row in numbers:
        left, parts = list(names), []
        for place in range(PARTS_EACH):
            which, strength, p = row[3 * place : 3 * place + 3]
            name = left.pop(int(which * len(left)))
            options = {
                **SEARCHED[name],
                "strength": round(LEAST_STRENGTH + (1 - LEAST_STRENGTH) * float(strength), 2),
                "p": round(LEAST_P + (1 - LEAST_P) * float(p), 2),
            }
            parts.append((name, options))
        candidates.append(Candidate(tuple(parts)))
    return candidates


def rank(candidate: Candidate, changed: np.ndarray, plain: np.ndarray) -> Ranked:
    """What a candidate costs, from losses per image.

    Args:
        candidate: what the images were changed by.
        changed: its losses, shape (images,).
        plain: losses on the same images, unchanged, shape (images,).
    """
    rise = changed - plain
    error = float(rise.std(ddof=1) / np.sqrt(len(rise))) if len(rise) > 1 else float("inf")
    return Ranked(candidate, float(rise.mean()), error, len(rise))


def halve(ranked: Sequence[Ranked], least: int) -> list[Ranked]:
    """The better half, at least `least` of them, the smallest rise first."""
    order = sorted(ranked, key=lambda entry: entry.rise)
    return order[: max(least, -(-len(order) // 2))]


def plan_rounds(count: int, images: int, kept: int) -> list[int]:
    """How many images each round of halving takes, each round's on top of the last.

    The first round looks at an eighth of the images at least, the last at all of them.

    Examples:
        >>> plan_rounds(64, 800, 8)
        [100, 200, 400, 800]
    """
    rounds = max(1, int(np.ceil(np.log2(max(count / kept, 1.0)))) + 1)
    rounds = min(rounds, 4)
    return [-(-images // 2 ** (rounds - 1 - number)) for number in range(rounds)]


def write_policy(kept: Sequence[Ranked]) -> dict[str, Any]:
    """The kept candidates as one part: each image gets one of them."""
    return {"one_of": {"of": [entry.candidate.written() for entry in kept]}}
