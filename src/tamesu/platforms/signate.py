"""signate."""

from __future__ import annotations

from tamesu.messages.message import Phrase
from tamesu.platforms.platform import SampleForm


class Signate(SampleForm):
    """SIGNATE: a CSV or TSV, most often without a header."""

    def hand_in(self, path: str, slug: str | None) -> Phrase:  # noqa: ARG002
        """How to hand the file in."""
        return Phrase(
            f"hand in {path} on the competition's page at signate.jp",
            f"SIGNATE (signate.jp) のコンペのページから {path} を投稿してください",
        )
