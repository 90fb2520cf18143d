"""The contract of a sampler, as a test class: subclass it, say which part, and pytest does the rest.

from tamesu.testing.samplers import SamplerContract

class TestMine(SamplerContract):
    part = MySampler
    options = {"threshold": 0.2}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from tamesu.samplers import Sampler


def make_marks(kind: str, rows: int = 120, seed: int = 0) -> np.ndarray:
    """Marks of four labels, each rarer than the one before, and of a fifth that no row has.

    Args:
        kind: `class` (bool, one per row), `multilabel` (bool, none to four per row) or `soft` (float64, shares that add to 1).
        rows: how many.
        seed: of everything random.

    Returns:
        (rows, 5).

    Examples:
        >>> make_marks("class").sum(axis=0).tolist(), make_marks("soft").dtype
        ([64, 32, 16, 8, 0], dtype('float64'))
    """
    rng = np.random.default_rng(seed)
    if kind == "class":
        codes = np.digitize(np.arange(rows) / rows, np.cumsum([8, 4, 2]) / 15)
        return np.asarray(rng.permutation(codes)[:, None] == np.arange(5))
    if kind == "multilabel":
        return np.asarray(rng.random((rows, 5)) < [0.6, 0.3, 0.15, 0.1, 0.0])
    shares = rng.dirichlet([4.0, 2.0, 1.0, 0.5], rows)
    return np.concatenate([shares, np.zeros((rows, 1))], axis=1)


class SamplerContract:
    """What must be true of every sampler. Subclass it in a test module.

    Attributes:
        part: the class under test.
        options: its options.
        keeps_length: the mean rate is 1, so that an epoch keeps its length.
    """

    part: type
    options: ClassVar[Mapping[str, Any]] = {}
    keeps_length: bool = True

    def build(self) -> Sampler:
        """The part under test."""
        sampler: Sampler = self.part(**self.options)
        return sampler

    def cases(self) -> dict[str, np.ndarray]:
        """Marks of each kind."""
        return {kind: make_marks(kind) for kind in ("class", "multilabel", "soft")}

    def test_one_rate_per_row(self) -> None:
        """A finite float64 above 0: every row is used sooner or later."""
        for kind, marks in self.cases().items():
            rates = self.build().rates(marks)
            assert rates.shape == (len(marks),) and rates.dtype == np.float64, f"{kind}: {rates.dtype} {rates.shape}"
            assert np.isfinite(rates).all() and (rates > 0.0).all(), f"{kind}: {rates.min()} to {rates.max()}"

    def test_length_of_the_epoch(self) -> None:
        """As many rows as there are, or more where it is said so."""
        for kind, marks in self.cases().items():
            mean = self.build().rates(marks).mean()
            if self.keeps_length:
                assert abs(mean - 1.0) < 1e-12, f"{kind}: the mean rate is {mean}"
            else:
                assert mean >= 1.0, f"{kind}: the mean rate is {mean}"

    def test_equal_rows_have_equal_rates(self) -> None:
        """The labels decide, and nothing else."""
        marks = self.cases()["class"]
        rates = self.build().rates(marks)
        for label in range(marks.shape[1]):
            assert len(set(rates[marks[:, label]].round(12))) <= 1, f"label {label}"

    def test_rare_rows_are_never_rarer(self) -> None:
        """A row of a rarer class comes at least as often as a row of a more frequent one."""
        marks = self.cases()["class"]
        rates = self.build().rates(marks)
        of_class = [rates[marks[:, label]][0] for label in range(4)]
        assert of_class == sorted(of_class), of_class

    def test_order_changes_nothing(self) -> None:
        """Neither the order of the rows nor that of the labels."""
        for kind, marks in self.cases().items():
            rates = self.build().rates(marks)
            assert np.allclose(self.build().rates(marks[::-1]), rates[::-1]), f"{kind}: the order of the rows counts"
            assert np.allclose(self.build().rates(marks[:, ::-1]), rates), f"{kind}: the order of the labels counts"

    def test_rows_without_a_label_come_once(self) -> None:
        """Whether the labels are 0 or not known."""
        for kind, marks in self.cases().items():
            for nothing in (0.0, np.nan):
                holed = marks.astype(np.float64)
                holed[::7] = nothing
                rates = self.build().rates(holed)
                assert (rates[::7] == 1.0).all(), f"{kind}: {rates[::7]}"
                assert np.isfinite(rates).all(), f"{kind}: {nothing} makes a rate that is not a number"
                assert (self.build().rates(np.full_like(holed, nothing)) == 1.0).all(), f"{kind}: no labels at all"

    def test_nothing_to_go_by(self) -> None:
        """No labels, or no rows: no failure."""
        assert (self.build().rates(np.zeros((3, 0))) == 1.0).all()
        assert self.build().rates(np.zeros((0, 4))).shape == (0,)

    def test_marks_are_left_alone(self) -> None:
        """They are read and not changed, and asked again it says the same."""
        for kind, marks in self.cases().items():
            holed = marks.astype(np.float64)
            holed[0] = np.nan
            before = holed.copy()
            sampler = self.build()
            rates = sampler.rates(holed)
            assert np.array_equal(holed, before, equal_nan=True), f"{kind}: its input is changed"
            assert np.array_equal(sampler.rates(holed), rates), f"{kind}: it remembers"
