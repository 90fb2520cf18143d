"""The Markdown twin of a page: the same headings, sentences, tables and code, for an issue, a wiki or a write-up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tamesu.report.html import VOID

# What has no twin in text: the page's own shell, its contents, charts.
LEFT_OUT = frozenset({"head", "style", "script", "nav", "svg", "select", "button"})
BLOCKS = frozenset(
    {
        "main",
        "body",
        "html",
        "header",
        "section",
        "div",
        "figure",
        "figcaption",
        "p",
        "table",
        "ul",
        "ol",
        "dl",
        "pre",
        "footer",
    }
    | {"h1", "h2", "h3", "h4", "details", "summary"}
)
SPECIAL = re.compile(r"([\\`*_\[\]<>|~#])")
ENTITY = re.compile(r"&(?=#|\w+;)")
BEGINS_LIST = re.compile(r"^([-+]|\d+[.)])(?=\s)")


@dataclass(slots=True)
class Node:
    """An element of a page with what is inside, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def find(self, tag: str) -> list[Node]:
        """Every element of this name inside, in order."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, Node):
                found += ([child] if child.tag == tag else []) + child.find(tag)
        return found


class Reader(HTMLParser):
    """A page of ours as a tree."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new element, which stays open unless it is void."""
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        """The innermost open element ends; our pages close everything in order."""
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Text."""
        self.open[-1].children.append(data)


def to_markdown(page: str, pictures: Mapping[str, str] | None = None) -> str:
    """A page of ours as Markdown.

    Args:
        page: HTML that `tamesu.report` made.
        pictures: section's anchor → file beside the Markdown that stands in for the section's first chart.

    Returns:
        Lines that end with a line break. What a user named stands as code, so that nothing in it is markup, link or mention.

    Examples:
        >>> print(
        ...     to_markdown("<h2>Runs</h2><p>a_b <b>1</b></p><table><tr><th>x</th></tr><tr><td>1|2</td></tr></table>"), end=""
        ... )
        ## Runs
        <BLANKLINE>
        a\\_b **1**
        <BLANKLINE>
        | x |
        |---|
        | 1\\|2 |
    """
    reader = Reader()
    reader.feed(page)
    reader.close()
    blocks = write_blocks(reader.root, dict(pictures or {}))
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def write_blocks(node: Node, pictures: dict[str, str]) -> list[str]:
    """The blocks inside an element, one a text; runs of text and inline elements are a paragraph."""
    blocks: list[str] = []
    line: list[Node | str] = []

    def end_line() -> None:
        if text := write_inline(line).strip():
            blocks.append(BEGINS_LIST.sub(r"\\\1", text))
        line.clear()

    for child in node.children:
        if isinstance(child, Node) and (child.tag in BLOCKS or holds_block(child)):
            end_line()
            blocks += write_block(child, pictures)
        else:
            line.append(child)
    end_line()
    return blocks


def holds_block(node: Node) -> bool:
    """Whether there is a block anywhere inside."""
    return any(isinstance(child, Node) and (child.tag in BLOCKS or holds_block(child)) for child in node.children)


def write_block(node: Node, pictures: dict[str, str]) -> list[str]:
    """One block as texts."""
    if node.tag in LEFT_OUT:
        return []
    if node.tag in ("h1", "h2", "h3", "h4"):
        return [f"{'#' * int(node.tag[1])} {write_inline(node.children).strip()}"]
    if node.tag == "table":
        return [write_table(node)]
    if node.tag in ("ul", "ol"):
        return [write_list(node)]
    if node.tag == "dl":
        return [write_facts(node)]
    if node.tag == "pre":
        return [write_code_block(collect_text(node))]
    if node.tag in ("figcaption", "summary"):
        text = write_inline(node.children).strip()
        return [f"**{text}**"] if text else []
    if node.tag == "figure" and node.find("svg"):
        # A legend without its chart says nothing.
        kept = [one for one in node.children if isinstance(one, str) or "legend" not in one.attributes.get("class", "").split()]
        node = Node(node.tag, node.attributes, kept)
    blocks = write_blocks(node, pictures)
    file = pictures.get(node.attributes.get("id", ""))
    if node.tag == "section" and file:
        titles = node.find("h2")
        alt = write_inline(titles[0].children).strip() if titles else file
        blocks.insert(min(1, len(blocks)), f"![{alt}]({file})")
    return blocks


def write_inline(children: list[Node | str]) -> str:
    """Text and inline elements on one line."""
    parts = []
    for child in children:
        if isinstance(child, str):
            parts.append(escape_text(re.sub(r"\s+", " ", child)))
        elif child.tag in LEFT_OUT:
            continue
        elif child.tag == "img":
            parts.append(f"[{escape_text(child.attributes.get('alt', ''))}] " if child.attributes.get("alt") else "")
        elif child.tag == "br":
            parts.append(" ")
        elif child.tag == "code" or "name" in child.attributes.get("class", "").split():
            parts.append(fence(collect_text(child)))
        elif child.tag in ("b", "strong"):
            inner = write_inline(child.children).strip()
            parts.append(f"**{inner}**" if inner and "`" not in inner else inner)
        else:
            # Elements that the style sets apart are words of their own.
            glue = " " if child.tag in ("span", "small", "div") and parts and parts[-1][-1:].strip() else ""
            parts.append(glue + write_inline(child.children))
    return re.sub(r" +", " ", "".join(parts))


def collect_text(node: Node) -> str:
    """All text inside, as it is."""
    return "".join(child if isinstance(child, str) else collect_text(child) for child in node.children)


def escape_text(text: str) -> str:
    """Text whose letters are no markup.

    Examples:
        >>> print(escape_text("<b> & &lt; *x*"))
        \\<b\\> & &amp;lt; \\*x\\*
    """
    return SPECIAL.sub(r"\\\1", ENTITY.sub("&amp;", text))


def fence(text: str) -> str:
    """A text as inline code: one line, a longer fence than it has ticks.

    Examples:
        >>> fence("a`b"), fence("x"), fence(" ")
        ('`` a`b ``', '`x`', '')
    """
    text = " ".join(text.split())
    if not text:
        return ""
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    blank = " " if "`" in text else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def write_code_block(text: str) -> str:
    """A block of code inside a fence longer than any in it."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{ticks}\n{text.strip(chr(10))}\n{ticks}"


def write_table(node: Node) -> str:
    """A table with bars; columns of numbers set right."""
    lines = [[cell for cell in row.children if isinstance(cell, Node)] for row in node.find("tr")]
    lines = [line for line in lines if line]
    if not lines:
        return ""
    width = max(map(len, lines))
    texts = [[write_cell(cell) for cell in line] + [""] * (width - len(line)) for line in lines]
    right = ["number" in cell.attributes.get("class", "").split() for cell in lines[0]] + [False] * (width - len(lines[0]))
    rule = "|" + "|".join("---:" if place else "---" for place in right) + "|"
    shown = ["| " + " | ".join(line) + " |" for line in texts]
    return "\n".join([shown[0], rule, *shown[1:]])


def write_cell(cell: Node) -> str:
    """A cell on one line; inside code, bars are escaped for the table's sake."""
    text = write_inline(cell.children).strip()
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def write_list(node: Node) -> str:
    """A list, one item a line."""
    items = [child for child in node.children if isinstance(child, Node) and child.tag == "li"]
    marks = [f"{place}." for place in range(1, len(items) + 1)] if node.tag == "ol" else ["-"] * len(items)
    return "\n".join(f"{mark} {write_inline(item.children).strip()}" for mark, item in zip(marks, items, strict=True))


def write_facts(node: Node) -> str:
    """Names and values, one pair a line."""
    names, values = node.find("dt"), node.find("dd")
    pairs = zip(names, values, strict=False)
    return "\n".join(
        f"- {write_inline(name.children).strip()}: {write_inline(value.children).strip()}" for name, value in pairs
    )
