"""Pages as HTML: Jinja2 with everything escaped but what `tamesu.report` built as HTML."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tamesu.report.html import UNPRINTABLE, Html, named
from tamesu.report.numbers import format_gain, format_number
from tamesu.web.view import Page, View

# The pages of the head line, in order, each with the key that leads to it after `g`.
PLACES = (
    ("competition", "c"),
    ("runs", "r"),
    ("errors", "m"),
    ("verdicts", "v"),
    ("ideas", "i"),
    ("augmentations", "a"),
    ("ensembles", "e"),
    ("data", "d"),
    ("leaderboard", "l"),
    ("submissions", "s"),
)


def finish(value: Any) -> Any:
    """A value as it goes into a template: `Html` as it is, any other text to be escaped, without what cannot be shown.

    Examples:
        >>> str(finish(Html("<b>ok</b>"))), finish("a\\x00b"), type(finish("<b>")).__name__
        ('<b>ok</b>', 'a\ufffdb', 'str')
    """
    if isinstance(value, Html):
        return Markup(str(value))
    if isinstance(value, str) and not isinstance(value, Markup):
        return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    return "" if value is None else value


@cache
def make_environment() -> Environment:
    """The templates, read once."""
    environment = Environment(
        loader=PackageLoader("tamesu.web", "templates"),
        autoescape=True,
        finalize=finish,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(named=named, number=say_number, gain=say_gain)
    return environment


def compile_templates() -> None:
    """Compile every template, which the first page of each kind waits for otherwise."""
    environment = make_environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


def say_number(value: float | None, digits: int = 4) -> str:
    """A number, or a dash where there is none.

    Examples:
        >>> say_number(0.91234), say_number(None)
        ('0.9123', '–')
    """
    return format_number(value, digits) or "–"


def say_gain(value: float | None) -> str:
    """A difference with its sign, or a dash where there is none."""
    return format_gain(value) or "–"


def render_page(page: Page, view: View, address: str, other: str) -> str:
    """A whole page.

    Args:
        page: what is shown.
        view: the request.
        address: of the page's JSON.
        other: the same page in the other language.
    """
    template = make_environment().get_template(page.template)
    return template.render(
        title=page.title,
        data=page.data,
        **page.parts,
        say=view.say,
        words=view.words,
        language=view.language,
        places=PLACES,
        address=address,
        other=other,
    )
