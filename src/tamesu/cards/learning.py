"""What a competition's table and recipe say that cards about heads and losses have to do with; no image is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.competition import CODED, Competition, Target
from tamesu.artifacts.numbers import read_numbers
from tamesu.artifacts.recipe import AUXILIARY_WEIGHT, USUAL_LOSSES, Recipe
from tamesu.artifacts.sides import words_in
from tamesu.messages.message import Phrase

MARKS = frozenset({"mask", "map", "points"})
# A commonest class with so many times the rows of the rarest one makes balance worth a try.
IMBALANCED_TIMES = 3.0
# So many classes are told apart by details, and by what lies near what.
MANY_CLASSES = 30
# Values so far from the median, in units of the middle half's width, are outliers.
FAR = 10.0

ORDER_WORDS = frozenset({"frame", "time", "timestamp", "order", "index", "seq", "sequence", "step", "day", "hour", "t"})
ORDER_SIGNS = ("フレーム", "時刻", "時間", "順", "番号", "日目")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a card about heads or losses comes to here.

    Attributes:
        reasons: for and against it, in this competition.
        ideas: name → changes, to paste; none where it cannot be tried.
        suits: whether this competition calls for it; None where nothing says so.
        used: whether the recipe has it.
    """

    reasons: tuple[Phrase, ...] = ()
    ideas: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    suits: bool | None = None
    used: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Learning:
    """A competition as cards about heads and losses see it.

    Attributes:
        recipe: what is learnt now.
        targets: of competition.yaml. `main`: the one that is scored. `metric`: its name.
        rows: of the train table; 0 when it cannot be read.
        cells: the texts of every column of the train table.
        spare: columns of the train table that the test table lacks and no target reads.
        numeric: columns of the train table in which every filled cell is a number.
    """

    recipe: Recipe
    targets: Mapping[str, Target]
    main: str
    metric: str
    rows: int = 0
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spare: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Of the main target."""
        return self.targets[self.main].kind

    @property
    def head(self) -> str:
        """The head that tells the main target."""
        return (self.recipe.heads_of(self.main) or [self.main])[0]

    @property
    def loss(self) -> str:
        """The name of the main head's loss; empty where there is no such head."""
        return self.recipe.heads[self.head].loss.name if self.head in self.recipe.heads else ""

    @property
    def helpers(self) -> list[str]:
        """The heads that do not tell the main target."""
        return [name for name in self.recipe.heads if name != self.head]

    def target_of(self, head: str) -> str:
        """What a head learns."""
        return self.recipe.heads[head].target or head

    def counts(self, target: str) -> dict[str, int]:
        """Label → rows, of a target that is one label a row in a column."""
        spec = self.targets[target]
        if spec.kind not in CODED or spec.column is None or spec.column not in self.cells:
            return {}
        return dict(Counter(cell for cell in self.cells[spec.column] if cell not in spec.missing))

    def classes(self) -> int:
        """How many labels the main target has; 0 where it has none, or they are not known."""
        spec = self.targets[self.main]
        if spec.kind in CODED | {"multilabel", "soft"}:
            return len(self.counts(self.main)) or len(spec.labels) or len(spec.columns)
        return 0

    def values(self, target: str) -> NDArray[np.float64]:
        """Numbers of a value target that stand in columns, (rows, columns); NaN where missing; (0, 0) where there are none."""
        spec = self.targets[target]
        names = [spec.column] if spec.column else spec.columns
        if spec.kind != "value" or not names or any(name not in self.cells for name in names):
            return np.zeros((0, 0))
        return np.stack([read_numbers(self.cells[name], set(spec.missing)).values for name in names], axis=1)

    def unlearned(self) -> list[str]:
        """Targets without a head, but for the main one."""
        learned = set(self.recipe.learned)
        return [name for name in self.targets if name != self.main and name not in learned]

    def is_poorer(self, target: str) -> bool:
        """Whether every label of the main target has one label of another target: it tells nothing that the main one does not.

        A target made of the main one by bins or a table of attributes is; so is a column in which the table shows it, when
        some main label has two rows or more.
        """
        spec, main = self.targets[target], self.targets[self.main]
        if spec.derive is not None:
            return spec.derive.options.get("of") == self.main and spec.derive.name in ("bins", "attributes")
        if spec.kind not in CODED or main.kind not in CODED or main.column is None or spec.column is None:
            return False
        if main.column not in self.cells or spec.column not in self.cells:
            return False
        known = [
            (own, other)
            for own, other in zip(self.cells[main.column], self.cells[spec.column], strict=True)
            if own not in main.missing and other not in spec.missing
        ]
        return 0 < len(set(known)) == len({own for own, _ in known}) < len(known)


def read_learning(
    competition: Competition, recipe: Recipe, train: Mapping[str, Sequence[str]], test: Sequence[str] = ()
) -> Learning:
    """What cards need of a competition.

    Args:
        competition: the facts.
        recipe: the first one.
        train: columns of the train table; empty when it cannot be read.
        test: names of the test table's columns.
    """
    read = {name for target in competition.targets.values() for name in [target.column, *target.columns] if name}
    numeric = [name for name, cells in train.items() if is_numeric(cells)]
    spare = [name for name in train if name not in read and name not in test] if test else []
    rows = len(next(iter(train.values()), ()))
    return Learning(
        recipe,
        competition.targets,
        competition.main,
        competition.metric.name,
        rows,
        train,
        tuple(spare),
        tuple(numeric),
    )


def is_numeric(cells: Sequence[str]) -> bool:
    """Whether every filled cell is a number, and some cell is filled.

    Examples:
        >>> is_numeric(["1", "", "2.5"]), is_numeric(["1", "犬"]), is_numeric(["", ""])
        (True, False, False)
    """
    found = read_numbers(list(cells), {""})
    return not found.bad and bool(np.isfinite(found.values).any())


def find_order(facts: Learning) -> str | None:
    """A numeric column along which rows follow one another, by its name; None where there is none."""
    taken = {name for target in facts.targets.values() for name in [target.column, *target.columns]}
    names = [name for name in facts.numeric if name not in taken]
    return next(
        (name for name in names if set(words_in(name)) & ORDER_WORDS or any(sign in name for sign in ORDER_SIGNS)), None
    )


def imbalance(counts: Mapping[str, int]) -> tuple[str, int, int] | None:
    """The rarest class, its rows, and those of the commonest; None without two classes.

    Examples:
        >>> imbalance({"cat": 90, "鳥": 3}), imbalance({"cat": 90})
        (('鳥', 3, 90), None)
    """
    if len(counts) < 2:
        return None
    rare = min(counts, key=lambda label: (counts[label], label))
    return rare, counts[rare], max(counts.values())


def count_far(values: NDArray[np.float64]) -> int:
    """How many numbers lie far outside of the middle half: more than ten times its width from the median.

    Examples:
        >>> count_far(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 400.0])), count_far(np.array([1.0, 2.0, 3.0]))
        (1, 0)
    """
    known = values[np.isfinite(values)]
    if known.size < 4:
        return 0
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    return int((np.abs(known - middle) > FAR * (high - low)).sum()) if high > low else 0


def add_head(target: str, kind: str) -> dict[str, Any]:
    """The change that gives a target the usual head of one that helps.

    Examples:
        >>> add_head("size", "value")
        {'heads.size': {'loss': 'smooth_l1', 'weight': 0.3}}
    """
    return {f"heads.{target}": {"loss": USUAL_LOSSES[kind], "weight": AUXILIARY_WEIGHT}}
