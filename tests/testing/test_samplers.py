from __future__ import annotations

import numpy as np
import pytest

from tamesu.samplers import Balanced
from tamesu.samplers.sampler import read_marks
from tamesu.testing.samplers import SamplerContract, make_marks


class InHalfThePrecision:
    def rates(self, marks: np.ndarray) -> np.ndarray:
        return Balanced().rates(marks).astype(np.float32)


class LeavesRowsOut:
    def rates(self, marks: np.ndarray) -> np.ndarray:
        return np.floor(Balanced().rates(marks))


class Longer:
    def rates(self, marks: np.ndarray) -> np.ndarray:
        return 2.0 * Balanced().rates(marks)


class UpsideDown:
    def rates(self, marks: np.ndarray) -> np.ndarray:
        rates = 1.0 / Balanced().rates(marks)
        return rates / rates.mean()


class ByPosition:
    def rates(self, marks: np.ndarray) -> np.ndarray:
        return np.linspace(0.5, 1.5, len(marks))


class FirstLabelFirst:
    def rates(self, marks: np.ndarray) -> np.ndarray:
        rates = 1.0 + read_marks(marks)[:, 0]
        return rates / rates.mean()


class OfKnownOnly:
    def rates(self, marks: np.ndarray) -> np.ndarray:
        rates = marks @ (1.0 / np.maximum(marks.sum(axis=0), 1.0))
        return rates / rates.mean()


class NeedsRows:
    def rates(self, marks: np.ndarray) -> np.ndarray:
        return np.full(len(marks), 1.0 / float(Balanced().rates(marks)[0] > 0))


class MendsMarks:
    def rates(self, marks: np.ndarray) -> np.ndarray:
        marks[np.isnan(marks)] = 0.0
        return Balanced().rates(marks)


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        (InHalfThePrecision, "one_rate_per_row"),
        (LeavesRowsOut, "one_rate_per_row"),
        (Longer, "length_of_the_epoch"),
        (ByPosition, "equal_rows_have_equal_rates"),
        (UpsideDown, "rare_rows_are_never_rarer"),
        (ByPosition, "order_changes_nothing"),
        (FirstLabelFirst, "order_changes_nothing"),
        (OfKnownOnly, "rows_without_a_label_come_once"),
        (NeedsRows, "nothing_to_go_by"),
        (MendsMarks, "marks_are_left_alone"),
    ],
)
def test_each_rule_can_fail(part: type, rule: str) -> None:
    contract = SamplerContract()
    contract.part = Balanced
    getattr(contract, f"test_{rule}")()
    contract.part = part
    with pytest.raises((AssertionError, IndexError)):
        getattr(contract, f"test_{rule}")()


def test_labels_get_rarer() -> None:
    for kind in ("class", "multilabel", "soft"):
        counts = make_marks(kind).sum(axis=0).tolist()
        assert counts == sorted(counts, reverse=True) and counts[3] > 0 == counts[4]
