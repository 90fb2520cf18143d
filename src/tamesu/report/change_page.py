"""The page of two runs side by side: one self-contained HTML file of the images on which they differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import write_text
from tamesu.messages import Language
from tamesu.messages.mistakes import say
from tamesu.report.change_section import make_change_section
from tamesu.report.document import make_document
from tamesu.report.html import element, join, named
from tamesu.report.picture_card import TakePicture
from tamesu.report.words import Words
from tamesu.results.changed import Changes


def write_change_page(
    changes: Changes,
    names: tuple[str, str],
    ids: Sequence[str],
    picture: TakePicture,
    path: Path,
    language: Language = "en",
) -> Path:
    """Write the page; equal runs give equal bytes. It stays below 4 MB.

    Args:
        changes: from `tamesu.results.changed.compare_runs`.
        names: of the first run and the second.
        ids: of all training rows.
        picture: from a training row to its picture.
        path: the HTML file; its folder is made when it is not there.
        language: `"en"` or `"ja"`.

    Returns:
        `path`.
    """
    section = make_change_section(changes, names, ids, picture, language)
    title = say("change_page", language, before=names[0], after=names[1])
    heading = element("h1", named(names[0]), " → ", named(names[1]))
    header = element("header", element("p", say("change_title", language), class_="eyebrow"), heading)
    version = find_version("tamesu") or "?"
    footer = element("footer", say("change_made", language, version=version, before=names[0], after=names[1]))
    page = make_document(title, Words(language), header, join(section.to_html()), footer)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, page)
    return path
