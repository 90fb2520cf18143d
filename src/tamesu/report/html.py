"""HTML out of elements: every text is escaped unless it is `Html` already, so nothing a user named can become markup."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable
from typing import TypeAlias

VOID = frozenset({"br", "hr", "img", "link", "meta", "col"})

# Control characters have no place in HTML; lone surrogates (from file names that are not UTF-8) none in UTF-8.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | int | Iterable[Child] | None"


def escape(text: str) -> Html:
    """Any text as HTML that shows it; what cannot be shown becomes U+FFFD.

    Examples:
        >>> escape('<script>alert("1")</script>')
        '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'
    """
    return Html(html.escape(UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)))


def join(*children: Child) -> Html:
    """Children one after the other: `Html` as it is, other text escaped, None as nothing, lists unfolded."""
    parts = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, Html):
            parts.append(str(child))
        elif isinstance(child, str | int):
            parts.append(escape(str(child)))
        else:
            parts.append(join(*child))
    return Html("".join(parts))


def element(tag: str, *children: Child, **attributes: str | int | bool | None) -> Html:
    """One element.

    Args:
        tag: its name; ours, never a user's.
        children: what is inside.
        attributes: `class_` is `class`, `_` inside a name is `-`; None and False leave it out, True writes it bare.

    Examples:
        >>> element("td", "=1+1 <b>", class_="number")
        '<td class="number">=1+1 &lt;b&gt;</td>'
    """
    written = ""
    for key, value in attributes.items():
        name = key.rstrip("_").replace("_", "-")
        if value is True:
            written += f" {name}"
        elif value is not None and value is not False:
            written += f' {name}="{escape(str(value))}"'
    return Html(f"<{tag}{written}>" if tag in VOID else f"<{tag}{written}>{join(*children)}</{tag}>")


def data_uri(content: bytes, kind: str) -> str:
    """A picture inside the page.

    Args:
        content: of its file.
        kind: `png` or `jpeg`.

    Examples:
        >>> data_uri(b"abc", "png")
        'data:image/png;base64,YWJj'
    """
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def named(text: str) -> Html:
    """Something the user named: kept apart from our words in writing direction, its blanks visible as typed."""
    return element("bdi", text, class_="name")
