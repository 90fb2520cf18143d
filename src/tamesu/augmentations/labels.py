"""Labels that move with the image: what the drawn flips and turns do to the values of each target, and back again.

What a symmetry does is declared in competition.yaml (`tamesu.artifacts.symmetry.LabelMove`); which samples got it stands in
`Drawn.turns`. Coordinates of points and pixels of masks move by the geometry itself (`Drawn.move_points`, `Drawn.move_mask`);
here points and mask classes trade names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.symmetry import QUARTER, LabelMove
from tamesu.augmentations.drawn import Turn

# How a target's values lie in memory. `codes`: one class code per sample (class, ordinal; -1 is unknown) or per pixel (mask).
# `columns`: one number per label (multilabel, soft, and the probs of a class). `value`: one number per sample (value) or per
# pixel (map). `points`: x and y per point.
Layout = Literal["codes", "columns", "value", "points"]
LAYOUTS: Mapping[str, Layout] = {
    "class": "codes",
    "ordinal": "codes",
    "identity": "codes",
    "mask": "codes",
    "multilabel": "columns",
    "soft": "columns",
    "value": "value",
    "map": "value",
    "points": "points",
}

Moves = Mapping[str, Mapping[str, LabelMove]]
Values = Mapping[str, NDArray[Any]]

# What happens to a direction in degrees counter-clockwise from the right: sign, what is added, what is added per amount.
DIRECTIONS: Mapping[str, tuple[float, float, float]] = {
    "horizontal_flip": (-1.0, 180.0, 0.0),
    "vertical_flip": (-1.0, 0.0, 0.0),
    # The mirror along the main diagonal (x becomes y downwards): right becomes down, up becomes left.
    "transpose": (-1.0, 270.0, 0.0),
    "rotate": (1.0, 0.0, 1.0),
    QUARTER: (1.0, 0.0, 90.0),
}


def move_labels(
    values: Values,
    layouts: Mapping[str, Layout],
    moves: Moves,
    turns: Sequence[Turn],
    *,
    back: bool = False,
    lows: Mapping[str, float] | None = None,
) -> dict[str, NDArray[Any]]:
    """The values of a batch after its flips and turns.

    Args:
        values: by target, first axis the samples of the batch.
        layouts: how each target's values lie.
        moves: symmetry → target → what it does, as resolved from competition.yaml.
        turns: what was drawn, in order.
        back: undo it: from predictions for the turned picture to predictions for the picture itself.
        lows: where the range of directions begins, by target: 0 for 0 to 360 degrees, -180 for -180 to 180; 0 when not given.

    Returns:
        New arrays, also where nothing moved.

    Examples:
        >>> flipped = Turn("horizontal_flip", np.array([1]), np.ones(1))
        >>> moves = {"horizontal_flip": {"hand": LabelMove(permutation=(1, 0)), "wheel": LabelMove(negate=True)}}
        >>> values = {"hand": np.array([0, 0]), "wheel": np.array([3.0, 3.0])}
        >>> moved = move_labels(values, {"hand": "codes", "wheel": "value"}, moves, [flipped])
        >>> moved["hand"].tolist(), moved["wheel"].tolist()
        ([0, 1], [3.0, -3.0])
    """
    found = {name: value.copy() for name, value in values.items()}
    for turn in reversed(turns) if back else turns:
        declared = moves.get(turn.symmetry)
        if not declared or len(turn.rows) == 0:
            continue
        directions = {name: move for name, move in declared.items() if move.angle is not None and name in found}
        if back:
            turn_directions(found, directions, turn, back, lows or {})
        # Under rotate90, everything but a direction happens once per quarter turn.
        times = turn.amounts.astype(np.int64) % 4 if turn.symmetry == QUARTER else np.ones(len(turn.rows), np.int64)
        for done in range(int(times.max(initial=0))):
            move_rows(found, layouts, declared, turn.rows[times > done], back)
        if not back:
            turn_directions(found, directions, turn, back, lows or {})
    return found


def move_rows(
    found: dict[str, NDArray[Any]],
    layouts: Mapping[str, Layout],
    declared: Mapping[str, LabelMove],
    rows: NDArray[np.int64],
    back: bool,
) -> None:
    """Move labels, let values trade places and change sign, for some samples, in place."""
    sources = {name: move.trades_with for name, move in declared.items() if move.trades_with is not None}
    concerned = declared.keys() | set(sources.values())
    before = {name: value[rows].copy() for name, value in found.items() if name in concerned}
    if back:
        sources = {source: name for name, source in sources.items()}
        # Signs come after the trade, so they go first on the way back.
        before = {n: np.negative(value) if n in declared and declared[n].negate else value for n, value in before.items()}
    for name, own in before.items():
        move = declared.get(name, LabelMove())
        order = move.quarter if move.quarter is not None else move.permutation
        if order is not None:
            own = reorder(own, np.asarray(order), layouts[name], back)
        elif name in sources and sources[name] in before:
            own = before[sources[name]]
        if move.negate and not back:
            own = np.negative(own)
        found[name][rows] = own


def reorder(values: NDArray[Any], order: NDArray[np.int64], layout: Layout, back: bool) -> NDArray[Any]:
    """Values whose label i has become `order[i]`, or the other way round.

    Args:
        values: of some samples.
        order: a permutation of the labels or points.
        layout: how the values lie.
        back: from `order[i]` to i.

    Examples:
        >>> reorder(np.array([0, 2, -1]), np.array([1, 2, 0]), "codes", False).tolist()
        [1, 0, -1]
        >>> reorder(np.array([[0.7, 0.2, 0.1]]), np.array([1, 2, 0]), "columns", False).tolist()
        [[0.1, 0.7, 0.2]]
    """
    inverse = np.argsort(order)
    if layout == "codes":
        codes = np.asarray(values, np.int64)
        table = inverse if back else order
        # Codes beyond the labels (-1, or a mask's "ignore") stay.
        known = (codes >= 0) & (codes < len(table))
        return np.asarray(np.where(known, table[np.where(known, codes, 0)], codes), values.dtype)
    return values[:, order if back else inverse]


def turn_directions(
    found: dict[str, NDArray[Any]],
    directions: Mapping[str, LabelMove],
    turn: Turn,
    back: bool,
    lows: Mapping[str, float],
) -> None:
    """Turn directions in degrees with the picture, in place."""
    for name, move in directions.items():
        given = np.asarray(found[name][turn.rows], np.float64)
        amounts = (-turn.amounts if back else turn.amounts).reshape((-1,) + (1,) * (given.ndim - 1))
        # A compass turns the other way round and starts at the top.
        angle = 90.0 - given if move.angle == "compass" else given
        sign, offset, slope = DIRECTIONS[turn.symmetry]
        turned = sign * angle + offset + slope * amounts
        turned = 90.0 - turned if move.angle == "compass" else turned
        low = lows.get(name, 0.0)
        found[name][turn.rows] = np.mod(turned - low, 360.0) + low
