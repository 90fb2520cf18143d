"""What `explain` found, for the terminal: the most important first, with what to do and ideas to paste."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tamesu.messages import Language
from tamesu.messages.explain_verb import say
from tamesu.report.audit_text import INDENT, format_finding
from tamesu.report.columns import WIDTH, wrap
from tamesu.report.idea_lines import write_ideas
from tamesu.results.diagnosis.remedies import Remedy
from tamesu.results.finding import Finding

# Findings whose ideas are written out; the page has all.
SHOWN = 3


def format_explanation(
    findings: Sequence[Finding],
    remedies: Sequence[Remedy],
    ids: Sequence[str],
    recipe: str,
    language: Language = "en",
    width: int = WIDTH,
) -> str:
    """The summary of a diagnosis.

    Args:
        findings: the most important first.
        remedies: one per finding.
        ids: of the rows that findings name by number.
        recipe: the baseline of the ideas.
        language: `"en"` or `"ja"`.
        width: the widest line, in half-width letters; lines to be pasted may be longer.

    Returns:
        Lines without a line break at the end.
    """
    if not findings:
        return "\n".join(wrap(say("nothing", language), width))
    lines: list[str] = []
    written: list[Remedy] = []
    for finding, remedy in zip(findings, remedies, strict=True):
        lines += format_finding(finding, ids, language, width)
        if len(written) < SHOWN and remedy not in written:
            lines += format_remedy(remedy, recipe, language)
            written.append(remedy)
    return "\n".join(lines)


def format_remedy(remedy: Remedy, recipe: str, language: Language) -> Iterator[str]:
    """Commands that look, and ideas to paste."""
    for step in remedy.steps:
        yield f"{INDENT}  {step.why.say(language)}:"
        yield f"{INDENT}    {step.command}"
    if remedy.ideas:
        text, command = write_ideas(remedy.ideas, recipe)
        yield f"{INDENT}  {say('paste', language)}"
        yield from (f"{INDENT}    {line}" for line in text.split("\n"))
        yield f"{INDENT}  {say('then', language)}: {command}"
