"""A finding in words: its short head, the rest of what was found, what to do, and what of it is to be copied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from tamesu.messages import CATALOGUE, Language
from tamesu.messages.message import Phrase
from tamesu.report.columns import plain
from tamesu.results.finding import Finding

CODE = re.compile(r"`([^`]+)`")
LEAD = re.compile(r"\{(\w+)")
WORD = re.compile(r"[a-z]+([ ,:-]|$)")
# A command, or a line of YAML; a bare key or word is no use in the clipboard.
COPIED = re.compile(r"(tamesu|pip|git|rm|mv|cp) \S|(- )?[\w.-]+: *\S|\{")
OPENING, CLOSING, STOPS = "{([（「", "})]）」", "：。"


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words of one language, on one line each, without control characters.

    Attributes:
        what: what was found and what it means, whole.
        head: of it what was found, up to where the message makes its first stop.
        more: the rest; empty where the message makes none.
        do: what to do; code stands between backticks.
    """

    what: str
    head: str
    more: str
    do: str

    @property
    def copied(self) -> list[str]:
        """Commands and lines of YAML in `do`, each once."""
        return [code for code in dict.fromkeys(CODE.findall(self.do)) if COPIED.match(code)]


def say_finding(finding: Finding, language: Language) -> Said:
    """A finding in words, as a terminal has them: sentences begin small.

    Raises:
        KeyError: an unknown code, or a placeholder without a value; a fault of ours.

    Examples:
        >>> say_finding(Finding("CONFIG_EMPTY", "note"), "en").what
        'the file is empty'
    """
    return fill(find_templates(finding.code, language), finding, language)


def write_finding(finding: Finding, language: Language) -> Said:
    """A finding in words, as a page has them: sentences begin with a capital, unless they begin with a name.

    Raises:
        KeyError: an unknown code, or a placeholder without a value; a fault of ours.

    Examples:
        >>> write_finding(Finding("CONFIG_EMPTY", "note"), "en").head
        'The file is empty'
    """
    templates = find_templates(finding.code, language)
    said = fill([capitalise(one) for one in templates], finding, language)
    # A phrase of ours at the beginning is as small as the sentence was.
    ours = [isinstance(finding.values.get(lead[1]), Phrase) if (lead := LEAD.match(one)) else False for one in templates]
    return Said(*(capitalise(text) if begins else text for text, begins in zip(astuple(said), ours, strict=True)))


def find_templates(code: str, language: Language) -> list[str]:
    """A message, not filled in: what, its head, its rest, what to do."""
    message = CATALOGUE[code]
    what, do = message.say(language)
    return [what, *split_template(what), do]


def fill(templates: Sequence[str], finding: Finding, language: Language) -> Said:
    """The words, each on one line."""
    values = {key: clean(value, language) for key, value in finding.values.items()}
    return Said(*(plain(one.format(**values)) if one else "" for one in templates))


def capitalise(text: str) -> str:
    """A sentence with a capital, unless it begins with a name or with the name of a file.

    Examples:
        >>> capitalise("random folds leak"), capitalise("competition.yaml に"), capitalise("{column} is constant")
        ('Random folds leak', 'competition.yaml に', '{column} is constant')
    """
    return text[:1].upper() + text[1:] if WORD.match(text) else text


def clean(value: Any, language: Language) -> Any:
    """A value that fills a placeholder: of a `Phrase` the words, of a text what a terminal may print."""
    if isinstance(value, Phrase):
        return value.say(language)
    return plain(value) if isinstance(value, str) else value


def split_template(template: str) -> tuple[str, str]:
    """A message before it is filled, cut at its first stop outside brackets: a name in it can hold whatever it likes.

    Examples:
        >>> split_template("random folds leak (AUC {auc:.2f}: high): {rows:,} rows have a sibling")
        ('random folds leak (AUC {auc:.2f}: high)', '{rows:,} rows have a sibling')
        >>> split_template("fold がリークしています。{rows} 行"), split_template("{column!r} is constant")
        (('fold がリークしています', '{rows} 行'), ('{column!r} is constant', ''))
    """
    depth = 0
    for place, letter in enumerate(template):
        depth += (letter in OPENING) - (letter in CLOSING)
        if depth == 0 and (letter in STOPS or template.startswith((": ", "; "), place)):
            return template[:place].rstrip(), template[place + 1 :].strip()
    return template, ""
