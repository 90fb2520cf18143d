"""A collapse shown: what was found and what to try next, on the page and in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from tamesu.messages import Language, render
from tamesu.messages.message import Phrase
from tamesu.report.columns import wrap
from tamesu.report.html import Html, element, join
from tamesu.report.section import Notice
from tamesu.report.words import Words
from tamesu.results.collapse import Advice


def say_finding(advice: Advice, language: Language) -> str:
    """What was found, in words."""
    return render(advice.fault.code, advice.fault.values, language)[0]


def say_why(why: Phrase, language: Language) -> str:
    """Why a step helps, in a language."""
    return why.say(language)


def make_notice(advice: Advice, words: Words) -> Notice:
    """What was found, for the list of what to look at."""
    return Notice("warning", join(say_finding(advice, words.language)))


def show_collapse(found: Sequence[Advice], words: Words) -> Html:
    """Each finding with its steps, one a line; nothing where nothing was found."""
    shown = []
    for advice in found:
        steps = [element("li", say_why(step.why, words.language), ": ", element("code", step.command)) for step in advice.steps]
        said = [element("p", say_finding(advice, words.language)), element("p", words("next_steps")), element("ol", steps)]
        shown.append(element("div", said, class_="callout"))
    return join(shown)


def format_collapse(advice: Advice, language: Language) -> str:
    """A finding and its steps as lines for a terminal.

    Args:
        advice: from `tamesu.results.collapse`.
        language: `"en"` or `"ja"`.
    """
    words = Words(language)
    lines = wrap(f"{advice.fault.where.key}: {say_finding(advice, language)} [{advice.fault.code}]")
    lines.append(f"  {words('next_steps')}")
    # A command stands on a line of its own, whole, so that it can be pasted.
    for number, step in enumerate(advice.steps, 1):
        lines += [f"  {number}. {say_why(step.why, language)}", f"     {step.command}"]
    return "\n".join(lines)
