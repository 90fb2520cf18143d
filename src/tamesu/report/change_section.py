"""The section of two runs side by side: the images that the second fixed and broke, label by label, and in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tamesu.artifacts.competition import CODED
from tamesu.messages.mistakes import say
from tamesu.report.audit_sets import shorten_text
from tamesu.report.columns import plain
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count, format_number
from tamesu.report.picture_card import TakePicture, show_card
from tamesu.report.section import Section, table
from tamesu.results.changed import STATES, Changes

SECTION_BYTES = 2_500_000
MOST_PICTURES, MOST_LABELS = 24, 40
# Below this the sign test says that the runs answer differently.
LEVEL = 0.05
SHOWN = {"value": ("fixed", "broke")}


def make_change_section(
    changes: Changes,
    names: tuple[str, str],
    ids: Sequence[str],
    picture: TakePicture,
    language: str,
    *,
    page_bytes: int = SECTION_BYTES,
    anchor: str = "changes",
) -> Section:
    """The section.

    Args:
        changes: from `compare_runs`.
        names: of the first run and the second.
        ids: of all training rows.
        picture: from a training row to its picture.
        language: `"en"` or `"ja"`.
        page_bytes: for all pictures together.
        anchor: of the section.
    """
    words = [element("p", sentence) for sentence in say_changes(changes, names, language)]
    galleries, left = make_galleries(changes, names, ids, picture, language, page_bytes)
    note = [element("p", say("room", language, count=format_count(left)), class_="legend")] if left else []
    about = say("change_compared", language, rows=format_count(len(changes.rows)))
    body = join(words, galleries, note, show_labels(changes, language))
    return Section(anchor, join(say("change_title", language)), body, about=about)


def say_changes(changes: Changes, names: tuple[str, str], language: str) -> list[str]:
    """Who fixed what and who broke what, and whether that is more than chance, as sentences for page and terminal."""
    before, after = (plain(name, 60) for name in names)
    fixed, broke = changes.count("fixed"), changes.count("broke")
    alike, apart = changes.count("alike"), changes.count("apart")
    key = "change_words" if changes.kind in CODED else "change_labels" if changes.kind == "multilabel" else "change_values"
    counts = {"fixed": fixed, "broke": broke, "alike": alike, "wrong": alike + apart}
    shown = {name: format_count(count) for name, count in counts.items()}
    sentences = [say(key, language, before=before, after=after, **shown)]
    if not fixed + broke:
        return [*sentences, say("change_none", language)]
    if said := say_labels(changes, language):
        sentences.append(said)
    verdict = say("p_real" if changes.p < LEVEL else "p_chance", language)
    p = "<0.0001" if changes.p < 0.0001 else f"{changes.p:.4f}"
    return [*sentences, say("change_p", language, p=p, said=verdict), say("p_note", language)]


def say_labels(changes: Changes, language: str) -> str:
    """The labels that gained and lost most; empty where there are none."""
    if len(changes.by_label) < 2:
        return ""
    net = changes.by_label[:, 0] - changes.by_label[:, 1]
    parts = []
    for key, place in (("most_fixed", int(np.argmax(net))), ("most_broken", int(np.argmin(net)))):
        if (net[place] > 0) if key == "most_fixed" else (net[place] < 0):
            fixed, broke = changes.by_label[place, :2].tolist()
            who = say("who_fixed", language, label=plain(changes.labels[place], 60), fixed=fixed, broke=broke)
            parts.append(f"{say(key, language)}: {who}")
    return "; ".join(parts)


def make_galleries(
    changes: Changes, names: tuple[str, str], ids: Sequence[str], picture: TakePicture, language: str, page_bytes: int
) -> tuple[list[Html], int]:
    """The galleries, those that changed most first, as far as there is room; and how many pictures had none."""
    states = SHOWN.get(changes.kind, ("fixed", "broke", "apart", "alike"))
    rows = {state: changes.largest(state, MOST_PICTURES) for state in states}
    cards: dict[str, list[Html]] = {state: [] for state in states}
    room, left = page_bytes, sum(map(len, rows.values()))
    for rank in range(MOST_PICTURES):
        for state in states:
            if rank >= len(rows[state]) or room < 0:
                continue
            place = int(rows[state][rank])
            row = int(changes.rows[place])
            card = show_card(picture(row), ids[row], say_row(changes, place, language), language)
            room -= len(card.encode("utf-8"))
            if room >= 0:
                cards[state].append(card)
                left -= 1
    shown = []
    for state in states:
        if not cards[state]:
            continue
        key = {"fixed": "nearer", "broke": "further"}[state] if changes.kind == "value" else state
        head = say(f"gallery_{key}", language, run=plain(names[1], 60))
        count = say("shown_of", language, shown=len(cards[state]), total=format_count(changes.count(state)))
        shown += [
            element("h3", head, " ", element("small", count)),
            element("figure", element("div", cards[state], class_="pictures"), class_="set"),
        ]
    return shown, left


def say_row(changes: Changes, place: int, language: str) -> list[Html]:
    """The truth of an image, and what each run told."""
    truth, before, after = changes.truth[place], changes.before[place], changes.after[place]
    if changes.kind == "value":
        texts = [" ".join(format_number(float(one)) for one in side) for side in (truth, before, after)]
        return [element("b", texts[0]), element("span", f"{texts[1]} → {texts[2]}")]
    if changes.kind == "multilabel":
        sides = [say_wrong(changes, truth, told, language) for told in (before, after)]
        return [element("span", sides[0]), element("span", "→ ", sides[1])]
    true, one, two = (named(shorten_text(changes.labels[int(code)])) for code in (truth, before, after))
    return [element("b", true), element("span", one, " → ", two)]


def say_wrong(changes: Changes, truth: np.ndarray, told: np.ndarray, language: str) -> Html:
    """The labels that a run has wrong on an image."""
    wrong = [shorten_text(changes.labels[label]) for label in np.flatnonzero(truth != told).tolist()]
    return join(
        say("wrong_labels", language, labels=say("comma", language).join(wrong)) if wrong else say("none_wrong", language)
    )


def show_labels(changes: Changes, language: str) -> Html | None:
    """Counts by label, those with most changes first."""
    if not len(changes.by_label):
        return None
    moved = changes.by_label[:, 0] + changes.by_label[:, 1]
    order = np.argsort(-moved, kind="stable")[:MOST_LABELS].tolist()
    head = [say("label", language), say("net", language), *(say(f"state_{state}", language) for state in STATES)]
    rows: list[list[Html | str]] = []
    for label in order:
        counts = changes.by_label[label].tolist()
        net = counts[0] - counts[1]
        rows.append([named(changes.labels[label]), f"{net:+d}" if net else "0", *map(format_count, counts)])
    note = None
    if len(order) < len(changes.labels):
        total = format_count(len(changes.labels))
        note = element("p", say("by_label_some", language, shown=len(order), total=total), class_="legend")
    return join(element("h3", say("by_label", language)), table(head, rows, numeric=range(1, 7)), note)
