"""Published policies: RandAugment, TrivialAugment and AutoAugment, made of the drawer's own parts.

Their operations are Pillow's; ours of the same name do the same (contrast turns about the picture's mean grey before the crop).
Shears and shifts come with either sign, as do the factors of brightness, saturation, contrast and sharpness.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le

from tamesu.augmentations.part import Choice, PolicyPart
from tamesu.registry import Probability

# The largest magnitudes. Source: Cubuk et al., "AutoAugment", CVPR 2019, table 6; shears are tangents, shifts shares of the
# side (150 of 331 pixels), the enhancements' factors 1 ± magnitude.
SHEAR, SHIFT, TURN, ENHANCE = 0.3, 150.0 / 331.0, 30.0, 0.9
# Source: Müller and Hutter, "TrivialAugment", ICCV 2021, table 6, "wide"; 32 of 224 pixels.
WIDE_SHEAR, WIDE_SHIFT, WIDE_TURN, WIDE_ENHANCE = 0.99, 32.0 / 224.0, 135.0, 0.99

ENHANCEMENTS = ("brightness", "saturation", "contrast", "sharpness")
SAMPLED = (
    "identity",
    *("shear_x", "shear_y", "translate_x", "translate_y", "rotate"),
    *ENHANCEMENTS,
    *("posterize", "solarize", "autocontrast", "equalize"),
)


def make_part(
    name: str, share: float, *, shear: float, shift: float, turn: float, enhance: float, bits: float
) -> tuple[str, dict[str, Any]] | None:
    """One operation of a policy as a part of the drawer, with the magnitude always the largest.

    Args:
        name: of `SAMPLED`, or `invert`.
        share: of the largest magnitude, from 0 to 1.
        shear: tangent of the largest shear.
        shift: the largest shift as a share of the side.
        turn: the largest angle in degrees.
        enhance: the largest change of an enhancement's factor.
        bits: how many bits posterize takes away at most.

    Returns:
        Name and options; None for `identity`.
    """
    always: dict[str, Any] = {"p": 1.0, "fixed": True}
    if name == "identity":
        return None
    if name in ("shear_x", "shear_y"):
        degrees = math.degrees(math.atan(shear * share))
        x, y = (degrees, 0.0) if name == "shear_x" else (0.0, degrees)
        return "shear", always | {"x_degrees": x, "y_degrees": y}
    if name in ("translate_x", "translate_y"):
        return "translate", always | {"share": shift * share, "axis": name[-1]}
    if name == "rotate":
        return "rotate", always | {"degrees": turn * share}
    if name in ENHANCEMENTS:
        # An enhancement of no size would be refused, and changes nothing.
        return name, always | {"amount": max(enhance * share, 1e-6)}
    if name == "posterize":
        return "posterize", always | {"bits": 8 - round(bits * share)}
    if name == "solarize":
        return "solarize", always | {"threshold": 255.0 * (1.0 - share)}
    return name, {"p": 1.0}


AUTO: Mapping[str, float] = {"shear": SHEAR, "shift": SHIFT, "turn": TURN, "enhance": ENHANCE, "bits": 4.0}
WIDE: Mapping[str, float] = {"shear": WIDE_SHEAR, "shift": WIDE_SHIFT, "turn": WIDE_TURN, "enhance": WIDE_ENHANCE, "bits": 6.0}


class RandAugment(PolicyPart):
    """Some operations for each image, each drawn from fourteen, all of one magnitude.

    Args:
        ops: how many for each image; one may be drawn twice.
        magnitude: from 0 to 30.
        p: the probability.
        strength: from 0 to 1; scales the magnitude, and how much of an operation without one is blended in.

    Source: Cubuk et al., "RandAugment: Practical automated data augmentation with a reduced search space", NeurIPS 2020.
    """

    may_change_labels = True

    def __init__(
        self,
        *,
        ops: Annotated[int, Ge(1), Le(8)] = 2,
        magnitude: Annotated[float, Ge(0.0), Le(30.0)] = 9.0,
        p: Probability = 1.0,
        strength: Probability = 1.0,
    ) -> None:
        self.ops = ops
        self.magnitude = magnitude
        self.p = p
        self.strength = strength
        self.draws = ops

    def choices(self) -> Sequence[Choice]:
        """See `PolicyPart.choices`."""
        return [choice for slot in range(self.ops) for choice in self.choose(slot)]

    def choose(self, slot: int) -> list[Choice]:
        """The fourteen operations, each as likely, on one slot."""
        count, found = len(SAMPLED), []
        for place, name in enumerate(SAMPLED):
            part = make_part(name, self.magnitude / 30.0, **AUTO)
            if part is not None:
                options = part[1] | {"strength": self.strength}
                found.append(Choice(part[0], options, slot=slot, low=place / count, high=(place + 1) / count))
        return found


class TrivialAugment(PolicyPart):
    """One operation for each image, drawn from fourteen, with a magnitude drawn from the whole of a wide range.

    Args:
        p: the probability.
        strength: from 0 to 1; scales the magnitudes, and how much of an operation without one is blended in.

    Source: Müller and Hutter, "TrivialAugment: Tuning-free yet state-of-the-art data augmentation", ICCV 2021.
    """

    draws = 1
    may_change_labels = True

    def __init__(self, *, p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    def choices(self) -> Sequence[Choice]:
        """See `PolicyPart.choices`."""
        count, found = len(SAMPLED), []
        for place, name in enumerate(SAMPLED):
            part = make_part(name, 1.0, **WIDE)
            if part is not None:
                # Not fixed: a sample's own number is its magnitude, evenly from 0 to the largest, either way.
                options = part[1] | {"strength": self.strength, "fixed": False}
                found.append(Choice(part[0], options, slot=0, low=place / count, high=(place + 1) / count))
        return found


class AutoAugment(PolicyPart):
    """One of 25 published pairs of operations for each image, each operation with its own probability and magnitude.

    Args:
        policy: the data it was searched on: `imagenet`, `cifar10` or `svhn`.
        p: the probability.
        strength: from 0 to 1; scales the magnitudes, and how much of an operation without one is blended in.

    Source: Cubuk et al., "AutoAugment: Learning augmentation policies from data", CVPR 2019, tables 7 to 9.
    """

    draws = 1
    may_change_labels = True

    def __init__(
        self,
        *,
        policy: Literal["imagenet", "cifar10", "svhn"] = "imagenet",
        p: Probability = 1.0,
        strength: Probability = 1.0,
    ) -> None:
        self.policy = policy
        self.p = p
        self.strength = strength

    def choices(self) -> Sequence[Choice]:
        """See `PolicyPart.choices`."""
        pairs = read_policy(POLICIES[self.policy])
        found = []
        for place, pair in enumerate(pairs):
            for name, p, level in pair:
                part = make_part(name, level / 9.0, **AUTO)
                if part is not None and p > 0:
                    options = part[1] | {"p": p, "strength": self.strength}
                    window = {"low": place / len(pairs), "high": (place + 1) / len(pairs)}
                    found.append(Choice(part[0], options, slot=0, **window))
        return found


def read_policy(text: str) -> list[list[tuple[str, float, float]]]:
    """A policy's pairs of (operation, probability, level from 0 to 9).

    Examples:
        >>> read_policy("rotate 0.7 2 + equalize 0.9; invert 0.1 + contrast 0.2 6")[0]
        [('rotate', 0.7, 2.0), ('equalize', 0.9, 0.0)]
    """
    pairs = []
    for pair in text.split(";"):
        words = [operation.split() for operation in pair.split("+")]
        pairs.append([(name, float(p), float(level[0]) if level else 0.0) for name, p, *level in words])
    return pairs


POLICIES: Mapping[str, str] = {
    "imagenet": (
        "posterize 0.4 8 + rotate 0.6 9; solarize 0.6 5 + autocontrast 0.6; equalize 0.8 + equalize 0.6; "
        "posterize 0.6 7 + posterize 0.6 6; equalize 0.4 + solarize 0.2 4; equalize 0.4 + rotate 0.8 8; "
        "solarize 0.6 3 + equalize 0.6; posterize 0.8 5 + equalize 1; rotate 0.2 3 + solarize 0.6 8; "
        "equalize 0.6 + posterize 0.4 6; rotate 0.8 8 + saturation 0.4 0; rotate 0.4 9 + equalize 0.6; "
        "equalize 0 + equalize 0.8; invert 0.6 + equalize 1; saturation 0.6 4 + contrast 1 8; "
        "rotate 0.8 8 + saturation 1 2; saturation 0.8 8 + solarize 0.8 7; sharpness 0.4 7 + invert 0.6; "
        "shear_x 0.6 5 + equalize 1; saturation 0.4 0 + equalize 0.6; equalize 0.4 + solarize 0.2 4; "
        "solarize 0.6 5 + autocontrast 0.6; invert 0.6 + equalize 1; saturation 0.6 4 + contrast 1 8; "
        "equalize 0.8 + equalize 0.6"
    ),
    "cifar10": (
        "invert 0.1 + contrast 0.2 6; rotate 0.7 2 + translate_x 0.3 9; sharpness 0.8 1 + sharpness 0.9 3; "
        "shear_y 0.5 8 + translate_y 0.7 9; autocontrast 0.5 + equalize 0.9; shear_y 0.2 7 + posterize 0.3 7; "
        "saturation 0.4 3 + brightness 0.6 7; sharpness 0.3 9 + brightness 0.7 9; equalize 0.6 + equalize 0.5; "
        "contrast 0.6 7 + sharpness 0.6 5; saturation 0.7 7 + translate_x 0.5 8; equalize 0.3 + autocontrast 0.4; "
        "translate_y 0.4 3 + sharpness 0.2 6; brightness 0.9 6 + saturation 0.2 8; solarize 0.5 2 + invert 0; "
        "equalize 0.2 + autocontrast 0.6; equalize 0.2 + equalize 0.6; saturation 0.9 9 + equalize 0.6; "
        "autocontrast 0.8 + solarize 0.2 8; brightness 0.1 3 + saturation 0.7 0; solarize 0.4 5 + autocontrast 0.9; "
        "translate_y 0.9 9 + translate_y 0.7 9; autocontrast 0.9 + solarize 0.8 3; equalize 0.8 + invert 0.1; "
        "translate_y 0.7 9 + autocontrast 0.9"
    ),
    "svhn": (
        "shear_x 0.9 4 + invert 0.2; shear_y 0.9 8 + invert 0.7; equalize 0.6 + solarize 0.6 6; "
        "invert 0.9 + equalize 0.6; equalize 0.6 + rotate 0.9 3; shear_x 0.9 4 + autocontrast 0.8; "
        "shear_y 0.9 8 + invert 0.4; shear_y 0.9 5 + solarize 0.2 6; invert 0.9 + autocontrast 0.8; "
        "equalize 0.6 + rotate 0.9 3; shear_x 0.9 4 + solarize 0.3 3; shear_y 0.8 8 + invert 0.7; "
        "equalize 0.9 + translate_y 0.6 6; invert 0.9 + equalize 0.6; contrast 0.3 3 + rotate 0.8 4; "
        "invert 0.8 + translate_y 0 2; shear_y 0.7 6 + solarize 0.4 8; invert 0.6 + rotate 0.8 4; "
        "shear_y 0.3 7 + translate_x 0.9 3; shear_x 0.1 6 + invert 0.6; solarize 0.7 2 + translate_y 0.6 7; "
        "shear_y 0.8 4 + invert 0.8; shear_x 0.7 9 + translate_y 0.8 3; shear_y 0.8 5 + autocontrast 0.7; "
        "shear_x 0.7 2 + invert 0.1"
    ),
}
