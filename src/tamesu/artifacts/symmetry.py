"""Labels move with the image: what `symmetries:` in competition.yaml means for each target.

symmetries:
  horizontal_flip: {swap: [[keep_left, keep_right]], negate: [steering], angle: [heading]}
  vertical_flip: forbidden
  rotate90: {cycle: [[north, west, south, east]]}

| word | of | what a flip or turn does |
|---|---|---|
| swap | labels, points, value targets | the two trade places |
| negate | value targets | the number changes sign |
| angle | value targets | degrees counter-clockwise from the right turn and mirror with the picture |
| compass | value targets | degrees clockwise from the top do so |
| cycle | labels, points, value targets | one quarter turn counter-clockwise takes each to the next, the last to the first |

A value target is named by its own name or its column, a label or point by its name. Where several targets have a name, it moves
in all of them; `hand.left` is the `left` of the target `hand` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field

from tamesu.artifacts.assembly import Loc
from tamesu.artifacts.competition import STRICT, Competition, Symmetry
from tamesu.artifacts.documents import Document
from tamesu.errors import Fault, nearest, raise_faults
from tamesu.messages.symmetries import (
    ANY_ANGLE,
    CYCLE_LENGTH,
    LABEL_AND_VALUE,
    NO_QUARTER_SWAP,
    NOT_A_TURN,
    NOT_A_VALUE,
    ONLY_QUARTER_TURNS,
    TWO_TARGETS,
    WHOLE_TARGET,
)

QUARTER = "rotate90"
ANY_TURN = "rotate"
TURNS_DIRECTIONS = frozenset({"horizontal_flip", "vertical_flip", "transpose", QUARTER, ANY_TURN})
SHOWN_NAMES = 30

# JSON has no tuples; what stands in it is as strict as everywhere.
Permutation = Annotated[tuple[int, ...], Field(strict=False)]
Direction = Literal["angle", "compass"]
Names = Mapping[str, Sequence[str]]


class LabelMove(BaseModel):
    """What one symmetry does to one target. Under `rotate90` it is done once for each quarter turn counter-clockwise.

    Attributes:
        permutation: of the labels (or points): a sample with label i gets label `permutation[i]`. None: they stay.
        quarter: the same, for one quarter turn counter-clockwise.
        trades_with: the value target whose value this one takes. None: its own.
        negate: then the value changes sign.
        angle: then the value is turned and mirrored with the image: degrees counter-clockwise from the right (`angle`),
            or clockwise from the top (`compass`). None: it is no direction.

    Examples:
        >>> LabelMove(permutation=(1, 0, 2)).quarter is None
        True
    """

    model_config = STRICT
    permutation: Permutation | None = None
    quarter: Permutation | None = None
    negate: bool = False
    angle: Direction | None = None
    trades_with: str | None = None


Moves = dict[str, dict[str, LabelMove]]


@dataclass(frozen=True, slots=True)
class Place:
    """What a name stands for: a label or point of a target by its position, or a whole value target (`index` None)."""

    target: str
    index: int | None


def resolve_symmetries(competition: Competition, labels_by_target: Names) -> Moves:
    """How labels move: symmetry → target → move, with an entry only where there is something to do.

    Args:
        competition: with `symmetries`.
        labels_by_target: the labels (or points) of every target, in the order of the network's outputs; empty for values.

    Raises:
        InputError: SYMMETRY_UNKNOWN_NAME, SYMMETRY_NAME_TWICE, SYMMETRY_KIND, SYMMETRY_CYCLE.

    Examples:
        >>> competition = Competition.model_validate(
        ...     {
        ...         "name": "signs",
        ...         "train": {"table": "train.csv", "image": "{id}.png"},
        ...         "targets": {"turn": {"kind": "class", "column": "turn"}, "wheel": {"kind": "value", "column": "deg"}},
        ...         "main": "turn",
        ...         "metric": "accuracy",
        ...         "symmetries": {"horizontal_flip": {"swap": [["left", "right"]], "negate": ["deg"]}},
        ...     }
        ... )
        >>> moves = resolve_symmetries(competition, {"turn": ["ahead", "left", "right"], "wheel": []})["horizontal_flip"]
        >>> moves["turn"].permutation, moves["wheel"].negate
        ((0, 2, 1), True)
    """
    moves, faults = read_symmetries(competition, labels_by_target, Document({}, {}, ""))
    raise_faults(faults)
    return moves


def read_symmetries(competition: Competition, labels_by_target: Names, document: Document) -> tuple[Moves, list[Fault]]:
    """`resolve_symmetries` without raising: the moves, and every fault with its line in `document`."""
    moves: Moves = {}
    faults: list[Fault] = []
    for name, declaration in competition.symmetries.items():
        if not isinstance(declaration, Symmetry):
            continue
        reader = Reader(competition, labels_by_target, name, document)
        found = reader.read(declaration)
        faults += reader.faults
        moves |= {name: found} if found else {}
    return moves, faults


class Reader:
    """One declaration held against the names of all targets.

    Args:
        competition: the targets.
        labels_by_target: their labels.
        symmetry: the declaration's name.
        document: for the lines of faults.

    Attributes:
        faults: what has been found wrong.
        next_label: target → label → the label it becomes.
        value_from: value target → the one whose value it takes.
        negated: value targets.
        directions: value target → `angle` or `compass`.
        moved: place, and whether it changes place or value → the word that did it.
    """

    def __init__(self, competition: Competition, labels_by_target: Names, symmetry: str, document: Document) -> None:
        self.targets = competition.targets
        self.labels = {name: list(labels_by_target.get(name, ())) for name in competition.targets}
        self.symmetry = symmetry
        self.document = document
        self.faults: list[Fault] = []
        self.next_label: dict[str, dict[int, int]] = {}
        self.value_from: dict[str, str] = {}
        self.negated: set[str] = set()
        self.directions: dict[str, Direction] = {}
        self.moved: dict[tuple[Place, bool], str] = {}

    def read(self, declaration: Symmetry) -> dict[str, LabelMove]:
        """The moves of the targets that something happens to; faults are gathered in `faults`."""
        for number, pair in enumerate(declaration.swap):
            self.take_swap(pair, ("swap", number))
        for number, names in enumerate(declaration.cycle):
            self.take_cycle(names, ("cycle", number))
        for number, name in enumerate(declaration.negate):
            self.negated |= set(self.find_values("negate", name, ("negate", number)))
        words: tuple[tuple[Direction, list[str]], ...] = (("angle", declaration.angle), ("compass", declaration.compass))
        for word, names in words:
            for number, name in enumerate(names):
                self.directions |= dict.fromkeys(self.find_values(word, name, (word, number)), word)
        made = {name: self.make_move(name) for name in self.targets}
        return {name: move for name, move in made.items() if move != LabelMove()}

    def take_swap(self, pair: Sequence[str], loc: Loc) -> None:
        """Two names that trade places."""
        if self.symmetry == ANY_TURN:
            self.refuse("SYMMETRY_KIND", loc, verb="swap", name=say_names(pair), problem=ANY_ANGLE)
            return
        rings = self.find_rings("swap", pair, loc)
        if self.symmetry == QUARTER and any(ring[0].index is not None for ring in rings):
            self.refuse("SYMMETRY_KIND", loc, verb="swap", name=say_names(pair), problem=NO_QUARTER_SWAP)
            return
        self.join(rings)

    def take_cycle(self, names: Sequence[str], loc: Loc) -> None:
        """Names that a quarter turn takes on."""
        problem = ONLY_QUARTER_TURNS if self.symmetry != QUARTER else CYCLE_LENGTH if len(names) not in (2, 4) else None
        if problem is not None:
            self.refuse("SYMMETRY_CYCLE", loc, names=say_names(names), problem=problem)
            return
        self.join(self.find_rings("cycle", names, loc))

    def join(self, rings: Sequence[Sequence[Place]]) -> None:
        """Let each place of a ring lead to the next, and the last to the first."""
        for ring in rings:
            for place, following in zip(ring, (*ring[1:], ring[0]), strict=True):
                if place.index is None or following.index is None:
                    self.value_from[following.target] = place.target
                else:
                    self.next_label.setdefault(place.target, {})[place.index] = following.index

    def find_rings(self, verb: str, names: Sequence[str], loc: Loc) -> list[list[Place]]:
        """The places of names that move round: one ring per target that has them all as labels, and one of value targets."""
        found = [self.find_places(verb, name, (*loc, position)) for position, name in enumerate(names)]
        if not all(found):
            return []
        labels = [{place.target: place for place in places if place.index is not None} for places in found]
        values = [[place for place in places if place.index is None] for places in found]
        rings = [[places[name] for places in labels] for name in self.targets if all(name in places for places in labels)]
        rings += [[places[0] for places in values]] if all(values) else []
        if not rings:
            problem = LABEL_AND_VALUE if any(labels) and any(values) else TWO_TARGETS
            self.refuse("SYMMETRY_KIND", loc, verb=verb, name=say_names(names), problem=problem)
        return [ring for ring in rings if self.claim(ring, verb, names, loc)]

    def find_values(self, verb: str, name: str, loc: Loc) -> list[str]:
        """The value targets that a name stands for, each now moved by `verb`."""
        turns = verb != "negate"
        problem = NOT_A_TURN if turns and self.symmetry not in TURNS_DIRECTIONS else None
        if not turns and self.symmetry == ANY_TURN:
            problem = ANY_ANGLE
        places = [] if problem is not None else self.find_places(verb, name, loc)
        values = [place for place in places if place.index is None]
        if places and not values:
            problem = NOT_A_VALUE
        if problem is not None:
            self.refuse("SYMMETRY_KIND", loc, verb=verb, name=repr(name), problem=problem)
        return [place.target for place in values if self.claim([place], verb, [name], loc)]

    def find_places(self, verb: str, name: str, loc: Loc) -> list[Place]:
        """Everything a name stands for; a fault when that is nothing."""
        found = [Place(target, labels.index(name)) for target, labels in self.labels.items() if name in labels]
        found += [Place(target, None) for target in self.find_value_targets(name)]
        if not found:
            full = {f"{target}.{label}": Place(target, n) for target, of in self.labels.items() for n, label in enumerate(of)}
            found = [full[name]] if name in full else []
        if found:
            return found
        of_values = verb in ("negate", *get_args(Direction))
        if any(name in (key, target.column) for key, target in self.targets.items()):
            problem = NOT_A_VALUE if of_values else WHOLE_TARGET
            self.refuse("SYMMETRY_KIND", loc, verb=verb, name=repr(name), problem=problem)
            return []
        known = [key for key, target in self.targets.items() if target.kind == "value"]
        if not of_values:
            known = [label for labels in self.labels.values() for label in labels] + known
        known = list(dict.fromkeys(known))
        shown = ", ".join(known[:SHOWN_NAMES]) + (", ..." if len(known) > SHOWN_NAMES else "")
        self.refuse("SYMMETRY_UNKNOWN_NAME", loc, nearest(name, known), verb=verb, name=name, known=shown or "-")
        return []

    def find_value_targets(self, name: str) -> list[str]:
        """The value target of this name, or else those whose column has it."""
        values = {key: target for key, target in self.targets.items() if target.kind == "value"}
        return [name] if name in values else [key for key, target in values.items() if target.column == name]

    def claim(self, places: Sequence[Place], verb: str, names: Sequence[str], loc: Loc) -> bool:
        """Note that places are moved by `verb`; False, and a fault each, where one has been moved in the same way before."""
        free = True
        for position, (place, name) in enumerate(zip(places, names, strict=True)):
            # A value may take another's place and then be negated or turned, but not both of these.
            moves_round = verb in ("swap", "cycle")
            first = self.moved.get((place, moves_round))
            if first is not None:
                at = (*loc, position) if moves_round else loc
                self.refuse("SYMMETRY_NAME_TWICE", at, name=name, verb=verb, first=first)
                free = False
            self.moved.setdefault((place, moves_round), verb)
        return free

    def make_move(self, name: str) -> LabelMove:
        """What has been gathered for one target."""
        changed = self.next_label.get(name)
        order = None if changed is None else tuple(changed.get(n, n) for n in range(len(self.labels[name])))
        return LabelMove(
            permutation=None if self.symmetry == QUARTER else order,
            quarter=order if self.symmetry == QUARTER else None,
            negate=name in self.negated,
            angle=self.directions.get(name),
            trades_with=self.value_from.get(name),
        )

    def refuse(self, code: str, loc: Loc, near: str | None = None, **values: object) -> None:
        """Note a fault at a place inside the declaration."""
        where = self.document.where(("symmetries", self.symmetry, *loc))
        self.faults.append(Fault(code, "refuse", where, values, near))


def say_names(names: Sequence[str]) -> str:
    """Names as a list is written.

    Examples:
        >>> say_names(["left", "right"])
        '[left, right]'
    """
    return f"[{', '.join(names)}]"
