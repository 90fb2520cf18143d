"""The page of ideas: where each stands, advice, and the drawer of cards with what speaks for and against each here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.spelling import change_words, flow, quote
from tamesu.cards import CARDS, LEARNING, Card, Facts, fits, mark, next_changes
from tamesu.drawer import read_facts
from tamesu.messages import cards as card_words
from tamesu.queueing import advise, read_plain
from tamesu.results.standing import Standing, suggest_ideas
from tamesu.web.pages.competition import read_standings, read_verdicts
from tamesu.web.view import Page, View

STATES = ("keep", "undecided", "same", "drop", "elsewhere", "untried")


def build(view: View) -> Page:
    """The page.

    Raises:
        InputError: competition.yaml or ideas.yaml is at fault.
    """
    competition, standings = load_competition(view.folder), read_standings(view)
    verdicts, _ = read_verdicts(view.folder, view.desk.memory)
    suggested = suggest_ideas(competition, read_plain(view.folder), [one.idea for one in standings])
    facts = read_facts(view.folder)
    data: dict[str, Any] = {
        "standings": [describe_standing(one) for one in standings],
        "suggested": [{"line": f"{quote(one.name)}: {flow(one.changes)}", "why": one.why} for one in suggested],
        "advice": [fault.text(view.language) for fault in advise(view.folder, competition, standings, verdicts)],
        "cards": [describe_card(card, facts, view) for card in CARDS.values()],
    }
    groups = [(state, [one for one in data["standings"] if one["state"] == state]) for state in STATES]
    parts = {
        "groups": [(state, found) for state, found in groups if found],
        "families": group_cards(data["cards"], view),
        "recipe_known": bool(standings),
    }
    return Page("ideas.html", view.say("ideas"), data, parts)


def describe_standing(one: Standing) -> dict[str, Any]:
    """Where an idea stands, as plain values."""
    verdict = one.verdict
    measured = verdict is not None and bool(verdict.pairs)
    return {
        "name": one.idea.name,
        "state": one.state,
        "changes": " ".join(change_words(one.idea.changes)),
        "why": one.idea.why,
        "expected": one.idea.expected,
        "queued": one.queued,
        "surprise": one.surprise,
        "gain": verdict.gain if verdict is not None and measured else None,
        "low": verdict.low if verdict is not None and measured else None,
        "high": verdict.high if verdict is not None and measured else None,
        "pairs": len(verdict.pairs) if verdict is not None else 0,
        "run": verdict.idea_run if verdict is not None else "",
        "note": verdict.note if verdict is not None else "",
    }


def describe_card(card: Card, facts: Facts, view: View) -> dict[str, Any]:
    """A card in the page's language."""
    language = view.language
    learns = card.family in LEARNING
    fields = [
        (card_words.FIELDS["does" if learns else "imitates"], card.imitates),
        (card_words.FIELDS["helps"], card.helps),
        (card_words.FIELDS["harms" if learns else "lies"], card.lies),
        *((card_words.FIELDS["here"], reason) for reason in fits(card, facts)),
    ]
    return {
        "name": card.name,
        "family": card.family,
        "marks": [{"mark": one, "said": card_words.MARKS[one].say(language)} for one in mark(card, facts)],
        "fields": [{"field": word.say(language), "said": said.say(language)} for word, said in fields],
        "lines": [f"{quote(name)}: {flow(change)}" for name, change in next_changes(card, facts).items()],
    }


def group_cards(cards: Sequence[dict[str, Any]], view: View) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The cards by family: its name, what it is called, its cards."""
    families = dict.fromkeys(card["family"] for card in cards)
    return [
        (family, card_words.FAMILIES[family].say(view.language), [card for card in cards if card["family"] == family])
        for family in families
    ]
