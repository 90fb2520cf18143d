"""A recipe's augmentations as one plan: draw a whole batch at once, then touch each image's pixels once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from tamesu.augmentations.colour import compose, recolour
from tamesu.augmentations.drawn import Drawn, Pixels, Turn, count_todo
from tamesu.augmentations.frames import crop_matrices, fit_boxes
from tamesu.augmentations.mixing import Mix, draw_partners
from tamesu.augmentations.operations import Colours, PixelPart
from tamesu.augmentations.part import (
    Array,
    Augmentation,
    ColourPart,
    DistortionPart,
    Fit,
    GeometryPart,
    MixingPart,
    Operation,
    TilesPart,
)
from tamesu.augmentations.random import Keys, uniforms_at
from tamesu.augmentations.sampling import COLOUR_GRID, make_sampling, on_grid
from tamesu.augmentations.warping import Fields, Tiles

A = TypeVar("A", bound=Augmentation)
Rows = NDArray[np.int64]

# A `fixed` magnitude is drawn at the very end of its range.
ALMOST_ONE = 1.0 - 2.0**-53


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A part at its place in a plan.

    Attributes:
        name: the part's name in the table.
        part: the part.
        columns: its columns among the drawn numbers.
        gate: the column that decides whether a sample is changed, or None when all are.
        chances: the probability of a change by class code, and last for samples of no known class; shape (classes + 1,).
        slot: the column of its policy's slot, or None.
        window: it is taken where the slot's number lies from the first to below the second.
        fixed: whether its magnitudes are always the largest.
        policy_gate, policy_chances: as `gate` and `chances`, of the policy it belongs to.
    """

    name: str
    part: Augmentation
    columns: slice
    gate: int | None
    chances: Array
    slot: int | None = None
    window: tuple[float, float] = (0.0, 1.0)
    fixed: bool = False
    policy_gate: int | None = None
    policy_chances: Array | None = None

    def rows(self, u: Array, codes: NDArray[np.int64]) -> Rows:
        """The samples of a batch that are changed.

        Args:
            u: all drawn numbers, shape (batch, columns).
            codes: class code of each sample, -1 when unknown, shape (batch,).
        """
        chosen = np.ones(len(u), bool)
        if self.gate is not None:
            chosen &= u[:, self.gate] < chances_of(self.chances, codes)
        if self.policy_gate is not None and self.policy_chances is not None:
            chosen &= u[:, self.policy_gate] < chances_of(self.policy_chances, codes)
        if self.slot is not None:
            chosen &= (u[:, self.slot] >= self.window[0]) & (u[:, self.slot] < self.window[1])
        return np.flatnonzero(chosen)

    def numbers(self, u: Array, rows: Rows) -> Array:
        """The part's own numbers of some samples, shape (rows, draws)."""
        own = u[rows, self.columns]
        if self.fixed:
            for column in self.part.signed:
                own[:, column] = np.where(own[:, column] < 0.5, 0.0, ALMOST_ONE)
            for column in self.part.rising:
                own[:, column] = ALMOST_ONE
        return own


def chances_of(chances: Array, codes: NDArray[np.int64]) -> Array:
    """The probability of each sample: one for all, or one per class and a last one; code -1 is the last either way."""
    return chances[codes] if len(chances) > 1 else np.full(len(codes), chances[0])


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The parts in order, closed by a fit to the network's input; made by `tamesu.augmentations.planning.make_plan`.

    Geometry is composed wherever it stands in the list; displacement and tiles follow; then colours and pixels in the order
    they are written; at the end images are mixed.

    Attributes:
        parts: every part at its place.
        size_px: height and width of the network's input.
        fit: how a frame that is not of that size becomes so: `crop`, `stretch` or `pad`.
        places: the counters of the drawn numbers, uint64, shape (columns,).
    """

    parts: tuple[Placed, ...]
    size_px: int
    fit: Fit
    places: Keys

    @property
    def zoom(self) -> float:
        """The largest enlargement, relative to the image with its shorter side fitted to the input; at least 1.

        An image kept at `zoom` times the input's size loses nothing in training. Of a policy's choices, the largest of each
        slot counts.
        """
        alone = [placed.part.zoom for placed in self.parts if placed.slot is None]
        slots: dict[int, float] = {}
        for placed in self.parts:
            if placed.slot is not None:
                slots[placed.slot] = max(slots.get(placed.slot, 1.0), placed.part.zoom)
        return float(np.prod([*alone, *slots.values()]))

    @property
    def needs(self) -> frozenset[str]:
        """The targets whose masks or boxes the mixing parts read."""
        return frozenset(part.needs for placed in self.parts if isinstance(part := placed.part, MixingPart) and part.needs)

    def of(self, kind: type[A]) -> list[tuple[Placed, A]]:
        """The parts of one kind, in order."""
        return [(placed, part) for placed in self.parts if isinstance(part := placed.part, kind)]

    def draw(
        self, key: int, samples: Keys, sizes: NDArray[Any], means: NDArray[Any], codes: NDArray[np.int64] | None = None
    ) -> Drawn:
        """Draw and compose a batch; what a sample gets depends on (key, its id, size, mean and class) alone, mixing apart.

        Args:
            key: from `make_key`; e.g. of seed, repeat, fold and epoch.
            samples: the samples' keys from `sample_keys`, uint64, shape (batch,).
            sizes: heights and widths of the images that will be given to `apply`, shape (batch, 2).
            means: the images' mean colours, RGB from 0 to 255, shape (batch, 3).
            codes: class codes of the main target, -1 where unknown, shape (batch,); of use for `only` and `balance`.
        """
        u = uniforms_at(key, samples, self.places)
        return self.compose(u, sizes, means, np.full(len(u), -1) if codes is None else codes)

    def describe(self, key: int, samples: Keys, codes: NDArray[np.int64] | None = None) -> list[list[tuple[str, str]]]:
        """Which parts `draw` changes each sample with, and how much; for the captions of pictures.

        Args:
            key: as for `draw`.
            samples: as for `draw`.
            codes: as for `draw`.

        Returns:
            Per sample, in order, the part's name and what it says of its numbers.
        """
        u = uniforms_at(key, samples, self.places)
        said: list[list[tuple[str, str]]] = [[] for _ in range(len(u))]
        for placed in self.parts:
            rows = placed.rows(u, np.full(len(u), -1) if codes is None else codes)
            for row, own in zip(rows.tolist(), placed.numbers(u, rows), strict=True):
                said[row].append((placed.name, placed.part.describe(own)))
        return said

    def compose(self, u: Array, sizes: NDArray[Any], means: NDArray[Any], codes: NDArray[np.int64]) -> Drawn:
        """What given numbers draw; see `draw`.

        Args:
            u: uniform numbers, shape (batch, columns).
            sizes: heights and widths, shape (batch, 2).
            means: mean colours, shape (batch, 3).
            codes: class codes, shape (batch,).
        """

        def pick(placed: Placed) -> tuple[Rows, Array]:
            rows = placed.rows(u, codes)
            return rows, placed.numbers(u, rows)

        forward, turns = self.compose_geometry(pick, np.asarray(sizes, np.float64))
        warps: list[tuple[Fields, Rows]] = []
        for placed, bend in self.of(DistortionPart):
            rows, own = pick(placed)
            if len(rows) and bend.strength > 0.0:
                warps.append((Fields(bend.fields(own) * self.size_px, bend.basis), rows))
        tiles = [
            (Tiles(part.orders(own), part.grid), rows) for placed, part in self.of(TilesPart) for rows, own in [pick(placed)]
        ]
        bent = np.zeros(len(u), bool)
        for _, rows in warps:
            bent[rows] = True
        return Drawn(
            sampling=make_sampling(forward, sizes, self.size_px, self.fit == "pad", bent),
            warps=count_todo(len(u), warps),
            tiles=count_todo(len(u), tiles),
            steps=count_todo(len(u), self.compose_pixels(pick, np.array(means, np.float64))),
            turns=tuple(turns),
            mixes=tuple(self.compose_mixes(u, codes)),
        )

    def compose_geometry(self, pick: Pick, frames: Array) -> tuple[Array, list[Turn]]:
        """The matrices image → input, and the flips and turns among them."""
        batch = len(frames)
        forward: Array | None = None
        turns = []
        for placed, part in self.of(GeometryPart):
            rows, own = pick(placed)
            if len(rows) == 0:
                continue
            if len(rows) == batch:
                matrices, frames = part.matrices(own, frames, self.size_px)
            else:
                matrices = np.tile(np.eye(3), (batch, 1, 1))
                frames = frames.copy()
                matrices[rows], frames[rows] = part.matrices(own, frames[rows], self.size_px)
            forward = matrices if forward is None else matrices @ forward
            if part.symmetry is not None:
                turns.append(Turn(part.symmetry, rows, part.amounts(own)))
        if forward is None or not (frames == self.size_px).all():
            closing = crop_matrices(fit_boxes(self.fit, frames), np.full_like(frames, self.size_px))
            forward = closing if forward is None else closing @ forward
        return forward, turns

    def compose_pixels(self, pick: Pick, means: Array) -> list[tuple[Operation, Rows]]:
        """What is done to the pixels, in order; colour parts that follow one another become one matrix."""
        steps: list[tuple[Operation, Rows]] = []
        # Each sample's colours that are not painted yet. Only its own pixel parts paint them: painting rounds, and what
        # a sample gets must not hang on what happens to others in its batch.
        pending = np.tile(np.eye(3, 4), (len(means), 1, 1))

        def paint(rows: Rows) -> None:
            colours = on_grid(pending[rows], COLOUR_GRID)
            told = np.flatnonzero((colours != np.eye(3, 4)).any(axis=(1, 2)))
            if len(told):
                steps.append((Colours(colours[told].astype(np.float32)), rows[told]))
            pending[rows] = np.eye(3, 4)

        for placed in self.parts:
            part = placed.part
            if not isinstance(part, ColourPart | PixelPart):
                continue
            rows, own = pick(placed)
            if len(rows) == 0:
                continue
            if isinstance(part, ColourPart):
                matrices = part.colours(own, means[rows])
                pending[rows] = compose(pending[rows], matrices)
                means[rows] = recolour(matrices, means[rows])
            elif part.strength > 0.0:
                paint(rows)
                steps.append((part.operation(own, self.size_px), rows))
        paint(np.arange(len(means)))
        return steps

    def compose_mixes(self, u: Array, codes: NDArray[np.int64]) -> list[Mix]:
        """How the images of the batch are put together."""
        mixes = []
        for placed, part in self.of(MixingPart):
            rows = placed.rows(u, codes)
            # The last column orders the batch; the part's own come before it.
            own = u[:, placed.columns]
            chosen = np.zeros(len(u), bool)
            chosen[rows] = part.strength > 0.0
            partners = draw_partners(own[:, -1], chosen)
            mixes.append(cast(Mix, part.mix(own[:, :-1], partners, self.size_px)))
        return mixes

    def apply(self, pixels: Pixels, drawn: Drawn, index: int, out: Pixels) -> None:
        """Write one sample's input into `out`; see `Drawn.apply`.

        Examples:
            >>> from tamesu.augmentations.planning import make_plan
            >>> plan = make_plan([("horizontal_flip", {"p": 1.0})], size_px=4, fit="crop")
            >>> image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
            >>> drawn = plan.draw(0, np.zeros(1, np.uint64), np.array([[4, 4]]), np.zeros((1, 3)))
            >>> out = np.empty((4, 4, 3), np.uint8)
            >>> plan.apply(image, drawn, 0, out)
            >>> bool((out == image[:, ::-1]).all())
            True
        """
        drawn.apply(index, pixels, out)


Pick = Callable[[Placed], tuple[Rows, Array]]
