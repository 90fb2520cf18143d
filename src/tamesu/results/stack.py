"""Stacks: several ideas as one, since gains that were found alone may not add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tamesu.artifacts.changes import SIGNS
from tamesu.artifacts.verdict import Verdict


def stack_ideas(kept: Sequence[Verdict]) -> tuple[list[Verdict], list[str]]:
    """The kept ideas that can stand together, best first in doubt, and the names of those that contradict a better one.

    Two ideas contradict each other when both set one key, or one sets a key inside what the other replaces.

    Args:
        kept: verdicts, in the order of the queue.

    Returns:
        The verdicts to stack, in the order of the queue, and the names left out.
    """
    chosen: list[Verdict] = []
    left_out = []
    for verdict in sorted(kept, key=lambda verdict: -verdict.gain):
        if any(contradict(verdict.changes, other.changes) for other in chosen):
            left_out.append(verdict.idea)
        else:
            chosen.append(verdict)
    return [verdict for verdict in kept if verdict in chosen], left_out


def contradict(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two ideas cannot both be had.

    Examples:
        >>> contradict({"epochs": 9}, {"epochs": 12}), contradict({"augmentations+": "sepia"}, {"augmentations+": "rotate"})
        (True, False)
        >>> contradict({"backbone": "resnet18"}, {"backbone.resnet34.drop": 0.1}), contradict({"epochs": 9}, {"ema": 0.9})
        (True, False)
    """
    for key in one:
        for there in other:
            a, b = key.rstrip(SIGNS).split("."), there.rstrip(SIGNS).split(".")
            inside = a[: len(b)] == b or b[: len(a)] == a
            if inside and not (key[-1] in SIGNS and there[-1] in SIGNS):
                return True
    return False


def name_stack(names: Sequence[str]) -> str:
    """A stack's name.

    Examples:
        >>> name_stack(["smoothing", "rotate"])
        'smoothing+rotate'
    """
    return "+".join(names)
