"""The page of verdicts: the forest plot, what is tried now, and the ideas that wait with a button each."""

from __future__ import annotations

from typing import Any

from tamesu.artifacts.queue import essential_first
from tamesu.artifacts.spelling import change_words
from tamesu.artifacts.verdict import newest
from tamesu.errors import InputError
from tamesu.queueing import first_recipe
from tamesu.report.verdict_section import make_verdict_section
from tamesu.showing import count_false_keeps
from tamesu.web.pages.competition import read_standings, read_verdicts
from tamesu.web.pages.run import say_error
from tamesu.web.view import Page, View


def build(view: View) -> Page:
    """The page."""
    verdicts, damaged = read_verdicts(view.folder, view.desk.memory)
    shown = newest(verdicts)
    queue, problem = list_queue(view)
    false_keeps = count_false_keeps(shown)
    data: dict[str, Any] = {
        "verdicts": [verdict.model_dump(mode="json") for verdict in shown],
        "false_keeps": false_keeps,
        "queue": queue,
        "recipe": first_recipe(view.folder),
        "trying": view.desk.starts.look(),
        "damaged_verdicts": [path.name for path in damaged],
        "problem": problem,
    }
    stamp = tuple(verdict.digest() + verdict.note for verdict in shown)
    section = view.desk.memory.keep(
        ("verdicts", view.language), stamp, lambda: make_verdict_section(shown, view.words, false_keeps).body
    )
    return Page("verdicts.html", view.say("verdicts"), data, {"section": section if shown else None})


def list_queue(view: View) -> tuple[list[dict[str, Any]], str]:
    """The ideas of ideas.yaml without a verdict, changes of substance first; and what is wrong with the file, if anything."""
    try:
        waiting = [one.idea for one in read_standings(view) if one.state == "untried" and one.queued]
    except InputError as error:
        return [], say_error(error, view.language)
    found = [
        {"name": idea.name, "changes": " ".join(change_words(idea.changes)), "why": idea.why, "expected": idea.expected}
        for idea in essential_first(waiting)
    ]
    return found, ""
