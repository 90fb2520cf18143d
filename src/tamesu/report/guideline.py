"""A guideline in Markdown as HTML: headings, lists, emphasis, code, quotes; every letter a person wrote is escaped.

So much and no more: a link stays text, since a page of ours leads nowhere, and so do pictures and HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tamesu.report.html import Child, Html, element, join

HEADING = re.compile(r"(#{1,6})(?:\s+(.*?))?\s*#*\s*$")
ITEM = re.compile(r"(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(.*)$")
RULE = re.compile(r"\s*([-*_])(\s*\1){2,}\s*$")
FENCE = re.compile(r"\s*(`{3,}|~{3,})")
# Code first: nothing in it is emphasis. An underscore inside a word, as in a file's name, is a letter.
INLINE = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)(?!`)"
    r"|\*\*(?P<strong>\S(?:.*?\S)?)\*\*|(?<!\w)__(?P<strong_>\S(?:.*?\S)?)__(?!\w)"
    r"|\*(?P<em>[^\s*](?:[^*]*?[^\s*])?)\*|(?<!\w)_(?P<em_>[^\s_](?:.*?[^\s_])?)_(?!\w)"
    r"|\\(?P<plain>[\\`*_{}\[\]()#+\-.!<>|~])"
)
# A line of lists in lists, of emphasis in emphasis; beyond it stands as it was written.
DEEPEST = 6


@dataclass(slots=True)
class Item:
    """An entry of a list: its lines, and the lists in it."""

    lines: list[str]
    inside: list[Items] = field(default_factory=list)


@dataclass(slots=True)
class Items:
    """A list: how far its marks are indented, whether it counts, and its entries."""

    indent: int
    numbered: bool
    items: list[Item] = field(default_factory=list)


def show_guideline(text: str, first: int = 3) -> Html:
    """A guideline as HTML.

    Args:
        text: Markdown.
        first: the level of the first heading on the page; deeper ones are at most `h6`.

    Examples:
        >>> show_guideline("# Cats\\n\\n- **Bengal**: spots, not `stripes`\\n- <i>")
        '<h3>Cats</h3><ul><li><strong>Bengal</strong>: spots, not <code>stripes</code></li><li>&lt;i&gt;</li></ul>'
    """
    lines = text.expandtabs(4).splitlines()
    blocks: list[Html] = []
    at = 0
    while at < len(lines):
        at, block = read_block(lines, at, first)
        blocks.append(block)
    return join(blocks)


def read_block(lines: list[str], at: int, first: int) -> tuple[int, Html]:
    """The block that begins on a line, and the line after it."""
    line = lines[at]
    if not line.strip():
        return at + 1, Html("")
    if found := FENCE.match(line):
        return read_code(lines, at + 1, found[1])
    if found := HEADING.match(line):
        return at + 1, element(f"h{min(6, first - 1 + len(found[1]))}", show_inline(found[2] or ""))
    if RULE.match(line):
        return at + 1, element("hr")
    if ITEM.match(line):
        return read_list(lines, at)
    if line.lstrip().startswith(">"):
        end = find_end(lines, at, lambda one: one.lstrip().startswith(">"))
        inside = "\n".join(one.lstrip()[1:].removeprefix(" ") for one in lines[at:end])
        # Quotes in quotes stand as text: the depth of a page must not depend on its user.
        return end, element("blockquote", show_lines(inside.splitlines()))
    if line.lstrip().startswith("|"):
        end = find_end(lines, at, lambda one: one.lstrip().startswith("|"))
        return end, element("pre", "\n".join(lines[at:end]))
    end = find_end(lines, at, lambda one: bool(one.strip()) and not begins_block(one))
    end = max(end, at + 1)
    return end, element("p", show_lines(lines[at:end]))


def begins_block(line: str) -> bool:
    """Whether a line ends the paragraph before it."""
    return bool(HEADING.match(line) or RULE.match(line) or ITEM.match(line) or FENCE.match(line)) or line.lstrip()[:1] in (
        ">",
        "|",
    )


def find_end(lines: list[str], at: int, goes_on: Callable[[str], bool]) -> int:
    """The first line after `at` that does not go on."""
    return next((place for place in range(at, len(lines)) if not goes_on(lines[place])), len(lines))


def read_code(lines: list[str], at: int, fence: str) -> tuple[int, Html]:
    """A block of code up to its fence, or to the end without one."""
    end = next((place for place in range(at, len(lines)) if lines[place].strip().startswith(fence)), len(lines))
    return end + 1, element("pre", element("code", "\n".join(lines[at:end])))


def read_list(lines: list[str], at: int) -> tuple[int, Html]:
    """A list with the lists in it; a line that is indented goes on with the entry before it."""
    open_lists: list[Items] = []
    while at < len(lines):
        line = lines[at]
        found = ITEM.match(line)
        if found and not RULE.match(line):
            add_item(open_lists, len(found[1]), found[3] is not None, found[4])
        elif line.strip() and not begins_block(line) and (line.startswith(" ") or lines[at - 1].strip()):
            open_lists[-1].items[-1].lines.append(line.strip())
        elif line.strip() or not goes_on_after_blank(lines, at):
            break
        at += 1
    return at, show_list(open_lists[0])


def goes_on_after_blank(lines: list[str], at: int) -> bool:
    """Whether the list goes on after blank lines: with another entry, or with a line that is indented."""
    after = next((one for one in lines[at:] if one.strip()), "")
    return bool(after) and not RULE.match(after) and (ITEM.match(after) is not None or after.startswith("  "))


def add_item(open_lists: list[Items], indent: int, numbered: bool, text: str) -> None:
    """One more entry: in the list whose indent it has, or in a new one inside the entry before it."""
    while len(open_lists) > 1 and indent < open_lists[-1].indent:
        open_lists.pop()
    if not open_lists:
        open_lists.append(Items(indent, numbered))
    elif indent > open_lists[-1].indent + 1 and len(open_lists) < DEEPEST:
        inner = Items(indent, numbered)
        open_lists[-1].items[-1].inside.append(inner)
        open_lists.append(inner)
    open_lists[-1].items.append(Item([text]))


def show_list(one: Items) -> Html:
    """A list as HTML."""
    items = [element("li", show_lines(item.lines), [show_list(inner) for inner in item.inside]) for item in one.items]
    return element("ol" if one.numbered else "ul", items)


def show_lines(lines: list[str]) -> Html:
    """Lines of one paragraph; they run on, but for those that end with two blanks or a backslash."""
    parts: list[Child] = []
    for place, line in enumerate(lines):
        breaks = line.endswith(("  ", "\\")) and place + 1 < len(lines)
        parts.append(show_inline(line.strip().removesuffix("\\") if breaks else line.strip()))
        parts.append(element("br") if breaks else "\n" if place + 1 < len(lines) else None)
    return join(parts)


def show_inline(text: str, depth: int = 0) -> Html:
    """Emphasis and code in a text.

    Examples:
        >>> show_inline("exp1_num_524 is *not* `*`, 2 * 3 * 4")
        'exp1_num_524 is <em>not</em> <code>*</code>, 2 * 3 * 4'
    """
    return join(list(find_inline(text, depth))) if depth < DEEPEST else join(text)


def find_inline(text: str, depth: int) -> Iterator[Html]:
    """The pieces of a text."""
    at = 0
    for found in INLINE.finditer(text):
        yield join(text[at : found.start()])
        at = found.end()
        if found["code"] is not None:
            yield element("code", found["code"].strip() or found["code"])
        elif found["plain"] is not None:
            yield join(found["plain"])
        elif (strong := found["strong"] or found["strong_"]) is not None:
            yield element("strong", show_inline(strong, depth + 1))
        else:
            yield element("em", show_inline(found["em"] or found["em_"], depth + 1))
    yield join(text[at:])
