"""What a platform must be, and what its options mean."""

from __future__ import annotations

from typing import Literal, Protocol

from tamesu.messages.message import Phrase
from tamesu.registry import Probability

Answer = Literal["auto", "label", "code", "probability", "ranked"]


class Platform(Protocol):
    """Where a submission goes. tamesu writes the file and says how to hand it in; it uploads nothing.

    Attributes:
        header: whether the sample's first line names the columns; None: seen from the ids.
        answer: what one column of answers is to hold, where the sample does not tell: `label` its name (in columns per
            label: 1 or 0), `code` its place in `labels` from 0, `probability`, or `ranked` labels in order of probability;
            `auto` reads it off the sample.
        positive: the label whose probability is asked for, where there are two; None: seen from the column's name.
        threshold: a label of a `multilabel` row is told from this probability on.
    """

    header: bool | None
    answer: Answer
    positive: str | None
    threshold: float

    def hand_in(self, path: str, slug: str | None) -> Phrase:
        """How to hand the file in, in two languages.

        Args:
            path: the written file.
            slug: the competition's name in the platform's addresses, if known.
        """
        ...


class SampleForm:
    """How a sample submission is read; what every platform's constructor takes.

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
