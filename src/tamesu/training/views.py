"""Test-time augmentation: the views of an image, and predictions brought back from them and averaged."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tamesu.artifacts.competition import CODED, Part
from tamesu.artifacts.run import RunSpec
from tamesu.augmentations.drawn import Drawn, Turn
from tamesu.augmentations.labels import LAYOUTS, Layout, Moves, move_labels
from tamesu.augmentations.part import Fit
from tamesu.augmentations.plan import Plan
from tamesu.augmentations.planning import make_plan
from tamesu.augmentations.table import AUGMENTATIONS


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One way to look at every image; stands where a plan does, and draws nothing.

    Attributes:
        plan: of the parts that this view applies.
        numbers: what they would have drawn, float64 (columns,).
    """

    plan: Plan
    numbers: np.ndarray

    def draw(self, key: int, samples: np.ndarray, sizes: Any, means: Any, codes: Any = None) -> Drawn:
        """See `Plan.draw`."""
        del key, codes
        batch = len(samples)
        return self.plan.compose(np.tile(self.numbers, (batch, 1)), sizes, means, np.full(batch, -1))

    def turns(self, count: int) -> list[Turn]:
        """The flips and turns that `count` images get."""
        drawn = self.draw(0, np.zeros(1, np.uint64), np.full((1, 2), self.plan.size_px), np.zeros((1, 3)))
        return [Turn(turn.symmetry, np.arange(count), np.tile(turn.amounts, count)) for turn in drawn.turns]


def make_views(parts: Sequence[Part], *, size_px: int, fit: Fit) -> list[View]:
    """Every view that a recipe's `tta` names, the plain one first: each part's views with each other part's.

    Args:
        parts: of the recipe; none gives the plain view alone.
        size_px: height and width of the network's input.
        fit: how images become square.

    Examples:
        >>> both = [Part(name="horizontal_flip"), Part(name="vertical_flip")]
        >>> len(make_views([], size_px=32, fit="crop")), len(make_views(both, size_px=32, fit="crop"))
        (1, 4)
    """
    choices: list[list[tuple[Part, tuple[float, ...]] | None]] = []
    for part in parts:
        built = AUGMENTATIONS.build(part.name, part.options)
        choices.append([None, *((part, numbers) for numbers in built.views)])
    views = []
    for combination in itertools.product(*choices):
        taken = [choice for choice in combination if choice is not None]
        always = [(part.name, part.options | {"p": 1.0, "strength": 1.0}) for part, _ in taken]
        plan = make_plan(always, size_px=size_px, fit=fit)
        numbers = np.array([number for _, own in taken for number in own], np.float64)
        views.append(View(plan, numbers))
    return views


def bring_back(
    outputs: Mapping[str, np.ndarray],
    kinds: Mapping[str, str],
    moves: Moves,
    view: View,
    lows: Mapping[str, float],
) -> dict[str, np.ndarray]:
    """Predictions for a view as predictions for the image itself.

    Args:
        outputs: by target, probs (n, labels) or values (n, 1).
        kinds: by target.
        moves: symmetry → target → what it does.
        view: how the images were looked at.
        lows: where the range of directions begins, by target.
    """
    count = len(next(iter(outputs.values()), ()))
    layouts: dict[str, Layout] = {name: "columns" if kinds[name] in CODED else LAYOUTS[kinds[name]] for name in outputs}
    return move_labels(outputs, layouts, moves, view.turns(count), back=True, lows=lows)


def join_views(
    outputs: Sequence[Mapping[str, np.ndarray]], views: Sequence[View], spec: RunSpec, lows: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """What a network says about images, from what it says about every view of them.

    Args:
        outputs: by view, in order: float32 (n, outputs) by target; empty when there are no images.
        views: how the images were looked at.
        spec: of the run: kinds of the targets, and how labels move.
        lows: where the range of directions begins, by target.
    """
    if len(views) == 1 or not outputs[0]:
        return dict(outputs[0])
    kinds = {name: target.kind for name, target in spec.targets.items()}
    directions = frozenset(name for of in spec.symmetries.values() for name, move in of.items() if move.angle is not None)
    back = [bring_back(of, kinds, spec.symmetries, view, lows) for of, view in zip(outputs, views, strict=True)]
    return average_views(back, directions, lows)


def average_views(
    outputs: Sequence[Mapping[str, np.ndarray]], directions: frozenset[str], lows: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """The mean over views, by target; of directions in degrees, the direction of the mean vector.

    Args:
        outputs: one mapping per view, float32 (n, outputs).
        directions: the value targets that are directions.
        lows: where their range begins.

    Examples:
        >>> views = [{"heading": np.array([[350.0]])}, {"heading": np.array([[20.0]])}]
        >>> average_views(views, frozenset({"heading"}), {})["heading"].round(3).tolist()
        [[5.0]]
    """
    if len(outputs) == 1:
        return dict(outputs[0])
    found = {}
    for name in outputs[0]:
        stacked = np.stack([view[name] for view in outputs]).astype(np.float64)
        if name in directions:
            angles, low = np.deg2rad(stacked), lows.get(name, 0.0)
            mean = np.rad2deg(np.arctan2(np.sin(angles).mean(axis=0), np.cos(angles).mean(axis=0)))
            found[name] = (np.mod(mean - low, 360.0) + low).astype(np.float32)
        else:
            found[name] = stacked.mean(axis=0).astype(np.float32)
    return found
