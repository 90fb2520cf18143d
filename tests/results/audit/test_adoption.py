"""What a finding says of adopting groups."""

from __future__ import annotations

import numpy as np
import pytest

from tamesu.messages.message import Phrase
from tamesu.results.audit.adoption import name_all, name_parts, tell_adoption
from tamesu.results.finding import Finding

GROUPS = np.array([0, 0, 0, 1, 1, 2])
BOTH = name_parts(hidden=True, copies=True, own=False)


def told(kept: np.ndarray, parts: list[Phrase], **values: object) -> Phrase:
    finding = Finding("X", "note", {"adopt": Phrase("old", "old"), **values})
    said = tell_adoption(finding, kept, parts, "audit/groups-next.csv").values["adopt"]
    assert isinstance(said, Phrase)
    return said


def test_the_file_is_told_where_it_holds_something_else() -> None:
    said = told(GROUPS, BOTH, groups=3, rows=5)
    for words in (said.en, said.ja):
        assert "tamesu audit --adopt" in words and "groups: audit/groups-next.csv" in words
    # Three in all, two of them of two rows and more.
    assert "holds 3 groups, 2 of them of two rows and more with 5 rows: groups found and copies" in said.en
    assert "3 個、うち 2 行以上は 2 個 5 行" in said.ja
    assert "holds" not in told(GROUPS, BOTH, groups=2, rows=5).en
    assert "lie in one fold already" in told(GROUPS, name_parts(hidden=False, copies=True, own=False), sets=1, rows=3).en


@pytest.mark.parametrize("words", ["en", "ja"])
def test_one_group_of_all_rows_is_not_to_be_adopted(words: str) -> None:
    said = told(np.zeros(20, np.int64), BOTH, sets=1, rows=20).say(words)
    assert "--adopt" not in said and ("no folds" in said or "fold に分けられません" in said)


def test_a_finding_that_does_not_speak_of_it_stays() -> None:
    finding = Finding("X", "note", {"count": 3})
    assert tell_adoption(finding, GROUPS, BOTH, "f") is finding
    assert name_all(name_parts(hidden=False, copies=True, own=True)).en == "copies and groups of competition.yaml"
