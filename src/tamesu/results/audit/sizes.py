"""Whether objects, pictures, input resolution and receptive field fit each other: advice in words, with numbers.

Pictures are taken to be scaled so that their short side is the input's size; an object's side in pixels is its fraction of the
picture times that size: exact for `fit: stretch`, a little low for `crop` and a little high for `pad`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamesu.results.audit.intervals import NORMAL_95
from tamesu.results.audit.objects import ObjectSizes
from tamesu.results.finding import Chart, Finding

# Sizes a network is commonly given: multiples of 32, the stride of most.
SIZES = (64, 96, 128, 160, 192, 224, 256, 288, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 2048)
# An object smaller than one cell of the map shares it with its surroundings.
TINY_SHARE = 0.25
# With so many cells per object, a smaller input is worth a try first.
AMPLE_CELLS = 4.0
# Larger than this is slow for first experiments.
EARLY_PX = 320
FIRST_PX = 224
# Shrunk by so much, nothing of fine structure is left.
SHRUNK = 3.0
# A picture of which a unit sees less than this share is known in pieces only.
SEEN = 0.5
# A part of so many cells a side is as small as a map of this stride can tell.
LOOKED_CELLS = 1.5
MOST_SIDES = 2000
LEAST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Vision:
    """What the recipe's network is given and sees.

    Attributes:
        size_px: `image.size`.
        stride: pixels per cell of the last map.
        theoretical_px: side of the square that a cell can see.
        effective_px: side of the square that holds 95 % of its influence, or None where it was not measured.
        backbone: its name.
    """

    size_px: int
    stride: float
    theoretical_px: int | None = None
    effective_px: int | None = None
    backbone: str = ""


def find_sizes(
    vision: Vision, heights: NDArray[np.integer], widths: NDArray[np.integer], objects: ObjectSizes | None = None
) -> list[Finding]:
    """What is to be said of sizes.

    Args:
        vision: of the recipe.
        heights: of the train images, px, 0 where not known.
        widths: likewise.
        objects: where objects are known.

    Returns:
        AUDIT_OBJECTS_TINY, AUDIT_OBJECTS_LARGE, AUDIT_SEES_PART, AUDIT_UPSCALED, AUDIT_SHRUNK, AUDIT_SIZE_EARLY; empty when
        all fits.
    """
    short = np.minimum(heights, widths)
    known = np.flatnonzero(short > 0)
    original = float(np.median(short[known])) if len(known) else math.inf
    found = []
    tiny = large = False
    if objects is not None and len(objects):
        found += find_tiny(vision, objects, original)
        tiny = bool(found)
        found += find_large(vision, objects)
        large = len(found) > tiny
    if not large:
        found += find_part(vision)
    if len(known):
        found += find_scaled(vision, short, known, original, tiny)
    return found + find_early(vision, objects, original, tiny)


def next_size(least: float, most: float) -> int | None:
    """The smallest usual size of at least `least` pixels and at most `most`; None where there is none.

    Examples:
        >>> next_size(400, 1000), next_size(400, 420)
        (448, None)
    """
    return next((size for size in SIZES if least <= size <= most), None)


def object_chart(vision: Vision, objects: ObjectSizes) -> Chart:
    """Sides of the objects in pixels of the input."""
    sides = objects.sides * vision.size_px
    picked = sides[:: max(1, len(sides) // MOST_SIDES)]
    return Chart("histogram", "object_px", {"train": picked.round(2).tolist()})


def find_tiny(vision: Vision, objects: ObjectSizes, original: float) -> list[Finding]:
    """Objects that are smaller than one cell of the map: a larger input, crops, or a shallower network."""
    sides = objects.sides
    pixels = sides * vision.size_px
    small = pixels < vision.stride
    if small.mean() < TINY_SHARE:
        return []
    median = float(np.median(pixels))
    # The size at which so few are left that this would not be said.
    wanted = vision.stride / float(np.quantile(sides, TINY_SHARE))
    larger = next_size(max(wanted, vision.size_px + 1), min(original, SIZES[-1]))
    if larger is None and not math.isfinite(original):
        return []
    order = np.argsort(sides, kind="stable")
    rows = tuple(dict.fromkeys(objects.rows[order[small[order]]].tolist()))
    values = {
        "median": median,
        "tenth": float(np.quantile(pixels, 0.1)),
        "share": float(small.mean()),
        "size": vision.size_px,
        "stride": vision.stride,
        "original": original,
        "wanted": math.ceil(wanted),
        "larger": larger or 0,
        "cost": ((larger or vision.size_px) / vision.size_px) ** 2,
        "backbone": vision.backbone or "-",
    }
    code = "AUDIT_OBJECTS_TINY" if larger else "AUDIT_OBJECTS_TINY_CROP"
    chart = (object_chart(vision, objects),)
    return [Finding(code, "warning", values, rows, tuple((row,) for row in rows), worth=float(small.mean()), charts=chart)]


def find_large(vision: Vision, objects: ObjectSizes) -> list[Finding]:
    """Objects larger than what a cell can see: no cell ever has the whole of them before it."""
    if vision.theoretical_px is None or vision.theoretical_px >= vision.size_px:
        return []
    longest = np.maximum(objects.heights, objects.widths) * vision.size_px
    beyond = longest > vision.theoretical_px
    if beyond.mean() < TINY_SHARE:
        return []
    order = np.argsort(-longest, kind="stable")
    rows = tuple(dict.fromkeys(objects.rows[order[beyond[order]]].tolist()))
    values = {
        "median": float(np.median(longest)),
        "share": float(beyond.mean()),
        **see(vision),
        "smaller": fitting_size(vision, float(np.median(longest)) / vision.size_px),
    }
    chart = (object_chart(vision, objects),)
    return [Finding("AUDIT_OBJECTS_LARGE", "warning", values, rows, worth=float(beyond.mean()), charts=chart)]


def see(vision: Vision) -> dict[str, object]:
    """The receptive field, for a message."""
    effective = vision.theoretical_px if vision.effective_px is None else vision.effective_px
    return {
        "size": vision.size_px,
        "theoretical": vision.theoretical_px,
        "effective": effective,
        "backbone": vision.backbone or "-",
    }


def fitting_size(vision: Vision, fraction: float) -> int:
    """The largest usual size below the recipe's at which this fraction of the picture fits into the field."""
    most = (vision.theoretical_px or vision.size_px) / max(fraction, 1e-6)
    return max((size for size in SIZES if size <= most and size < vision.size_px), default=SIZES[0])


def find_part(vision: Vision) -> list[Finding]:
    """A cell that sees less than half of the picture, even in principle: a shallow network at a high resolution."""
    if vision.theoretical_px is None or vision.theoretical_px >= SEEN * vision.size_px:
        return []
    values = {**see(vision), "share": vision.theoretical_px / vision.size_px, "smaller": fitting_size(vision, 1.0)}
    return [Finding("AUDIT_SEES_PART", "note", values, worth=1 - vision.theoretical_px / vision.size_px)]


def find_scaled(
    vision: Vision, short: NDArray[np.integer], known: NDArray[np.intp], original: float, tiny: bool
) -> list[Finding]:
    """Pictures smaller than the input, where enlarging adds nothing, or much larger, where shrinking loses detail."""
    chart = Chart("histogram", "short_side_px", {"train": short[known][:: max(1, len(known) // MOST_SIDES)].tolist()})
    small = known[short[known] < vision.size_px]
    if len(small) > len(known) / 2:
        rows = tuple(small[np.argsort(short[small], kind="stable")].tolist())
        fitting = max((size for size in SIZES if size <= original), default=SIZES[0])
        values = {
            "share": len(small) / len(known),
            "original": original,
            "size": vision.size_px,
            "fitting": fitting,
            "cost": (vision.size_px / fitting) ** 2,
        }
        return [Finding("AUDIT_UPSCALED", "note", values, rows, worth=len(small) / len(known), charts=(chart,))]
    if original < SHRUNK * vision.size_px or tiny:
        return []
    values = {"original": original, "size": vision.size_px, "times": original / vision.size_px}
    return [Finding("AUDIT_SHRUNK", "note", values, charts=(chart,))]


def find_early(vision: Vision, objects: ObjectSizes | None, original: float, tiny: bool) -> list[Finding]:
    """A resolution that is high for first experiments, though nothing seen asks for it."""
    if vision.size_px < EARLY_PX or tiny or original < vision.size_px:
        return []
    least = float(FIRST_PX)
    if objects is not None and len(objects):
        least = max(least, AMPLE_CELLS * vision.stride / float(np.quantile(objects.sides, TINY_SHARE)))
    first = next_size(least, vision.size_px / 1.3)
    if first is None:
        return []
    values = {
        "size": vision.size_px,
        "first": first,
        "times": (vision.size_px / first) ** 2,
        "backbone": vision.backbone or "-",
    }
    return [Finding("AUDIT_SIZE_EARLY", "note", values)]


def find_looked(vision: Vision, sides: NDArray[np.float64], run: str) -> list[Finding]:
    """AUDIT_LOOKS_SMALL where the part of the picture that decides is hardly more than a cell of the last map.

    Args:
        vision: of the recipe.
        sides: of the parts, as fractions of the picture's side, one a picture; NaN where nothing is known.
        run: whose network looked.
    """
    known = sides[np.isfinite(sides)]
    if len(known) < LEAST_ROWS:
        return []
    looked_px = float(np.median(known)) * vision.size_px
    following = next((size for size in SIZES if size >= 2 * vision.size_px), None)
    if looked_px > LOOKED_CELLS * vision.stride or following is None:
        return []
    values: dict[str, object] = {"run": run, "count": len(known), "looked_px": looked_px, "stride": vision.stride}
    chart = Chart("histogram", "looked_px", {"object_px": (known * vision.size_px).tolist()})
    values |= {"size_px": vision.size_px, "next_px": following}
    return [Finding("AUDIT_LOOKS_SMALL", "note", values, charts=(chart,))]


def find_small_object_errors(objects: ObjectSizes, wrong: NDArray[np.bool_], size_px: int) -> list[Finding]:
    """Whether rows with small objects are wrong more often.

    Args:
        objects: of the train rows.
        wrong: per train row, whether the out-of-fold prediction is wrong.
        size_px: of the input.

    Returns:
        AUDIT_SMALL_OBJECT_ERRORS, when the quarter of the rows with the smallest objects is surely (95 %) wrong more often than
        the others; a row's object is its largest one.
    """
    largest = np.zeros(len(wrong))
    np.maximum.at(largest, objects.rows, objects.sides)
    known = np.flatnonzero(largest > 0)
    if len(known) < 4 * LEAST_ROWS:
        return []
    order = known[np.argsort(largest[known], kind="stable")]
    few, rest = order[: len(order) // 4], order[len(order) // 4 :]
    small, usual = float(wrong[few].mean()), float(wrong[rest].mean())
    error = math.sqrt(small * (1 - small) / len(few) + usual * (1 - usual) / len(rest))
    if small - usual <= max(NORMAL_95 * error, 0.02):
        return []
    missed = few[wrong[few]]
    quarters = [float(wrong[part].mean()) for part in np.array_split(order, 4)]
    limits = [float(largest[part].max() * size_px) for part in np.array_split(order, 4)]
    chart = Chart("bars", "error_by_object_px", {"error": quarters}, [f"≤ {limit:.0f} px" for limit in limits])
    values = {"small": small, "usual": usual, "limit": float(largest[few[-1]] * size_px), "size": size_px, "rows": len(few)}
    rows = tuple(missed.tolist())
    worth = (small - usual) * len(few) / len(wrong)
    sets = tuple((row,) for row in rows)
    return [Finding("AUDIT_SMALL_OBJECT_ERRORS", "warning", values, rows, sets, worth=worth, charts=(chart,))]
