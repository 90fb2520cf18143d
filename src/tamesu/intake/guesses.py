"""One guess of `tamesu init`: what was guessed, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tamesu.messages import Language
from tamesu.messages.guesses import explain


@dataclass(frozen=True, slots=True)
class Guess:
    """A value that `init` writes, and its reason.

    Attributes:
        what: the dotted key it stands under, in competition.yaml or in the recipe.
        value: the value as text.
        code: the reason's name, a key of `tamesu.messages.guesses.REASONS`.
        values: fill the reason's placeholders.
        language: of the reason; the user's when None.

    Examples:
        >>> Guess("metric", "accuracy", "METRIC_CLASS", language="en").why
        'the usual one when each image has one label'
    """

    what: str
    value: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    language: Language | None = None

    @property
    def why(self) -> str:
        """The reason in words."""
        return explain(self.code, self.values, self.language)
