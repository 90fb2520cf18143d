"""Whether a card about rules and laws of outputs fits a competition, why, and the changes to paste: one function a card."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.numbers import read_numbers
from tamesu.artifacts.sides import words_in
from tamesu.cards.head_rules import LEAST_BALANCED, name_all, not_kind, numbers
from tamesu.cards.learning import Judged, Learning, is_numeric
from tamesu.messages import learning_cards as say
from tamesu.messages.message import Phrase, fill_both

# Bounds that people give to numbers, the narrowest first.
BOUNDS = ((0.0, 1.0), (-1.0, 1.0), (0.0, 5.0), (0.0, 10.0), (0.0, 100.0), (-90.0, 90.0), (0.0, 255.0), (0.0, 1000.0))
# Values that use less than this share of the bounds do not look bounded by them.
USED_SHARE = 0.8
ROUNDING = 1e-3
RIM_SHARE = 0.1
ANGLE_WORDS = frozenset({"angle", "degree", "degrees", "deg", "heading", "direction", "azimuth", "yaw", "hue", "bearing"})
ANGLE_SIGNS = ("角度", "方位", "方向", "向き", "色相")
# A rule about events is worth it where rows have far fewer than there are places.
FEW_EVENTS = 0.25


def constrain(facts: Learning, found: Mapping[str, tuple[Phrase, Any]], name: str, none: Phrase) -> Judged:
    """A constraint for the heads of the targets that obey its rule: target → why, and the part."""
    if not found:
        return Judged((none,), suits=False)
    heads = {target: (facts.recipe.heads_of(target) or [target])[0] for target in found}
    there = {target: facts.recipe.heads[head] for target, head in heads.items() if head in facts.recipe.heads}
    used = [target for target, head in there.items() if head.constraint is not None and head.constraint.name == name]
    ideas = {
        f"{name}_{head}": {f"heads.{head}.constraint": found[target][1]}
        for target, head in heads.items()
        if target in there and target not in used
    }
    return Judged(tuple(reason for reason, _ in found.values()), ideas, bool(ideas) or None, used=bool(used))


def box(facts: Learning) -> Judged:
    """Values within bounds that people give to numbers."""
    found = {}
    for name in numbers(facts):
        values = facts.values(name)
        least, most = float(np.nanmin(values)), float(np.nanmax(values))
        fitting = [(low, high) for low, high in BOUNDS if low <= least and most <= high]
        if not fitting or is_angle(facts, name):
            continue
        low, high = fitting[0]
        if most - least >= USED_SHARE * (high - low):
            words = {"target": name, "least": f"{least:g}", "most": f"{most:g}", "low": f"{low:g}", "high": f"{high:g}"}
            found[name] = fill_both(say.WITHIN, **words), {"box": {"low": low, "high": high}}
    return constrain(facts, found, "box", say.NOT_WITHIN)


def disc(facts: Learning) -> Judged:
    """Two columns whose squares stay within a circle around 0."""
    found = {}
    for name, values in wide_values(facts):
        if values.shape[1] != 2 or np.nanmin(values) >= 0:
            continue
        norms = np.hypot(values[:, 0], values[:, 1])
        radius, corner = float(np.nanmax(norms)), float(np.hypot(*np.nanmax(np.abs(values), axis=0)))
        # A square's corners reach further out than its sides; a cloud has few rows at its rim.
        if 0 < radius < USED_SHARE * corner and float(np.nanmean(norms > USED_SHARE * radius)) > RIM_SHARE:
            rounded = float(f"{radius * (1 + ROUNDING):.3g}")
            rounded = 1.0 if USED_SHARE < radius <= 1 else rounded
            found[name] = fill_both(say.IN_DISC, target=name, radius=f"{rounded:g}"), {"disc": {"radius": rounded}}
    return constrain(facts, found, "disc", say.NOT_DISC)


def simplex(facts: Learning) -> Judged:
    """Columns that are never negative and add to one number."""
    found = {}
    for name, values in wide_values(facts):
        known = values[np.isfinite(values).all(axis=1)]
        totals = known.sum(axis=1)
        if len(known) > 1 and known.min() >= 0 and np.ptp(totals) <= ROUNDING * abs(totals.mean()):
            total = float(f"{float(np.median(totals)):.6g}")
            found[name] = fill_both(say.ADDS_UP, target=name, total=f"{total:g}"), {"simplex": {"total": total}}
    return constrain(facts, found, "simplex", say.NOT_ADDS_UP)


def wide_values(facts: Learning) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """The value targets of several columns."""
    for name in numbers(facts):
        if (values := facts.values(name)).shape[1] > 1:
            yield name, values


def is_angle(facts: Learning, name: str) -> bool:
    """Whether a value target's name speaks of an angle."""
    spoken = f"{name} {facts.targets[name].column or ''}"
    return bool(set(words_in(spoken)) & ANGLE_WORDS) or any(sign in spoken for sign in ANGLE_SIGNS)


def angle(facts: Learning) -> Judged:
    """Degrees of a whole turn, by name and range."""
    found = {}
    for name in numbers(facts):
        values = facts.values(name)
        least, most = float(np.nanmin(values)), float(np.nanmax(values))
        if values.shape[1] == 1 and is_angle(facts, name) and least >= -180 and most <= 360 and most - least > 180:
            low = 0 if least >= 0 else -180
            words = {"target": name, "least": f"{least:g}", "most": f"{most:g}"}
            found[name] = fill_both(say.TURNS, **words), {"angle": {"low": low}}
    return constrain(facts, found, "angle", say.NOT_TURNS)


def conservation(facts: Learning) -> Judged:
    """Value heads and numeric columns that a law could speak of; dropped with its reason where there are too few."""
    if any(part.name == "conservation" for part in facts.recipe.penalties):
        return Judged((), {"without_conservation": {"penalties-": "conservation"}}, used=True)
    heads = [head for head in facts.recipe.heads if facts.targets[facts.target_of(head)].kind == "value"]
    read = {name for target in facts.targets.values() for name in [target.column, *target.columns]}
    columns = [name for name in facts.numeric if name not in read and not is_counter(facts, name)]
    if not heads or len(heads) + len(columns) < LEAST_BALANCED:
        return Judged((fill_both(say.NO_FIELDS, heads=len(heads), columns=len(columns)),), suits=False)
    reason = fill_both(say.FIELDS, heads=name_all(heads), columns=name_all(columns) or "-")
    return Judged((reason,), suits=None)


def is_counter(facts: Learning, name: str) -> bool:
    """Whether a column of numbers has another one in each row, without gaps, or is called an id: it names rows."""
    cells = facts.cells[name]
    if "id" in words_in(name):
        return True
    if not is_numeric(cells) or len(set(cells)) < len(cells):
        return False
    found = np.sort(np.array([float(cell) for cell in cells]))
    return bool(np.allclose(np.diff(found), 1.0)) if len(found) > 1 else True


def at_most(facts: Learning) -> Judged:
    """Several labels in columns, of which no row has more than a few: events of a day, or one of many places."""
    found = {}
    for name, target in facts.targets.items():
        if target.kind != "multilabel" or not target.columns or any(column not in facts.cells for column in target.columns):
            continue
        marks = [read_numbers(facts.cells[column], set(target.missing), truth=True).values for column in target.columns]
        most = int(np.nan_to_num(np.stack(marks, axis=1)).sum(axis=1).max())
        if 0 < most <= FEW_EVENTS * len(marks):
            words = {"target": name, "most": most, "columns": len(marks)}
            found[name] = fill_both(say.FEW_EVENTS, **words), {"at_most": {"n": most}}
    return constrain(facts, found, "at_most", say.NOT_FEW_EVENTS)


def edge_smoothness(facts: Learning) -> Judged:
    """Heads of maps, such as depth."""
    maps = [head for head in facts.recipe.heads if facts.targets[facts.target_of(head)].kind == "map"]
    if any(part.name == "edge_smoothness" for part in facts.recipe.penalties):
        return Judged((), {"without_edge_smoothness": {"penalties-": "edge_smoothness"}}, used=True)
    if not maps:
        return not_kind(facts, "map")
    ideas = {f"smooth_{head}": {"penalties+": {"edge_smoothness": {"of": head, "weight": 0.1}}} for head in maps}
    return Judged((fill_both(say.MAPS, heads=name_all(maps)),), ideas, True)


RULES: dict[str, Callable[[Learning], Judged]] = {
    "box": box,
    "disc": disc,
    "simplex": simplex,
    "angle": angle,
    "at_most": at_most,
    "edge_smoothness": edge_smoothness,
    "conservation": conservation,
}
