"""Pictures of a finding side by side, with id, label and fold under each; as many as the page can carry."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from tamesu.messages import Language
from tamesu.messages.audit_page import say
from tamesu.report.columns import plain
from tamesu.report.html import Html, data_uri, element, named
from tamesu.report.numbers import format_count
from tamesu.results.audit.view import AuditView
from tamesu.results.finding import Finding

MOST_SETS = 24
MOST_PICTURES = 8

# For all sets of a page together, as written. A picture that is in several findings is written in each: images that a reader
# can save, and a screen reader can name, are worth the space, and this limit keeps the page small whatever is repeated.
PAGE_BYTES = 10_000_000

# Of the user's texts under a picture so many letters are shown; the id in full stands in the list of ids.
MOST_LETTERS = 200

# Smaller pictures are enlarged with their pixels kept, not smeared.
PIXELS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Picture:
    """A thumbnail as a data URI, with its size in pixels."""

    uri: str
    width: int
    height: int


@dataclass(slots=True, eq=False)
class Shelf:
    """The thumbnails of a page, each made once.

    Attributes:
        view: the audit shown.
        language: of the page.
    """

    view: AuditView
    language: Language
    _pictures: dict[int, Picture | None] = field(default_factory=dict)

    def picture(self, row: int) -> Picture | None:
        """The thumbnail of a row; None where there is none."""
        if row not in self._pictures:
            content = self.view.thumbnail(row)
            self._pictures[row] = None if content is None else read_picture(content)
        return self._pictures[row]

    def show(self, row: int) -> Html:
        """The picture of a row, with what is known of it below."""
        view, picture, name = self.view, self.picture(row), shorten_text(self.view.ids[row])
        if picture is None:
            image = element("span", say("unreadable", self.language), class_="missing")
        else:
            image = element(
                "img",
                src=picture.uri,
                alt=say("alt", self.language, id=name),
                width=picture.width,
                height=picture.height,
                class_="small" if max(picture.width, picture.height) <= PIXELS_KEPT else None,
            )
        label, fold = shorten_text(view.label(row)), view.fold(row)
        return element(
            "span",
            image,
            element("b", named(name), title=name),
            element("span", named(label), title=label) if label else None,
            element("small", self.place(row, fold)),
            class_="picture",
        )

    def place(self, row: int, fold: str) -> str:
        """Where a row belongs: its fold, or test."""
        if self.view.is_test(row):
            return say("part_test", self.language)
        return say("fold", self.language, fold=shorten_text(fold)) if fold else ""

    def show_set(self, rows: Sequence[int], caption: str = "") -> Html:
        """Pictures side by side."""
        hidden = len(rows) - MOST_PICTURES
        more = element("span", say("more_pictures", self.language, count=format_count(hidden)), class_="more")
        below = element("figcaption", named(shorten_text(caption))) if caption else None
        shown = [self.show(row) for row in rows[:MOST_PICTURES]]
        return element("figure", element("div", shown, more if hidden > 0 else None, class_="pictures"), below, class_="set")


def read_picture(content: bytes) -> Picture | None:
    """A thumbnail for the page; None for what is no whole header of a JPEG or PNG."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
            (width, height), kind = image.size, str(image.format).lower()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return Picture(data_uri(content, kind), width, height)


def shorten_text(text: str) -> str:
    """A text of the user's on one line, without marks of direction, cut at its end where it is very long.

    Examples:
        >>> shorten_text("a" * 1000)[-2:], len(shorten_text("a" * 1000)), shorten_text("\\u202egpj.tac")
        ('a…', 200, 'gpj.tac')
    """
    text = plain(text[: 2 * MOST_LETTERS]) if text else ""
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def find_sets(finding: Finding) -> list[tuple[tuple[int, ...], str]]:
    """The sets of a finding with their captions; its first rows one by one where it has none."""
    if not finding.sets:
        return [((row,), "") for row in finding.rows]
    captions = [*finding.captions, *[""] * len(finding.sets)]
    return list(zip(finding.sets, captions, strict=False))


def show_sets(view: AuditView, language: Language, page_bytes: int = PAGE_BYTES) -> list[list[Html]]:
    """The sets of each finding as far as the page carries them: the first of every finding, then the second of every, ...

    Args:
        view: the audit.
        language: of the page.
        page_bytes: for all sets together.

    Returns:
        For each finding at most 24 sets. A finding without sets shows its first rows, unless none of them is readable.
    """
    shelf = Shelf(view, language)
    wanted = [find_sets(finding)[:MOST_SETS] for finding in view.findings]
    for place, finding in enumerate(view.findings):
        if not finding.sets and all(shelf.picture(rows[0]) is None for rows, _ in wanted[place]):
            wanted[place] = []
    shown: list[list[Html]] = [[] for _ in wanted]
    room = page_bytes
    for rank in range(MOST_SETS):
        for place, sets in enumerate(wanted):
            if rank >= len(sets):
                continue
            made = shelf.show_set(*sets[rank])
            room -= len(made.encode("utf-8"))
            if room < 0:
                return shown
            shown[place].append(made)
    return shown
