"""A finding that a file keeps, in words: of an audit, or of `explain`."""

from __future__ import annotations

from typing import Any

from tamesu.artifacts.audit_file import AuditFinding
from tamesu.artifacts.explanation import ExplainedFinding
from tamesu.messages import Language
from tamesu.report.audit_words import write_finding
from tamesu.results.finding import Finding

MOST_IDS = 500


def describe_finding(one: AuditFinding | ExplainedFinding, language: Language) -> dict[str, Any]:
    """What a finding says, as plain values, with the first ids of the rows it is about.

    Args:
        one: as the file has it.
        language: of the words.

    Raises:
        KeyError, ValueError: a message of ours has changed since the file was written.
    """
    said = write_finding(Finding(one.code, one.weight, one.revived()), language)
    return {
        "code": one.code,
        "weight": one.weight,
        "head": said.head,
        "more": said.more,
        "do": said.do,
        "copied": said.copied,
        "rows": len(one.ids),
        "ids": list(one.ids[:MOST_IDS]),
    }
