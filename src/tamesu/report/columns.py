"""Texts in columns and lines of a terminal: nothing a user named can move the cursor, and no line is wider than asked."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from tamesu.report.plots import measure, shorten

WIDTH = 100

# What never begins a line in Japanese.
NEVER_FIRST = "、。，．）」』】ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ・：；！？"

# Where a line never breaks though there is a blank: before a per cent sign, inside an interval.
HELD = re.compile(r"(?<=\d) (?=%)|(?<=\d,) (?=[-+]?\d[^\[]*\])")

# A word, or a single full-width letter, with the blanks before it and the marks that never begin a line.
TOKEN = re.compile(rf" *(?:[\u2e80-\uffee]|[^ \u2e80-\uffee]+)[{NEVER_FIRST}]*")


def plain(text: str, width: int | None = None) -> str:
    """A name on one line without control characters, cut in its middle to at most `width` half-width letters.

    Examples:
        >>> plain("a\\x1b[31m\\nb"), plain("一つのとても長い名前", 9)
        ('a�[31m b', '一つ…名前')
    """
    safe = "".join(letter if letter.isprintable() else show_unprintable(letter) for letter in " ".join(text.split()))
    return shorten(safe, max(measure(safe), 1) if width is None else width)


def show_unprintable(letter: str) -> str:
    """What stands for a letter that a terminal would obey: nothing for marks of format and direction, else U+FFFD."""
    return "" if unicodedata.category(letter) == "Cf" else "\N{REPLACEMENT CHARACTER}"


def align(columns: Sequence[Sequence[str]], left: Collection[int] = ()) -> list[str]:
    """Columns of texts, two blanks apart, as lines; those in `left` set left, the others right.

    Examples:
        >>> align([["idea", "平滑化"], ["gain", "+0.1"]], left=[0])
        ['idea    gain', '平滑化  +0.1']
    """
    widths = [max(map(measure, column)) for column in columns]

    def cell(place: int, text: str) -> str:
        blank = " " * (widths[place] - measure(text))
        return text + blank if place in left else blank + text

    lines = zip(*columns, strict=True)
    return ["  ".join(cell(place, text) for place, text in enumerate(line)).rstrip() for line in lines]


def wrap(text: str, width: int = WIDTH, indent: str = "  ") -> list[str]:
    """A sentence as lines of at most `width` half-width letters: broken at blanks and between full-width letters.

    Args:
        text: without line breaks.
        width: of every line.
        indent: in front of every line but the first.

    Examples:
        >>> wrap("one two three", 9), wrap("長い文を折る。", 7, "")
        (['one two', '  three'], ['長い文', 'を折', 'る。'])
    """
    lines, line = [], ""
    for token in split_tokens(text, width - len(indent)):
        if line.strip() and measure(line + token.rstrip()) > width:
            lines.append(line.rstrip())
            line = indent
            token = token.lstrip()
        line += token
    return [one.replace("\N{NO-BREAK SPACE}", " ") for one in (*lines, line.rstrip())]


def split_tokens(text: str, width: int) -> Iterator[str]:
    """What a line is made of: words with the blank before them, single full-width letters; none wider than `width`."""
    for token in TOKEN.findall(HELD.sub("\N{NO-BREAK SPACE}", text)):
        while measure(token) > width:
            end = len(token)
            while measure(token[:end]) > width:
                end -= 1
            yield token[:end]
            token = token[end:]
        yield token


def find_width() -> int:
    """Letters in a line of the terminal, between 60 and 120."""
    return max(60, min(120, shutil.get_terminal_size((100, 24)).columns))
