"""The files that never change: styles, scripts, a Japanese font. Each by its name in a table, none by a path."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tamesu.report.fonts import JAPANESE, find_japanese_font

FONT = "japanese.ttf"
STATICS = {
    "report.css": "text/css; charset=utf-8",
    "pages.css": "text/css; charset=utf-8",
    "pages.js": "text/javascript; charset=utf-8",
    "augmentations.js": "text/javascript; charset=utf-8",
    "gallery.js": "text/javascript; charset=utf-8",
    "matrix.js": "text/javascript; charset=utf-8",
    "keeping.js": "text/javascript; charset=utf-8",
    "relabel.js": "text/javascript; charset=utf-8",
    "relabel.css": "text/css; charset=utf-8",
    FONT: "font/ttf",
}


@cache
def read_static(name: str) -> bytes | None:
    """A file's content; None for a name that is not in the table, and for a font that is not installed.

    Args:
        name: one of `STATICS`.

    Examples:
        >>> read_static("../app.py") is None, b"--paper" in read_static("report.css")
        (True, True)
    """
    if name not in STATICS:
        return None
    if name == FONT:
        path = find_japanese_font()
        return None if path is None else path.read_bytes()
    if name == "report.css":
        return files("tamesu.report").joinpath("style.css").read_bytes()
    if name in ("matrix.js", "relabel.js", "relabel.css"):
        return files("tamesu.report").joinpath(name).read_bytes()
    content = files("tamesu.web").joinpath("static", name).read_bytes()
    return content + write_font_rule() if name == "pages.css" else content


def write_font_rule() -> bytes:
    """The rule by which a browser fetches the Japanese font, and only where the machine has none of its own."""
    if find_japanese_font() is None:
        return b""
    rule = f'\n@font-face {{ font-family: {JAPANESE}; src: local("{JAPANESE}"), url("/static/{FONT}") format("truetype"); }}\n'
    return rule.encode("ascii")
