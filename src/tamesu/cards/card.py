"""A card: an idea in the drawer with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tamesu.messages.message import Phrase

Family = Literal[
    "heads",
    "losses",
    "optimisation",
    "geometry",
    "colour",
    "tone",
    "quality",
    "covers",
    "weather",
    "mixing",
    "policies",
    "views",
]
# What of a picture an augmentation touches, where names or numbers of a competition can say that it matters.
Touch = Literal["colour", "scale", "place", "detail"]
# What of the user's it needs: a target that says where the object is, or a folder of cut-out objects.
Need = Literal["where", "objects"]


@dataclass(frozen=True, slots=True)
class Card:
    """One idea of the drawer: at most two sentences a field, in two languages.

    Attributes:
        name: of the augmentation, the loss or the like, or of the key of a recipe that it is about.
        family: the file it stands in.
        imitates: what happens in the world that looks like it, or of a head or loss what it does; begins without a capital,
            ends without a full stop.
        helps: when it is worth a try.
        lies: when it makes labels false, or teaches what is not so, or costs more than it gains.
        try_first: the change to begin with: dotted key → value, as `ideas.yaml` takes it.
        symmetry: the name under `symmetries:` that speaks of it; empty when it is no flip or turn.
        degrees: how far it turns at most, when it is `rotate`.
        touches: what of a picture it changes that may be the label.
        for_few: whether it is among the first to try with few rows.
        needs: what of the user's it cannot do without; None when it needs nothing.
    """

    name: str
    family: Family
    imitates: Phrase
    helps: Phrase
    lies: Phrase
    try_first: Mapping[str, Any]
    symmetry: str = ""
    degrees: float = 180.0
    touches: frozenset[Touch] = frozenset()
    for_few: bool = False
    needs: Need | None = None


def add(name: str, **options: Any) -> dict[str, Any]:
    """The change that adds one augmentation to a recipe.

    Args:
        name: of the augmentation.
        **options: its options; none for its defaults.

    Examples:
        >>> add("sepia"), add("rotate", degrees=10.0)
        ({'augmentations+': 'sepia'}, {'augmentations+': {'rotate': {'degrees': 10.0}}})
    """
    return {"augmentations+": {name: options} if options else name}
