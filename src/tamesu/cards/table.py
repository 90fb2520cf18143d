"""The drawer: every card by name."""

from __future__ import annotations

from collections.abc import Iterable

from tamesu.cards import colour, covers, geometry, heads, losses, mixing, optimisation, policies, quality, tone, views, weather
from tamesu.cards.card import Card
from tamesu.errors import Fault, InputError, Where, nearest

CARDS: dict[str, Card] = {
    card.name: card
    for family in (heads, losses, optimisation, geometry, colour, tone, quality, covers, weather, mixing, policies, views)
    for card in family.CARDS
}


def find_cards(names: Iterable[str]) -> list[Card]:
    """Cards by name, in the order asked for, each once; all of them when none is named.

    Args:
        names: of augmentations, losses and the like, or `tta`.

    Raises:
        InputError: CONFIG_UNKNOWN_PART for every name without a card, with the nearest one.

    Examples:
        >>> [card.name for card in find_cards(["sepia", "tta", "sepia"])]
        ['sepia', 'tta']
    """
    wanted = list(dict.fromkeys(names)) or list(CARDS)
    known = ", ".join(CARDS)
    faults = [
        Fault("CONFIG_UNKNOWN_PART", "refuse", Where(), {"kind": "card", "name": name, "known": known}, nearest(name, CARDS))
        for name in wanted
        if name not in CARDS
    ]
    if faults:
        raise InputError(faults)
    return [CARDS[name] for name in wanted]
