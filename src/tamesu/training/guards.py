"""Guards: how hard each auxiliary term pulls at what the heads share, and whether it pulls against the main term.

Measured on a few batches of every epoch, at the last map that both the auxiliary and the main head read: there the backward
passes are those of the heads alone.

Source: the gradient at a shared representation bounds that in the shared weights: Sener and Koltun, Multi-Task Learning as
Multi-Objective Optimization, NeurIPS 2018, section 3.3; conflict as a negative cosine: Yu et al., Gradient Surgery for
Multi-Task Learning, NeurIPS 2020.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from tamesu.training.network import Seen

BATCHES_AN_EPOCH = 4


def is_watched(step: int, steps: int) -> bool:
    """Whether a batch of an epoch is measured: a few, spread evenly.

    Examples:
        >>> [step for step in range(32) if is_watched(step, 32)], [step for step in range(3) if is_watched(step, 3)]
        ([0, 8, 16, 24], [0, 1, 2])
    """
    return step % max(1, -(-steps // BATCHES_AN_EPOCH)) == 0


class Guards:
    """Collects what auxiliary heads do to the shared map, over an epoch.

    Args:
        main: the index of the main term.
        places: where each head reads, by the index of its term.
    """

    def __init__(self, main: int, places: Mapping[int, int]) -> None:
        self.main = main
        self.places = dict(places)
        self.others = [index for index in self.places if index != main]
        self.seen: list[Tensor] = []

    def measure(self, terms: Tensor, weights: Tensor, seen: Seen) -> None:
        """Add one batch: for each auxiliary head the norms of both gradients, and their product.

        Args:
            terms: (terms,), with their graph; it is kept.
            weights: (terms,), as they stand in the total.
            seen: where the heads read.
        """
        rows = []
        at_main: dict[int, Tensor | None] = {}
        for index in self.others:
            place = min(self.places[index], self.places[self.main])
            shared = seen.places[place]
            if place not in at_main:
                at_main[place] = take_gradient(terms[self.main] * weights[self.main], shared)
            own, main = take_gradient(terms[index] * weights[index], shared), at_main[place]
            if own is None or main is None:
                rows.append(torch.zeros(3, device=terms.device))
                continue
            rows.append(torch.stack([own.square().sum(), main.square().sum(), (own * main).sum()]))
        self.seen.append(torch.stack(rows))

    def take(self, names: tuple[str, ...]) -> dict[str, dict[str, float]]:
        """What the epoch's batches said, and start anew.

        Args:
            names: of the terms.

        Returns:
            By head: `share`: its gradient's norm divided by the sum of its own and the main term's; `cosine`: between the two,
            -1 when they pull against one another.
        """
        if not self.seen:
            return {}
        sums = torch.stack(self.seen).double().mean(dim=0).cpu()
        self.seen = []
        found = {}
        for row, index in enumerate(self.others):
            own, main = float(sums[row, 0]) ** 0.5, float(sums[row, 1]) ** 0.5
            share = own / (own + main) if own + main > 0 else 0.0
            cosine = float(sums[row, 2]) / (own * main) if own * main > 0 else 0.0
            found[names[index]] = {"share": round(share, 4), "cosine": round(max(-1.0, min(1.0, cosine)), 4)}
        return found


def take_gradient(value: Tensor, at: Tensor) -> Tensor | None:
    """The gradient of a number at a map, in float32; None where it does not depend on it."""
    if not value.requires_grad or not at.requires_grad:
        return None
    (gradient,) = torch.autograd.grad(value, at, retain_graph=True, allow_unused=True)
    return None if gradient is None else gradient.float()


def measure_norms(terms: Tensor, weights: Tensor, shared: Tensor) -> Tensor:
    """The norm of each weighted term's gradient at a shared map, (terms,); 0 where it does not depend on it."""
    norms = []
    for index in range(len(terms)):
        gradient = take_gradient(terms[index] * weights[index], shared)
        norms.append(torch.zeros((), device=terms.device) if gradient is None else gradient.square().sum().sqrt())
    return torch.stack(norms)
