"""kaggle."""

from __future__ import annotations

from tamesu.messages.message import Phrase
from tamesu.platforms.platform import Answer
from tamesu.registry import Probability


class Kaggle:
    """Kaggle: a CSV with a header.

    Args:
        header: whether the sample's first line names the columns; seen from the ids when None.
        answer: what one column of answers holds, where the sample does not tell.
        positive: the label whose probability is asked for, where there are two.
        threshold: a label of a `multilabel` row is told from this probability on.
    """

    def __init__(
        self,
        *,
        header: bool | None = None,
        answer: Answer = "auto",
        positive: str | None = None,
        threshold: Probability = 0.5,
    ) -> None:
        self.header = header
        self.answer = answer
        self.positive = positive
        self.threshold = threshold

    def hand_in(self, path: str, slug: str | None) -> Phrase:
        """How to hand the file in."""
        command = f"kaggle competitions submit -c {slug or '<competition>'} -f {path} -m <message>"
        return Phrase(
            f"hand in {path} on the competition's page with Submit Prediction, or: {command}",
            f"コンペのページの Submit Prediction から {path} を提出するか、次を実行してください: {command}",
        )
