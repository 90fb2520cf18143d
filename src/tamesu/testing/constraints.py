"""The contract of a constraint, as a test class: subclass it, say which part and which values, and pytest does the rest.

from tamesu.testing.constraints import ConstraintContract

class TestMine(ConstraintContract):
    part = MyConstraint
    width = 2
    valid = ((0.25, 0.75),)
    invalid = ((0.5, 0.6),)
    wrong_widths = (1,)

    def breach(self, values):
        return abs(values.sum(axis=1) - 1)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from tamesu.constraints import Constraint
from tamesu.errors import InputError

KINDS = frozenset({"value", "multilabel"})
ROWS = 100_000
# Of the largest number in the row, or of 1: what float32 may be off.
TOLERANCE = 1e-5
# Sizes of raw numbers: none, too small for a square, usual, and what a network that diverges gives.
SIZES = (0.0, 1e-30, 1e-3, 1.0, 10.0, 1e4)


def make_raw(rows: int, raw: int, seed: int = 0) -> Tensor:
    """Raw numbers of every size in turn, from 0 to ±1e4, float32 (rows, raw); the first rows are the corners.

    Examples:
        >>> make_raw(4, 2)[:3].tolist()
        [[0.0, 0.0], [10000.0, 10000.0], [-10000.0, -10000.0]]
    """
    generator = torch.Generator().manual_seed(seed)
    sizes = torch.tensor(SIZES)[torch.arange(rows) % len(SIZES)]
    numbers = torch.randn(rows, raw, generator=generator).clamp(-1.0, 1.0) * sizes[:, None]
    corners = torch.stack([torch.zeros(raw), torch.full((raw,), 1e4), torch.full((raw,), -1e4), one_of(raw), -one_of(raw)])
    numbers[: len(corners)] = corners[:rows]
    return numbers


def one_of(raw: int) -> Tensor:
    """The first number very large, and the others 0."""
    return torch.cat([torch.full((1,), 1e4), torch.zeros(raw - 1)])


class ConstraintContract:
    """What must be true of every constraint. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options.
        width: columns of the target to test with.
        valid: rows that it can give, the ends of what is allowed among them.
        invalid: rows that it cannot give.
        wrong_widths: widths that it refuses.
    """

    part: type
    options: ClassVar[Mapping[str, Any]] = {}
    width: int
    valid: Sequence[Sequence[float]]
    invalid: Sequence[Sequence[float]]
    wrong_widths: Sequence[int] = ()

    def build(self) -> Any:
        """The part under test."""
        return self.part(width=self.width, **self.options)

    def breach(self, values: np.ndarray) -> np.ndarray:
        """By how much each row breaks the rule, written without the part: float64 (rows, width) → (rows,).

        0 or less where it is kept. For `multilabel` the values are probs.
        """
        raise NotImplementedError

    def told(self, constraint: Any, values: Tensor) -> Tensor:
        """Values as they are told: probs for `multilabel`, else the values themselves."""
        return values.sigmoid() if "multilabel" in constraint.kinds else values

    def apart(self, values: Tensor, others: Tensor) -> Tensor:
        """How far values are from others, (rows, width); to be overridden where two numbers stand for the same thing."""
        return (values - others).abs()

    def size_of(self, values: Tensor) -> Tensor:
        """The largest number of each row, 1 at least, (rows, 1)."""
        return values.abs().amax(dim=1, keepdim=True).clamp(min=1.0)

    def test_says_what_it_is(self) -> None:
        """A module without anything to learn or to save, for kinds of target that are there."""
        constraint = self.build()
        is_module, is_constraint = isinstance(constraint, nn.Module), isinstance(constraint, Constraint)
        assert is_module and is_constraint, "an nn.Module with kinds, raw, forward, inverse and check_values"
        assert not list(constraint.parameters()), "a constraint learns nothing of its own"
        assert not constraint.state_dict(), "a constraint is made of its options, and saves nothing"
        assert constraint.kinds and constraint.kinds <= KINDS, f"kinds is {constraint.kinds!r}, and may hold {sorted(KINDS)}"
        assert isinstance(constraint.raw, int) and constraint.raw >= 1, f"raw is {constraint.raw!r}"

    def test_the_rule_holds(self) -> None:
        """Whatever the network gives, none to huge, the values keep the rule to rounding and are numbers."""
        constraint = self.build()
        values = constraint(make_raw(ROWS, constraint.raw))
        assert values.shape == (ROWS, self.width), f"shape {tuple(values.shape)}"
        assert bool(torch.isfinite(values).all()), "not finite"
        told = self.told(constraint, values).double()
        broken = self.breach(told.numpy()) / self.size_of(told)[:, 0].numpy()
        assert broken.max() <= TOLERANCE, f"broken by {broken.max()} of its size: {told[int(broken.argmax())].tolist()}"
        assert constraint.check_values(told.numpy()).all(), "check_values refuses what the constraint gives"

    def test_float32_whatever_the_precision(self) -> None:
        """Half precision is widened before anything is computed, under autocast too; float64 stays."""
        constraint = self.build()
        raw = make_raw(60, constraint.raw)
        for dtype in (torch.bfloat16, torch.float16, torch.float32):
            values = constraint(raw.to(dtype))
            assert values.dtype == torch.float32, f"{values.dtype} from {dtype}"
            assert torch.equal(values, constraint(raw.to(dtype).float())), f"computed in {dtype}"
        with torch.autocast("cpu", dtype=torch.bfloat16):
            inside = constraint(raw)
        assert inside.dtype == torch.float32 and torch.equal(inside, constraint(raw)), "computed in half precision"
        assert constraint(raw.double()).dtype == torch.float64, "float64 is narrowed"

    def test_samples_do_not_see_each_other(self) -> None:
        """A sample's values are the same alone and in a batch."""
        constraint = self.build()
        raw = make_raw(12, constraint.raw)
        alone = torch.cat([constraint(raw[i : i + 1]) for i in range(12)])
        assert torch.allclose(constraint(raw), alone, rtol=1e-6, atol=1e-6)

    def test_given_values_map_back(self) -> None:
        """inverse(forward(raw)) gives the same values again; of `multilabel`, whose inverse reads marks, see the next."""
        constraint = self.build()
        if "multilabel" in constraint.kinds:
            return
        raw = make_raw(600, constraint.raw)
        for numbers in (raw, raw.double()):
            values = constraint(numbers)
            back = constraint.inverse(values)
            assert back.shape == (600, constraint.raw) and bool(torch.isfinite(back).all()), "raw numbers are not finite"
            off = self.apart(constraint(back), values) / self.size_of(values)
            assert off.max() <= TOLERANCE, (
                f"{values[int(off.amax(1).argmax())].tolist()} comes back off by {off.max()} of its size"
            )

    def test_valid_targets_survive(self) -> None:
        """forward(inverse(values)) is what it was, at the ends of what is allowed too."""
        constraint = self.build()
        for dtype in (torch.float32, torch.float64):
            values = torch.tensor(self.valid, dtype=dtype)
            back = constraint.inverse(values)
            assert back.dtype == dtype and back.shape == (len(values), constraint.raw)
            assert bool(torch.isfinite(back).all()), f"{back.tolist()}"
            again = self.told(constraint, constraint(back))
            assert bool((self.apart(again, values) <= TOLERANCE * self.size_of(values)).all()), (
                f"{again.tolist()} of {values.tolist()}"
            )

    def test_what_cannot_be_given_is_told(self) -> None:
        """check_values knows valid rows from invalid ones, a row that is not known is fine, and inverse refuses the invalid."""
        constraint = self.build()
        valid, invalid = np.array(self.valid, dtype=np.float64), np.array(self.invalid, dtype=np.float64)
        unknown = invalid.copy()
        unknown[:, -1] = np.nan
        fine = constraint.check_values(np.concatenate([valid, invalid, unknown]))
        assert fine.dtype == bool and fine.shape == (len(valid) + 2 * len(invalid),), f"{fine!r}"
        wanted = [True] * len(valid) + [False] * len(invalid) + [True] * len(unknown)
        assert fine.tolist() == wanted, f"{fine.tolist()} instead of {wanted}"
        for row in (*invalid, *unknown):
            try:
                constraint.inverse(torch.from_numpy(np.stack([valid[0], row])))
            except ValueError:
                continue
            raise AssertionError(f"inverse takes {row.tolist()}")

    def test_gradient(self) -> None:
        """The gradient is that of the values, by finite differences, and every raw number has some."""
        constraint = self.build()
        generator = torch.Generator().manual_seed(1)
        raw = torch.randn(4, constraint.raw, generator=generator, dtype=torch.float64).requires_grad_()
        (gradient,) = torch.autograd.grad(constraint(raw).square().sum(dim=1).sqrt().sum() + constraint(raw)[:, 0].sum(), raw)
        assert bool((gradient != 0).any(dim=0).all()), "a raw number that nothing is learned through"
        assert torch.autograd.gradcheck(constraint, (raw,))

    def test_gradients_stay_finite(self) -> None:
        """Numbers of any size, 0 among them, get a finite gradient through every column."""
        constraint = self.build()
        raw = make_raw(600, constraint.raw).requires_grad_()
        values = constraint(raw)
        for column in range(self.width):
            (gradient,) = torch.autograd.grad(values[:, column].sum(), raw, retain_graph=True)
            bad = ~torch.isfinite(gradient).all(dim=1)
            assert not bool(bad.any()), f"column {column} at {raw[bad][:1].tolist()}: {gradient[bad][:1].tolist()}"

    def test_other_widths_are_refused(self) -> None:
        """A target of another width is refused when the constraint is built, with what is wanted and found."""
        for width in self.wrong_widths:
            try:
                self.part(width=width, **self.options)
            except InputError as error:
                assert error.codes == ("CONSTRAINT_WIDTH",), f"{error.codes}"
                assert error.faults[0].values["found"] == width, f"{error.faults[0].values}"
                assert all(error.faults[0].text(language) for language in ("en", "ja"))
                continue
            raise AssertionError(f"width {width} is taken")

    def test_nothing_is_changed(self) -> None:
        """Raw numbers and values are left as they were."""
        constraint = self.build()
        raw, values = make_raw(12, constraint.raw), torch.tensor(self.valid, dtype=torch.float32)
        before = raw.clone(), values.clone()
        constraint(raw)
        constraint.inverse(values)
        assert torch.equal(before[0], raw) and torch.equal(before[1], values)
