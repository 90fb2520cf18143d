from __future__ import annotations

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from tamesu.losses.class_weights import Weighing, weigh_classes

COUNTS = [10, 3, 27]


def test_balanced_is_scikit_learns() -> None:
    labels = np.repeat([0, 1, 2], COUNTS)
    np.testing.assert_allclose(
        weigh_classes(COUNTS, "balanced"), compute_class_weight("balanced", classes=np.arange(3), y=labels)
    )


def test_effective_is_the_papers_in_another_scale() -> None:
    effective_numbers = (1 - 0.9 ** np.array(COUNTS)) / (1 - 0.9)
    paper = 1 / effective_numbers
    ours = np.array(weigh_classes(COUNTS, "effective", beta=0.9))
    np.testing.assert_allclose(ours / ours.sum() * 3, paper / paper.sum() * 3)


def test_effective_lies_between_no_weights_and_balanced() -> None:
    assert weigh_classes(COUNTS, "effective", beta=0.0) == pytest.approx([1.0, 1.0, 1.0])
    assert weigh_classes(COUNTS, "effective", beta=1 - 1e-9) == pytest.approx(weigh_classes(COUNTS, "balanced"), rel=1e-4)


def test_sqrt_is_half_way_in_logs() -> None:
    half, whole = np.log(weigh_classes(COUNTS, "sqrt")), np.log(weigh_classes(COUNTS, "balanced"))
    np.testing.assert_allclose(half[0] - half[1], 0.5 * (whole[0] - whole[1]))


@pytest.mark.parametrize("how", ["balanced", "sqrt", "effective"])
def test_the_average_image_weighs_1_and_a_class_without_images_nothing(how: Weighing) -> None:
    counts = np.array([10, 0, 30])
    weights = weigh_classes(counts.tolist(), how)
    assert weights[1] == 0.0
    assert (counts * weights).sum() / counts.sum() == pytest.approx(1.0)
    assert weights[0] > weights[2]


def test_no_images_at_all() -> None:
    assert weigh_classes([0, 0], "balanced") == [0.0, 0.0]
