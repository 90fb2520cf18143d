"""The drawer of cards: for each augmentation what it imitates, when it helps, when it lies, and whether it fits here."""

from tamesu.cards.card import Card
from tamesu.cards.fitting import Facts, Told, find_told, fits, mark, next_changes
from tamesu.cards.table import CARDS, find_cards

__all__ = ["CARDS", "Card", "Facts", "Told", "find_cards", "find_told", "fits", "mark", "next_changes"]
