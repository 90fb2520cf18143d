"""The drawn matrices of a batch, and the one place where they touch pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.frames import pixel_centres
from tamesu.augmentations.part import Array

Pixels = NDArray[np.uint8]

# What a sample needs. CUT: its input is a rectangle of whole pixels, at most mirrored. SHRINK: the same, averaged over areas.
# WARP: bilinear sampling. SHRINK_WARP: the image is first averaged down, then sampled.
CUT, SHRINK, WARP, SHRINK_WARP = range(4)

# A rectangle of whole pixels is averaged over areas from this factor on (below it, bilinear is as good and like training).
AREA_FROM = 1.5
# Bilinear sampling reaches every pixel of the image up to this factor; above it, pixels would be skipped (aliasing).
SKIPS_FROM = 2.0
# Matrices are rounded to these steps: an identity stays one, and the last bits of another processor's sine do not matter.
GRID, COLOUR_GRID = 2.0**-30, 2.0**-16
# An edge this near to one between pixels (in pixels) is taken for it; the grid moves it by 2e-6 at the largest inputs.
WHOLE = 1e-4

LINEAR = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
NEAREST = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
FLIPS = {(True, False): 1, (False, True): 0, (True, True): -1}
# ImageNet's mean colour: about zero once the network's mean is taken off.
PAD_COLOUR = (124, 116, 104)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What was drawn for a batch. Nothing in it changes, so any number of threads may apply it.

    Attributes:
        size_px: height and width of the network's input.
        shapes: the images' shapes, (height, width, 3) each.
        padded: whether what lies outside the image has the pad colour (else the image is reflected).
        forward: image → input, continuous coordinates (pixel edges at whole numbers), float64, shape (batch, 3, 3);
            for `move_points` and `move_boxes`.
        inverse: input → image between pixel indices, as OpenCV's WARP_INVERSE_MAP takes it, float64, shape (batch, 3, 3).
        colours: (R, G, B, 1) → (R, G, B), float32, shape (batch, 3, 4), or None when no colour changes.
        recoloured: per sample, whether its colours change.
        ways: per sample, CUT, SHRINK, WARP or SHRINK_WARP.
        cuts: per sample x0, y0, x1, y1, whether mirrored in x and in y; of use for CUT and SHRINK.
        shrunk_sizes: per sample the width and height of the averaged image; of use for SHRINK_WARP.
        sampling: input → image, or → averaged image where there is one, as `inverse`, shape (batch, 2, 3).
    """

    size_px: int
    shapes: list[tuple[int, int, int]]
    padded: bool
    forward: Array
    inverse: Array
    colours: NDArray[np.float32] | None
    recoloured: list[bool]
    ways: list[int]
    cuts: list[list[int]]
    shrunk_sizes: list[list[int]]
    sampling: Array

    def __len__(self) -> int:
        return len(self.ways)


def make_drawn(forward: Array, colours: Array | None, sizes: NDArray[Any], size_px: int, padded: bool) -> Drawn:
    """How each sample of a batch is to be sampled.

    Args:
        forward: image → input, continuous coordinates, shape (batch, 3, 3).
        colours: shape (batch, 3, 4), or None.
        sizes: the images' heights and widths, whole numbers, shape (batch, 2).
        size_px: height and width of the network's input.
        padded: whether the outside has the pad colour.
    """
    inverse = on_grid(np.linalg.inv(forward), GRID)
    forward = on_grid(forward, GRID)
    height, width = np.asarray(sizes, np.float64).T
    # Pixels of the image per pixel of the input, along the image's own axes.
    shrink_x = 1.0 / np.sqrt(forward[:, 0, 0] ** 2 + forward[:, 1, 0] ** 2)
    shrink_y = 1.0 / np.sqrt(forward[:, 0, 1] ** 2 + forward[:, 1, 1] ** 2)
    cuts, whole_pixels = find_cuts(inverse, width, height, size_px)
    same = whole_pixels & (cuts[:, 2:4] - cuts[:, :2] == size_px).all(axis=1)
    smaller, larger = np.minimum(shrink_x, shrink_y), np.maximum(shrink_x, shrink_y)
    area = whole_pixels & (smaller >= 1.0) & (larger > AREA_FROM)
    skips = larger >= SKIPS_FROM
    ways = np.where(same, CUT, np.where(area, SHRINK, np.where(skips, SHRINK_WARP, WARP)))
    sampled = inverse
    shrunk = np.stack([width, height], axis=1)
    if (ways == SHRINK_WARP).any():
        shrunk = np.maximum(np.rint(shrunk / np.maximum(np.stack([shrink_x, shrink_y], axis=1), 1.0)), 1.0)
        sampled = inverse.copy()
        sampled[:, 0] *= np.where(ways == SHRINK_WARP, shrunk[:, 0] / width, 1.0)[:, None]
        sampled[:, 1] *= np.where(ways == SHRINK_WARP, shrunk[:, 1] / height, 1.0)[:, None]
    # One call for both kinds: OpenCV's own frame differs from ours by half a pixel at either end.
    centred = pixel_centres(np.concatenate([inverse, sampled]))
    recoloured = [False] * len(ways)
    if colours is not None:
        colours = on_grid(colours, COLOUR_GRID)
        recoloured = (colours != np.eye(3, 4)).any(axis=(1, 2)).tolist()
    return Drawn(
        size_px=size_px,
        shapes=[(int(h), int(w), 3) for h, w in sizes],
        padded=padded,
        forward=forward,
        inverse=centred[: len(ways)],
        colours=None if colours is None or not any(recoloured) else colours.astype(np.float32),
        recoloured=recoloured,
        ways=ways.tolist(),
        cuts=cuts.tolist(),
        shrunk_sizes=shrunk.astype(np.int64).tolist(),
        sampling=np.ascontiguousarray(centred[len(ways) :, :2]),
    )


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


def apply_pixels(drawn: Drawn, index: int, pixels: Pixels, out: Pixels) -> None:
    """One sample's input, written into `out`; a pure function of its arguments.

    Args:
        drawn: the batch's matrices.
        index: which sample of the batch.
        pixels: RGB, uint8, shape (height, width, 3), as `sizes` said when it was drawn.
        out: uint8, shape (size_px, size_px, 3), contiguous; not a view of `pixels`.

    Raises:
        ValueError: `pixels` or `out` has another shape; OpenCV would write elsewhere without a word.
    """
    if pixels.shape != drawn.shapes[index] or out.shape != (drawn.size_px, drawn.size_px, 3) or out.dtype != np.uint8:
        raise ValueError(
            f"drawn for an image of shape {drawn.shapes[index]} and an input of {drawn.size_px} px, "
            f"given {pixels.shape} and {out.dtype} {out.shape}; give `draw` the sizes of the images `apply` gets"
        )
    way, size = drawn.ways[index], (drawn.size_px, drawn.size_px)
    if way <= SHRINK:
        x0, y0, x1, y1, in_x, in_y = drawn.cuts[index]
        cut: NDArray[Any] = pixels[y0:y1, x0:x1]
        flip = FLIPS.get((in_x == 1, in_y == 1))
        if way == SHRINK:
            cut = cv2.resize(cut, size, dst=out if flip is None else None, interpolation=cv2.INTER_AREA)
        elif flip is None:
            np.copyto(out, cut)
        if flip is not None:
            cv2.flip(cut, flip, dst=out)
    else:
        source: NDArray[Any] = pixels
        if way == SHRINK_WARP:
            source = cv2.resize(pixels, drawn.shrunk_sizes[index], interpolation=cv2.INTER_AREA)
        border = cv2.BORDER_CONSTANT if drawn.padded else cv2.BORDER_REFLECT
        cv2.warpAffine(source, drawn.sampling[index], size, out, LINEAR, border, PAD_COLOUR)
    if drawn.recoloured[index] and drawn.colours is not None:
        # In place: each pixel is read before it is written (a test holds OpenCV to it).
        cv2.transform(out, drawn.colours[index], dst=out)


def apply_mask(drawn: Drawn, index: int, mask: NDArray[Any], size_px: int, outside: int = 0) -> NDArray[Any]:
    """One sample's mask after the same geometry, each pixel taking the nearest value.

    Args:
        drawn: the batch's matrices.
        index: which sample of the batch.
        mask: any type OpenCV takes (uint8, int16, float32), shape (height, width).
        size_px: height and width of the result; the network's input or, for a coarser output, a smaller number.
        outside: the value where the input lies outside the image; reflected instead when the plan reflects.

    Returns:
        The mask's type, shape (size_px, size_px).
    """
    inverse = drawn.inverse[index, :2]
    if size_px != drawn.size_px:
        step = drawn.size_px / size_px
        # The middle of an output pixel lies in the middle of step x step input pixels.
        inverse = inverse @ np.array([[step, 0.0, (step - 1) / 2], [0.0, step, (step - 1) / 2], [0.0, 0.0, 1.0]])
    border = cv2.BORDER_CONSTANT if drawn.padded else cv2.BORDER_REFLECT
    return np.asarray(cv2.warpAffine(mask, inverse, (size_px, size_px), None, NEAREST, border, outside))
