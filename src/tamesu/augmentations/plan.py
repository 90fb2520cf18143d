"""A recipe's augmentations as one plan: draw a whole batch at once, then touch each image's pixels once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.colour import compose, recolour
from tamesu.augmentations.drawn import Drawn, Pixels, apply_pixels, make_drawn
from tamesu.augmentations.frames import crop_matrices, fit_boxes
from tamesu.augmentations.part import Array, ColourPart, Fit, GeometryPart
from tamesu.augmentations.random import Keys, counters, make_key, uniforms_at
from tamesu.augmentations.table import AUGMENTATIONS
from tamesu.errors import Fault, InputError, Where


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The parts in order, closed by a fit to the network's input; made by `make_plan`.

    Attributes:
        geometry: the parts that move points, in order, each with its columns among the drawn numbers.
        colour: the parts that change colours, likewise.
        size_px: height and width of the network's input.
        fit: how a frame that is not of that size becomes so: `crop`, `stretch` or `pad`.
        places: the counters of the drawn numbers, uint64, shape (columns,).
    """

    geometry: tuple[tuple[GeometryPart, slice], ...]
    colour: tuple[tuple[ColourPart, slice], ...]
    size_px: int
    fit: Fit
    places: Keys

    @property
    def zoom(self) -> float:
        """The largest enlargement, relative to the image with its shorter side fitted to the input; at least 1.

        An image kept at `zoom` times the input's size loses nothing in training.
        """
        return float(np.prod([part.zoom for part, _ in self.geometry]))

    def draw(self, key: int, samples: Keys, sizes: NDArray[Any], means: NDArray[Any]) -> Drawn:
        """Draw and compose the matrices of a batch; a sample's depend on (key, its id, its size and mean) alone.

        Args:
            key: from `make_key`; e.g. of seed, repeat, fold and epoch.
            samples: the samples' keys from `sample_keys`, uint64, shape (batch,).
            sizes: heights and widths of the images that will be given to `apply`, shape (batch, 2).
            means: the images' mean colours, RGB from 0 to 255, shape (batch, 3).
        """
        u = uniforms_at(key, samples, self.places)
        frames = np.asarray(sizes, np.float64)
        forward: Array | None = None
        for part, columns in self.geometry:
            matrices, frames = part.matrices(u[:, columns], frames, self.size_px)
            forward = matrices if forward is None else matrices @ forward
        if forward is None or not (frames == self.size_px).all():
            closing = crop_matrices(fit_boxes(self.fit, frames), np.full_like(frames, self.size_px))
            forward = closing if forward is None else closing @ forward
        colours, mean_colours = None, np.asarray(means, np.float64)
        for painter, columns in self.colour:
            matrices = painter.colours(u[:, columns], mean_colours)
            colours = matrices if colours is None else compose(colours, matrices)
            mean_colours = recolour(matrices, mean_colours)
        return make_drawn(forward, colours, sizes, self.size_px, self.fit == "pad")

    def apply(self, pixels: Pixels, drawn: Drawn, index: int, out: Pixels) -> None:
        """Write one sample's input into `out`; a pure function, for any thread.

        Args:
            pixels: RGB, uint8, shape (height, width, 3), of the size given to `draw`.
            drawn: what `draw` returned.
            index: which sample of the batch.
            out: uint8, shape (size_px, size_px, 3), contiguous; not a view of `pixels`.

        Examples:
            >>> plan = make_plan([("horizontal_flip", {"p": 1.0})], size_px=4, fit="crop")
            >>> image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
            >>> drawn = plan.draw(0, np.zeros(1, np.uint64), np.array([[4, 4]]), np.zeros((1, 3)))
            >>> out = np.empty((4, 4, 3), np.uint8)
            >>> plan.apply(image, drawn, 0, out)
            >>> bool((out == image[:, ::-1]).all())
            True
        """
        apply_pixels(drawn, index, pixels, out)


def make_plan(parts: Sequence[tuple[str, Mapping[str, Any]]], *, size_px: int, fit: Fit) -> Plan:
    """A plan of parts by name.

    Each part draws from a stream of its own, named after the part and how many of its name stand before it. So writing
    another part into the list changes none of the other parts' draws, and a comparison of both recipes stays paired.

    Args:
        parts: (name, options), in order; none for validation and test: the fit alone.
        size_px: height and width of the network's input.
        fit: how a frame that is not of that size becomes so at the end: `crop`, `stretch` or `pad`; with `pad`, what lies
            outside the image has the pad colour, else it is the image reflected.

    Raises:
        InputError: an unknown part, or an option that is unknown, missing, of the wrong type or out of range; all at once.
    """
    faults: list[Fault] = []
    for position, (name, options) in enumerate(parts):
        faults += AUGMENTATIONS.check(name, options, Where(key=f"augmentations.{position}.{name}"))
    if faults:
        raise InputError(faults)
    seen: Counter[str] = Counter()
    places = [np.empty(0, np.uint64)]
    geometry: list[tuple[GeometryPart, slice]] = []
    colour: list[tuple[ColourPart, slice]] = []
    start = 0
    for name, options in parts:
        part = AUGMENTATIONS.build(name, options)
        columns = slice(start, start + part.draws)
        if part.kind == "geometry":
            geometry.append((part, columns))
        else:
            colour.append((part, columns))
        places.append(counters(make_key("augmentation", name, seen[name]), part.draws))
        seen[name] += 1
        start = columns.stop
    return Plan(tuple(geometry), tuple(colour), size_px, fit, np.concatenate(places))
