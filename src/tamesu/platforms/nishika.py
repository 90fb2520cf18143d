"""nishika."""

from __future__ import annotations

from tamesu.messages.message import Phrase
from tamesu.platforms.platform import SampleForm


class Nishika(SampleForm):
    """Nishika: a CSV with a header."""

    def hand_in(self, path: str, slug: str | None) -> Phrase:  # noqa: ARG002
        """How to hand the file in."""
        return Phrase(
            f"hand in {path} on the competition's page at Nishika",
            f"Nishika のコンペのページから {path} を提出してください",
        )
