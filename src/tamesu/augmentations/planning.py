"""From a recipe's list of augmentations to a plan: parts built, policies unfolded, every part given its own random numbers."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tamesu.artifacts.competition import CODED
from tamesu.augmentations.one_of import OneOf, read_parts
from tamesu.augmentations.part import Array, Augmentation, Fit, MixingPart, PolicyPart
from tamesu.augmentations.plan import Placed, Plan
from tamesu.augmentations.random import Keys, counters, make_key
from tamesu.augmentations.table import AUGMENTATIONS, General, take_general
from tamesu.errors import Fault, InputError, Where, nearest

if TYPE_CHECKING:
    from tamesu.artifacts.dataset import Dataset
    from tamesu.artifacts.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of the main target, for `only` and `balance`.

    Attributes:
        labels: class names in the order of their codes; empty when the main target has no classes.
        counts: training images of each.
    """

    labels: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()


def plan_of(recipe: Recipe, folder: Path, classes: Classes | None) -> Plan:
    """The augmentations of a recipe.

    Args:
        recipe: checked.
        folder: the competition's folder.
        classes: of its main target, for `only` and `balance`.
    """
    parts = [(part.name, part.options) for part in recipe.augmentations]
    return make_plan(parts, size_px=recipe.image.size, fit=recipe.image.fit, classes=classes, folder=folder)


def find_classes(target: str, rows: Dataset) -> Classes | None:
    """The classes of a target with their numbers of images; None when it has none."""
    main = rows.targets.get(target)
    if main is None or main.kind not in CODED:
        return None
    counts = np.bincount(main.values[main.values >= 0], minlength=len(main.labels))
    return Classes(tuple(main.labels), tuple(int(count) for count in counts))


def choose_cache_px(plans: Sequence[Plan], size_px: int) -> int:
    """Short side at which images are kept: what the largest zoom of the plans needs, in steps of 32 pixels.

    Examples:
        >>> choose_cache_px([make_plan([], size_px=160, fit="crop")], 160)
        160
    """
    zoom = max(plan.zoom for plan in plans)
    return max(size_px, -(-int(np.ceil(size_px * zoom)) // 32) * 32) if zoom > 1 else size_px


def make_plan(
    parts: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    size_px: int,
    fit: Fit,
    classes: Classes | None = None,
    folder: Path | None = None,
) -> Plan:
    """A plan of parts by name.

    Each part draws from a stream of its own, named after the part and how many of its name stand before it. So writing
    another part into the list changes none of the other parts' draws, and a comparison of both recipes stays paired.

    Args:
        parts: (name, options), in order; none for validation and test: the fit alone. Besides its own options every part
            takes `only`, `balance` and `fixed`, see `tamesu.augmentations.table.General`.
        size_px: height and width of the network's input.
        fit: how a frame that is not of that size becomes so at the end: `crop`, `stretch` or `pad`; with `pad`, what lies
            outside the image has the pad colour, else it is the image reflected.
        classes: of the main target; without them `only` and `balance` change nothing.
        folder: the competition's folder, for parts that read files.

    Raises:
        InputError: an unknown part, or an option that is unknown, missing, of the wrong type or out of range, or a class that
            there is not; all at once.
    """
    faults: list[Fault] = []
    for position, (name, options) in enumerate(parts):
        where = Where(key=f"augmentations.{position}.{name}")
        faults += AUGMENTATIONS.check(name, options, where, frozenset({"folder"}))
        faults += check_classes(options, classes, where)
        faults += check_classes_inside(name, options, classes, where)
    if faults:
        raise InputError(faults)
    streams = Streams()
    placed: list[Placed] = []
    for name, options in parts:
        part = AUGMENTATIONS.build(name, options, folder=folder)
        chances, general = gate_of(part, options, classes)
        if not isinstance(part, PolicyPart):
            placed.append(place_part(streams, name, part, chances, general))
            continue
        # One gate and one set of slots for the whole policy; each choice has its own numbers and its own probability.
        gate = streams.gate(name, chances)
        slots = streams.take(make_key("slots", name, streams.seen[name]), part.draws)
        streams.seen[name] += 1
        for choice in part.choices():
            inner = AUGMENTATIONS.build(choice.name, choice.options, folder=folder)
            own_chances, own = gate_of(inner, choice.options, classes)
            fixed = general.fixed or own.fixed
            chosen = place_part(streams, choice.name, inner, own_chances, general, family=name)
            placed.append(
                Placed(
                    choice.name,
                    inner,
                    chosen.columns,
                    chosen.gate,
                    chosen.chances,
                    slots.start + choice.slot,
                    (choice.low, choice.high),
                    fixed,
                    gate,
                    chances,
                )
            )
    return Plan(tuple(placed), size_px, fit, streams.places())


class Streams:
    """Hands out columns of random numbers, each with the counter of its own stream."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._places: list[Keys] = [np.empty(0, np.uint64)]
        self._count = 0

    def take(self, stream: int, count: int) -> slice:
        """The next `count` columns, for the first numbers of a stream."""
        self._places.append(counters(stream, count))
        self._count += count
        return slice(self._count - count, self._count)

    def gate(self, name: str, chances: Array) -> int | None:
        """The column that decides whether a part is used; None when it always is."""
        if (chances >= 1.0).all():
            return None
        return int(self.take(make_key("gate", name, self.seen[name]), 1).start)

    def places(self) -> Keys:
        """The counters of all columns."""
        return np.concatenate(self._places)


def place_part(streams: Streams, name: str, part: Augmentation, chances: Array, general: General, family: str = "") -> Placed:
    """A part with its columns; `family` names the policy it belongs to, which keeps its stream apart."""
    stream = f"{family}/{name}" if family else name
    gate = streams.gate(stream, chances)
    # A mixing part has one more number, which orders the batch.
    draws = part.draws + isinstance(part, MixingPart)
    columns = streams.take(make_key("augmentation", stream, streams.seen[stream]), draws)
    streams.seen[stream] += 1
    return Placed(name, part, columns, gate, chances, fixed=general.fixed)


def gate_of(part: Augmentation, options: Mapping[str, Any], classes: Classes | None) -> tuple[Array, General]:
    """The probability of a change by class (last: class unknown), and the part's general options.

    With `only`, other classes are never changed. With `balance`, a class has the probability divided by how
    many times the rarest it is: the rarest has it whole, one twice as frequent half of it.
    """
    general = take_general(options)
    labels, counts = (classes.labels, np.array(classes.counts, float)) if classes else ((), np.empty(0))
    chances = np.full(len(labels) + 1, float(part.chance))
    if general.balance and len(labels):
        present = counts[counts > 0]
        rarest = present.min() if len(present) else 1.0
        chances[:-1] *= np.where(counts > 0, rarest / np.maximum(counts, 1.0), 1.0)
    if general.only and len(labels):
        chances *= np.array([*(label in general.only for label in labels), False], float)
    return chances, general


def check_classes(options: Mapping[str, Any], classes: Classes | None, where: Where) -> list[Fault]:
    """AUGMENT_UNKNOWN_CLASS for each name under `only` that is no class of the main target."""
    only = options.get("only", [])
    if classes is None or not isinstance(only, list):
        return []
    place = Where(where.file, where.line, f"{where.key}.only")
    known = ", ".join(classes.labels) or "-"
    return [
        Fault("AUGMENT_UNKNOWN_CLASS", "refuse", place, {"name": str(name), "known": known}, nearest(str(name), classes.labels))
        for name in only
        if str(name) not in classes.labels
    ]


def check_classes_inside(name: str, options: Mapping[str, Any], classes: Classes | None, where: Where) -> list[Fault]:
    """As `check_classes`, of the parts written inside another part."""
    found: list[Fault] = []
    if name not in AUGMENTATIONS or not issubclass(AUGMENTATIONS[name], OneOf):
        return found
    # A list that is none, and parts that are none, are told by the table.
    of = options.get("of")
    for place, entry in enumerate(of if isinstance(of, list) else []):
        with contextlib.suppress(ValueError):
            for inner, inner_options in read_parts(entry):
                found += check_classes(inner_options, classes, Where(where.file, where.line, f"{where.key}.of.{place}.{inner}"))
    return found
