"""At most n events in a row of places or time steps."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from tamesu.constraints.constraint import WRITTEN, kept_or_unknown, reachable, refuse_width, widen
from tamesu.messages.expected import say_expected
from tamesu.registry import Count

# Logit of a slot that is sure of its column.
SURE = 30.0


class AtMost(nn.Module):
    """Marks of which a row never expects more than n: n slots, each of which is in one column or in none.

    The columns are the steps of a sequence or the places in an image. Each slot is a softmax over the columns and one more
    outcome, "no event"; a column is marked if any slot is in it, so that its prob is 1 - Π (1 - p of the slot). The probs of a
    row add to n at most, and the loss stays plain: `bce` over the columns reads the logits that this gives. `encode` and
    `decode` turn marks into slots and probs into marks by the same rule.

    Args:
        width: the target's columns, filled by tamesu; n or more.
        n: the largest number of events in a row.

    Raises:
        InputError: CONSTRAINT_WIDTH, fewer columns than events.

    Source: ours; of the family of target engineering, where what is known shapes the target and no term of the loss.

    Examples:
        >>> at_most = AtMost(width=2, n=1)
        >>> at_most(torch.tensor([[1.0, 1.0, 1.0]])).sigmoid()  # two columns and "no event", each a third
        tensor([[0.3333, 0.3333]])
        >>> at_most.decode(np.array([[0.6, 0.7]])).tolist(), at_most.encode(np.array([[0, 1], [0, 0]])).tolist()
        ([[0, 1]], [[1], [2]])
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"multilabel"})

    def __init__(self, *, width: int, n: Count) -> None:
        super().__init__()
        if width < n:
            raise refuse_width("at_most", say_expected("greater_than_equal", {"ge": n}), width, "n")
        self.n = n
        self.width = width
        self.raw = n * (width + 1)

    def forward(self, raw: Float[Tensor, "batch raw"]) -> Float[Tensor, "batch width"]:
        """The logit of each column: the logarithm of its odds.

        Args:
            raw: slot by slot, in each the logits of the columns and then of "no event".
        """
        slots = widen(raw).reshape(len(raw), self.n, self.width + 1).log_softmax(dim=2)
        inside = slots[..., : self.width]
        outside = log_rest(slots)[..., : self.width]
        # 1 - Π (1 - p) is the sum, over the slots, of "this slot, and none before it": no logarithm of a rounded 0 is taken.
        none_before = torch.cat([torch.zeros_like(outside[:, :1]), outside[:, :-1].cumsum(dim=1)], dim=1)
        return torch.logsumexp(inside + none_before, dim=1) - outside.sum(dim=1)

    def inverse(self, values: Float[Tensor, "batch width"]) -> Float[Tensor, "batch raw"]:
        """Slots that are sure of the marks, an event each, in order.

        Args:
            values: 0/1 marks.

        Raises:
            ValueError: marks other than 0 and 1, or more than n of them.
        """
        marks = reachable(self, values)
        codes = torch.from_numpy(self.encode(marks.detach().cpu().numpy())).to(marks.device)
        return SURE * nn.functional.one_hot(codes, self.width + 1).to(marks.dtype).flatten(1)

    def check_values(self, values: np.ndarray) -> np.ndarray:
        """Rows of marks from 0 to 1 that add to n at most."""
        marks = ((values >= 0) & (values <= 1)).all(axis=1)
        return kept_or_unknown(values, marks & (values.sum(axis=1) <= self.n + WRITTEN))

    def encode(self, marks: np.ndarray) -> np.ndarray:
        """Marks as targets of the slots: the columns of a row's events, in order.

        Args:
            marks: 0/1 (rows, width); a row with a NaN is not known.

        Returns:
            int64 (rows, n): a column, `width` for a slot without an event, -1 in a row that is not known.

        Raises:
            ValueError: a mark is neither 0 nor 1, or a row has more than n events.
        """
        marks = np.asarray(marks, dtype=np.float64)
        unknown = np.isnan(marks).any(axis=1)
        if not np.isin(marks[~unknown], (0.0, 1.0)).all():
            raise ValueError("marks are 0 or 1; soft marks have no slots")
        events = (marks == 1) & ~unknown[:, None]
        counts = events.sum(axis=1)
        if (counts > self.n).any():
            row = int(np.flatnonzero(counts > self.n)[0])
            raise ValueError(f"row {row} has {counts[row]} events, and at most {self.n} fit")
        codes = np.full((len(marks), self.n), self.width, dtype=np.int64)
        rows, columns = np.nonzero(events)
        codes[rows, events.cumsum(axis=1)[rows, columns] - 1] = columns
        codes[unknown] = -1
        return codes

    def decode(self, probs: np.ndarray, threshold: float = 0.5) -> np.ndarray:
        """Probs as marks: of the columns at or above the threshold the n most probable, the earlier one of equals.

        Args:
            probs: float (rows, width), 0 to 1.
            threshold: the least prob of a mark.

        Returns:
            int64 (rows, width) of 0 and 1.
        """
        best = np.argsort(-probs, axis=1, kind="stable")[:, : self.n]
        marks = np.zeros(probs.shape, dtype=np.int64)
        np.put_along_axis(marks, best, 1, axis=1)
        return marks * (probs >= threshold)


def log_rest(logs: Float[Tensor, "... outcomes"]) -> Float[Tensor, "... outcomes"]:
    """log(1 - p) of each outcome, from the logarithms of probs that add to 1; exact where p is nearly 1.

    Examples:
        >>> log_rest(torch.tensor([0.25, 0.75]).log()).exp()
        tensor([0.7500, 0.2500])
        >>> log_rest(torch.tensor([50.0, 0.0]).log_softmax(dim=0))[0]  # 1 - p rounds to 0, its logarithm does not
        tensor(-50.)
    """
    top = torch.zeros_like(logs, dtype=torch.bool).scatter(-1, logs.argmax(dim=-1, keepdim=True), True)
    # All but the largest are a half at most, where 1 - p loses nothing; for the largest the others are added up.
    others = torch.logsumexp(logs.masked_fill(top, -torch.inf), dim=-1, keepdim=True)
    return torch.where(top, others, torch.log1p(-logs.masked_fill(top, -1.0).exp()))
