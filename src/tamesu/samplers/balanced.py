"""Classes in equal shares, or in shares between those and what is there."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Shaped

from tamesu.samplers.sampler import share_out


class Balanced:
    """Every class equally often in an epoch, in expectation; the epoch keeps its length.

    Rows of rare classes come many times over, and rows of frequent ones are left out of most epochs: with few images of a
    class, the network may learn those by heart. A label that no row has gets no share. Of several labels per row, a label that
    stands beside others comes more often than its share.

    Source: class-aware sampling: Shen, Lin and Huang, Relay Backpropagation, ECCV 2016, section 4.1.

    Examples:
        >>> Balanced().rates(np.array([[1, 0], [1, 0], [1, 0], [0, 1]])).round(3)
        array([0.667, 0.667, 0.667, 2.   ])
    """

    def __init__(self) -> None:
        pass

    def rates(self, marks: Shaped[np.ndarray, "rows labels"]) -> Float[np.ndarray, " rows"]:
        """How often each row is expected, mean 1; see `Sampler.rates`."""
        return share_out(marks, 0.0)


class SquareRoot:
    """A class's share of an epoch goes with the square root of its count, in expectation; the epoch keeps its length.

    Half way between all rows and `balanced`: a class 100 times rarer than another comes 10 times less often.

    Source: Mahajan et al., Exploring the Limits of Weakly Supervised Pretraining, ECCV 2018, section 2.2.

    Examples:
        >>> SquareRoot().rates(np.array([[1, 0], [1, 0], [1, 0], [1, 0], [0, 1]])).round(3)
        array([0.833, 0.833, 0.833, 0.833, 1.667])
    """

    def __init__(self) -> None:
        pass

    def rates(self, marks: Shaped[np.ndarray, "rows labels"]) -> Float[np.ndarray, " rows"]:
        """How often each row is expected, mean 1; see `Sampler.rates`."""
        return share_out(marks, 0.5)
