"""What a network goes by: average heat per class, numbers, and picture by picture the maps of every method side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tamesu.artifacts.heat import METHODS, Heat
from tamesu.messages import Language
from tamesu.messages.heat import name_method, name_place, say
from tamesu.report.audit_sets import shorten_text
from tamesu.report.heat_pictures import SHOWN_PX, encode_picture, lay_over
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count
from tamesu.report.ramp import ramp_css
from tamesu.report.section import Section, table
from tamesu.results.heat_numbers import CORNERS, HeatNumbers, Shares

# For classes and pictures together, as written; 64 pictures with Grad-CAM and eight with all methods need half of it.
PAGE_BYTES = 1_500_000
MOST_CLASSES = 40


def make_heat_section(
    heat: Heat,
    numbers: HeatNumbers,
    ids: Sequence[str],
    truth: NDArray[np.int64] | None,
    labels: Sequence[str],
    language: Language,
    page_bytes: int = PAGE_BYTES,
) -> Section:
    """The section of heat maps; equal maps give equal bytes.

    Args:
        heat: maps of n pictures, the most wanted first.
        numbers: of the same.
        ids: of the n pictures.
        truth: code of each picture's true class, -1 when unknown; None for a target without classes.
        labels: of the codes; empty for a target without classes.
        language: of the page.
        page_bytes: for all pictures together; what is beyond is left out, and the page says so.
    """
    title, anchor = join(say("title", language)), "heat"
    shown = int(np.isfinite(heat.main[:, 0, 0]).sum()) if heat.maps and len(heat) else 0
    if not shown:
        return Section(anchor, title, element("p", say("none", language), class_="muted"))
    classes = show_classes(numbers, labels, language) if labels else None
    body = join(
        element("p", say("intro" if labels else "intro_value", language)),
        show_ramp(language),
        classes,
        show_numbers(heat, numbers, language),
        show_pictures(heat, numbers, ids, truth, labels, language, page_bytes - len((classes or "").encode("utf-8"))),
    )
    return Section(anchor, title, body, about=say("about", language, count=format_count(shown)))


def show_ramp(language: Language) -> Html:
    """Which colour means what."""
    ramp = element("i", class_="key", style=f"width:120px;height:10px;background:{ramp_css()}")
    words = element("span", say("cold", language), " ", ramp, say("hot", language))
    return element("p", words, class_="legend")


def draw_classes(numbers: HeatNumbers, labels: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """The mean heat of each class over its mean picture: label, how many pictures, and the picture as a data URI."""
    for one in numbers.classes[: MOST_CLASSES if labels else 0]:
        top = float(one.heat.max())
        # Its own strongest place is hottest, else a mean of many would look cold all over.
        picture = lay_over(one.picture, one.heat / top if top > 0 else one.heat)
        yield shorten_text(labels[one.code]), one.count, encode_picture(picture)


def show_classes(numbers: HeatNumbers, labels: Sequence[str], language: Language) -> Html | None:
    """The mean heat of each class over its mean picture."""
    figures = []
    for name, several, uri in draw_classes(numbers, labels):
        count = say("one_picture" if several == 1 else "pictures", language, count=format_count(several))
        image = show_image(uri, say("alt_class", language, label=name))
        words = element("b", named(name), title=name), element("small", count)
        figures.append(element("span", image, *words, class_="picture"))
    if not figures:
        return None
    return element(
        "div",
        element("h3", say("by_class", language)),
        element("figure", element("div", figures, class_="pictures"), class_="set", style="width:max-content"),
        element("p", say("by_class_note", language), class_="legend"),
    )


def show_image(uri: str, alt: str) -> Html:
    """One picture in its tile."""
    return element("img", src=uri, alt=alt, width=SHOWN_PX, height=SHOWN_PX)


def show_numbers(heat: Heat, numbers: HeatNumbers, language: Language) -> Html:
    """Heat on objects and the sanity check by method, and where the heat lies besides."""
    notes = []
    head = [say("method", language), say("maps", language)]
    if numbers.inside:
        head += [say("on_object", language), say("object_area", language), say("times", language)]
        known = max(int(one.known.sum()) for one in numbers.inside.values())
        notes.append(say("objects_note", language, count=format_count(known)))
    if numbers.scrambled:
        head.append(say("correlation", language))
        notes.append(say("scrambled_note", language))
    rows = []
    for method in METHODS:
        if method not in heat.maps:
            continue
        cells = [name_method(method, language), format_count(int(np.isfinite(heat.maps[method][:, 0, 0]).sum()))]
        if numbers.inside:
            inside = numbers.inside[method]
            cells += [say_share(middle(inside.heat)), say_share(middle(inside.area)), say_times(middle(inside.ratio))]
        if numbers.scrambled:
            cells.append(say_number(mean(numbers.scrambled.get(method, np.empty(0)))))
        rows.append(cells)
    placed = [(name, mean(numbers.corners[:, place]), numbers.corner_area) for place, name in enumerate(CORNERS)]
    placed.append(("border", mean(numbers.border), numbers.border_area))
    places = [
        [name_place(name, language), say_share(share), say_share(area), say_times(share / area)] for name, share, area in placed
    ]
    heads = [say(key, language) for key in ("place", "share", "area", "times")]
    return element(
        "div",
        element("h3", say("in_numbers", language)),
        element("div", table(head, rows, range(1, len(head))), table(heads, places, range(1, 4)), class_="row"),
        [element("p", note, class_="legend") for note in [*notes, say("places_note", language)]],
    )


def mean(values: Shares) -> float:
    """The mean of what is known; NaN of nothing."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def middle(values: Shares) -> float:
    """The median of what is known; NaN of nothing."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def say_share(value: float) -> str:
    """A share in per cent.

    Examples:
        >>> say_share(0.128), say_share(float("nan"))
        ('13%', '–')
    """
    return f"{value:.0%}" if np.isfinite(value) else "–"


def say_times(value: float) -> str:
    """How many times.

    Examples:
        >>> say_times(1.52)
        '1.5 ×'
    """
    return f"{value:.1f} ×" if np.isfinite(value) else "–"


def say_number(value: float) -> str:
    """A correlation.

    Examples:
        >>> say_number(-0.123), say_number(0.001)
        ('-0.12', '0.00')
    """
    return f"{value:.2f}" if np.isfinite(value) else "–"


def show_pictures(
    heat: Heat,
    numbers: HeatNumbers,
    ids: Sequence[str],
    truth: NDArray[np.int64] | None,
    labels: Sequence[str],
    language: Language,
    room: int,
) -> Html:
    """Each picture with its maps, as many as there is room for."""
    shown: list[Html] = []
    total = int(np.isfinite(heat.main[:, 0, 0]).sum())
    for place in range(len(heat)):
        name = shorten_text(ids[place])
        tiles = list(show_maps(heat, place, name, language))
        if len(tiles) == 1:
            continue
        words = join(
            element("b", named(name)), show_told(heat, place, truth, labels, language), show_inside(numbers, place, language)
        )
        made = element("figure", element("div", tiles, class_="pictures"), element("figcaption", words), class_="set")
        room -= len(made.encode("utf-8"))
        if room < 0:
            break
        shown.append(made)
    note = say("shown", language, shown=len(shown), total=format_count(total)) if len(shown) < total else None
    return element(
        "div",
        element("h3", say("look", language)),
        element("div", shown, class_="sets"),
        element("p", note, class_="legend") if note else None,
    )


def show_maps(heat: Heat, place: int, name: str, language: Language) -> Iterator[Html]:
    """The picture as the network saw it, then each method's map over it."""
    picture = heat.images[place]
    yield show_tile(picture, say("picture", language), name, language)
    for method in METHODS:
        if method in heat.maps and np.isfinite(heat.maps[method][place, 0, 0]):
            yield show_tile(lay_over(picture, heat.maps[method][place]), name_method(method, language), name, language)
    if heat.truth is not None and np.isfinite(heat.truth[place, 0, 0]):
        yield show_tile(lay_over(picture, heat.truth[place]), name_method("truth", language), name, language)


def show_tile(picture: NDArray[np.uint8], words: str, name: str, language: Language) -> Html:
    """One picture with a word below."""
    image = show_image(encode_picture(picture), say("alt", language, method=words, id=name))
    return element("span", image, element("small", words), class_="picture")


def show_told(
    heat: Heat, place: int, truth: NDArray[np.int64] | None, labels: Sequence[str], language: Language
) -> Html | None:
    """What was told, how surely, and the truth where it is another."""
    told = int(heat.told[place])
    if told < 0 or not labels:
        return None
    parts = [say("told", language), " ", named(shorten_text(labels[told])), f" ({heat.probs[place]:.0%})"]
    true = -1 if truth is None else int(truth[place])
    if true >= 0 and true != told:
        parts += [" · ", say("really", language), " ", named(shorten_text(labels[true]))]
    return join(element("br"), parts)


def show_inside(numbers: HeatNumbers, place: int, language: Language) -> Html | None:
    """How much of the heat lies on the object, where it is known."""
    inside = next(iter(numbers.inside.values()), None)
    if inside is None or not inside.known[place]:
        return None
    share, area = say_share(float(inside.heat[place])), say_share(float(inside.area[place]))
    return join(element("br"), element("small", say("on_object_short", language, heat=share, area=area)))
