"""The contract of a penalty, as a test class: subclass it, say which part and when its law holds, and pytest does the rest.

from tamesu.testing.penalties import PenaltyContract

class TestMine(PenaltyContract):
    part = MyPenalty
    options = {"of": "several"}

    def keep(self, fields, images):
        return {**fields, "several": fields["several"] * 0.0}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from tamesu.penalties import Penalty, check_fields
from tamesu.penalties.penalty import widen

ROWS = 4
OUTPUTS = {"first": 1, "second": 1, "several": 3, "left_map": 1, "right_map": 1}
MAPS = ("left_map", "right_map")
COLUMNS = ("column", "other_column")


def make_fields(seed: int = 0) -> dict[str, Tensor]:
    """Random outputs and columns of four samples, by name, float64.

    Args:
        seed: of everything random.

    Returns:
        `first` and `second`, (4, 1); `several`, (4, 3); the maps `left_map` and `right_map`, (4, 1, 5, 6), between 0.02 and
        0.3; the columns `column` and `other_column`, (4,).

    Examples:
        >>> {name: tuple(field.shape) for name, field in make_fields().items()}["several"]
        (4, 3)
    """
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    fields = {name: draw(ROWS, width) for name, width in OUTPUTS.items() if name not in MAPS}
    fields |= {name: 0.02 + 0.28 * torch.sigmoid(draw(ROWS, 1, 5, 6)) for name in MAPS}
    return fields | {name: draw(ROWS) for name in COLUMNS}


def make_images(seed: int = 0) -> Tensor:
    """Random images, float64 (4, 3, 10, 12), 0 to 1.

    Examples:
        >>> make_images().shape
        torch.Size([4, 3, 10, 12])
    """
    return torch.rand(ROWS, 3, 10, 12, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


class PenaltyContract:
    """What must be true of every penalty. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options; names are those of `make_fields`.
    """

    part: type
    options: ClassVar[Mapping[str, Any]] = {}

    def keep(self, fields: dict[str, Tensor], images: Tensor) -> dict[str, Tensor]:
        """The fields, changed so that the law holds."""
        raise NotImplementedError("say in `keep` when the law holds")

    def build(self) -> Penalty:
        """The part under test."""
        penalty: Penalty = self.part(**self.options)
        return penalty

    def apply(self, penalty: Penalty, fields: Mapping[str, Tensor], images: Tensor) -> Tensor:
        """Its values, given no more than it says that it reads."""
        given = {name: fields[name] for name in penalty.reads()}
        return penalty(given, images if penalty.needs_image else None)

    def learnt(self, penalty: Penalty) -> list[str]:
        """The outputs among the names that it reads."""
        return [name for name in penalty.reads() if name in OUTPUTS]

    def test_says_what_it_reads(self) -> None:
        """Names, each once, that are there; and a weight of its own."""
        penalty = self.build()
        names = penalty.reads()
        assert isinstance(penalty, Penalty) and len(set(names)) == len(names) > 0, names
        assert check_fields(penalty, OUTPUTS, COLUMNS, MAPS) == []
        assert penalty.weight == 1.0 and self.part(**self.options, weight=0.25).weight == 0.25

    def test_one_finite_value_per_sample(self) -> None:
        """The mean and the weight are the loop's business."""
        values = self.apply(self.build(), make_fields(), make_images())
        assert values.shape == (ROWS,), f"shape {tuple(values.shape)} instead of one value per sample"
        assert bool(torch.isfinite(values).all()), values.tolist()
        heavy = self.apply(self.part(**self.options, weight=3.0), make_fields(), make_images())
        assert torch.equal(values, heavy), "the weight is applied already"

    def test_float32_whatever_the_precision(self) -> None:
        """Outputs in half precision are widened before anything is computed."""
        fields, images = make_fields(), make_images()
        for dtype in (torch.bfloat16, torch.float16, torch.float32):
            rounded = {name: field.to(dtype) for name, field in fields.items()}
            values = self.apply(self.build(), rounded, images.to(dtype))
            wide = self.apply(self.build(), {name: widen(field) for name, field in rounded.items()}, widen(images.to(dtype)))
            assert values.dtype == torch.float32, f"{values.dtype} from {dtype}"
            assert torch.equal(values, wide), f"computed in {dtype}"

    def test_samples_do_not_see_each_other(self) -> None:
        """A sample's value is the same alone and in a batch; no samples have no values."""
        fields, images = make_fields(), make_images()
        together = self.apply(self.build(), fields, images)
        for start, stop in [(i, i + 1) for i in range(ROWS)] + [(0, 0)]:
            alone = self.apply(self.build(), {name: f[start:stop] for name, f in fields.items()}, images[start:stop])
            assert torch.allclose(together[start:stop], alone, atol=1e-12), "the batch changes a sample's value"

    def test_nothing_where_the_law_holds_and_more_where_it_is_broken(self) -> None:
        """To rounding; and never below 0."""
        for seed in range(3):
            fields, images = make_fields(seed), make_images(seed)
            kept = self.apply(self.build(), self.keep(dict(fields), images), images)
            assert bool((kept.abs() < 1e-12).all()), f"the law holds, and it costs {kept.tolist()}"
            broken = self.apply(self.build(), fields, images)
            assert bool((broken > 1e-6).all()), f"the law is broken, and it costs {broken.tolist()}"

    def test_gradient(self) -> None:
        """The gradient by every output that it reads, by finite differences."""
        # Seed 0 has a difference of 7e-7 between its maps: finite differences would step over the kink of its absolute value.
        penalty, fields, images = self.build(), make_fields(1), make_images(1)
        names = self.learnt(penalty)
        leaves = tuple(fields[name].requires_grad_() for name in names)

        def law(*outputs: Tensor) -> Tensor:
            return self.apply(penalty, {**fields, **dict(zip(names, outputs, strict=True))}, images)

        gradients = torch.autograd.grad(law(*leaves).sum(), leaves)
        for name, gradient in zip(names, gradients, strict=True):
            assert bool((gradient.flatten(1) != 0).any(dim=1).all()), f"{name} learns nothing from it"
        assert torch.autograd.gradcheck(law, leaves)

    def test_gradient_is_finite_where_the_law_holds(self) -> None:
        """Training goes there."""
        penalty, images = self.build(), make_images()
        kept = self.keep(make_fields(), images)
        leaves = [kept[name].detach().requires_grad_() for name in self.learnt(penalty)]
        values = self.apply(penalty, {**kept, **dict(zip(self.learnt(penalty), leaves, strict=True))}, images)
        for gradient in torch.autograd.grad(values.sum(), leaves):
            assert bool(torch.isfinite(gradient).all())

    def test_a_column_that_is_missing_costs_nothing(self) -> None:
        """Exactly 0, and no gradient, for that sample alone."""
        penalty, fields, images = self.build(), make_fields(), make_images()
        whole = self.apply(penalty, fields, images)
        leaves = [fields[name].requires_grad_() for name in self.learnt(penalty)]
        for column in (name for name in penalty.reads() if name in COLUMNS):
            for missing in ([1], list(range(ROWS))):
                holed = fields[column].clone()
                holed[missing] = torch.nan
                values = self.apply(penalty, {**fields, column: holed}, images)
                others = [row for row in range(ROWS) if row not in missing]
                assert bool((values[missing] == 0.0).all()), f"{column}: {values.tolist()}"
                assert torch.allclose(values[others], whole[others], atol=1e-12), f"{column}: other samples are changed"
                for gradient in torch.autograd.grad(values.sum(), leaves):
                    assert bool((gradient[missing] == 0.0).all()), f"{column}: a gradient where nothing is known"
                    assert bool(torch.isfinite(gradient).all()), f"{column}: {gradient}"

    def test_nothing_is_changed(self) -> None:
        """Fields and images are left as they were."""
        fields, images = make_fields(), make_images()
        self.apply(self.build(), fields, images)
        assert all(torch.equal(field, fields[name]) for name, field in make_fields().items()), "its fields are changed"
        assert torch.equal(images, make_images()), "the images are changed"
