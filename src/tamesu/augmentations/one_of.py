"""One of several lists of parts for each sample: what a policy search writes, and what a user may write by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tamesu.augmentations.part import Choice, PolicyPart
from tamesu.registry import Probability


class OneOf(PolicyPart):
    """Give each sample one of several lists of parts, each as likely.

    Args:
        of: the lists; an entry may be one part instead of a list, and an empty list leaves the sample alone.
        p: the probability that a sample gets any.
        strength: from 0 to 1; multiplies the strength of every part.

    Examples:
        >>> part = OneOf(of=[[{"rotate": {"degrees": 10}}, "sepia"], "shadow", []])
        >>> [(choice.name, round(choice.low, 2), round(choice.high, 2)) for choice in part.choices()]
        [('rotate', 0.0, 0.33), ('sepia', 0.0, 0.33), ('shadow', 0.33, 0.67)]
    """

    draws = 1

    def __init__(self, *, of: list[Any], p: Probability = 1.0, strength: Probability = 1.0) -> None:
        self.of = [read_parts(entry) for entry in of]
        self.p = p
        self.strength = strength

    def choices(self) -> Sequence[Choice]:
        """See `PolicyPart.choices`."""
        count = max(len(self.of), 1)
        return [
            Choice(name, with_strength(options, self.strength), slot=0, low=place / count, high=(place + 1) / count)
            for place, parts in enumerate(self.of)
            for name, options in parts
        ]


def with_strength(options: Mapping[str, Any], strength: float) -> dict[str, Any]:
    """Options whose strength is multiplied; left as they are at 1.

    Examples:
        >>> with_strength({"strength": 0.5}, 0.5), with_strength({}, 1.0)
        ({'strength': 0.25}, {})
    """
    return dict(options) if strength == 1.0 else {**options, "strength": strength * float(options.get("strength", 1.0))}


def read_parts(entry: Any) -> list[tuple[str, dict[str, Any]]]:
    """One entry as (name, options) pairs.

    Args:
        entry: a part as a recipe writes it, or a list of them.

    Raises:
        ValueError: something that is no part.
    """
    parts: list[tuple[str, dict[str, Any]]] = []
    for part in entry if isinstance(entry, list) else [entry]:
        if isinstance(part, str):
            parts.append((part, {}))
        elif isinstance(part, Mapping) and len(part) == 1:
            name, options = next(iter(part.items()))
            if not isinstance(options, Mapping | None):
                raise ValueError(f"{name!r}: options are a mapping such as `{{p: 0.5}}`, not {options!r}")
            parts.append((str(name), dict(options or {})))
        else:
            raise ValueError(f"a part is `name` or `{{name: {{option: value}}}}`, not {part!r}")
    return parts
