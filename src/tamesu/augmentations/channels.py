"""Colour parts that mix or shift the channels: sepia, grayscale, shuffled, inverted, shifted, lit otherwise."""

# ruff: noqa: ARG002 -- every part has the same `colours`, also where it needs no numbers or no means.
from __future__ import annotations

import itertools

import numpy as np

from tamesu.augmentations.colour import LUMA
from tamesu.augmentations.part import Array, ColourPart
from tamesu.registry import NonNegative, Probability

SAME = np.eye(3, 4)
# Source: the sepia of Microsoft's .NET samples, which most programs took over. Rows: new R, G, B. White turns yellowish, as
# the first two rows add up to more than 1 and are clipped.
SEPIA = np.array([[0.393, 0.769, 0.189, 0.0], [0.349, 0.686, 0.168, 0.0], [0.272, 0.534, 0.131, 0.0]])
GRAYSCALE = np.concatenate([np.tile(LUMA, (3, 1)), np.zeros((3, 1))], axis=1)
INVERTED = np.concatenate([-np.eye(3), np.full((3, 1), 255.0)], axis=1)
# Every order of the channels but their own.
ORDERS = np.array(list(itertools.permutations(range(3)))[1:])

# Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", NeurIPS 2012,
# section 4.1. The paper prints no numbers; these, of values from 0 to 1, are those of facebook's fb.resnet.torch.
EIGENVALUES = np.array([0.2175, 0.0188, 0.0045])
EIGENVECTORS = np.array([[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]])


class Sepia(ColourPart):
    """The brown of old photographs.

    Args:
        p: the probability.
        strength: from 0 (the picture) to 1 (all brown); between them the two are blended.
    """

    def __init__(self, *, p: Probability = 0.1, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        return blend(np.tile(SEPIA, (len(u), 1, 1)), self.strength)


class Grayscale(ColourPart):
    """The luma of ITU-R BT.601 in all three channels.

    Args:
        p: the probability.
        strength: from 0 (the picture) to 1 (grey); between them the two are blended.
    """

    def __init__(self, *, p: Probability = 0.1, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        return blend(np.tile(GRAYSCALE, (len(u), 1, 1)), self.strength)


class ChannelShuffle(ColourPart):
    """Red, green and blue in another order, one of the five others.

    Args:
        p: the probability.
        strength: from 0 (the picture) to 1 (shuffled); between them the two are blended.
    """

    draws = 1

    def __init__(self, *, p: Probability = 0.1, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        chosen = np.floor(u[:, 0] * len(ORDERS)).astype(np.int64)
        return blend(SAME[ORDERS[chosen]], self.strength)


class Invert(ColourPart):
    """The negative: 255 less every value.

    Halfway between a picture and its negative all is one grey, so it is the probability that follows the strength.

    Args:
        p: the probability.
        strength: from 0 to 1; scales the probability.
    """

    def __init__(self, *, p: Probability = 0.1, strength: Probability = 1.0) -> None:
        self.p = p
        self.strength = strength

    @property
    def chance(self) -> float:
        """See `Augmentation.chance`."""
        return self.p * self.strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        return np.tile(INVERTED, (len(u), 1, 1))


class RgbShift(ColourPart):
    """Add a random number to each channel.

    Args:
        shift: the largest number, of values from 0 to 255; each channel's is uniform from minus to plus it.
        p: the probability.
        strength: from 0 to 1; scales the numbers.
    """

    draws = 3
    signed = (0, 1, 2)

    def __init__(self, *, shift: NonNegative = 20.0, p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.shift = shift
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        return add((2.0 * u - 1.0) * (self.shift * self.strength))


class PcaLighting(ColourPart):
    """Add to every pixel the same random mixture of the directions in which ImageNet's colours vary, as under other light.

    The principal components of ImageNet's colours, each times its eigenvalue and a normal number of deviation `deviation`.

    Args:
        deviation: of the normal numbers; AlexNet had 0.1.
        p: the probability.
        strength: from 0 to 1; scales the deviation.

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", NeurIPS
        2012, section 4.1.
    """

    draws = 4

    def __init__(self, *, deviation: NonNegative = 0.1, p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.deviation = deviation
        self.p = p
        self.strength = strength

    def colours(self, u: Array, means: Array) -> Array:
        """See `ColourPart.colours`."""
        weights = normal_triples(u) * (255.0 * self.deviation * self.strength * EIGENVALUES)
        # Elementwise and not `@`: BLAS may round a row otherwise in a batch of another size.
        return add((weights[:, None, :] * EIGENVECTORS).sum(axis=2))


def normal_triples(u: Array) -> Array:
    """Three independent standard normal numbers out of four uniform ones.

    Args:
        u: in [0, 1), shape (samples, 4).

    Returns:
        Shape (samples, 3).

    Source: Box and Muller, "A note on the generation of random normal deviates", Ann. Math. Stat. 29, 1958.
    """
    radius = np.sqrt(-2.0 * np.log(1.0 - u[:, :2]))
    angle = 2.0 * np.pi * u[:, 2:]
    return np.stack(
        [radius[:, 0] * np.cos(angle[:, 0]), radius[:, 0] * np.sin(angle[:, 0]), radius[:, 1] * np.cos(angle[:, 1])], axis=1
    )


def blend(matrices: Array, share: float) -> Array:
    """Colour matrices taken to a share, the rest being the picture itself, shape (samples, 3, 4)."""
    return np.asarray(SAME + share * (matrices - SAME))


def add(offsets: Array) -> Array:
    """Colour matrices that add an offset to each channel.

    Args:
        offsets: shape (samples, 3).

    Returns:
        Shape (samples, 3, 4).

    Examples:
        >>> add(np.array([[1.0, -2.0, 3.0]]))[0].tolist()
        [[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, -2.0], [0.0, 0.0, 1.0, 3.0]]
    """
    matrices = np.tile(SAME, (len(offsets), 1, 1))
    matrices[:, :, 3] = offsets
    return matrices
