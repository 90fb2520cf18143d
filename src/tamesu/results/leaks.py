"""What an audit has found to falsify scores, held against the folds of now: a training asks before it starts on such folds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tamesu.artifacts.audit_file import LEAKS, Audit
from tamesu.artifacts.folds import FoldTable
from tamesu.artifacts.row_faults import show_examples
from tamesu.errors import Fault, Where, nearest
from tamesu.messages.audit_verb import NOT_MEASURED, WORTH
from tamesu.messages.message import fill_both

# The finding that tells what a leak is worth.
SEVERE = {"groups": "AUDIT_LEAK_GROUPS", "copies": "AUDIT_COPIES_ACROSS_FOLDS"}


def find_leaks(audit: Audit | None, table: FoldTable) -> dict[str, Fault]:
    """A question for each leak of the audit that these folds have, by the word that accepts it (`leak:groups`).

    Args:
        audit: the last one; None when there was none.
        table: the folds that a run would be trained on; rows that it does not know are left out.
    """
    if audit is None:
        return {}
    place = {row: index for index, row in enumerate(table.ids)}
    found = {}
    for name, sets in audit.leaks.items():
        if (word := f"leak:{name}") not in LEAKS:
            continue
        split = [rows for rows in sets if is_split(table.folds[[place[row] for row in rows if row in place]])]
        if not split:
            continue
        worth = next((one.worth for one in audit.findings if one.code == SEVERE[name] and one.worth), None)
        values = {
            "count": len(split),
            "total": len(sets),
            "examples": show_examples(split[0]),
            "worth": NOT_MEASURED if worth is None else fill_both(WORTH, worth=worth),
        }
        found[word] = Fault(LEAKS[word], "ask", Where("competition.yaml", key="folds"), values)
    return found


def is_split(folds: np.ndarray) -> bool:
    """Whether rows that belong together stand in different folds of one repeat.

    Args:
        folds: (rows, repeats).

    Examples:
        >>> is_split(np.array([[0, 1], [0, 2]])), is_split(np.array([[0, 1], [0, 1]])), is_split(np.zeros((0, 1)))
        (True, False, False)
    """
    return bool(len(folds)) and bool((folds != folds[:1]).any())


def check_accepted(accepted: Sequence[str]) -> list[Fault]:
    """A refusal for each accepted leak that is none of ours."""
    wrong = [word for word in accepted if word.startswith("leak:") and word not in LEAKS]
    return [
        Fault("ACCEPT_LEAK_UNKNOWN", "refuse", Where(key="--accept"), {"name": w, "known": ", ".join(LEAKS)}, nearest(w, LEAKS))
        for w in wrong
    ]
