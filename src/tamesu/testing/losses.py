"""The contract of a loss, as a test class: subclass it, say which part, and pytest does the rest.

from tamesu.testing.losses import LossContract

class TestMine(LossContract):
    part = MyLoss
    options = {"gamma": 2.0}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from tamesu.losses import Loss

ROWS = 6
KINDS = frozenset({"class", "multilabel", "value"})


def make_case(kind: str, outputs: int = 4, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Logits that know nothing, and a target in which every class or label is there.

    Args:
        kind: `class`, `multilabel` or `value`.
        outputs: classes or labels; a value has 1 whatever this is.
        seed: of everything random.

    Returns:
        Logits, float64 (6, outputs); target, int64 (6,) or float32 (6, outputs).

    Examples:
        >>> [tuple(tensor.shape) for tensor in make_case("value")], make_case("class")[1].tolist()
        ([(6, 1), (6, 1)], [0, 1, 2, 3, 0, 1])
    """
    generator = torch.Generator().manual_seed(seed)
    if kind == "value":
        return torch.randn(ROWS, 1, generator=generator, dtype=torch.float64), torch.randn(ROWS, 1, generator=generator)
    logits = torch.randn(ROWS, outputs, generator=generator, dtype=torch.float64)
    if kind == "class":
        return logits, torch.arange(ROWS) % outputs
    return logits, (torch.arange(ROWS)[:, None] % (torch.arange(outputs) + 2) == 0).float()


def make_right(kind: str, target: Tensor, outputs: int = 4) -> Tensor:
    """Logits that are right, and no surer than label smoothing likes, float64."""
    if kind == "class":
        return torch.nn.functional.one_hot(target, outputs).double() * 4.0 - 2.0
    return target.double() * 4.0 - 2.0 if kind == "multilabel" else target.double()


class LossContract:
    """What must be true of every loss. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options.
        outputs: classes or labels to test with.
    """

    part: type
    options: ClassVar[Mapping[str, Any]] = {}
    outputs: int = 4

    def build(self) -> Loss:
        """The part under test."""
        loss: Loss = self.part(**self.options)
        return loss

    def cases(self) -> list[tuple[str, Tensor, Tensor]]:
        """Kind, logits and target for each kind it says it is for."""
        return [(kind, *make_case(kind, self.outputs)) for kind in sorted(self.part.kinds)]  # type: ignore[attr-defined]

    def test_says_what_it_is_for(self) -> None:
        """At least one kind of target, and none that is not there."""
        kinds = self.part.kinds  # type: ignore[attr-defined]
        assert kinds and kinds <= KINDS, f"kinds is {kinds!r}, and may hold {sorted(KINDS)}"

    def test_one_finite_value_per_sample(self) -> None:
        """The mean is the loop's business: it leaves out samples whose label is missing."""
        for kind, logits, target in self.cases():
            values = self.build()(logits.float(), target)
            assert values.shape == (ROWS,), f"{kind}: shape {tuple(values.shape)} instead of one value per sample"
            assert bool(torch.isfinite(values).all()), f"{kind}: {values.tolist()}"

    def test_float32_whatever_the_precision(self) -> None:
        """Logits in half precision are widened before anything is computed."""
        for kind, logits, target in self.cases():
            for dtype in (torch.bfloat16, torch.float16, torch.float32):
                rounded = logits.to(dtype)
                values = self.build()(rounded, target)
                assert values.dtype == torch.float32, f"{kind}: {values.dtype} from {dtype}"
                assert torch.equal(values, self.build()(rounded.float(), target)), f"{kind}: computed in {dtype}"

    def test_samples_do_not_see_each_other(self) -> None:
        """A sample's value is the same alone and in a batch."""
        for kind, logits, target in self.cases():
            together = self.build()(logits, target)
            alone = torch.cat([self.build()(logits[i : i + 1], target[i : i + 1]) for i in range(ROWS)])
            assert torch.allclose(together, alone, atol=1e-12), f"{kind}: the batch changes a sample's value"

    def test_the_right_answer_costs_less(self) -> None:
        """Logits that are right cost less, in the mean, than logits that know nothing."""
        for kind, logits, target in self.cases():
            right = self.build()(make_right(kind, target, self.outputs), target).mean()
            assert right < self.build()(logits, target).mean(), f"{kind}: being right does not pay"

    def test_large_logits_stay_finite(self) -> None:
        """A sure and wrong network is told so, with a number."""
        for kind, logits, target in self.cases():
            leaf = (logits.float() * 1e3).requires_grad_()
            values = self.build()(leaf, target)
            (gradient,) = torch.autograd.grad(values.sum(), leaf)
            assert bool(torch.isfinite(values).all() and torch.isfinite(gradient).all()), kind

    def test_gradient(self) -> None:
        """The gradient is that of the value, by finite differences."""
        for kind, logits, target in self.cases():
            loss = self.build()
            leaf = logits.clone().requires_grad_()
            (gradient,) = torch.autograd.grad(loss(leaf, target).sum(), leaf)
            assert bool((gradient != 0).any()), f"{kind}: nothing is learned from it"
            assert torch.autograd.gradcheck(lambda x, f=loss, t=target: f(x, t), (leaf,)), kind

    def test_nothing_is_changed(self) -> None:
        """Logits and target are left as they were."""
        for kind, logits, target in self.cases():
            before = logits.clone(), target.clone()
            self.build()(logits, target)
            assert torch.equal(before[0], logits) and torch.equal(before[1], target), f"{kind}: its input is changed"
