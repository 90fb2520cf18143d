"""kaggle."""

from __future__ import annotations

from tamesu.messages.message import Phrase
from tamesu.platforms.platform import SampleForm


class Kaggle(SampleForm):
    """Kaggle: a CSV with a header."""

    def hand_in(self, path: str, slug: str | None) -> Phrase:
        """How to hand the file in."""
        command = f"kaggle competitions submit -c {slug or '<competition>'} -f {path} -m <message>"
        return Phrase(
            f"hand in {path} on the competition's page with Submit Prediction, or: {command}",
            f"コンペのページの Submit Prediction から {path} を提出するか、次を実行してください: {command}",
        )
