"""The section of mistakes: galleries label by label, each image with truth and answer, and its nearest training images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tamesu.artifacts.competition import CODED
from tamesu.messages.mistakes import say
from tamesu.report.audit_sets import Picture, shorten_text
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count, format_number, format_share
from tamesu.report.picture_card import TakePicture, show_card, show_picture, shrink_picture
from tamesu.report.section import Section
from tamesu.results.averaged import Averaged
from tamesu.results.mistakes import THRESHOLD, Gallery

# For all pictures of the section as they stand in the page.
SECTION_BYTES = 2_500_000
Neighbours = Mapping[int, Sequence[tuple[int, float]]]


def make_mistake_section(
    said: Averaged,
    galleries: Sequence[Gallery],
    ids: Sequence[str],
    picture: TakePicture,
    language: str,
    *,
    given: Sequence[str] = (),
    neighbours: Neighbours | None = None,
    page_bytes: int = SECTION_BYTES,
    anchor: str = "mistakes",
) -> Section:
    """The section.

    Args:
        said: averaged out-of-fold predictions.
        galleries: from `find_mistakes`.
        ids: of all training rows.
        picture: from a training row to its picture.
        language: `"en"` or `"ja"`.
        given: the label of each training row as text, for the neighbours.
        neighbours: row → (row, cosine) of the training images nearest to it, the nearest first.
        page_bytes: for all pictures together; those of every gallery in turn, until they are full.
        anchor: of the section.
    """
    title = join(say("title", language))
    if not galleries:
        return Section(anchor, title, element("p", say("nothing", language), class_="muted"))
    cards, left = deal_cards(said, galleries, ids, picture, language, given, neighbours or {}, page_bytes)
    blocks: list[Html] = []
    for place, gallery in enumerate(galleries):
        if place == 0 or galleries[place - 1].label != gallery.label:
            blocks += [element("h3", named(said.labels[gallery.label]))] if gallery.label >= 0 else []
        if cards[place]:
            shown = say("shown_of", language, shown=len(cards[place]), total=format_count(gallery.total))
            caption = join(say(f"look_{gallery.look}", language), " ", element("small", shown))
            pictures = element("div", cards[place], class_="pictures")
            blocks.append(element("figure", element("figcaption", caption), pictures, class_="set"))
    labels = len({gallery.label for gallery in galleries})
    notes = [say_counts(said, language)]
    if said.kind != "value" and labels < len(said.labels):
        notes.append(say("some_labels", language, shown=labels, total=format_count(len(said.labels))))
    if left:
        notes.append(say("room", language, count=format_count(left)))
    least, most = int(said.votes.min()), int(said.votes.max())
    votes = str(least) if least == most else say("votes_between", language, least=least, most=most)
    body = join([element("p", note) for note in notes], element("div", blocks, class_="mistakes"))
    return Section(anchor, title, body, about=say("about", language, votes=votes))


def say_counts(said: Averaged, language: str) -> str:
    """How much is wrong in all."""
    if said.kind == "value":
        residual = said.output - said.truth.reshape(len(said), -1)
        above, below = int((residual > 0).any(axis=1).sum()), int((residual < 0).any(axis=1).sum())
        counts = {"above": format_count(above), "below": format_count(below)}
        return say("count_values", language, total=format_count(len(said)), **counts)
    if said.kind in CODED:
        key, wrong = "count_wrong", said.output.argmax(axis=1) != said.truth
    else:
        key, wrong = "count_cells", (said.output >= THRESHOLD) != (said.truth > 0.5)
    share = format_share(float(np.mean(wrong)))
    return say(key, language, wrong=format_count(int(wrong.sum())), total=format_count(wrong.size), share=share)


def deal_cards(
    said: Averaged,
    galleries: Sequence[Gallery],
    ids: Sequence[str],
    picture: TakePicture,
    language: str,
    given: Sequence[str],
    neighbours: Neighbours,
    page_bytes: int,
) -> tuple[list[list[Html]], int]:
    """The cards of each gallery: the first of every gallery, then the second of every; and how many had no room."""
    small: dict[int, Picture | None] = {}
    cards: list[list[Html]] = [[] for _ in galleries]
    total = sum(len(gallery.rows) for gallery in galleries)
    room, done = page_bytes, 0
    for rank in range(max(len(gallery.rows) for gallery in galleries)):
        for place, gallery in enumerate(galleries):
            if rank >= len(gallery.rows):
                continue
            row = int(gallery.rows[rank])
            lines = say_answer(said, gallery, rank, language)
            near = neighbours.get(row, ())
            if near and gallery.look != "sure":
                lines.append(show_neighbours(said, gallery, rank, near, ids, given, picture, small, language))
            card = show_card(picture(row), ids[row], lines, language)
            room -= len(card.encode("utf-8"))
            if room < 0:
                return cards, total - done
            cards[place].append(card)
            done += 1
    return cards, 0


def say_answer(said: Averaged, gallery: Gallery, rank: int, language: str) -> list[Html]:
    """What the image is and what was told, with probabilities."""
    truth, told = gallery.truth[rank], gallery.told[rank]
    if said.kind == "value":
        numbers = f"{format_number(float(truth))} → {format_number(float(told))}"
        off = format_number(abs(float(gallery.score[rank])))
        sign = "+" if gallery.score[rank] > 0 else "−"
        return [element("b", numbers), element("span", say("residual", language, residual=f"{sign}{off}"))]
    if said.kind == "multilabel":
        word = {(1, 1): "there", (1, 0): "missed", (0, 1): "false_alarm", (0, 0): "not_there"}[int(truth), int(told)]
        chance = gallery.truth_chance[rank] if truth else 1.0 - gallery.truth_chance[rank]
        return [element("b", say(word, language)), element("span", format_share(float(chance)))]
    true, answer = (named(shorten_text(said.labels[int(code)])) for code in (truth, told))
    chances = format_share(float(gallery.truth_chance[rank]))
    if truth == told:
        return [element("b", true), element("span", chances)]
    return [
        element("b", true, " → ", answer),
        element("span", f"{chances} → {format_share(float(gallery.told_chance[rank]))}"),
    ]


def show_neighbours(
    said: Averaged,
    gallery: Gallery,
    rank: int,
    near: Sequence[tuple[int, float]],
    ids: Sequence[str],
    given: Sequence[str],
    picture: TakePicture,
    small: dict[int, Picture | None],
    language: str,
) -> Html:
    """The nearest training images, each with its label, and how many of them wear the label that was told."""
    told = said.labels[int(gallery.told[rank])] if said.kind in CODED else None
    true = said.labels[int(gallery.truth[rank])] if said.kind in CODED else None
    tiles = []
    for row, alike in near:
        if row not in small:
            whole = picture(row)
            small[row] = None if whole is None else shrink_picture(whole)
        label = given[row] if row < len(given) else ""
        kind = "near" if told is None else "near right" if label == true else "near told" if label == told else "near"
        tiles.append(
            element(
                "span",
                show_picture(small[row], shorten_text(ids[row]), language),
                element("span", named(shorten_text(label)), title=f"{shorten_text(label)} {alike:.2f}"),
                class_=kind,
            )
        )
    said_so = None
    if told is not None and gallery.told[rank] != gallery.truth[rank]:
        count = sum(row < len(given) and given[row] == told for row, _ in near)
        said_so = say("near_told", language, count=count, total=len(near))
    return join(
        element("span", said_so or say("neighbours", language), class_="why"), element("span", tiles, class_="neighbours")
    )
