"""What heat maps give away: a corner that tells a class, objects that are not looked at, maps that no learning made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.heat import Heat
from tamesu.messages.heat import METHOD_NAMES, PLACES
from tamesu.results.finding import Finding, in_order
from tamesu.results.heat_numbers import CORNERS, HeatNumbers, Inside, Shares

# Of fewer pictures no number is a finding.
LEAST_INSIDE, LEAST_PLACE, LEAST_SCRAMBLED = 16, 5, 8
# A side: of two cells each is a corner, and what always stands in the same half of its picture would be called a mark.
LEAST_CELLS = 3
# So many times its area a corner holds on average before it is said to tell a class, and in so many of the pictures two thirds
# of that. In clean runs (clothing10, pets3; 12 classes) no class had more than 1.1 in a corner, and of 600 draws of 64 of their
# pictures none was called; with a mark in the corner it was 4.7 where one class had it and 2.0 to 2.2 where all had their own.
CORNER_TIMES, CORNER_SHARE = 2.0, 0.6
# Of the heat, in the border, which is seven sixteenths of the picture; the clean runs had at most 0.31 in a class.
BORDER_SHARE = 0.8
# Rank correlation, on average; in the same runs it was -0.04 to 0.17 for Grad-CAM over 16 pictures.
ALIKE = 0.5


def judge_heat(heat: Heat, numbers: HeatNumbers, labels: Sequence[str]) -> list[Finding]:
    """The findings of heat maps, the most important first.

    Args:
        heat: the maps.
        numbers: of the same.
        labels: of the codes; empty for a target without classes.

    Returns:
        RUN_HEAT_PLACE (a class is told by a corner or the border), RUN_HEAT_OUTSIDE (not by the object), RUN_HEAT_UNTRAINED
        (maps of networks with other weights are the same).
    """
    found = [*judge_places(heat, numbers, labels), *judge_objects(heat, numbers), *judge_methods(heat, numbers)]
    return in_order(found)


def judge_places(heat: Heat, numbers: HeatNumbers, labels: Sequence[str]) -> Iterator[Finding]:
    """RUN_HEAT_PLACE for each class whose heat gathers in a corner or in the border; of no map that has only corners."""
    if 0 < heat.cells < LEAST_CELLS:
        return
    for one in numbers.classes if labels else ():
        own = np.flatnonzero((heat.told == one.code) & np.isfinite(numbers.border))
        if len(own) < LEAST_PLACE:
            continue
        means = numbers.corners[own].mean(0)
        corner = int(means.argmax())
        place, shares, area = CORNERS[corner], numbers.corners[own, corner], numbers.corner_area
        least = CORNER_TIMES * area
        if not is_hot(shares, least):
            place, shares, area, least = "border", numbers.border[own], numbers.border_area, BORDER_SHARE
        if not is_hot(shares, least):
            continue
        order = np.argsort(-shares, kind="stable")
        share = float(shares.mean())
        values: dict[str, object] = {"label": labels[one.code], "place": PLACES[place], "share": share, "area": area}
        values |= {"hot": count_hot(shares, least), "count": len(own)}
        yield Finding("RUN_HEAT_PLACE", "warning", values, tuple(heat.rows[own[order]].tolist()), worth=5.0 + share)


def is_hot(shares: Shares, least: float) -> bool:
    """Whether a place holds so much on average, and most of the pictures agree."""
    return bool(shares.mean() >= least) and count_hot(shares, least) >= CORNER_SHARE * len(shares)


def count_hot(shares: Shares, least: float) -> int:
    """In how many pictures a place holds at least two thirds of that."""
    return int((shares >= least * 2 / 3).sum())


def judge_objects(heat: Heat, numbers: HeatNumbers) -> Iterator[Finding]:
    """RUN_HEAT_OUTSIDE where most objects hold less heat than their area would."""
    if not numbers.inside:
        return
    inside = numbers.inside.get("grad_cam", next(iter(numbers.inside.values())))
    known = np.flatnonzero(inside.known)
    below = known[inside.heat[known] < inside.area[known]]
    if len(known) < LEAST_INSIDE or 2 * len(below) <= len(known):
        return
    order = below[np.argsort(inside.ratio[below], kind="stable")]
    values: dict[str, object] = {"below": len(below), "count": len(known), **middle(inside, known)}
    yield Finding("RUN_HEAT_OUTSIDE", "warning", values, tuple(heat.rows[order].tolist()), worth=len(below) / len(known))


def middle(inside: Inside, known: NDArray[np.int64]) -> dict[str, float]:
    """The medians of heat on objects and of their areas."""
    return {"heat": float(np.median(inside.heat[known])), "area": float(np.median(inside.area[known]))}


def judge_methods(heat: Heat, numbers: HeatNumbers) -> Iterator[Finding]:
    """RUN_HEAT_UNTRAINED for each method whose maps are the same without learning."""
    for method, found in numbers.scrambled.items():
        known = found[np.isfinite(found)]
        if len(known) < LEAST_SCRAMBLED or known.mean() < ALIKE:
            continue
        rows = heat.rows[np.flatnonzero(np.isfinite(found))]
        values = {"method": METHOD_NAMES[method], "correlation": float(known.mean()), "count": len(known)}
        yield Finding("RUN_HEAT_UNTRAINED", "note", values, tuple(rows.tolist()), worth=float(known.mean()))
