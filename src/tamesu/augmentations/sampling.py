"""How the pixels of each image are read through its matrix: the one place where geometry touches pixels."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.frames import pixel_centres
from tamesu.augmentations.part import Array

Pixels = NDArray[np.uint8]

# What a sample needs. CUT: its input is a rectangle of whole pixels, at most mirrored. SHRINK: the same, averaged over areas.
# WARP: bilinear sampling. FINE: sampled at several places a pixel, which are averaged; a much larger image is first averaged
# down by a whole factor.
CUT, SHRINK, WARP, FINE = range(4)

# A rectangle of whole pixels is averaged over areas from this factor on (below it, bilinear is as good and like training).
AREA_FROM = 1.5
# Up to this factor one bilinear sample a pixel does; above it, it sees too little of the image (aliasing).
FINE_FROM = 1.25
# Above this factor the image is averaged down first: samples by the thousand would cost more than they show.
LARGEST_FINE = 6.0
# Matrices are rounded to these steps: an identity stays one, and the last bits of another processor's sine do not matter.
GRID, COLOUR_GRID = 2.0**-30, 2.0**-16
# An edge this near to one between pixels (in pixels) is taken for it; the grid moves it by 2e-6 at the largest inputs.
WHOLE = 1e-4

# A factor this little below a whole number is taken for it.
NEAR = 0.01

LINEAR = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
NEAREST = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
FLIPS = {(True, False): 1, (False, True): 0, (True, True): -1}
# ImageNet's mean colour: about zero once the network's mean is taken off.
PAD_COLOUR = (124, 116, 104)


@dataclass(frozen=True, slots=True, eq=False)
class Sampling:
    """The matrices of a batch and how each image is read through its own.

    Attributes:
        size_px: height and width of the network's input.
        shapes: the images' shapes, (height, width, 3) each.
        padded: whether what lies outside the image has the pad colour (else the image is reflected).
        forward: image → input, continuous coordinates (pixel edges at whole numbers), float64, shape (batch, 3, 3).
        inverse: input → image between pixel indices, as OpenCV's WARP_INVERSE_MAP takes it, float64, shape (batch, 3, 3).
        ways: per sample, CUT, SHRINK, WARP or FINE.
        cuts: per sample x0, y0, x1, y1, whether mirrored in x and in y; of use for CUT and SHRINK.
        fine: per sample, how many places along each axis are sampled for a pixel; 1 but for FINE.
        averaged: per sample, the width and height to which the image is averaged down first; its own but for some FINE.
        reading: places of the fine input → image, or → averaged image where there is one, as `inverse`, shape (batch, 3, 3).
        projective: per sample, whether its matrix is more than affine.
    """

    size_px: int
    shapes: list[tuple[int, int, int]]
    padded: bool
    forward: Array
    inverse: Array
    ways: list[int]
    cuts: list[list[int]]
    fine: list[int]
    averaged: list[list[int]]
    reading: Array
    projective: list[bool]


def make_sampling(forward: Array, sizes: NDArray[Any], size_px: int, padded: bool, bent: NDArray[np.bool_]) -> Sampling:
    """How each sample of a batch is to be read.

    Args:
        forward: image → input, continuous coordinates, shape (batch, 3, 3).
        sizes: the images' heights and widths, whole numbers, shape (batch, 2).
        size_px: height and width of the network's input.
        padded: whether the outside has the pad colour.
        bent: whether a displacement comes after the matrix, shape (batch,).
    """
    inverse = on_grid(np.linalg.inv(forward), GRID)
    forward = on_grid(forward, GRID)
    height, width = np.asarray(sizes, np.float64).T
    shrink_x, shrink_y = find_shrinking(forward, inverse, size_px)
    cuts, whole_pixels = find_cuts(inverse, width, height, size_px)
    whole_pixels &= ~bent
    same = whole_pixels & (cuts[:, 2:4] - cuts[:, :2] == size_px).all(axis=1)
    smaller, larger = np.minimum(shrink_x, shrink_y), np.maximum(shrink_x, shrink_y)
    area = whole_pixels & (smaller >= 1.0) & (larger > AREA_FROM)
    ways = np.where(same, CUT, np.where(area, SHRINK, np.where(larger > FINE_FROM + WHOLE, FINE, WARP)))
    shrinking, extents = np.stack([shrink_x, shrink_y], axis=1), np.stack([width, height], axis=1)
    factors = np.where((ways == FINE)[:, None] & (shrinking > LARGEST_FINE), np.floor(shrinking / 2.0), 1.0)
    averaged = np.maximum(np.rint(extents / factors), 1.0)
    # One place more than pixels: measured nearer to the exact average than any peer (benchmarks/augmentation.py quality).
    fine = np.where(ways == FINE, np.floor((shrinking * averaged / extents).max(axis=1) + NEAR) + 1.0, 1.0)
    read = inverse.copy()
    read[:, :2] *= (averaged / extents)[:, :, None]
    read[:, :, :2] /= fine[:, None, None]
    # One call for both kinds: OpenCV's own frame differs from ours by half a pixel at either end.
    centred = pixel_centres(np.concatenate([inverse, read]))
    return Sampling(
        size_px=size_px,
        shapes=[(int(h), int(w), 3) for h, w in sizes],
        padded=padded,
        forward=forward,
        inverse=centred[: len(ways)],
        ways=ways.tolist(),
        cuts=cuts.tolist(),
        fine=fine.astype(np.int64).tolist(),
        averaged=averaged.astype(np.int64).tolist(),
        reading=np.ascontiguousarray(centred[len(ways) :]),
        projective=(inverse[:, 2] != (0.0, 0.0, 1.0)).any(axis=1).tolist(),
    )


def find_shrinking(forward: Array, inverse: Array, size_px: int) -> tuple[Array, Array]:
    """Pixels of the image per pixel of the input in the middle of the input, along the image's own axes.

    Args:
        forward: image → input, shape (batch, 3, 3).
        inverse: input → image, shape (batch, 3, 3).
        size_px: height and width of the input.

    Returns:
        Along x and along y, shape (batch,) each.
    """
    middle = np.full(2, size_px / 2)
    seen = inverse[:, :, :2] @ middle + inverse[:, :, 2]
    depth = (forward[:, 2] * (seen / seen[:, 2:])).sum(axis=1)
    slopes = (forward[:, :2, :2] - middle[None, :, None] * forward[:, None, 2, :2]) / depth[:, None, None]
    across, down = np.sqrt((slopes**2).sum(axis=1)).T
    return 1.0 / across, 1.0 / down


def on_grid(numbers: NDArray[np.floating[Any]], step: float) -> Array:
    """The numbers rounded to whole multiples of `step`, a power of two; no negative zero."""
    return np.asarray(np.rint(numbers / step) * step + 0.0)


def find_cuts(inverse: Array, width: Array, height: Array, size_px: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The rectangle of whole pixels that becomes the input, where there is one.

    Args:
        inverse: input → image, continuous coordinates, shape (batch, 3, 3).
        width: the images' widths, shape (batch,).
        height: the images' heights, shape (batch,).
        size_px: height and width of the network's input.

    Returns:
        x0, y0, x1, y1, mirrored in x, mirrored in y, shape (batch, 6); and whether it is one, shape (batch,).
    """
    starts = inverse[:, :2, 2]
    ends = starts + inverse[:, [0, 1], [0, 1]] * size_px
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    whole_low, whole_high = np.rint(low), np.rint(high)
    limits = np.stack([width, height], axis=1)
    near = (np.abs(low - whole_low) < WHOLE) & (np.abs(high - whole_high) < WHOLE)
    inside = (whole_low >= 0) & (whole_high <= limits)
    upright = (inverse[:, [0, 1, 2, 2], [1, 0, 0, 1]] == 0.0).all(axis=1)
    cuts = np.concatenate([whole_low, whole_high, ends < starts], axis=1).astype(np.int64)
    return cuts, (near & inside).all(axis=1) & upright


def sample_pixels(
    sampling: Sampling, index: int, pixels: Pixels, out: Pixels, displacement: NDArray[np.float32] | None = None
) -> None:
    """One sample's input before its colours change, written into `out`.

    Args:
        sampling: of the batch.
        index: which sample of the batch.
        pixels: RGB, uint8, shape (height, width, 3), as `sizes` said.
        out: uint8, shape (size_px, size_px, 3), contiguous; not a view of `pixels`.
        displacement: (x, y) in pixels of the input, float32, shape (size_px, size_px, 2).

    Raises:
        ValueError: `pixels` or `out` has another shape; OpenCV would write elsewhere without a word.
    """
    size_px = sampling.size_px
    if pixels.shape != sampling.shapes[index] or out.shape != (size_px, size_px, 3) or out.dtype != np.uint8:
        raise ValueError(
            f"drawn for an image of shape {sampling.shapes[index]} and an input of {size_px} px, "
            f"given {pixels.shape} and {out.dtype} {out.shape}; give `draw` the sizes of the images `apply` gets"
        )
    if sampling.ways[index] <= SHRINK:
        cut_pixels(sampling, index, pixels, out)
        return
    source = average_pixels(pixels, sampling.averaged[index])
    fine_px = size_px * sampling.fine[index]
    # OpenCV 5 warps four channels 2.4 times faster than three, to the same bytes (a test holds it to them).
    wide = take_scratch("source", source.shape[0], source.shape[1])
    warped = take_scratch("input", fine_px, fine_px)
    cv2.cvtColor(source, cv2.COLOR_RGB2RGBA, dst=wide)
    matrix, border, size = sampling.reading[index], outside_of(sampling), (fine_px, fine_px)
    if displacement is not None:
        spread = spread_displacement(displacement, sampling.fine[index])
        cv2.remap(wide, *displace(matrix, spread), cv2.INTER_LINEAR, warped, border, PAD_COLOUR)
    elif sampling.projective[index]:
        cv2.warpPerspective(wide, matrix, size, warped, LINEAR, border, PAD_COLOUR)
    else:
        cv2.warpAffine(wide, matrix[:2], size, warped, LINEAR, border, PAD_COLOUR)
    if fine_px > size_px:
        mean = take_scratch("mean", size_px, size_px)
        cv2.resize(warped, (size_px, size_px), mean, interpolation=cv2.INTER_AREA)
        warped = mean
    cv2.cvtColor(warped, cv2.COLOR_RGBA2RGB, dst=out)


def average_pixels(pixels: Pixels, size: list[int]) -> Pixels:
    """The image averaged down to a width and height; itself when it has them."""
    if size == [pixels.shape[1], pixels.shape[0]]:
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def spread_displacement(displacement: NDArray[np.float32], fine: int) -> NDArray[np.float32]:
    """A displacement for several places a pixel, in units of these places."""
    if fine == 1:
        return displacement
    size = (displacement.shape[1] * fine, displacement.shape[0] * fine)
    return np.asarray(cv2.resize(displacement, size, interpolation=cv2.INTER_LINEAR)) * np.float32(fine)


def cut_pixels(sampling: Sampling, index: int, pixels: Pixels, out: Pixels) -> None:
    """The input of a sample that is a rectangle of whole pixels, averaged where it is larger."""
    size = (sampling.size_px, sampling.size_px)
    x0, y0, x1, y1, in_x, in_y = sampling.cuts[index]
    cut: NDArray[Any] = pixels[y0:y1, x0:x1]
    flip = FLIPS.get((in_x == 1, in_y == 1))
    if sampling.ways[index] == SHRINK:
        cut = cv2.resize(cut, size, dst=out if flip is None else None, interpolation=cv2.INTER_AREA)
    elif flip is None:
        np.copyto(out, cut)
    if flip is not None:
        cv2.flip(cut, flip, dst=out)


_scratch = threading.local()


def take_scratch(purpose: str, height: int, width: int) -> Pixels:
    """Memory of this thread for four-channel pixels, shape (height, width, 4); its content is whatever was left there.

    Fresh memory of this size would be zeroed by the system page by page, each time.
    """
    held: Pixels | None = getattr(_scratch, purpose, None)
    if held is None or held.size < height * width * 4:
        held = np.empty(height * width * 4, np.uint8)
        setattr(_scratch, purpose, held)
    return held[: height * width * 4].reshape(height, width, 4)


def outside_of(sampling: Sampling) -> int:
    """OpenCV's name for what lies outside the image."""
    return cv2.BORDER_CONSTANT if sampling.padded else cv2.BORDER_REFLECT


def displace(matrix: Array, displacement: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where each pixel of the input is read, after displacement and matrix.

    Args:
        matrix: input → image between pixel indices, shape (3, 3).
        displacement: (x, y) in pixels of the input, shape (size, size, 2).

    Returns:
        x and y as pixel indices of the image, float32, shape (size, size) each.
    """
    size = displacement.shape[0]
    x = displacement[:, :, 0] + np.arange(size, dtype=np.float64)[None, :]
    y = displacement[:, :, 1] + np.arange(size, dtype=np.float64)[:, None]
    w = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    across = (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / w
    down = (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / w
    return across.astype(np.float32), down.astype(np.float32)


def sample_mask(
    sampling: Sampling,
    index: int,
    mask: NDArray[Any],
    size_px: int,
    displacement: NDArray[np.float32] | None,
    outside: float,
) -> NDArray[Any]:
    """One sample's mask read through its matrix, each pixel taking the nearest value.

    Args:
        sampling: of the batch.
        index: which sample of the batch.
        mask: any type OpenCV takes, shape (height, width).
        size_px: height and width of the result.
        displacement: as for `sample_pixels`.
        outside: the value outside the image, where the plan does not reflect.

    Returns:
        The mask's type, shape (size_px, size_px).
    """
    inverse = sampling.inverse[index]
    border = outside_of(sampling)
    if size_px != sampling.size_px:
        step = sampling.size_px / size_px
        # The middle of an output pixel lies in the middle of step x step input pixels.
        inverse = inverse @ np.array([[step, 0.0, (step - 1) / 2], [0.0, step, (step - 1) / 2], [0.0, 0.0, 1.0]])
        if displacement is not None:
            displacement = np.asarray(cv2.resize(displacement, (size_px, size_px), interpolation=cv2.INTER_AREA)) / np.float32(
                step
            )
    if displacement is not None:
        return np.asarray(cv2.remap(mask, *displace(inverse, displacement), cv2.INTER_NEAREST, None, border, outside))
    if sampling.projective[index]:
        return np.asarray(cv2.warpPerspective(mask, inverse, (size_px, size_px), None, NEAREST, border, outside))
    return np.asarray(cv2.warpAffine(mask, inverse[:2], (size_px, size_px), None, NEAREST, border, outside))
