"""Fonts for plots: DejaVu Sans, and a Japanese face from the file inside matplotlib-fontja where that is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

LATIN = "DejaVu Sans"
JAPANESE = "IPAexGothic"


def find_japanese_font() -> Path | None:
    """The font file inside the package matplotlib_fontja, which is not imported: its import changes every plot's settings."""
    spec = importlib.util.find_spec("matplotlib_fontja")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "fonts" / "ipaexg.ttf"
    return path if path.is_file() else None


def font_families() -> list[str]:
    """Families for `font.family`, in the order tried for each character; the Japanese one is made known to matplotlib."""
    from matplotlib import font_manager

    path = find_japanese_font()
    if path is None:
        return [LATIN]
    if all(Path(entry.fname) != path for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(path)
    return [LATIN, JAPANESE]


@lru_cache(maxsize=4)
def drawable_characters(japanese: Path | None) -> frozenset[int]:
    """Code points that our fonts have a glyph for."""
    from matplotlib import font_manager

    paths = [font_manager.findfont(LATIN), *([] if japanese is None else [str(japanese)])]
    return frozenset(code for path in paths for code in font_manager.get_font(path).get_charmap())


def can_draw(texts: Iterable[str]) -> bool:
    """Whether every character of the texts has a glyph; without one a plot would show boxes.

    Examples:
        >>> can_draw(["cat", "naïve"]), can_draw(["\\U0001f408"])
        (True, False)
    """
    known = drawable_characters(find_japanese_font())
    return all(ord(character) in known for text in texts for character in text)
