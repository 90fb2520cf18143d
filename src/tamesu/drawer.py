"""The drawer of cards in a competition's folder, or outside of any: `tamesu ideas --cards`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.loading import load_competition, read_recipe
from tamesu.artifacts.notes import read_noted_ledger
from tamesu.artifacts.tables import read_table
from tamesu.cards import Card, Facts, find_cards, find_told
from tamesu.cards.fitting import Declared
from tamesu.cards.learning import read_learning
from tamesu.errors import InputError
from tamesu.messages import choose_language
from tamesu.progress import Reporter, Silent
from tamesu.queueing import first_recipe, read_plain
from tamesu.report.card_list import format_cards, format_drawer
from tamesu.symmetries import read_named

COMPETITION = "competition.yaml"


def list_cards(names: Iterable[str] = (), *, folder: str | Path = ".", reporter: Reporter | None = None) -> list[Card]:
    """Say what lies in the drawer, or everything about some cards and whether they fit this competition.

    Args:
        names: of cards (an augmentation's, or `tta`); all in a line each when none is named.
        folder: the competition's folder; where there is none, the cards stand for themselves.
        reporter: told the list.

    Returns:
        The cards, in the order said.

    Raises:
        InputError: CONFIG_UNKNOWN_PART, a name without a card; competition.yaml is at fault.

    Examples:
        >>> [card.try_first for card in list_cards(["sepia"], folder="no-competition-here")]
        [{'augmentations+': {'sepia': {'p': 0.1}}}]
    """
    reporter, folder, names = reporter or Silent(), Path(folder), list(names)
    cards, facts, language = find_cards(names), read_facts(folder), choose_language()
    reporter.say(format_cards(cards, facts, language) if names else format_drawer(cards, facts, language))
    return cards


def read_facts(folder: Path) -> Facts:
    """What a competition's files say that cards have to do with; nothing where there is no competition.

    Args:
        folder: the competition's folder.

    Raises:
        InputError: competition.yaml is at fault. A table or a recipe that cannot be read is passed over: `check` tells.
    """
    if not (folder / COMPETITION).exists():
        return Facts()
    competition, recipe = load_competition(folder), read_plain(folder)
    named = read_named(competition, folder)
    rows, counts = count_rows(competition, folder)
    found = first_recipe(folder)
    whole = None if found is None else read_recipe(folder, found)[0]
    heads = recipe.get("heads") or {}
    train = read_columns(competition, folder)
    return Facts(
        named=tuple(target for target in named if not heads or target.name in heads),
        question=recipe.get("question", ""),
        declared={name: say_declared(said) for name, said in competition.symmetries.items()},
        rows=rows,
        counts=counts,
        size_px=(recipe.get("image") or {}).get("size"),
        used=find_used(recipe),
        told=find_told(read_noted_ledger(folder)[0]),
        where=tuple(name for name, target in competition.targets.items() if target.kind in ("mask", "points")),
        folders=frozenset(path.name for path in folder.iterdir() if path.is_dir()),
        learning=None if whole is None else read_learning(competition, whole, train, name_test_columns(competition, folder)),
    )


def say_declared(said: Any) -> Declared:
    """What a declaration comes to: `allowed`, `forbidden`, or that labels move."""
    return said if said in ("allowed", "forbidden") else "moves"


def find_used(recipe: Mapping[str, Any]) -> frozenset[str]:
    """The cards that a recipe, as plain values, has.

    Examples:
        >>> sorted(find_used({"augmentations": ["sepia", {"rotate": {"degrees": 10}}], "tta": ["horizontal_flip"]}))
        ['rotate', 'sepia', 'tta']
    """
    parts = recipe.get("augmentations") or []
    names = {name for part in parts for name in (part if isinstance(part, Mapping) else [str(part)])}
    return frozenset(names | ({"tta"} if recipe.get("tta") else set()))


def read_columns(competition: Competition, folder: Path) -> dict[str, tuple[str, ...]]:
    """The columns of the train table; none where it cannot be read."""
    try:
        return dict(read_table(competition.data_folder(folder) / competition.train.table, competition.train.table).columns)
    except (InputError, OSError):
        return {}


def name_test_columns(competition: Competition, folder: Path) -> tuple[str, ...]:
    """The names of the test table's columns; none where there is no such table, or it cannot be read."""
    if competition.test is None:
        return ()
    try:
        return tuple(read_table(competition.data_folder(folder) / competition.test.table, competition.test.table).columns)
    except (InputError, OSError):
        return ()


def count_rows(competition: Competition, folder: Path) -> tuple[int | None, dict[str, int]]:
    """The rows of the train table, and how many each class of the main target has; nothing where it cannot be read."""
    columns = read_columns(competition, folder)
    if not columns:
        return None, {}
    rows = len(next(iter(columns.values()), ()))
    target = competition.targets[competition.main]
    if target.kind not in ("class", "ordinal"):
        return rows, {}
    return rows, dict(Counter(cell for cell in columns.get(target.column or "", ()) if cell not in target.missing))
