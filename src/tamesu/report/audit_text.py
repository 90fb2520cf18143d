"""What an audit found, for the terminal: the most important first, with the first ids and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tamesu.messages import Language
from tamesu.messages.audit_page import say
from tamesu.report.audit_words import CODE, say_finding
from tamesu.report.columns import WIDTH, plain, wrap
from tamesu.report.numbers import format_count
from tamesu.results.finding import WEIGHTS, Finding, in_order

MARKS = {"severe": "!!", "warning": " !", "note": " ·"}
INDENT = "   "
SHOWN_IDS = 3
# Longer ids are cut in their middle.
ID_WIDTH = 40
# A command longer than this stands on a line of its own, whole, so that it can be copied.
LONG_CODE = 50


def format_audit(findings: Sequence[Finding], ids: Sequence[str], language: Language = "en", width: int = WIDTH) -> str:
    """The summary of an audit.

    Args:
        findings: in any order.
        ids: of the rows that the findings name by number.
        language: `"en"` or `"ja"`.
        width: the widest line, in half-width letters (long commands aside).

    Returns:
        Lines without a line break at the end: of each finding what was found with its first ids, and what to do; severe ones
        begin with `!!`. The last line counts them.

    Examples:
        >>> print(format_audit([Finding("CONFIG_EMPTY", "warning", rows=(1,))], ["a", "b"]))
         ! the file is empty (b) [CONFIG_EMPTY]
           → write the keys it needs, or make it anew with `tamesu init`
        nothing was found that makes a score false
        severe (!!): 0, to mend (!): 1, good to know (·): 0
    """
    lines = [line for finding in in_order(findings) for line in format_finding(finding, ids, language, width)]
    if not any(finding.weight == "severe" for finding in findings):
        lines += wrap(say("text_nothing", language), width)
    counts = {weight: format_count(sum(finding.weight == weight for finding in findings)) for weight in WEIGHTS}
    return "\n".join([*lines, *wrap(say("text_counts", language, **counts), width)])


def format_finding(finding: Finding, ids: Sequence[str], language: Language, width: int) -> Iterator[str]:
    """The lines of one finding."""
    said = say_finding(finding, language)
    named = f" ({name_first(finding, ids, language)})" if finding.rows else ""
    first, *rest = wrap(f"{said.what}{named} [{finding.code}]", width - len(INDENT), "")
    yield f"{MARKS[finding.weight]} {first}"
    yield from (INDENT + line for line in rest)
    for place, (text, is_code) in enumerate(split_code(said.do)):
        if is_code:
            yield f"{INDENT}    {text}"
            continue
        # `wrap` gives the blanks back; until then a short command is one word.
        held = CODE.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)
        lead = say("text_do", language, do=held) if place == 0 else f"  {held}"
        yield from (INDENT + line for line in wrap(lead, width - len(INDENT), "  "))


def name_first(finding: Finding, ids: Sequence[str], language: Language) -> str:
    """The first ids of a finding, and how many there are more.

    Examples:
        >>> name_first(Finding("X", "note", rows=(0, 1, 2, 3, 4)), ["a", "b", "c", "d", "e"], "en")
        'a, b, c … 2 more'
    """
    shown = say("comma", language).join(plain(ids[row], ID_WIDTH) for row in finding.rows[:SHOWN_IDS])
    more = len(finding.rows) - SHOWN_IDS
    return say("text_more", language, ids=shown, count=format_count(more)) if more > 0 else shown


def split_code(do: str) -> list[tuple[str, bool]]:
    """What to do in pieces: sentences, and long commands that stand alone (True).

    Examples:
        >>> split_code("run `tamesu doctor`, then train")
        [('run `tamesu doctor`, then train', False)]
    """
    pieces: list[tuple[str, bool]] = []
    start = 0
    for found in CODE.finditer(do):
        if len(found[1]) <= LONG_CODE:
            continue
        pieces += [(do[start : found.start()].strip(), False), (found[1], True)]
        start = found.end()
    pieces.append((do[start:].strip(), False))
    # A full stop or a comma alone is not worth a line.
    return [piece for place, piece in enumerate(pieces) if place == 0 or len(piece[0]) > 1]
