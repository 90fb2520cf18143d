"""Flips and turns of a recipe against what competition.yaml says of them."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tamesu.artifacts.competition import Competition, Target
from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.derived import build_derivation
from tamesu.artifacts.documents import Document
from tamesu.artifacts.marks import MARKS, name_marks
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.scalars import shorten
from tamesu.artifacts.spelling import flow
from tamesu.artifacts.suspicion import TURNS_SIGNS_DEG, Named, Suspicion, suspect
from tamesu.artifacts.symmetry import ANY_TURN, QUARTER, Moves, read_symmetries, resolve_symmetries
from tamesu.artifacts.tables import read_table
from tamesu.artifacts.targets import ANY_SEPARATOR
from tamesu.errors import Fault, InputError, nearest
from tamesu.messages.symmetries import FORBIDDEN, REASONS, UNDECLARED, say_proposal

# Faults that --force turns into notes.
FORCEABLE = frozenset({"SYMMETRY_FORBIDDEN", "SYMMETRY_UNDECLARED"})


@dataclass(frozen=True, slots=True)
class Use:
    """A flip or turn that a recipe makes.

    Attributes:
        key: where in the recipe: `augmentations`, or `tta`.
        index: the position of the part there.
        part: its name; a policy stands for the flips and turns among its choices.
        symmetry: its name under `symmetries:`.
        options: of the part that flips or turns.
    """

    key: str
    index: int
    part: str
    symmetry: str
    options: Mapping[str, Any]

    @property
    def degrees(self) -> float:
        """How far it turns at most, to either side; half a turn where the part does not say."""
        degrees, strength = self.options.get("degrees", 180.0), self.options.get("strength", 1.0)
        plain = all(isinstance(number, (int, float)) for number in (degrees, strength))
        return abs(float(degrees) * float(strength)) if plain else 180.0

    @property
    def turns_over(self) -> bool:
        """Whether what was below can come to stand beside or above."""
        return self.symmetry in ("vertical_flip", "transpose", QUARTER) or (
            self.symmetry == ANY_TURN and self.degrees > TURNS_SIGNS_DEG
        )


def known_symmetries() -> list[str]:
    """The names that may stand under `symmetries:`: those that a part speaks of, sorted."""
    from tamesu.augmentations import AUGMENTATIONS

    return sorted({symmetry for part in AUGMENTATIONS.values() if (symmetry := getattr(part, "symmetry", None))})


def used_symmetries(recipe: Recipe) -> list[Use]:
    """The flips and turns of a recipe, in order, the same of one part once, with what it does most.

    Parts that are not in the table, or cannot be built, are passed over: they are told elsewhere.
    """
    found: dict[tuple[str, int, str], Use] = {}
    for key, parts in (("augmentations", recipe.augmentations), ("tta", recipe.tta)):
        for index, part in enumerate(parts):
            with contextlib.suppress(ValueError, TypeError):
                for symmetry, options in find_symmetries(part.name, part.options):
                    use = Use(key, index, part.name, symmetry, options)
                    at = (key, index, symmetry)
                    found[at] = max(found.get(at, use), use, key=lambda use: use.degrees)
    return list(found.values())


def find_symmetries(name: str, options: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The symmetries of a part, or of the parts a policy chooses among, each with the options of the part that has it."""
    from tamesu.augmentations import AUGMENTATIONS, GIVEN_BY_US

    if name not in AUGMENTATIONS:
        return
    if symmetry := getattr(AUGMENTATIONS[name], "symmetry", None):
        try:
            yield symmetry, AUGMENTATIONS.resolve(name, options, GIVEN_BY_US)
        except ValueError:
            # What is wrong with an option is told by check_part.
            yield symmetry, options
    if getattr(AUGMENTATIONS[name], "kind", None) == "policy":
        for choice in AUGMENTATIONS.build(name, options).choices():
            yield from find_symmetries(choice.name, choice.options)


def find_moves(competition: Competition, recipe: Recipe, train: Dataset) -> Moves:
    """How the labels of a recipe's heads move under the flips and turns that the recipe uses.

    Raises:
        InputError: competition.yaml names labels or targets that are not there.
    """
    moves = resolve_symmetries(competition, {name: target.labels for name, target in train.targets.items()})
    if not moves:
        return {}
    used = {use.symmetry for use in used_symmetries(recipe)}
    learned = {*recipe.learned, *find_sources(recipe, competition)}
    heads = {name: {key: moves[name][key] for key in moves[name] if key in learned} for name in moves if name in used}
    return {name: of for name, of in heads.items() if of}


def find_sources(recipe: Recipe, competition: Competition) -> set[str]:
    """The masks and points of which a recipe's targets are made while training."""
    made = [build_derivation(competition.targets[name]) for name in recipe.learned if name in competition.targets]
    return {one.of for one in made if one is not None and one.in_picture}


def check_declarations(competition: Competition, folder: Path, document: Document) -> list[Fault]:
    """The faults of `symmetries:`: names that no part speaks of, and names of labels and targets that are not there.

    Args:
        competition: validated.
        folder: its folder; the train table is read where labels are moved.
        document: where it was read, for lines.

    Returns:
        CONFIG_UNKNOWN_SYMMETRY; SYMMETRY_UNKNOWN_NAME, SYMMETRY_NAME_TWICE, SYMMETRY_KIND, SYMMETRY_CYCLE.
    """
    known = known_symmetries()
    faults = []
    for name in competition.symmetries:
        if name not in known:
            values = {"name": name, "known": ", ".join(known)}
            where = document.where(("symmetries", name))
            faults.append(Fault("CONFIG_UNKNOWN_SYMMETRY", "refuse", where, values, nearest(name, known)))
    if all(isinstance(said, str) for said in competition.symmetries.values()):
        return faults
    named = read_named(competition, folder)
    if any(not target.labels for target in named if target.kind not in ("value", "mask")):
        # The labels cannot be read, which check_data tells.
        return faults
    return faults + read_symmetries(competition, {target.name: target.labels for target in named}, document)[1]


def check_uses(recipe: Recipe, competition: Competition, folder: Path, document: Document) -> list[Fault]:
    """The flips and turns of a recipe against what competition.yaml says of them.

    Args:
        recipe: validated.
        competition: with `symmetries`.
        folder: the competition's folder; its train table is read when something is not declared.
        document: where the recipe was read, for lines.

    Returns:
        SYMMETRY_FORBIDDEN; SYMMETRY_NO_HEAD; of what is not declared, SYMMETRY_UNDECLARED as a question when a name gives
        reason to ask, else SYMMETRY_GROUND as a note on what turns the image over.
    """
    faults = []
    for use in used_symmetries(recipe):
        where = document.where((use.key, use.index, use.part))
        values: dict[str, object] = {"augmentation": use.part, "symmetry": use.symmetry}
        declared = competition.symmetries.get(use.symmetry)
        if declared == "forbidden":
            faults.append(Fault("SYMMETRY_FORBIDDEN", "refuse", where, values))
        if declared is not None:
            faults += check_partners(use, recipe, competition, folder, document)
            continue
        learned = [target for target in read_named(competition, folder) if target.name in recipe.learned]
        found = suspect(use.symmetry, learned, degrees=use.degrees, question=recipe.question)
        if found is not None:
            faults.append(Fault("SYMMETRY_UNDECLARED", "ask", where, values | describe(use.symmetry, found, learned)))
        elif use.turns_over:
            faults.append(Fault("SYMMETRY_GROUND", "note", where, values))
    return faults


def check_partners(use: Use, recipe: Recipe, competition: Competition, folder: Path, document: Document) -> list[Fault]:
    """SYMMETRY_NO_HEAD where a view's prediction of one value stands for another that no head predicts."""
    if use.key != "tta":
        return []
    labels = {target.name: target.labels for target in read_named(competition, folder)}
    moves, _ = read_symmetries(competition, labels, Document({}, {}, ""))
    where = document.where((use.key, use.index, use.part))
    faults = []
    for name, move in moves.get(use.symmetry, {}).items():
        partner = move.trades_with
        if partner is not None and partner in recipe.learned and name not in recipe.learned:
            values = {"augmentation": use.part, "target": partner, "partner": name}
            faults.append(Fault("SYMMETRY_NO_HEAD", "refuse", where, values))
    return faults


def describe(symmetry: str, found: Suspicion, learned: Iterable[Named]) -> dict[str, object]:
    """What the question about a symmetry says: the word, why it gives reason to ask, and what may be written."""
    # One of several columns cannot be moved by itself.
    alone = {name for target in learned if target.kind == "value" for name in (target.name, target.column)}
    written = None if found.declaration is None else flow(found.declaration)
    value = flow(found.word) if found.ground == "direction" and found.word in alone else None
    return {
        "word": shorten(found.word),
        "reason": REASONS[found.ground],
        "proposal": say_proposal(symmetry, written, value),
    }


def force_faults(faults: Iterable[Fault]) -> list[Fault]:
    """The faults with those that --force overrides turned into notes SYMMETRY_FORCED."""
    return [force_fault(fault) if fault.code in FORCEABLE else fault for fault in faults]


def find_overridden(recipe: Recipe, competition: Competition, folder: Path) -> list[Fault]:
    """The notes SYMMETRY_FORCED of a recipe: what --force overrides in it."""
    faults = check_uses(recipe, competition, folder, Document(recipe.written(), {}, ""))
    return [force_fault(fault) for fault in faults if fault.code in FORCEABLE]


def force_fault(fault: Fault) -> Fault:
    """A forbidden or undeclared symmetry as a note."""
    standing = FORBIDDEN if fault.code == "SYMMETRY_FORBIDDEN" else UNDECLARED
    values = {key: fault.values[key] for key in ("augmentation", "symmetry")}
    return Fault("SYMMETRY_FORCED", "note", fault.where, values | {"standing": standing})


def read_named(competition: Competition, folder: Path) -> tuple[Named, ...]:
    """What every target is called, its labels from competition.yaml or from the train table; none where it cannot be read."""
    path = competition.data_folder(folder) / competition.train.table
    try:
        found = path.stat()
    except OSError:
        return name_targets(competition, {})
    return read_named_once(competition.model_dump_json(), str(path), found.st_size, found.st_mtime_ns)


@functools.lru_cache(maxsize=8)
def read_named_once(competition: str, path: str, _size: int, _mtime_ns: int) -> tuple[Named, ...]:
    """`read_named`, once for a table as it stands: a queue asks for every idea."""
    facts = Competition.model_validate_json(competition)
    columns: dict[str, tuple[str, ...]] = {}
    # A table that cannot be read is told by check_data, and by whoever trains.
    with contextlib.suppress(InputError):
        columns = read_table(Path(path), facts.train.table).columns
    return name_targets(facts, columns)


def name_targets(competition: Competition, columns: Mapping[str, tuple[str, ...]]) -> tuple[Named, ...]:
    """What every target is called, given the cells of the train table."""
    return tuple(
        Named(name, target.kind, target.column or "", tuple(find_labels(target, columns)))
        for name, target in competition.targets.items()
    )


def find_labels(target: Target, columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The labels of a target: as written, its columns, or the different cells of its column."""
    if target.kind == "value":
        return target.columns
    if target.kind in MARKS:
        return list(name_marks(target))
    if target.labels or target.columns:
        return target.labels or target.columns
    cells = set(columns.get(target.column or "", ())) - set(target.missing)
    if target.kind != "multilabel":
        return sorted(cells)
    parts = {
        part for cell in cells for part in (ANY_SEPARATOR.split(cell) if not target.separator else cell.split(target.separator))
    }
    return sorted({part.strip() for part in parts} - {""})
