"""The contract of a loss, as a test class: subclass it, say which part, and pytest does the rest.

from tamesu.testing.losses import LossContract

class TestMine(LossContract):
    part = MyLoss
    options = {"gamma": 2.0}
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, get_args

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tamesu.losses import Loss
from tamesu.losses.loss import Reads, trait

ROWS = 6
POINTS = 2
WIDTH = 5
MAP = 3, 4
KINDS = frozenset({"class", "identity", "ordinal", "mask", "multilabel", "soft", "value", "points", "map"})
ONE_LABEL = frozenset({"class", "identity", "ordinal", "mask"})
NUMBERS = frozenset({"value", "points", "map"})


def count_columns(kind: str, labels: int = 4) -> int:
    """How wide a target is: its labels; 1 value; of points x and y each."""
    return {"value": 1, "map": 1, "points": 2 * POINTS}.get(kind, labels)


def make_case(kind: str, outputs: int = 4, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Logits that know nothing, and a target in which every class or label is there.

    Args:
        kind: of the target.
        outputs: classes or labels; numbers have their own width whatever this is.
        seed: of everything random.

    Returns:
        Logits, float64 (6, columns); target, int64 (6,) where one label is right, else float32 (6, columns).

    Examples:
        >>> [tuple(tensor.shape) for tensor in make_case("value")], make_case("class")[1].tolist()
        ([(6, 1), (6, 1)], [0, 1, 2, 3, 0, 1])
    """
    generator = torch.Generator().manual_seed(seed)
    columns = count_columns(kind, outputs)
    logits = torch.randn(ROWS, columns, generator=generator, dtype=torch.float64)
    if kind in ONE_LABEL:
        return logits, torch.arange(ROWS) % outputs
    if kind in NUMBERS:
        return logits, torch.randn(ROWS, columns, generator=generator)
    if kind == "soft":
        return logits, torch.softmax(2.0 * torch.randn(ROWS, columns, generator=generator), dim=1)
    return logits, (torch.arange(ROWS)[:, None] % (torch.arange(outputs) + 2) == 0).float()


def make_maps(labels: int = 4, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Maps for a loss over regions: some labels absent from some images, some pixels not known.

    Returns:
        Logits, float64 (6, labels, 3, 4); target, int64 (6, 3, 4), -1 where not known.
    """
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(ROWS, labels, *MAP, generator=generator, dtype=torch.float64)
    target = torch.randint(labels, (ROWS, *MAP), generator=generator)
    target[0] = target[0].clamp_max(1)
    target[:, 0, 0] = -1
    return logits, target


def make_right(kind: str, target: Tensor, outputs: int = 4) -> Tensor:
    """Logits that are right, and no surer than label smoothing likes, float64."""
    if kind in ONE_LABEL:
        return F.one_hot(target, outputs).double() * 4.0 - 2.0
    if kind == "soft":
        return target.double().log()
    return target.double() * 4.0 - 2.0 if kind == "multilabel" else target.double()


class LossContract:
    """What must be true of every loss. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options; what tamesu fills in itself is filled in here too.
        outputs: classes or labels to test with, at least 3 and at most 5.
    """

    part: type
    options: ClassVar[Mapping[str, Any]] = {}
    outputs: int = 4

    def build(self) -> Loss:
        """The part under test."""
        ours = {"class_counts": [9, 5, 1, 2, 4][: self.outputs], "width": WIDTH, "labels": self.outputs}
        wanted = inspect.signature(self.part).parameters
        loss: Loss = self.part(**{name: value for name, value in ours.items() if name in wanted} | dict(self.options))
        return loss

    def cases(self) -> Iterator[tuple[str, Tensor, Tensor]]:
        """Kind, logits and target for each kind it says it is for; features and cosines where it reads these."""
        loss = self.build()
        for kind in sorted(loss.kinds):
            logits, target = make_case(kind, self.outputs)
            generator = torch.Generator().manual_seed(1)
            if kind == "mask" and trait(loss, "regions"):
                logits, target = make_maps(self.outputs)
            elif trait(loss, "reads") == "features":
                logits = torch.randn(ROWS, WIDTH, generator=generator, dtype=torch.float64)
            elif trait(loss, "reads") == "cosines":
                logits = torch.tanh(logits)
            elif hasattr(loss, "outputs"):
                columns = loss.outputs(kind, count_columns(kind, self.outputs))
                logits = torch.randn(ROWS, columns, generator=generator, dtype=torch.float64)
            yield kind, logits, target

    def right(self, kind: str, logits: Tensor, target: Tensor) -> Tensor:
        """What `logits` would be if they were right; override it for a loss whose logits mean something else.

        Args:
            kind: of the target.
            logits: some that know nothing, for their shape.
            target: of the case.
        """
        reads = trait(self.part, "reads")
        if kind == "mask" and trait(self.part, "regions"):
            return F.one_hot(target.clamp_min(0), self.outputs).movedim(3, 1).double() * 4.0 - 2.0
        if reads == "features":
            return F.one_hot(target, WIDTH).double() * 4.0
        if reads == "cosines":
            return F.one_hot(target, self.outputs).double() * 1.8 - 0.9
        if kind == "ordinal" and logits.shape[1] == 1:
            return target[:, None].double()
        if kind == "ordinal" and logits.shape[1] == self.outputs - 1:
            return (target[:, None] > torch.arange(self.outputs - 1)).double() * 4.0 - 2.0
        if kind == "soft" and "multilabel" in self.part.kinds:  # type: ignore[attr-defined]
            # A loss for labels too takes each share by itself, with a sigmoid.
            return torch.logit(target.double())
        return make_right(kind, target, self.outputs)

    def large(self, logits: Tensor) -> Tensor:
        """The same as far as they go: cosines of 1 and -1, others times a thousand, float32."""
        return logits.float().sign() if trait(self.part, "reads") == "cosines" else logits.float() * 1e3

    def test_says_what_it_is_for(self) -> None:
        """At least one kind of target, and none that is not there; and what it reads is there too."""
        kinds = self.part.kinds  # type: ignore[attr-defined]
        assert kinds and kinds <= KINDS, f"kinds is {kinds!r}, and may hold {sorted(KINDS)}"
        assert trait(self.part, "reads") in get_args(Reads), f"reads may be one of {get_args(Reads)}"
        assert not trait(self.part, "regions") or kinds == {"mask"}, "regions are of masks"
        assert not trait(self.part, "whole_batch") or kinds <= ONE_LABEL, "samples are compared by their label"

    def test_one_finite_value_per_sample(self) -> None:
        """The mean is the loop's business: it leaves out samples whose label is missing. Of a whole batch one number."""
        wanted = () if trait(self.part, "whole_batch") else (ROWS,)
        for kind, logits, target in self.cases():
            values = self.build()(logits.float(), target)
            assert values.shape == wanted, f"{kind}: shape {tuple(values.shape)} instead of {wanted}"
            assert bool(torch.isfinite(values).all()), f"{kind}: {values.tolist()}"

    def test_float32_whatever_the_precision(self) -> None:
        """Logits in half precision are widened before anything is computed."""
        for kind, logits, target in self.cases():
            for dtype in (torch.bfloat16, torch.float16, torch.float32):
                rounded = logits.to(dtype)
                values = self.build()(rounded, target)
                assert values.dtype == torch.float32, f"{kind}: {values.dtype} from {dtype}"
                assert torch.equal(values, self.build()(rounded.float(), target)), f"{kind}: computed in {dtype}"
            with torch.autocast("cpu", dtype=torch.bfloat16):
                cast = self.build()(logits.bfloat16(), target)
            assert cast.dtype == torch.float32, f"{kind}: {cast.dtype} under autocast"
            assert torch.equal(cast, self.build()(logits.bfloat16(), target)), f"{kind}: rounded under autocast"

    def test_samples_do_not_see_each_other(self) -> None:
        """A sample's value is the same alone and in a batch; of a whole batch, the order of its samples changes nothing."""
        for kind, logits, target in self.cases():
            together = self.build()(logits, target)
            if trait(self.part, "whole_batch"):
                turned = self.build()(logits.flip(0), target.flip(0))
                assert torch.allclose(together, turned, atol=1e-12), f"{kind}: the order of the batch changes the value"
            else:
                alone = torch.cat([self.build()(logits[i : i + 1], target[i : i + 1]) for i in range(ROWS)])
                assert torch.allclose(together, alone, atol=1e-12), f"{kind}: the batch changes a sample's value"

    def test_the_right_answer_costs_less(self) -> None:
        """Logits that are right cost less, in the mean, than logits that know nothing."""
        for kind, logits, target in self.cases():
            loss, right = self.build(), self.right(kind, logits, target)
            step: Any = getattr(loss, "step", None)
            for _ in range(20 if step else 0):
                step(right, target)
            assert loss(right, target).mean() < loss(logits, target).mean(), f"{kind}: being right does not pay"

    def test_large_logits_stay_finite(self) -> None:
        """A sure and wrong network is told so, with a number; a sure and right one too."""
        for kind, logits, target in self.cases():
            for surer in (self.large(logits), self.large(self.right(kind, logits, target))):
                leaf = surer.requires_grad_()
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
            assert torch.autograd.gradcheck(lambda x, f=loss, t=target: f(x, t), (leaf,), fast_mode=True), kind

    def test_nothing_is_changed(self) -> None:
        """Logits and target are left as they were, and so is what the loss itself remembers."""
        for kind, logits, target in self.cases():
            loss = self.build()
            before = logits.clone(), target.clone(), kept(loss)
            loss(logits, target)
            assert torch.equal(before[0], logits) and torch.equal(before[1], target), f"{kind}: its input is changed"
            after = kept(loss)
            assert all(torch.equal(value, after[name]) for name, value in before[2].items()), f"{kind}: a call changes it"

    def test_predictions_are_probabilities(self) -> None:
        """Where it says itself how logits become predictions, these are shares that add to 1, and right logits are right."""
        for kind, logits, target in self.cases():
            loss = self.build()
            if not hasattr(loss, "decode"):
                continue
            width = count_columns(kind, self.outputs)
            right = loss.decode(kind, self.right(kind, logits, target).numpy())
            for given in (logits, self.large(logits).double()):
                predicted = loss.decode(kind, given.numpy())
                assert isinstance(predicted, np.ndarray) and predicted.shape == (ROWS, width), f"{kind}: not (rows, {width})"
                if kind not in NUMBERS and kind != "multilabel":
                    assert np.all(predicted >= 0.0) and np.allclose(predicted.sum(axis=1), 1.0), f"{kind}: not shares"
            if kind in ONE_LABEL:
                assert np.array_equal(right.argmax(axis=1), target.numpy()), f"{kind}: right logits become wrong labels"
            elif kind != "multilabel":
                assert np.allclose(right, target.numpy(), atol=1e-6), f"{kind}: right numbers become wrong ones"

    def test_a_batch_without_pairs_is_no_trouble(self) -> None:
        """Samples of one class, all different, or one alone: a finite number with a finite gradient."""
        for kind, logits, _ in self.cases():
            if not trait(self.part, "whole_batch"):
                continue
            for rows, target in ((ROWS, torch.zeros(ROWS, dtype=torch.int64)), (3, torch.arange(3)), (1, torch.tensor([2]))):
                leaf = logits[:rows].clone().requires_grad_()
                value = self.build()(leaf, target)
                (gradient,) = torch.autograd.grad(value, leaf)
                assert bool(torch.isfinite(value) and torch.isfinite(gradient).all()), f"{kind}: {rows} rows, {target.tolist()}"

    def test_unknown_pixels_do_not_count(self) -> None:
        """Whatever is predicted where the target is -1, the value and the pull elsewhere are the same."""
        for kind, logits, target in self.cases():
            if not trait(self.part, "regions"):
                continue
            found = []
            for guess in (-3.0, 7.0):
                leaf = logits.clone()
                leaf[:, 0] = torch.where(target < 0, guess, leaf[:, 0])
                values = self.build()(leaf.requires_grad_(), target)
                (gradient,) = torch.autograd.grad(values.sum(), leaf)
                found.append((values, gradient))
            assert torch.allclose(found[0][0], found[1][0]), f"{kind}: pixels that are not known change the value"
            assert torch.allclose(found[0][1], found[1][1]), f"{kind}: pixels that are not known change the gradient"
            nothing = self.build()(logits, torch.full_like(target, -1))
            assert bool(torch.isfinite(nothing).all()), f"{kind}: an image of which nothing is known is no number"


def kept(loss: object) -> dict[str, Tensor]:
    """A copy of the parameters and buffers of a loss; empty where it is no module."""
    return {name: value.clone() for name, value in loss.state_dict().items()} if isinstance(loss, nn.Module) else {}
