"""Parts of the report inside a notebook: one block with its own colours, whose rules and ids touch nothing around it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Iterable
from functools import lru_cache
from importlib.resources import files

from tamesu.report.html import Child, Html, element, join
from tamesu.report.words import Words

# Twice, so that our rules outweigh a notebook's own for tables and headings.
BLOCK = ".tamesu-block.tamesu-block"
# A notebook is saved with everything it shows.
MOST_BYTES = 100_000
# What notebooks set for elements that our pages leave as browsers have them; stands before the page's rules.
UNDO = """
h1, h2, h3, p, li, dt, dd, td, th, pre, code, summary { color: inherit; }
h1, h2, h3, dl, ul, ol { background: none; padding: 0; border: 0; }
th, td { vertical-align: baseline; line-height: inherit; max-width: none; font-weight: 400; }
table { margin: 0; table-layout: auto; }
tr:nth-child(n), tr:nth-child(n):hover { background: none; }
code { background: none; padding: 0; border: 0; }
"""
# After the page's rules.
OWN = """
.tamesu-block { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 18px; max-width: 1080px;
  text-align: left; }
header { margin: 0; padding: 0; }
header + section { margin-top: 18px; }
nav:not(.found) { display: none; }
h1 { font-size: 22px; margin: 0 0 8px; }
footer { margin-top: 4px; padding: 12px 0 0; }
details.one { margin: 0; border-top: 1px solid var(--line); padding: 8px 0; }
details.one > summary { color: var(--ink); }
details.one .kind { margin-top: 8px; }
details.one .finding { border: 0; padding: 8px 0; }
details.one .finding h2, details.one .kind .weight { display: none; }
"""
# Where a notebook's theme is known it counts, not the system's.
DAY = ('[data-jp-theme-light="true"]', ".vscode-light")
NIGHT = ('[data-jp-theme-light="false"]', ".vscode-dark")

RULE = re.compile(r"([^{}]*)\{((?:[^{}]|\{[^{}]*\})*)\}")
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
COMMA = re.compile(r",(?![^()]*\))")


def scope_rules(rules: str) -> str:
    """Rules that hold inside a block only.

    Args:
        rules: CSS without strings that hold braces; `@media` may hold rules, nothing else may. `:root` and `body` become the
            block itself, `html` goes.

    Examples:
        >>> print(scope_rules("body { margin: 0; } td, a:not(.x, .y) { color: red; } @media print { * { top: 0; } }"))
        .tamesu-block.tamesu-block { margin: 0; }
        .tamesu-block.tamesu-block td, .tamesu-block.tamesu-block a:not(.x, .y) { color: red; }
        @media print {
        .tamesu-block.tamesu-block * { top: 0; }
        }
    """
    lines = []
    for found in RULE.finditer(re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)):
        head, body = found[1].strip(), found[2].strip()
        if head.startswith("@media"):
            lines.append(f"{head} {{\n{scope_rules(body)}\n}}")
            continue
        heads = [scope_selector(one.strip()) for one in COMMA.split(head) if one.strip() != "html"]
        if heads:
            lines.append(f"{', '.join(heads)} {{ {' '.join(body.split())} }}")
    return "\n".join(lines)


def scope_selector(selector: str) -> str:
    """One selector, inside a block."""
    return BLOCK if selector in (":root", "body", ".tamesu-block") else f"{BLOCK} {selector}"


@lru_cache(maxsize=1)
def read_rules() -> str:
    """All rules a block may need, a line each or, in `@media`, a few lines."""
    rules = files("tamesu.report").joinpath("style.css").read_text(encoding="utf-8")
    day, night = re.findall(r":root \{([^}]*--ink[^}]*)\}", rules)
    themes = [
        f"{', '.join(f'{theme} {BLOCK}' for theme in names)} {{ {colors.strip()} color-scheme: {scheme}; }}"
        for names, colors, scheme in ((DAY, day, "light"), (NIGHT, night, "dark"))
    ]
    return "\n".join([scope_rules(UNDO), scope_rules(rules), scope_rules(OWN), *themes])


def make_style(body: Html) -> Html:
    """The rules of a block, without those for classes that are not in it: most of a small block would be rules otherwise."""
    there = {name for found in re.findall(r' class="([^"]*)"', body) for name in found.split()}
    kept = [line for line in read_rules().splitlines() if is_needed(line, there)]
    return Html(re.sub(r"@media[^\n{]*\{\n\}", "", "\n".join(kept)))


def is_needed(line: str, there: Container[str]) -> bool:
    """Whether a line of rules speaks of what may be in the block; selectors without any class always do.

    Examples:
        >>> is_needed(".tamesu-block.tamesu-block .tick, .tamesu-block.tamesu-block .x { top: 0; }", {"x"})
        True
    """
    head, brace, _ = line.partition("{")
    if not brace or head.startswith(("@media", "[data-jp")):
        return True
    plain = head.replace(BLOCK, "")
    return any(all(name in there for name in CLASS.findall(re.sub(r":not\([^)]*\)", "", one))) for one in COMMA.split(plain))


def keep_ids_apart(body: Html) -> Html:
    """The same with ids, and what refers to them, that no other block has, unless it shows the very same.

    Args:
        body: elements; texts in it are escaped, so that what looks like a tag is one.
    """
    mark = "t" + hashlib.sha256(body.encode("utf-8")).hexdigest()[:10]
    inside = re.compile(r'( id="| href="#|url\(#)')
    return Html(re.sub(r"<[^<>]*>", lambda tag: inside.sub(rf"\g<1>{mark}-", tag[0]), body))


def make_block(words: Words, *body: Child) -> Html:
    """A block for a notebook: no script, nothing fetched.

    Args:
        words: the language.
        body: what is in it.
    """
    shown = keep_ids_apart(join(*body))
    return element("div", element("style", make_style(shown)), shown, class_="tamesu-block", lang=words.language)


def take_first_that_fits(choices: Iterable[Callable[[], Html]]) -> Html | None:
    """The first block that a notebook can carry; None where none is small enough.

    Args:
        choices: make blocks, the fullest first.
    """
    for make in choices:
        block = make()
        if len(block.encode("utf-8")) <= MOST_BYTES:
            return block
    return None
