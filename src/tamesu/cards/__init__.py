"""The drawer of cards: of augmentations, heads and losses what each does, when it helps or harms, whether it fits here."""

from tamesu.cards.card import Card
from tamesu.cards.fitting import LEARNING, Facts, Told, find_told, fits, mark, next_changes
from tamesu.cards.table import CARDS, find_cards

__all__ = ["CARDS", "LEARNING", "Card", "Facts", "Told", "find_cards", "find_told", "fits", "mark", "next_changes"]
