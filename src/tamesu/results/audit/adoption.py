"""What a finding says of adopting groups: what the file holds, and that one group of all rows is no groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tamesu.messages.audit_groups import (
    ADOPT,
    ADOPT_NONE,
    AND,
    HOLDS_COPIES,
    HOLDS_JOINED,
    HOLDS_SAME,
    JOINED_COPIES,
    JOINED_HIDDEN,
    JOINED_OWN,
)
from tamesu.messages.message import Phrase, fill_both
from tamesu.results.finding import Finding

# Fewer make no folds.
LEAST_GROUPS = 2


def tell_adoption(finding: Finding, kept: NDArray[np.int64], parts: Sequence[Phrase], path: str) -> Finding:
    """The finding, with what adopting would do where it speaks of that.

    Args:
        finding: any; one whose values have no `adopt` comes back as it is.
        kept: the groups of the file, (train,): those found, copies and those of the competition, joined.
        parts: which of these there are; see `name_parts`.
        path: of the file.
    """
    if "adopt" not in finding.values:
        return finding
    sizes = np.unique(kept, return_counts=True)[1]
    if len(sizes) < LEAST_GROUPS:
        return replace(finding, values={**finding.values, "adopt": ADOPT_NONE})
    count, rows = int((sizes > 1).sum()), int(sizes[sizes > 1].sum())
    told = finding.values.get("groups", finding.values.get("sets")), finding.values.get("rows")
    holds = HOLDS_SAME
    if told != (count, rows):
        words = HOLDS_COPIES if len(parts) == 1 else HOLDS_JOINED
        holds = fill_both(words, all=len(sizes), count=count, rows=rows, joined=name_all(parts))
    return replace(finding, values={**finding.values, "adopt": fill_both(ADOPT, path=path, holds=holds)})


def name_parts(*, hidden: bool, copies: bool, own: bool) -> list[Phrase]:
    """What is joined to the groups of the file."""
    there = ((hidden, JOINED_HIDDEN), (copies, JOINED_COPIES), (own, JOINED_OWN))
    return [words for is_there, words in there if is_there]


def name_all(parts: Sequence[Phrase]) -> Phrase:
    """All of them in a row.

    Examples:
        >>> name_all([Phrase("a", "あ"), Phrase("b", "い"), Phrase("c", "う")]).en
        'a and b and c'
    """
    said = parts[0] if parts else HOLDS_SAME
    for other in parts[1:]:
        said = fill_both(AND, one=said, other=other)
    return said
