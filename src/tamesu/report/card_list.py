"""The drawer for the terminal: all cards in a line each, or whole cards with what speaks for and against them here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tamesu.artifacts.spelling import flow, quote
from tamesu.cards import LEARNING, Card, Facts, fits, mark, next_changes
from tamesu.messages import Language
from tamesu.messages import cards as say
from tamesu.messages.message import Phrase
from tamesu.report.columns import WIDTH, align, plain, wrap
from tamesu.report.plots import measure


def format_drawer(cards: Sequence[Card], facts: Facts, language: Language = "en") -> str:
    """Every card in a line under its family: its name, what it imitates, and marks in brackets.

    Args:
        cards: in order, families together.
        facts: of the competition; empty ones outside of any.
        language: `"en"` or `"ja"`.

    Returns:
        Lines of at most 100 columns, without a line break at the end.
    """
    names = align([[card.name for card in cards]], left=[0])
    width = max(map(measure, names), default=0)
    lines: list[str] = []
    for number, card in enumerate(cards):
        if not number or cards[number - 1].family != card.family:
            lines += ([""] if lines else []) + [pick(say.FAMILIES[card.family], language)]
        marks = ", ".join(pick(say.MARKS[each], language) for each in mark(card, facts))
        about = pick(card.imitates, language) + (f" [{marks}]" if marks else "")
        blank = " " * (width - measure(card.name))
        lines += wrap(f"  {card.name}{blank}  {about}", WIDTH, " " * (width + 4))
    more = pick(say.MORE, language).format(name=cards[0].name if cards else "")
    return "\n".join([*lines, "", *wrap(more, WIDTH, "  ")])


def format_cards(cards: Iterable[Card], facts: Facts, language: Language = "en") -> str:
    """Whole cards: what each imitates, when it helps and lies, what speaks for and against it here, what to paste.

    Args:
        cards: in order.
        facts: of the competition; empty ones outside of any.
        language: `"en"` or `"ja"`.

    Returns:
        Lines of at most 100 columns (lines to be pasted aside), without a line break at the end.
    """
    return "\n\n".join("\n".join(write_card(card, facts, language)) for card in cards)


def write_card(card: Card, facts: Facts, language: Language) -> Iterator[str]:
    """The lines of one card."""
    yield f"{card.name} ({pick(say.FAMILIES[card.family], language)})"
    first, last = ("does", "harms") if card.family in LEARNING else ("imitates", "lies")
    fields = [(first, card.imitates), ("helps", card.helps), (last, card.lies)]
    fields += [("here", reason) for reason in fits(card, facts)]
    width = max(measure(pick(word, language)) for word in say.FIELDS.values())
    before = ""
    for key, phrase in fields:
        word = pick(say.FIELDS[key], language) if key != before else ""
        blank = " " * (width - measure(word))
        yield from wrap(f"  {word}{blank}  {plain(pick(phrase, language))}", WIDTH, " " * (width + 4))
        before = key
    if not (changes := next_changes(card, facts)):
        return
    yield f"  {pick(say.PASTE, language).format(names=' '.join(changes))}"
    for name, change in changes.items():
        yield f"    {quote(name)}: {flow(change)}"


def pick(phrase: Phrase, language: Language) -> str:
    """The words in one language.

    Examples:
        >>> pick(Phrase("kept", "採用"), "ja")
        '採用'
    """
    return phrase.say(language)
