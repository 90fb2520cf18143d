"""The list of ideas for the terminal: what was kept, dropped, is open, waits, and is suggested; and advice below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.queue import MOST_KEYS, essential_first, is_typed
from tamesu.artifacts.spelling import change_words, flow, quote
from tamesu.artifacts.verdict import Verdict
from tamesu.errors import Fault
from tamesu.messages import Language, render
from tamesu.report.columns import WIDTH, align, plain, wrap
from tamesu.report.numbers import format_chance, format_number
from tamesu.report.verdict_notes import has_interval, order_verdicts, say_gain, say_own_interval, share_decimals
from tamesu.report.verdict_table import NONE, squeeze
from tamesu.report.words import Words
from tamesu.results.standing import Standing

SECTIONS = ("keep", "undecided", "same", "drop", "elsewhere")
INDENT = "      "
COMMAND = re.compile(r"`([^`]+)`")
# A command longer than this stands on a line of its own, whole, so that it can be copied.
LONG_COMMAND = 50


def format_standings(standings: Sequence[Standing], suggested: Sequence[Idea] = (), language: Language = "en") -> str:
    """Every idea under what is known of it.

    Args:
        standings: from `tell_standings`.
        suggested: ideas that wait for nobody, with their reasons.
        language: `"en"` or `"ja"`.

    Returns:
        Lines of at most 100 columns (lines to be pasted aside), without a line break at the end.
    """
    words = Words(language)
    by_state: dict[str, list[Standing]] = {}
    for standing in standings:
        by_state.setdefault(standing.state, []).append(standing)
    several = len({standing.verdict.recipe for standing in standings if standing.verdict is not None}) > 1
    blocks = [list(list_tried(state, by_state[state], words, several=several)) for state in SECTIONS if state in by_state]
    if surprising := [standing for standing in standings if standing.surprise is not None]:
        blocks.append(list(list_surprising(surprising, words)))
    if untried := by_state.get("untried"):
        blocks.append(list(list_untried(untried, words)))
    if suggested:
        blocks.append([title("list_suggested", len(suggested), words), *list_suggested(suggested)])
    return "\n".join(line for place, block in enumerate(blocks) for line in ([""] if place else []) + block) or words(
        "list_none"
    )


def title(key: str, count: int, words: Words) -> str:
    """A section's first line."""
    return f"{words(key)} ({count})"


def list_tried(state: str, found: Sequence[Standing], words: Words, *, several: bool) -> Iterator[str]:
    """The lines of the ideas that have a verdict: a line of the table each, and below it what belongs to the idea alone.

    Args:
        state: of all of them.
        found: the ideas.
        words: the language.
        several: whether the verdicts are on several recipes, so that each must say on which.
    """
    place = {id(verdict): rank for rank, verdict in enumerate(order_verdicts(verdict_of(one) for one in found))}
    found = sorted(found, key=lambda one: place[id(one.verdict)])
    verdicts = [verdict_of(one) for one in found]
    decimals = share_decimals(verdicts)
    columns = [
        [words("idea"), *(one.idea.name for one in found)],
        [words("gain"), *(say_gain(one, decimals[rank]) or NONE for rank, one in enumerate(verdicts))],
        [words("interval"), *(say_own_interval(one, decimals[rank]) or NONE for rank, one in enumerate(verdicts))],
        [words("better"), *((has_interval(one) and format_chance(one.better)) or NONE for one in verdicts)],
        [words("pair_column"), *(str(len(one.pairs)) for one in verdicts)],
        [words("date"), *(plain(one.time[:10]) for one in verdicts)],
    ]
    if state == "elsewhere":
        columns.append([words("verdict"), *(words(f"verdict_{one.word}") for one in verdicts)])
    squeeze(columns, names=1, width=WIDTH - 2)
    head, *lines = align(columns, left=(0, 5, 6))
    yield title(f"list_{state}", len(found), words)
    yield f"  {head}"
    for shown, line, one in zip(columns[0][1:], lines, found, strict=True):
        yield f"  {line}"
        yield from describe(one, words, shown, several=several)


def verdict_of(standing: Standing) -> Verdict:
    """The verdict of an idea that has one."""
    assert standing.verdict is not None  # only untried ideas have none: see tell_standings
    return standing.verdict


def describe(standing: Standing, words: Words, shown: str, *, several: bool) -> Iterator[str]:
    """What belongs to one idea: its change, why, what was expected, notes, and what has to be known about its verdict."""
    idea, verdict = standing.idea, verdict_of(standing)
    yield from say_changes(idea, shown)
    facts = list(find_facts(standing, words))
    if several:
        facts.append(words("list_recipe", recipe=plain(verdict.recipe)))
    if facts:
        yield from indented(words("comma").join(facts))
    for key, text in (("why", idea.why or verdict.why), ("expected", verdict.expected), ("note", verdict.note)):
        if text:
            yield from indented(f"{words(key)}: {plain(text)}")


def find_facts(standing: Standing, words: Words) -> Iterator[str]:
    """What has to be known about an idea beside its numbers."""
    verdict = standing.verdict
    if verdict is not None and verdict.because == "hand":
        yield words("list_by_hand")
    if verdict is not None and verdict.word == "keep" and verdict.drowned:
        yield words("list_drowned", noise=format_number(verdict.noise))
    if verdict is not None and verdict.word == "undecided" and verdict.more_pairs is not None:
        yield words("list_more", count=verdict.more_pairs)
    if standing.twin:
        yield words("list_twin", idea=plain(standing.twin))
    if standing.changed:
        yield words("list_changed")
    if standing.keys > MOST_KEYS:
        yield words("list_keys", count=standing.keys)
    if not standing.queued:
        yield words("list_unqueued")


def list_surprising(found: Sequence[Standing], words: Words) -> Iterator[str]:
    """One sentence for each verdict that goes against what was expected."""
    yield title("list_surprising", len(found), words)
    for standing in found:
        values = {"idea": plain(standing.idea.name), "expected": plain(verdict_of(standing).expected)}
        yield from wrap(f"  {words(f'list_{standing.surprise}', **values)}", WIDTH, "    ")


def list_untried(found: Sequence[Standing], words: Words) -> Iterator[str]:
    """The ideas that wait, changes of substance first."""
    order = {idea.name: place for place, idea in enumerate(essential_first(standing.idea for standing in found))}
    yield title("list_untried", len(found), words)
    for standing in sorted(found, key=lambda one: order[one.idea.name]):
        idea = standing.idea
        yield from wrap(f"  {plain(idea.name)}", WIDTH, "    ")
        yield from say_changes(idea, plain(idea.name))
        if facts := list(find_facts(standing, words)):
            yield from indented(words("comma").join(facts))
        for key, text in (("why", idea.why), ("expected", idea.expected)):
            if text:
                yield from indented(f"{words(key)}: {plain(text)}")


def list_suggested(ideas: Sequence[Idea]) -> Iterator[str]:
    """The line to paste, and below it the reason."""
    for idea in ideas:
        yield f"  {quote(idea.name)}: {flow(idea.changes)}"
        yield from indented(plain(idea.why))


def say_changes(idea: Idea, shown: str) -> list[str]:
    """The changes as they are typed; nothing where the name that is shown whole says the same."""
    typed = plain(" ".join(change_words(idea.changes)))
    said = is_typed(idea) and shown == plain(idea.name)
    return [] if said or not typed else indented(typed)


def indented(text: str) -> list[str]:
    """A sentence below an idea's line."""
    return wrap(INDENT + text, WIDTH, INDENT)


def format_advice(advice: Sequence[Fault], language: Language = "en") -> str:
    """Advice in paragraphs: where it applies and what is seen, then what to do; a long command on a line of its own.

    Args:
        advice: notes, in any order.
        language: `"en"` or `"ja"`.

    Returns:
        Lines of at most 100 columns, commands aside, without a line break at the end.
    """
    lines: list[str] = []
    for fault in advice:
        what, do = render(fault.code, fault.values, language)
        where = plain(str(fault.where))
        lines += wrap(f"- {where}: {plain(what)} [{fault.code}]" if where else f"- {plain(what)} [{fault.code}]", WIDTH, "  ")
        commands = [command for command in COMMAND.findall(do) if len(command) > LONG_COMMAND]
        for command in commands:
            do = do.replace(f"`{command}`", "…")
        lines += wrap(f"  → {plain(do)}", WIDTH, "    ")
        lines += [f"      {command}" for command in commands]
    return "\n".join(lines)
