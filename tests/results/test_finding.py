"""Findings: their words and their order."""

from __future__ import annotations

import random
from itertools import pairwise

from tamesu.messages.message import Phrase
from tamesu.results.finding import WEIGHTS, Finding, in_order


def test_a_finding_in_both_languages() -> None:
    values = {"column": Phrase("a day", "日"), "known": "{id}, 患者"}
    finding = Finding("GROUPS_NO_COLUMN", "note", values)
    assert "{id}, 患者 [GROUPS_NO_COLUMN]; name the columns" in finding.text("en")
    assert "'a day'" not in finding.text("ja")
    assert "日" in finding.text("ja")


def test_the_severest_and_dearest_come_first() -> None:
    found = [Finding(f"F{n}", WEIGHTS[n % 3], worth=float(n // 6)) for n in range(36)]
    random.Random(0).shuffle(found)
    ordered = in_order(found)
    for before, after in pairwise(ordered):
        assert WEIGHTS.index(before.weight) <= WEIGHTS.index(after.weight)
        if before.weight == after.weight:
            assert before.worth >= after.worth
            if before.worth == after.worth:
                assert found.index(before) < found.index(after)
