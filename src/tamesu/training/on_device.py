"""A drawn batch applied by PyTorch: the same numbers as `Drawn.apply` and `Mix.apply`, for the whole batch at once on a GPU.

Both agree within rounding; the processor's way is the reference. Of the same pixels no operation makes one that differs by
more than 1; where an image was sampled to another last step, what has a threshold (solarize), a histogram (equalize, CLAHE) or
JPEG's steps makes more of that. What only selects pixels (cuts, flips) is done while the
images are copied together, so that one copy takes everything to the device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tamesu.augmentations.drawn import Drawn, Todo
from tamesu.augmentations.mixing import Mix
from tamesu.augmentations.part import Array
from tamesu.augmentations.sampling import PAD_COLOUR, SHRINK, Sampling, average_pixels, cut_pixels
from tamesu.augmentations.warping import Fields, Tiles, pixel_weights
from tamesu.training.on_device_operations import bring, change, each, inside_boxes, to_bytes

# Places that are read at a time; each takes about 150 bytes of the device's memory while it is.
PLACES = 2**22
# A place further from the image than this, in pixels, is taken to be there; its fraction could not be told in float32.
FAR = 2.0**20


@dataclass(frozen=True, slots=True)
class Packed:
    """A batch's pixels in one piece on the device.

    Attributes:
        pixels: uint8, shape (pixels, 3): first the samples that are whole already, then the images that are read through
            their matrices, each row by row.
        whole: samples that are whole.
        read: samples that are read, in the order of their images.
        starts: the first pixel of each of them, shape (read,).
        sizes: their heights and widths, shape (read, 2).
    """

    pixels: Tensor
    whole: list[int]
    read: list[int]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


def make_on_device(
    images: Sequence[NDArray[np.uint8]], drawn: Drawn, device: torch.device, pool: Executor | None = None
) -> Tensor:
    """The inputs of a batch, before its images are mixed.

    Args:
        images: RGB, uint8, shape (height, width, 3) each, as `sizes` said when the batch was drawn.
        drawn: of the batch.
        device: where the work is done.
        pool: threads that copy the images together, and do what only the processor can; None to do it in the caller's.

    Returns:
        uint8, shape (batch, size_px, size_px, 3), on `device`.

    Raises:
        ValueError: an image has another shape than it was drawn for.

    Examples:
        >>> from tamesu.augmentations import make_plan
        >>> plan = make_plan([("horizontal_flip", {"p": 1.0})], size_px=4, fit="crop")
        >>> image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
        >>> drawn = plan.draw(0, np.zeros(1, np.uint64), np.array([[4, 4]]), np.zeros((1, 3)))
        >>> bool((make_on_device([image], drawn, torch.device("cpu"))[0].numpy() == image[:, ::-1]).all())
        True
    """
    size_px = drawn.size_px
    packed = pack(images, drawn.sampling, device, pool)
    if not packed.read:
        batch = packed.pixels.view(-1, size_px, size_px, 3)
    else:
        batch = torch.empty((len(drawn), size_px, size_px, 3), dtype=torch.uint8, device=device)
        batch[packed.whole] = packed.pixels[: len(packed.whole) * size_px**2].view(-1, size_px, size_px, 3)
        read_all(drawn, packed, batch)
    for tiles, rows, numbers in by_entry(drawn.tiles):
        batch[rows] = shuffle(tiles, numbers, batch[rows])
    for operation, rows, numbers in by_entry(drawn.steps):
        whole = len(rows) == len(batch)
        changed = change(operation, numbers, batch if whole else batch[rows], pool)
        if whole:
            batch = changed
        else:
            batch[rows] = changed
    return batch


def pack(images: Sequence[NDArray[np.uint8]], sampling: Sampling, device: torch.device, pool: Executor | None) -> Packed:
    """All a batch needs of its images, copied together and taken to the device."""
    found = [image.shape for image in images]
    if found != sampling.shapes:
        raise ValueError(f"drawn for images of shapes {sampling.shapes}, given {found}; give `draw` the images' sizes")
    side = sampling.size_px
    whole = [i for i, way in enumerate(sampling.ways) if way <= SHRINK]
    read = [i for i, way in enumerate(sampling.ways) if way > SHRINK]
    sizes = np.array([sampling.averaged[i][::-1] for i in read], np.int64).reshape(-1, 2)
    lengths = sizes.prod(axis=1)
    starts = len(whole) * side * side + np.cumsum(lengths) - lengths
    count = len(whole) * side * side + int(lengths.sum())
    memory = torch.empty((count, 3), dtype=torch.uint8, pin_memory=device.type == "cuda")
    flat = memory.numpy()

    def copy(task: tuple[int, int, int, int]) -> None:
        index, start, height, width = task
        place = flat[start : start + height * width].reshape(height, width, 3)
        if sampling.ways[index] <= SHRINK:
            cut_pixels(sampling, index, images[index], place)
        else:
            np.copyto(place, average_pixels(images[index], sampling.averaged[index]))

    tasks = [(index, place * side * side, side, side) for place, index in enumerate(whole)]
    tasks += [(index, int(start), int(h), int(w)) for index, start, (h, w) in zip(read, starts, sizes, strict=True)]
    each(copy, tasks, pool)
    return Packed(memory.to(device, non_blocking=device.type == "cuda"), whole, read, starts, sizes)


def read_all(drawn: Drawn, packed: Packed, batch: Tensor) -> None:
    """Read the samples that are read through their matrices, and write them into the batch."""
    bends, bent = spread_fields(drawn, batch.device)
    for fine in sorted({drawn.sampling.fine[i] for i in packed.read}):
        for warped in (False, True):
            chosen = [k for k, i in enumerate(packed.read) if drawn.sampling.fine[i] == fine and (i in bent) == warped]
            if chosen:
                rows = [packed.read[k] for k in chosen]
                displaced = bends[[bent[i] for i in rows]] if bends is not None and warped else None
                batch[rows] = read_samples(drawn.sampling, packed, chosen, fine, displaced)


def spread_fields(drawn: Drawn, device: torch.device) -> tuple[Tensor | None, dict[int, int]]:
    """The displacements of a batch in pixels of the input; see `Drawn.displacement`.

    Returns:
        (x, y), float32, shape (bent samples, size_px, size_px, 2), or None when there are none; and each bent sample's place
        among them.
    """
    bent = {sample: place for place, sample in enumerate(i for i, fields in enumerate(drawn.warps) if fields)}
    if not bent:
        return None, bent
    size_px = drawn.size_px
    total = torch.zeros((len(bent), size_px, size_px, 2), device=device)
    entry: Fields
    for entry, rows, numbers in by_entry(drawn.warps):
        count = entry.nodes.shape[1]
        # In float64: a matrix product in float32 may round its factors to ten bits (TF32).
        weights = bring(pixel_weights(size_px, count, entry.basis), device).double()
        nodes = bring(entry.nodes[numbers].astype(np.float32), device).double()
        rows_of_nodes = torch.einsum("yi,nijc->nyjc", weights, nodes)
        total[[bent[i] for i in rows]] += torch.einsum("nyjc,xj->nyxc", rows_of_nodes, weights).float()
    return total, bent


def read_samples(sampling: Sampling, packed: Packed, chosen: list[int], fine: int, displaced: Tensor | None) -> Tensor:
    """Samples read through their matrices.

    Args:
        sampling: of the batch.
        packed: its pixels.
        chosen: which of `packed.read`.
        fine: places along each axis of a pixel, the same for all of them.
        displaced: their displacements, float32, shape (chosen, size_px, size_px, 2), or None.

    Returns:
        uint8, shape (chosen, size_px, size_px, 3).
    """
    device, size_px = packed.pixels.device, sampling.size_px
    rows = [packed.read[k] for k in chosen]
    projective = any(sampling.projective[i] for i in rows)
    matrices = bring(sampling.reading[rows].astype(np.float32), device)
    starts, sizes = bring(packed.starts[chosen], device), bring(packed.sizes[chosen], device)
    # Line by line, so that memory stays bounded however large the input is and however many places a pixel has.
    lines = torch.arange(len(chosen) * size_px, device=device)
    at_a_time = max(PLACES // (size_px * fine * fine), 1)
    across = torch.arange(size_px * fine, device=device, dtype=torch.float32)
    parts = []
    for piece in torch.split(lines, at_a_time):
        sample, line = piece // size_px, piece % size_px
        down = line[:, None] * fine + torch.arange(fine, device=device)
        x, y = across.expand(len(piece), fine, -1), down[:, :, None].float()
        if displaced is not None:
            moved = spread_lines(displaced, sample, down, fine)
            x, y = x + moved[..., 0], y + moved[..., 1]
        at_x, at_y = move(matrices[sample], x, y, projective)
        values = read_bilinear(packed.pixels, at_x, at_y, starts[sample], sizes[sample], sampling.padded)
        if fine > 1:
            values = values.view(len(piece), fine, size_px, fine, 3).mean(dim=(1, 3))
        parts.append(to_bytes(values.view(len(piece), size_px, 3)))
    return torch.cat(parts).view(len(chosen), size_px, size_px, 3)


def spread_lines(displaced: Tensor, sample: Tensor, down: Tensor, fine: int) -> Tensor:
    """A displacement at several places a pixel, in units of these places; see `sampling.spread_displacement`.

    Args:
        displaced: float32, shape (samples, size_px, size_px, 2).
        sample: the sample of each line, shape (lines,).
        down: the lines of places that belong to each line of pixels, shape (lines, fine).
        fine: places along each axis of a pixel.

    Returns:
        (x, y), float32, shape (lines, fine, size_px x fine, 2).
    """
    if fine == 1:
        return displaced[sample, down[:, 0]][:, None]
    size_px = displaced.shape[1]
    upper, lower, share = between(down, fine, size_px)
    lines = torch.lerp(displaced[sample[:, None], upper], displaced[sample[:, None], lower], share[..., None, None])
    left, right, share = between(torch.arange(size_px * fine, device=down.device), fine, size_px)
    return torch.lerp(lines[:, :, left], lines[:, :, right], share[:, None]) * fine


def between(places: Tensor, fine: int, size_px: int) -> tuple[Tensor, Tensor, Tensor]:
    """The pixels before and after places inside pixels, and how far each is from the one before to the one after."""
    along = ((places.float() + 0.5) / fine - 0.5).clamp_(0.0, size_px - 1.0)
    before = along.floor()
    return before.long(), (before.long() + 1).clamp_(max=size_px - 1), along - before


def move(matrices: Tensor, x: Tensor, y: Tensor, projective: bool) -> tuple[Tensor, Tensor]:
    """Places through matrices.

    Args:
        matrices: float32, shape (lines, 3, 3).
        x: shape (lines, places, places).
        y: of a shape that goes with it.
        projective: whether any matrix is more than affine.
    """
    m = matrices[:, :, :, None, None]
    at_x = m[:, 0, 0] * x + (m[:, 0, 1] * y + m[:, 0, 2])
    at_y = m[:, 1, 0] * x + (m[:, 1, 1] * y + m[:, 1, 2])
    if projective:
        w = m[:, 2, 0] * x + (m[:, 2, 1] * y + m[:, 2, 2])
        # At the horizon 0 / 0 is no number.
        at_x, at_y = (at_x / w).nan_to_num_(0.0), (at_y / w).nan_to_num_(0.0)
    return at_x.clamp_(-FAR, FAR), at_y.clamp_(-FAR, FAR)


def read_bilinear(pixels: Tensor, x: Tensor, y: Tensor, starts: Tensor, sizes: Tensor, padded: bool) -> Tensor:
    """Images read between their pixels.

    Args:
        pixels: uint8, shape (pixels, 3), all images in one piece.
        x: pixel indices, float32, shape (lines, places, places).
        y: of the same shape.
        starts: the first pixel of each line's image, shape (lines,).
        sizes: height and width of each line's image, shape (lines, 2).
        padded: whether the outside has the pad colour; else the image is reflected, its edge repeated.

    Returns:
        float32, shape (lines, places, places, 3).
    """
    left, upper = x.floor(), y.floor()
    share_x, share_y = (x - left)[..., None], (y - upper)[..., None]
    first = starts[:, None, None]
    height, width = sizes[:, 0, None, None], sizes[:, 1, None, None]
    columns = [settle(left.long() + step, width, padded) for step in (0, 1)]
    rows = [settle(upper.long() + step, height, padded) for step in (0, 1)]
    pad = torch.tensor(PAD_COLOUR, dtype=torch.float32, device=pixels.device)

    def tap(row: tuple[Tensor, Tensor | None], column: tuple[Tensor, Tensor | None]) -> Tensor:
        values = pixels[first + row[0] * width + column[0]].float()
        if row[1] is None or column[1] is None:
            return values
        return torch.where((row[1] & column[1])[..., None], values, pad)

    top = torch.lerp(tap(rows[0], columns[0]), tap(rows[0], columns[1]), share_x)
    bottom = torch.lerp(tap(rows[1], columns[0]), tap(rows[1], columns[1]), share_x)
    return torch.lerp(top, bottom, share_y)


def settle(places: Tensor, length: Tensor, padded: bool) -> tuple[Tensor, Tensor | None]:
    """Places along an axis as places inside the image, and where they were inside; None when they are reflected."""
    if padded:
        return torch.minimum(places.clamp(min=0), length - 1), (places >= 0) & (places < length)
    turned = places % (2 * length)
    return torch.minimum(turned, 2 * length - 1 - turned), None


def shuffle(tiles: Tiles, numbers: NDArray[np.int64], images: Tensor) -> Tensor:
    """Images with their tiles in order; see `Tiles.shuffle`."""
    size_px, grid = images.shape[1], tiles.grid
    side = size_px // grid
    orders = bring(tiles.orders[numbers], images.device)
    along = torch.arange(side * grid, device=images.device)
    tile = orders[:, (along // side)[:, None] * grid + along // side]
    down, across = tile // grid * side + (along % side)[:, None], tile % grid * side + along % side
    images = images.clone()
    samples = torch.arange(len(images), device=images.device)[:, None, None]
    images[:, : side * grid, : side * grid] = images[samples, down, across]
    return images


def by_entry(todo: Todo[Any]) -> Iterator[tuple[Any, list[int], NDArray[np.int64]]]:
    """What is to be done, entry by entry, in an order that keeps each sample's own.

    An entry comes when it is next for some sample and later for none, so that it takes all its samples at once; entries that
    different samples have in different orders come more than once.

    Args:
        todo: per sample, (entry, number of the sample among its own), in order.

    Returns:
        Each entry, its samples (indices into the batch), and their numbers among its own.

    Examples:
        >>> [(entry, rows) for entry, rows, _ in by_entry([[("b", 0)], [("a", 0), ("b", 1)]])]
        [('a', [1]), ('b', [0, 1])]
    """
    pending = {row: list(steps) for row, steps in enumerate(todo) if steps}
    while pending:
        later = {id(entry) for steps in pending.values() for entry, _ in steps[1:]}
        heads = [steps[0][0] for steps in pending.values()]
        taken = next((entry for entry in heads if id(entry) not in later), heads[0])
        rows = [row for row, steps in pending.items() if steps[0][0] is taken]
        numbers = np.array([pending[row].pop(0)[1] for row in rows], np.int64)
        pending = {row: steps for row, steps in pending.items() if steps}
        yield taken, rows, numbers


def mix_on_device(images: Tensor, mix: Mix, masks: NDArray[np.bool_] | None = None) -> Array:
    """Put the images of a batch together, in place; see `Mix.apply`.

    Args:
        images: uint8, shape (batch, size_px, size_px, 3).
        mix: what is put together.
        masks: where each image's object is, shape (batch, size_px, size_px); for `object` and `background`.

    Returns:
        How much of each sample's target is its own, the rest being its partner's, shape (batch,).
    """
    device, own = images.device, np.ones(len(images))
    rows = np.flatnonzero(mix.partners != np.arange(len(images)))
    if mix.way == "background":
        assert masks is not None
        # Nothing of its own would stay, under its own label.
        rows = rows[masks[rows].any(axis=(1, 2))]
    if len(rows) == 0:
        return own
    partners, shares = mix.partners[rows], mix.shares[rows]
    mine, other = images[bring(rows, device)], images[bring(partners, device)]
    share = bring(shares.astype(np.float32), device).view(-1, 1, 1, 1)
    if mix.way == "box":
        assert mix.boxes is not None
        boxes = mix.boxes[rows]
        own[rows] = 1.0 - (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) / images[0, :, :, 0].numel()
        put = torch.where(inside_boxes(bring(boxes, device), torch.arange(images.shape[1], device=device)), other, mine)
    else:
        put = to_bytes(mine.float() * share + other.float() * (1.0 - share))
        own[rows] = shares
        if mix.way != "blend":
            assert masks is not None
            over = masks[partners] if mix.way == "object" else ~masks[rows]
            own[rows] = 1.0 - (1.0 - shares) * over.mean(axis=(1, 2))
            put = torch.where(bring(over, device)[..., None], put, mine)
    images[bring(rows, device)] = put
    return own if mix.labels == "mix" else np.ones(len(images))
