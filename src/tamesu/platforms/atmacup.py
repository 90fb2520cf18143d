"""atmacup."""

from __future__ import annotations

from tamesu.messages.message import Phrase
from tamesu.platforms.platform import SampleForm


class Atmacup(SampleForm):
    """atmaCup (guruguru.science): a CSV with a header, often without an id column: rows in the order of the test table."""

    def hand_in(self, path: str, slug: str | None) -> Phrase:  # noqa: ARG002
        """How to hand the file in."""
        return Phrase(
            f"hand in {path} on the contest's page at guruguru.science",
            f"guruguru.science のコンテストのページから {path} を提出してください",
        )
