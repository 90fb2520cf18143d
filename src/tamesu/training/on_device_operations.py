"""The operations on pixels, done by PyTorch to many samples at once; each rounds as its OpenCV twin in `operations` does.

An operation without an entry in `OPERATIONS` (a function of one image at a time, a plugin's own) is done on the processor:
its samples come back for it.
"""

# ruff: noqa: ARG001 -- every operation is given threads, also where the device does all of it.
from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import cache
from typing import Any, TypeVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from tamesu.augmentations.operations import (
    NOISE_BITS,
    NOISE_DEVIATION,
    NOISE_MEAN,
    Blends,
    Boxes,
    Colours,
    GaussianBlurs,
    HistogramTables,
    Kernels,
    Noise,
    Several,
    Tables,
    blur_side,
    normal_numbers,
)
from tamesu.augmentations.part import Operation

A = TypeVar("A")
B = TypeVar("B")

# (operation, numbers of its samples, their images, threads for what the processor does) → the images changed, uint8, shape
# (samples, size_px, size_px, 3).
Change = Callable[[Any, NDArray[np.int64], Tensor, Executor | None], Tensor]


def change(operation: Operation, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None = None) -> Tensor:
    """Samples after an operation.

    Args:
        operation: what is done.
        numbers: which of the operation's samples these are, shape (samples,).
        images: uint8, shape (samples, size_px, size_px, 3); may be written into.
        pool: threads for what the processor has to do; None to do it in the caller's.

    Returns:
        uint8, of the same shape, on the same device.
    """
    return OPERATIONS.get(type(operation), change_on_host)(operation, numbers, images, pool)


def each(function: Callable[[A], B], items: Iterable[A], pool: Executor | None) -> list[B]:
    """A function's value for each item, in order; on threads where there are any."""
    return list(map(function, items) if pool is None else pool.map(function, items))


def change_on_host(operation: Operation, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`; one image after the other, on the processor."""
    brought = images.cpu().contiguous()
    pictures = brought.numpy()
    each(lambda place: operation.apply(int(numbers[place]), pictures[place]), range(len(numbers)), pool)
    return brought.to(images.device)


def to_bytes(values: Tensor) -> Tensor:
    """Floats as uint8: rounded half to even, and kept within 0 to 255; `values` is written into."""
    return values.round_().clamp_(0.0, 255.0).to(torch.uint8)


def bring(array: NDArray[Any], device: torch.device) -> Tensor:
    """An array on the device; without waiting for it where that is possible."""
    tensor = torch.from_numpy(np.ascontiguousarray(array))
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


def recolour(operation: Colours, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`: one linear map of the colours per sample."""
    matrices = bring(operation.matrices[numbers], images.device)[:, None, None]
    values = images.float()
    # Not as a matrix product, which may round its factors to ten bits (TF32).
    result = values[..., 0:1] * matrices[..., 0]
    result += values[..., 1:2] * matrices[..., 1]
    result += values[..., 2:3] * matrices[..., 2]
    return to_bytes(result.add_(matrices[..., 3]))


def look_up(operation: Tables, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`: a value for each value."""
    return read_tables(bring(operation.tables[numbers], images.device), images)


def read_tables(tables: Tensor, images: Tensor) -> Tensor:
    """Images after tables of values.

    Args:
        tables: uint8, shape (samples, 256) or (samples, 256, 3).
        images: uint8, shape (samples, size_px, size_px, 3).
    """
    index = images.to(torch.int64)
    if tables.ndim == 3:
        index = index.mul_(3).add_(torch.arange(3, device=images.device))
    return tables.flatten(1).gather(1, index.flatten(1)).view(images.shape)


def look_up_own(operation: HistogramTables, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`: tables made of the images' own histograms, which come to the processor."""
    first = torch.arange(len(images) * 3, device=images.device).view(-1, 1, 1, 3) * 256
    counts = torch.bincount((images + first).flatten(), minlength=len(images) * 768).view(-1, 3, 256).cpu().numpy()
    tables = each(lambda place: operation.table(counts[place], int(numbers[place])).T, range(len(numbers)), pool)
    return read_tables(bring(np.stack(tables), images.device), images)


def weigh_neighbours(operation: Kernels, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`: a weighted sum of each pixel's neighbourhood."""
    return to_planes(to_bytes(correlate(to_planes(images).float(), bring(operation.kernels[numbers], images.device))))


def blur(operation: GaussianBlurs, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`: a Gaussian blur, one axis after the other."""
    sigmas = operation.sigmas[numbers].tolist()
    longest = max(blur_side(sigma) for sigma in sigmas)
    weights = np.zeros((len(sigmas), longest), np.float32)
    for row, sigma in zip(weights, sigmas, strict=True):
        side = blur_side(sigma)
        row[(longest - side) // 2 : (longest + side) // 2] = cv2.getGaussianKernel(side, sigma)[:, 0]
    line = bring(weights, images.device)
    values = correlate(correlate(to_planes(images).float(), line[:, None, :]), line[:, :, None])
    return to_planes(to_bytes(values))


def to_planes(images: Tensor) -> Tensor:
    """Samples and channels swapped, (samples, y, x, 3) to (3, samples, y, x) or back."""
    return images.permute(3, 0, 1, 2) if images.shape[-1] == 3 else images.permute(1, 2, 3, 0).contiguous()


def correlate(planes: Tensor, kernels: Tensor) -> Tensor:
    """Each sample's planes with its own kernel; beyond the edge the image is reflected, without repeating the edge.

    Args:
        planes: float32, shape (3, samples, size_px, size_px).
        kernels: float32, shape (samples, height, width), odd sizes.
    """
    size_px = planes.shape[-1]
    down, across = (reflected(size_px, side // 2, planes.device) for side in kernels.shape[1:])
    wide = planes[:, :, down][:, :, :, across]
    # The values are whole numbers below 2^10, so that TF32, where it is on, costs a few hundredths.
    return functional.conv2d(wide, kernels[:, None], groups=len(kernels))


@cache
def reflected(size_px: int, beyond: int, device: torch.device) -> Tensor:
    """Where each place from `-beyond` to `size_px + beyond` is read, as in gfedcb|abcdefgh|gfedcba."""
    places = np.arange(-beyond, size_px + beyond)
    period = max(2 * size_px - 2, 1)
    places = places % period
    return bring(np.minimum(places, period - places) if size_px > 1 else np.zeros_like(places), device)


@cache
def numbers_on(device: torch.device) -> Tensor:
    """The list of normal numbers on a device."""
    return torch.from_numpy(normal_numbers().copy()).to(device)


def add_noise(operation: Noise, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`: normal noise whose deviation depends on the value."""
    size_px, channels = images.shape[1], 1 if operation.grey else 3
    device = images.device

    def of_samples(values: NDArray[Any]) -> Tensor:
        return bring(values[numbers].astype(np.float32), device).view(-1, 1, 1, 1)

    places = torch.arange(size_px * size_px * channels, device=device) + bring(operation.starts[numbers], device)[:, None]
    drawn = numbers_on(device)[places & (2**NOISE_BITS - 1)].view(-1, size_px, size_px, channels)
    values = images.float()
    constant, linear, root = (of_samples(held) for held in (operation.constant, operation.linear, operation.root))
    deviation = constant + linear * values + (root * values).sqrt_()
    return to_bytes(values.add_(deviation.mul_(drawn)))


def cover_boxes(operation: Boxes, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`: rectangles covered with a colour, or with noise."""
    held = operation.boxes[numbers]
    covering = np.flatnonzero(((held[:, :, 2] > held[:, :, 0]) & (held[:, :, 3] > held[:, :, 1])).any(axis=0)).tolist()
    if not covering:
        return images
    device, along = images.device, torch.arange(images.shape[1], device=images.device)
    boxes = bring(held, device)
    colours = bring(operation.colours[numbers], device)
    starts = None if operation.starts is None else bring(operation.starts[numbers], device).view(-1, 1, 1, 1)
    for k in covering:
        inside = inside_boxes(boxes[:, k], along)
        laid = colours[:, k, None, None] if starts is None else cover_whole(starts, boxes[:, k], along)
        images = torch.where(inside, laid, images)
    return images


def inside_boxes(boxes: Tensor, along: Tensor) -> Tensor:
    """Where one box of each sample is.

    Args:
        boxes: x0, y0, x1, y1 in whole pixels, shape (samples, 4).
        along: the numbers of the pixels along a side, shape (size_px,).

    Returns:
        bool, shape (samples, size_px, size_px, 1).
    """
    x0, y0, x1, y1 = boxes.view(-1, 4, 1).unbind(dim=1)
    across, down = (along >= x0) & (along < x1), (along >= y0) & (along < y1)
    return (down[:, :, None] & across[:, None, :])[..., None]


def cover_whole(starts: Tensor, boxes: Tensor, along: Tensor) -> Tensor:
    """Noise as `operations.cover` makes it for one box of each sample; of use inside the box only."""
    x0, y0, x1, _ = boxes.view(-1, 4, 1, 1, 1).unbind(dim=1)
    channels = torch.arange(3, device=along.device)
    places = ((along.view(1, -1, 1, 1) - y0) * (x1 - x0) + along.view(1, 1, -1, 1) - x0) * 3 + channels + starts
    drawn = numbers_on(along.device)[places & (2**NOISE_BITS - 1)]
    return to_bytes(drawn.mul_(float(NOISE_DEVIATION)).add_(torch.from_numpy(NOISE_MEAN).to(along.device)))


def lay_over(operation: Blends, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`: something laid over the picture; its opacity is made on the processor."""
    opacity = bring(np.stack(each(operation.opacity, numbers.tolist(), pool)), images.device)
    colours = bring(operation.colours[numbers].astype(np.float32), images.device)
    values = images.float()
    return to_bytes(values + (colours[:, None, None] - values) * opacity[..., None])


def do_several(operation: Several, numbers: NDArray[np.int64], images: Tensor, pool: Executor | None) -> Tensor:
    """See `change`: one operation after another."""
    for step in operation.steps:
        images = change(step, numbers, images, pool)
    return images


OPERATIONS: dict[type[Operation], Change] = {
    Colours: recolour,
    Tables: look_up,
    HistogramTables: look_up_own,
    Kernels: weigh_neighbours,
    GaussianBlurs: blur,
    Noise: add_noise,
    Boxes: cover_boxes,
    Blends: lay_over,
    Several: do_several,
}
