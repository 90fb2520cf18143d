"""The terms of the loss: each head's, those of poolings, and laws between outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from tamesu.losses.loss import trait
from tamesu.training.labels import Target
from tamesu.training.network import Seen

# A distance needs two.
LEAST_PAIRS = 2


@dataclass(frozen=True, slots=True)
class Term:
    """One head's term of the loss.

    Attributes:
        target: what the head learns. `kind`: of it.
        loss: of the head.
        weight: its share in the total.
        values: the target of every training image, on the device; rows without a label hold any value. None for what lies in
            the picture.
        known: bool per training image; False where the label is missing.
        unit: standard deviation of each value, for a head whose outputs stand in the target's own unit; None for others.
        gaps: whether a row may lack some of its values only.
    """

    target: str
    kind: str
    loss: Any
    weight: float
    values: Tensor | None = None
    known: Tensor | None = None
    unit: Tensor | None = None
    gaps: bool = False

    def mean(self, logits: Tensor, rows: Tensor) -> Tensor:
        """The mean loss over the rows whose label is known; 0 when none is."""
        return self.mean_of(logits, self.take(rows))

    def take(self, rows: Tensor) -> Target:
        """The labels of some training images as they stand in the table."""
        assert self.values is not None and self.known is not None, "what lies in the picture is made with its batch"
        return Target(((None, self.values[rows]),), self.known[rows])

    def mean_of(self, logits: Tensor, target: Target) -> Tensor:
        """The mean loss against labels that were moved or mixed, over the samples whose labels are known; 0 when none is."""
        if trait(self.loss, "whole_batch"):
            # Of mixed images the label of the larger part counts.
            return self.compare(logits, target.terms[0][1], target.known)
        total, count = self.sums(logits, target)
        return total / count.clamp(min=1)

    def sums(self, logits: Tensor, target: Target) -> tuple[Tensor, Tensor]:
        """The sum of the loss over the samples whose labels are known, and how many they are."""
        losses = [
            self.of_samples(logits, values) if share is None else share * self.of_samples(logits, values)
            for share, values in target.terms
        ]
        known = target.known
        return (torch.stack(losses).sum(dim=0) * known).sum(), known.sum()

    def compare(self, features: Tensor, labels: Tensor, known: Tensor) -> Tensor:
        """A loss over pairs, of the samples whose label is known."""
        chosen = known.nonzero()[:, 0]
        if len(chosen) < LEAST_PAIRS:
            return features.sum() * 0.0
        found: Tensor = self.loss(features[chosen], labels[chosen])
        return found

    def of_samples(self, logits: Tensor, values: Tensor) -> Tensor:
        """One value per sample, (B,)."""
        if trait(self.loss, "regions"):
            return torch.as_tensor(self.loss(logits, values))
        if self.kind in ("mask", "map"):
            return self.of_pixels(logits, values)
        if self.unit is not None:
            logits, values = logits / self.unit, values / self.unit
        if not self.gaps:
            return torch.as_tensor(self.loss(logits, values))
        # Where a number is missing the prediction stands for it, with its gradient, so that the two cancel: a loss whose slope
        # at 0 is not 0, such as a quantile's, would pull otherwise. The others count for the whole.
        missing = torch.isnan(values)
        filled = torch.where(missing, logits, values.to(logits.dtype))
        there = (~missing).sum(dim=1)
        return torch.as_tensor(self.loss(logits, filled) * values.shape[1] / there.clamp(min=1))

    def of_pixels(self, logits: Tensor, values: Tensor) -> Tensor:
        """The mean over each sample's known pixels of a loss that sees one pixel per row."""
        batch, outputs = logits.shape[:2]
        if self.kind == "mask":
            pixels = logits.permute(0, 2, 3, 1).reshape(-1, outputs)
            codes = values.reshape(-1)
            known = codes >= 0
            losses = self.loss(pixels, codes.clamp(min=0))
        else:
            numbers = values.reshape(-1, 1)
            known = ~torch.isnan(numbers[:, 0])
            losses = self.loss(logits.reshape(-1, 1), torch.nan_to_num(numbers))
        there = known.view(batch, -1)
        means: Tensor = (losses.view(batch, -1) * there).sum(dim=1) / there.sum(dim=1).clamp(min=1)
        return means


class Terms:
    """All terms of the loss, in one order.

    Args:
        heads: the heads' terms by name, in the network's order.
        diversities: heads whose pooling may have a penalty.
        laws: by name: the penalty, and what gives it its fields.
    """

    def __init__(self, heads: Mapping[str, Term], diversities: Sequence[str] = (), laws: Laws | None = None) -> None:
        self.heads = dict(heads)
        self.diversities = tuple(diversities)
        self.laws = laws
        extra = [*(f"{name}.pooling" for name in self.diversities), *(laws.names if laws is not None else ())]
        self.names = (*self.heads, *extra)
        weights = [term.weight for term in self.heads.values()] + [1.0] * len(self.diversities)
        self.weights = weights + (laws.weights if laws is not None else [])

    def measure(self, seen: Seen, rows: Tensor, moved: Mapping[str, Target] | None, images: Tensor) -> Tensor:
        """Every term of a batch, (terms,), in the order of `names`.

        Args:
            seen: what the network says.
            rows: the batch's training images, on the device.
            moved: their targets where they are not as in the table.
            images: uint8 (B, H, W, 3), for laws that look at them.
        """
        found = [
            term.mean(seen.logits[name], rows) if moved is None else term.mean_of(seen.logits[name], moved[name])
            for name, term in self.heads.items()
        ]
        zero = found[0].detach() * 0.0
        for name in self.diversities:
            found.append(seen.penalties[name].mean() if name in seen.penalties else zero)
        if self.laws is not None:
            found += self.laws.measure(seen, rows, images)
        return torch.stack(found)

    def modules(self) -> nn.ModuleDict:
        """The losses that have parameters or buffers, to be moved, trained and saved."""
        return nn.ModuleDict(
            {f"head_{i}": term.loss for i, term in enumerate(self.heads.values()) if isinstance(term.loss, nn.Module)}
        )

    def step(self, seen: Seen, rows: Tensor, moved: Mapping[str, Target] | None) -> None:
        """What losses do after an optimizer's step by a rule of their own, such as moving their centres."""
        for name, term in self.heads.items():
            if hasattr(term.loss, "step"):
                target = term.take(rows) if moved is None else moved[name]
                chosen = target.known.nonzero()[:, 0]
                if len(chosen):
                    term.loss.step(seen.logits[name].detach()[chosen], target.terms[0][1][chosen])


class Laws:
    """Penalties between outputs, without targets.

    Args:
        penalties: by name.
        scales: (mean, standard deviation) by head, of outputs that are standardised values or maps.
        columns: numeric columns of every training image, on the device.
    """

    def __init__(
        self,
        penalties: Mapping[str, Any],
        scales: Mapping[str, tuple[Tensor, Tensor]],
        columns: Mapping[str, Tensor],
    ) -> None:
        self.penalties = dict(penalties)
        self.scales = scales
        self.columns = columns
        self.names = tuple(self.penalties)
        self.weights = [float(law.weight) for law in self.penalties.values()]

    def measure(self, seen: Seen, rows: Tensor, images: Tensor) -> list[Tensor]:
        """Each law's mean over the batch."""
        fields = {
            name: values * self.scales[name][1] + self.scales[name][0] if name in self.scales else values
            for name, values in seen.logits.items()
        }
        fields |= {name: column[rows] for name, column in self.columns.items() if name not in fields}
        looked_at = (
            images.permute(0, 3, 1, 2).float() / 255.0 if any(law.needs_image for law in self.penalties.values()) else None
        )
        return [law(fields, looked_at).mean() for law in self.penalties.values()]
