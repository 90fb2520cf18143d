"""A picture with a few lines under it, and the small pictures of its neighbours."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence

from tamesu.messages.audit_page import say as say_page
from tamesu.report.audit_sets import PIXELS_KEPT, Picture, shorten_text
from tamesu.report.html import Html, data_uri, element, named

# From a training row to its picture; None where there is none.
TakePicture = Callable[[int], Picture | None]

SMALL_PX, SMALL_QUALITY = 48, 70


def show_card(picture: Picture | None, name: str, lines: Sequence[Html | None], language: str) -> Html:
    """A picture, what is said of it, and its id.

    Args:
        picture: None where it cannot be shown.
        name: the id.
        lines: under the picture; None is left out.
        language: `"en"` or `"ja"`.
    """
    short = shorten_text(name)
    return element(
        "span",
        show_picture(picture, short, language),
        [element("span", line) for line in lines if line is not None],
        element("small", named(short), title=short),
        class_="picture",
    )


def show_picture(picture: Picture | None, name: str, language: str) -> Html:
    """The picture itself, or that there is none."""
    if picture is None:
        return element("span", say_page("unreadable", language), class_="missing")
    small = "small" if max(picture.width, picture.height) <= PIXELS_KEPT else None
    alt = say_page("alt", language, id=name)
    return element("img", src=picture.uri, alt=alt, width=picture.width, height=picture.height, class_=small)


def shrink_picture(picture: Picture, px: int = SMALL_PX) -> Picture:
    """The same picture with a long side of at most so many pixels, as WebP.

    Args:
        picture: as it stands in a page.
        px: its long side.
    """
    from PIL import Image

    with Image.open(io.BytesIO(base64.b64decode(picture.uri.partition(",")[2]))) as image:
        small = image.convert("RGB")
    small.thumbnail((px, px))
    buffer = io.BytesIO()
    small.save(buffer, format="WEBP", quality=SMALL_QUALITY)
    return Picture(data_uri(buffer.getvalue(), "webp"), *small.size)
