"""Verdicts in a terminal: the table at the end, one line while a race runs, the live table of a race."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tamesu.artifacts.verdict import Verdict, count_keys
from tamesu.messages import Language
from tamesu.report.columns import WIDTH, align, plain, wrap
from tamesu.report.numbers import count_decimals, format_chance, format_cost, format_gain
from tamesu.report.plots import measure
from tamesu.report.verdict_notes import (
    MOST_DECIMALS,
    group_by_metric,
    say_better,
    say_false_keeps,
    say_gain,
    say_interval,
    say_notes,
    say_own_interval,
    say_scales,
    share_decimals,
)
from tamesu.report.words import Words

# Names in sentences; a longer one is cut in its middle.
NAME = 36

# A queue of a hundred ideas would bury its table under sentences.
MOST_NOTES = 24

NONE = "–"

RaceState = Literal["waiting", "running", "going_on", "stopped", "failed", "keep", "drop", "same", "undecided"]


@dataclass(frozen=True, slots=True)
class RaceRow:
    """One idea of a race that runs.

    Attributes:
        idea: its name.
        pairs: how many are trained. `planned`: how many the whole plan has.
        gain, low, high: mean gain so far, larger is better, and its 95 % interval; None before there is one.
        better: probability of a gain above rope.
        chance: probability that the whole plan would keep it.
        state: what happens with it now, or its verdict.
    """

    idea: str
    pairs: int
    planned: int
    gain: float | None = None
    low: float | None = None
    high: float | None = None
    better: float | None = None
    chance: float | None = None
    state: RaceState = "waiting"


def format_verdicts(verdicts: Sequence[Verdict], language: Language = "en", *, false_keeps: float | None = None) -> str:
    """Verdicts as a table for the terminal, with the sentences a reader needs below it.

    Args:
        verdicts: any, in any order; those on another metric stand in a table of their own.
        language: `"en"` or `"ja"`.
        false_keeps: how many of the kept ideas are expected to be no better than the baseline.

    Returns:
        Lines of at most 100 columns, without a line break at the end.
    """
    words = Words(language)
    if not verdicts:
        return words("no_verdicts")
    blocks = [format_group(group, words) for group in group_by_metric(verdicts)]
    lines = [line for place, block in enumerate(blocks) for line in ([""] if place else []) + block]
    if said := say_false_keeps(verdicts, false_keeps, words):
        lines += wrap(said)
    return "\n".join(lines)


def format_group(verdicts: Sequence[Verdict], words: Words) -> list[str]:
    """The table of the verdicts on one metric, in this order, and its sentences."""
    direction, *scales = say_scales(verdicts, words, short)
    decimals = share_decimals(verdicts)
    starred = any(verdict.drowned for verdict in verdicts)
    several = len({verdict.recipe for verdict in verdicts}) > 1
    star = {True: "*", False: " " if starred else ""}
    gains = [say_gain(verdict, decimals[place]) or NONE for place, verdict in enumerate(verdicts)]
    columns = [
        [words("idea"), *(f"{one.idea} ({one.recipe})" if several else one.idea for one in verdicts)],
        [words("change"), *(say_change(verdict, words) for verdict in verdicts)],
        [words("pair_column"), *(str(len(verdict.pairs)) for verdict in verdicts)],
        [words("gain") + star[False], *(gain + star[is_starred(one)] for gain, one in zip(gains, verdicts, strict=True))],
        [words("interval"), *(say_own_interval(one, decimals[place]) or NONE for place, one in enumerate(verdicts))],
        [words("better"), *(say_better(verdict) or NONE for verdict in verdicts)],
        [words("cost"), *(format_cost(verdict.cost) or NONE for verdict in verdicts)],
        [words("verdict"), *(words(f"verdict_{verdict.word}") for verdict in verdicts)],
    ]
    squeeze(columns)
    lines = [*wrap(direction), *align(columns, left=(0, 1, 7))]
    said = list(scales)
    if drowned := [short(verdict.idea) for verdict in verdicts if is_starred(verdict)]:
        said.append(words("say_drowned", ideas=words.list(drowned)))
    notes = [note for verdict in verdicts for note in say_notes(verdict, words, short)]
    said += notes[:MOST_NOTES]
    if len(notes) > MOST_NOTES:
        said.append(words("more_ideas", count=len(notes) - MOST_NOTES))
    return lines + [line for sentence in said for line in wrap(sentence)]


def short(name: str) -> str:
    """A name inside a sentence."""
    return plain(name, NAME)


def is_starred(verdict: Verdict) -> bool:
    """Whether its gain carries the mark of one that the seed noise drowns; a gain of exactly nothing needs none."""
    return bool(verdict.pairs) and verdict.drowned and verdict.because != "identical"


def say_change(verdict: Verdict, words: Words) -> str:
    """The key that an idea changes, or how many."""
    count = count_keys(verdict.changes)
    return next(iter(verdict.changes), NONE) if count <= 1 else words("keys", count=count)


def squeeze(columns: list[list[str]], names: int = 2, width: int = WIDTH) -> None:
    """Cut the names in the first columns, so that the table is at most `width` wide; what is cut is changed in place.

    Args:
        columns: of the table; the first `names` (1 or 2) hold what the user named, in full.
        names: how many.
        width: of the whole table, the two blanks between columns included.
    """
    for column in columns[:names]:
        column[:] = [plain(text) for text in column]
    wanted = [max(map(measure, column)) for column in columns]
    free = width - 2 * (len(columns) - 1) - sum(wanted[names:])
    if names == 2:
        second = min(wanted[1], max(free - wanted[0], 2 * free // 5))
        columns[1][:] = [plain(text, second) for text in columns[1]]
        free -= second
    columns[0][:] = [plain(text, free) for text in columns[0]]


def format_verdict_line(verdict: Verdict, language: Language = "en") -> str:
    """A verdict in one line of at most 100 columns, for logs while a race runs.

    Args:
        verdict: any.
        language: `"en"` or `"ja"`.
    """
    words = Words(language)
    (decimals,) = share_decimals([verdict]).values()
    said = [words(f"verdict_{verdict.word}")]
    if gain := say_gain(verdict, decimals):
        said.append(f"{words('gain')} {gain} {say_own_interval(verdict, decimals)}".rstrip())
    if better := say_better(verdict):
        said.append(f"{words('better')} {better}")
    said.append(f"{words('pair_column')} {len(verdict.pairs)}")
    if cost := format_cost(verdict.cost):
        said.append(cost)
    rest = ": " + words("comma").join(said)
    return plain(verdict.idea, WIDTH - measure(rest)) + rest


def format_race(rows: Sequence[RaceRow], language: Language = "en") -> str:
    """The table of a race that runs, one line an idea in the order given.

    Args:
        rows: where each idea stands.
        language: `"en"` or `"ja"`.

    Returns:
        Lines of at most 100 columns, without a line break at the end.

    Examples:
        >>> print(
        ...     format_race([RaceRow("sepia", 4, 25, 0.0123, -0.001, 0.0256, 0.93, 0.41, "running"), RaceRow("mixup", 0, 25)])
        ... )
        idea   pairs     gain  95 % interval       better  chance  state
        sepia   4/25  +0.0123  [-0.0010, +0.0256]  93.0 %  41.0 %  running
        mixup   0/25        –                   –       –       –  waiting
    """
    words = Words(language)
    needed = [count_decimals(find_scale(row)) for row in rows]
    common = max((count for count in needed if count <= MOST_DECIMALS), default=4)
    decimals = [count if count > MOST_DECIMALS else common for count in needed]
    columns = [
        [words("idea"), *(row.idea for row in rows)],
        [words("pair_column"), *(f"{row.pairs}/{row.planned}" for row in rows)],
        [words("gain"), *(format_gain(row.gain, count) or NONE for row, count in zip(rows, decimals, strict=True))],
        [
            words("interval"),
            *(say_interval(row.low, row.high, count) or NONE for row, count in zip(rows, decimals, strict=True)),
        ],
        [words("better"), *(format_chance(row.better) or NONE for row in rows)],
        [words("chance"), *(format_chance(row.chance) or NONE for row in rows)],
        [words("state"), *(say_state(row.state, words) for row in rows)],
    ]
    squeeze(columns, names=1)
    return "\n".join(align(columns, left=(0, 6)))


def find_scale(row: RaceRow) -> float | None:
    """How large a difference its digits must show."""
    if row.low is not None and row.high is not None and row.high > row.low:
        return (row.high - row.low) / 2
    return None if row.gain is None else abs(row.gain)


def say_state(state: RaceState, words: Words) -> str:
    """What happens with an idea, or its verdict, in words."""
    return words(f"verdict_{state}" if state in ("keep", "drop", "same", "undecided") else f"race_{state}")
