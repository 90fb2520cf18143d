"""What a request is about, and what a page is: plain values for its JSON, and parts for its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tamesu.messages import Language
from tamesu.messages.pages import say
from tamesu.report.words import Words
from tamesu.web.easel import Easel
from tamesu.web.memory import HeavyMemory, Memory
from tamesu.web.starts import Starts


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page works with.

    Attributes:
        folder: the competition's folder, resolved.
        starts: of tries.
        language: of who has chosen none.
        memory: keeps what files said.
        pictures: keeps thumbnails: some 6 KB each.
        easel: draws contact sheets, and keeps the last.
        answers: keeps what runs say of every image, of the runs asked for last.
    """

    folder: Path
    starts: Starts
    language: Language = "en"
    memory: Memory = field(default_factory=Memory)
    pictures: Memory = field(default_factory=lambda: Memory(4000))
    easel: Easel = field(default_factory=Easel)
    answers: HeavyMemory = field(default_factory=lambda: HeavyMemory(400_000_000))


@dataclass(frozen=True, slots=True)
class View:
    """One request.

    Attributes:
        desk: what it works with.
        language: of the page.
        query: the values of each key of the address, in order.
        name: of the run or the like that the path names; empty where it names none.
    """

    desk: Desk
    language: Language = "en"
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    name: str = ""

    @property
    def folder(self) -> Path:
        """The competition's folder."""
        return self.desk.folder

    @property
    def words(self) -> Words:
        """The report's words in the page's language."""
        return Words(self.language)

    def say(self, key: str, **values: object) -> str:
        """Words of the pages in the page's language."""
        return say(key, self.language, **values)

    def first(self, key: str, otherwise: str = "") -> str:
        """The first value of a key of the address."""
        found = self.query.get(key, ())
        return found[0] if found else otherwise

    def number(self, key: str, otherwise: int, most: int) -> int:
        """A number of the address from 0 to `most`; `otherwise` where it is none.

        Examples:
            >>> View(None, query={"n": ["7"], "m": ["-1"]}).number("n", 0, 5)
            5
        """
        text = self.first(key)
        return min(most, int(text)) if text.isascii() and text.isdigit() and len(text) < 12 else otherwise


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        template: its file.
        title: of the browser's tab.
        data: what its JSON says; the template has it too.
        parts: what only the template has: charts and sections.
        status: of HTTP.
    """

    template: str
    title: str
    data: Mapping[str, Any]
    parts: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
