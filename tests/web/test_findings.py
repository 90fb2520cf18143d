"""A finding of either file is said in both languages, with its first rows."""

from __future__ import annotations

import pytest

from tamesu.artifacts.audit_file import AuditFinding
from tamesu.artifacts.explanation import ExplainedFinding
from tamesu.web.findings import MOST_IDS, describe_finding


@pytest.mark.parametrize("kind", [AuditFinding, ExplainedFinding])
def test_both_files_say_the_same(kind: type) -> None:
    ids = tuple(f"長{row}" for row in range(MOST_IDS + 1))
    one = kind(code="RUN_WIGGLES", weight="note", values={"wiggle": 0.25}, ids=ids)
    found, japanese = describe_finding(one, "en"), describe_finding(one, "ja")
    assert (found["code"], found["weight"], found["rows"]) == ("RUN_WIGGLES", "note", MOST_IDS + 1)
    assert found["ids"] == list(ids[:MOST_IDS])
    assert "0.25" in found["head"] and "0.25" in japanese["head"] and found["head"] != japanese["head"]


def test_a_value_that_the_message_no_longer_has_is_an_error() -> None:
    with pytest.raises((KeyError, ValueError)):
        describe_finding(ExplainedFinding(code="RUN_WIGGLES", weight="note", values={"other": 1}), "en")
