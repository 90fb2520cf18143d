"""Weights of classes from their numbers of images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal

from annotated_types import Ge, Lt

Weighing = Literal["balanced", "sqrt", "effective"]
Beta = Annotated[float, Ge(0.0), Lt(1.0)]

# (images of a class, beta) → its weight, before the scaling.
FORMULAS: Mapping[str, Callable[[int, float], float]] = {
    "balanced": lambda count, _: 1.0 / count,
    "sqrt": lambda count, _: count**-0.5,
    "effective": lambda count, beta: (1.0 - beta) / (1.0 - beta**count),
}


def weigh_classes(counts: Sequence[int], how: Weighing, beta: float = 0.999) -> list[float]:
    """Weights that are larger for rarer classes, scaled so that the average image weighs 1.

    Args:
        counts: images per class.
        how: `balanced`: every class has the same total weight; `sqrt`: half way (on a logarithmic scale) between that and no
            weights; `effective`: a class's images overlap, so that n of them are worth (1 - beta^n) / (1 - beta).
        beta: of `effective`, 0 to below 1: 0 is no weights, towards 1 it becomes `balanced`.

    Returns:
        One weight per class; 0 for a class without images.

    Source: King and Zeng, Logistic Regression in Rare Events Data, Political Analysis 9, 2001 (scikit-learn's `balanced`);
        Cui et al., Class-Balanced Loss Based on Effective Number of Samples, CVPR 2019, section 4 (there the weights add
        to the number of classes).

    Examples:
        >>> weigh_classes([10, 30, 0], "balanced")
        [2.0, 0.6666666666666666, 0.0]
        >>> weigh_classes([1, 9], "sqrt"), weigh_classes([1, 2], "effective", beta=0.5)
        ([2.5, 0.8333333333333333], [1.2857142857142858, 0.8571428571428572])
    """
    raw = [FORMULAS[how](count, beta) if count > 0 else 0.0 for count in counts]
    total = sum(count * weight for count, weight in zip(counts, raw, strict=True))
    return [weight * sum(counts) / total if total else 0.0 for weight in raw]
