"""How long the whole gradient is: measured on a few steps of every epoch, just before the weights move, and clipped there."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from tamesu.training.guards import is_watched


class GradientNorms:
    """The L2 norm over all parameters together, on the few watched steps of an epoch; on all others nothing is computed.

    What a killed process measured of the epoch it was killed in is not kept: the norms are looked at, they decide nothing.

    Args:
        limit: the largest norm, as `Recipe.clip_grad_norm`; 0 is no limit.

    Examples:
        >>> layer, norms = nn.Linear(2, 1), GradientNorms(1.0)
        >>> layer.weight.grad, layer.bias.grad = torch.tensor([[3.0, 0.0]]), torch.tensor([4.0])
        >>> norms.clip(layer.parameters(), 0, 1)
        >>> round(layer.bias.grad.item(), 3), norms.take()
        (0.8, {'mean': 5.0, 'max': 5.0, 'clipped': 1.0})
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.seen: list[Tensor] = []

    def clip(self, parameters: Iterable[nn.Parameter], step: int, steps: int) -> None:
        """Shorten a gradient that is longer than the limit; remember how long it was where the step is watched.

        Args:
            parameters: of the network, with their gradients.
            step: of the optimizer in this epoch, from 0.
            steps: of the optimizer in an epoch.
        """
        watched = is_watched(step, steps)
        if self.limit:
            norm = torch.nn.utils.clip_grad_norm_(parameters, self.limit)
        elif watched:
            norm = torch.nn.utils.get_total_norm([one.grad for one in parameters if one.grad is not None])
        if watched:
            # Not read here: a number that is asked for makes an accelerator wait.
            self.seen.append(norm.detach().clone())

    def take(self) -> dict[str, float | None]:
        """What the epoch's watched steps said, and start anew.

        Returns:
            `mean` and `max` of the norm before clipping, None where it was no number; with a limit also `clipped`: the share of
            the watched steps on which it was longer. Empty where nothing was watched.
        """
        if not self.seen:
            return {}
        norms = torch.stack(self.seen).double().cpu()
        self.seen = []
        found = {"mean": shorten(float(norms.mean())), "max": shorten(float(norms.max()))}
        if self.limit:
            found["clipped"] = round(float((norms > self.limit).double().mean()), 4)
        return found


def shorten(value: float) -> float | None:
    """A norm with six digits, for the journal; None where it is no number, which JSON knows none of.

    Examples:
        >>> shorten(0.123456789), shorten(float("inf"))
        (0.123457, None)
    """
    return float(f"{value:.6g}") if math.isfinite(value) else None
