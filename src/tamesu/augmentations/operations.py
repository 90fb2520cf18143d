"""The few things that are done to pixels; every part that is not a matrix is made of them.

Each operation holds the parameters of all samples it concerns and changes one image in place with OpenCV.
`tamesu.training.on_device` does the same to a whole batch on a GPU.
"""

# ruff: noqa: ARG002 -- parts have the same methods, also where they need no size.
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.part import Array, Augmentation, Kind, Operation
from tamesu.augmentations.random import sample_keys, uniforms

Pixels = NDArray[np.uint8]
IDENTITY = np.arange(256, dtype=np.float64)

# Noise is read out of one fixed list of normal numbers, from a drawn place on; 2^20 numbers hold seven inputs of 224 px.
NOISE_BITS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Colours(Operation):
    """One linear map of the colours per sample.

    Attributes:
        matrices: (R, G, B, 1) → (R, G, B), float32, shape (samples, 3, 4).
    """

    matrices: NDArray[np.float32]

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`."""
        # In place: each pixel is read before it is written (a test holds OpenCV to it).
        cv2.transform(image, self.matrices[number], dst=image)


@dataclass(frozen=True, slots=True, eq=False)
class Tables(Operation):
    """A value for each of the 256 values, per channel or for all three.

    Attributes:
        tables: uint8, shape (samples, 256) or (samples, 256, 3).
    """

    tables: NDArray[np.uint8]

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`."""
        table = self.tables[number]
        cv2.LUT(image, table if table.ndim == 1 else table[None], dst=image)


def round_tables(tables: Array) -> NDArray[np.uint8]:
    """Tables of any numbers as uint8: rounded, and kept within 0 to 255."""
    return np.clip(np.rint(tables), 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class HistogramTables(Operation):
    """A table made from the image's own histogram.

    Attributes:
        make: histograms, shape (3, 256), counts → tables, shape (3, 256), of numbers from 0 to 255.
        shares: how much of the table is taken, the rest being the image itself; shape (samples,).
    """

    make: Callable[[NDArray[np.int64]], Array]
    shares: Array

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`."""
        flat = image.reshape(-1, 3)
        histograms = np.stack([np.bincount(flat[:, channel], minlength=256) for channel in range(3)])
        cv2.LUT(image, self.table(histograms, number).T[None].copy(), dst=image)

    def table(self, histograms: NDArray[np.int64], number: int) -> NDArray[np.uint8]:
        """The table of one sample, uint8, shape (3, 256)."""
        share = self.shares[number]
        return round_tables((1.0 - share) * IDENTITY + share * self.make(histograms))


@dataclass(frozen=True, slots=True, eq=False)
class Kernels(Operation):
    """A weighted sum of each pixel's neighbourhood, the same for the three channels; beyond the edge the image is reflected.

    Attributes:
        kernels: float32, shape (samples, height, width), odd sizes.
    """

    kernels: NDArray[np.float32]

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`."""
        cv2.filter2D(image, -1, self.kernels[number], dst=image, borderType=cv2.BORDER_REFLECT_101)


@dataclass(frozen=True, slots=True, eq=False)
class GaussianBlurs(Operation):
    """A Gaussian blur per sample.

    Attributes:
        sigmas: in pixels of the input, above 0, shape (samples,).
    """

    sigmas: Array

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`."""
        sigma = float(self.sigmas[number])
        side = blur_side(sigma)
        cv2.GaussianBlur(image, (side, side), sigma, dst=image, borderType=cv2.BORDER_REFLECT_101)


def blur_side(sigma: float) -> int:
    """Side of a Gaussian's kernel in pixels: three standard deviations each way.

    Examples:
        >>> blur_side(0.5), blur_side(2.0)
        (5, 13)
    """
    return 2 * int(np.ceil(3.0 * sigma)) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Noise(Operation):
    """Normal noise whose deviation depends on the value: `constant + linear * value + sqrt(root * value)`.

    Attributes:
        starts: where in the list of normal numbers each sample begins, shape (samples,), see `noise_starts`.
        constant, linear, root: shape (samples,), for values from 0 to 255.
        grey: whether the three channels of a pixel get the same number.
    """

    starts: NDArray[np.int64]
    constant: Array
    linear: Array
    root: Array
    grey: bool = False

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`."""
        value = image.astype(np.float32)
        deviation: Any = np.float32(self.constant[number])
        if self.linear[number]:
            deviation = deviation + np.float32(self.linear[number]) * value
        if self.root[number]:
            deviation = deviation + np.sqrt(np.float32(self.root[number]) * value)
        value += deviation * self.numbers(number, image.shape)
        np.copyto(image, np.clip(np.rint(value), 0, 255), casting="unsafe")

    def numbers(self, number: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """The normal numbers of one sample, float32, shape (height, width, 3) or, for grey noise, (height, width, 1)."""
        height, width = shape[:2]
        wanted = (height, width, 1 if self.grey else 3)
        places = (int(self.starts[number]) + np.arange(int(np.prod(wanted)))) & (2**NOISE_BITS - 1)
        return np.asarray(normal_numbers()[places].reshape(wanted))


@cache
def normal_numbers() -> NDArray[np.float32]:
    """2^20 independent standard normal numbers, the same on every machine; do not write into them.

    Source: Box and Muller, "A note on the generation of random normal deviates", Ann. Math. Stat. 29, 1958.
    """
    u = uniforms(0, sample_keys(["noise"]), 2**NOISE_BITS)[0].reshape(2, -1)
    radius = np.sqrt(-2.0 * np.log(1.0 - u[0]))
    both = np.concatenate([radius * np.cos(2.0 * np.pi * u[1]), radius * np.sin(2.0 * np.pi * u[1])])
    # To 2^-12, so that the last bits of another processor's logarithm do not matter.
    numbers = (np.rint(both * 4096) / 4096).astype(np.float32)
    numbers.flags.writeable = False
    return np.asarray(numbers)


def noise_starts(u: Array) -> NDArray[np.int64]:
    """Places in the list of normal numbers, from uniform numbers of the same shape."""
    return np.asarray(u * 2**NOISE_BITS, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Boxes(Operation):
    """Rectangles covered with a colour, or with noise.

    Attributes:
        boxes: x0, y0, x1, y1 in whole pixels, int64, shape (samples, boxes, 4); an empty box covers nothing.
        colours: uint8, shape (samples, boxes, 3); of use where there is no noise.
        starts: as for `Noise`, shape (samples,), or None to use the colours. Noise has mean 124, 116, 104 and deviation 58.
    """

    boxes: NDArray[np.int64]
    colours: NDArray[np.uint8]
    starts: NDArray[np.int64] | None = None

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`."""
        start = None if self.starts is None else int(self.starts[number])
        for (x0, y0, x1, y1), colour in zip(self.boxes[number].tolist(), self.colours[number].tolist(), strict=True):
            if x1 <= x0 or y1 <= y0:
                continue
            if start is None:
                # A tenth of the time of an assignment, which NumPy does channel by channel.
                cv2.rectangle(image, (x0, y0), (x1 - 1, y1 - 1), colour, cv2.FILLED)
            else:
                image[y0:y1, x0:x1] = cover(start, y1 - y0, x1 - x0)


NOISE_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
NOISE_DEVIATION = np.float32(57.6)


def cover(start: int, height: int, width: int) -> Pixels:
    """Normal noise about ImageNet's mean colour, uint8, shape (height, width, 3).

    Args:
        start: place in the list of normal numbers.
        height: in pixels.
        width: in pixels.
    """
    places = (start + np.arange(max(height, 0) * max(width, 0) * 3)) & (2**NOISE_BITS - 1)
    numbers = normal_numbers()[places].reshape(max(height, 0), max(width, 0), 3)
    return np.asarray(np.clip(np.rint(NOISE_MEAN + NOISE_DEVIATION * numbers), 0, 255), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Blends(Operation):
    """Something laid over the picture: `value + (colour - value) * opacity` at each pixel.

    Attributes:
        opacity: number of a sample → float32, shape (size_px, size_px), from 0 (the picture) to 1 (the colour).
        colours: RGB from 0 to 255, float32, shape (samples, 3).
    """

    opacity: Callable[[int], NDArray[np.float32]]
    colours: NDArray[np.float32]

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`."""
        value = image.astype(np.float32)
        value += (self.colours[number] - value) * self.opacity(number)[:, :, None]
        np.copyto(image, np.rint(value), casting="unsafe")


@dataclass(frozen=True, slots=True, eq=False)
class Several(Operation):
    """One operation after another, over the same samples.

    Attributes:
        steps: in order.
    """

    steps: tuple[Operation, ...]

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`."""
        for step in self.steps:
            step.apply(number, image)


@dataclass(frozen=True, slots=True, eq=False)
class PerImage(Operation):
    """A function of one image at a time; on a GPU the samples it concerns come back to the processor for it.

    Attributes:
        function: (image, numbers) → image of the same shape and type.
        u: the samples' numbers, shape (samples, draws).
    """

    function: Callable[[Pixels, Array], Pixels]
    u: Array

    def apply(self, number: int, image: Pixels) -> None:
        """See `Operation.apply`.

        Raises:
            ValueError: the function gave another shape or type.
        """
        changed = self.function(image, self.u[number])
        if changed is image:
            return
        if changed.shape != image.shape or changed.dtype != np.uint8:
            raise ValueError(f"an augmentation gave {changed.dtype} {changed.shape} for an image of uint8 {image.shape}")
        np.copyto(image, changed)


class PixelPart(Augmentation):
    """A part that changes pixels: tones, blur, noise, compression, things that cover the picture.

    Write `operation` out of the operations above (they run on CPU and GPU), or, for one image at a
    time, `change` alone.
    """

    kind: ClassVar[Kind] = "pixels"

    def operation(self, u: Array, size_px: int) -> Operation:
        """What is done to the samples that are changed.

        Args:
            u: uniform numbers in [0, 1), shape (samples, draws).
            size_px: height and width of the input.
        """
        return PerImage(self.change, u)

    def change(self, image: NDArray[np.uint8], u: Array) -> NDArray[np.uint8]:
        """One sample's input, changed.

        Args:
            image: RGB, uint8, shape (size_px, size_px, 3); may be written into.
            u: the sample's numbers, shape (draws,).

        Returns:
            RGB, uint8, of the same shape; `image` itself or another array.
        """
        raise NotImplementedError
