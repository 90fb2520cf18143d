"""file."""

from __future__ import annotations

from tamesu.messages.message import Phrase
from tamesu.platforms.platform import SampleForm


class File(SampleForm):
    """A file and nothing more: for hosts without a platform of their own."""

    def hand_in(self, path: str, slug: str | None) -> Phrase:  # noqa: ARG002
        """How to hand the file in."""
        return Phrase(
            f"the file is {path}",
            f"ファイル: {path}",
        )
