from __future__ import annotations

import numpy as np
from tests.results.diagnosis.planting import answer, make_evidence

from tamesu.results.diagnosis.rightness import tell_right


def test_classes_labels_and_values() -> None:
    truth = np.arange(6) % 3
    right = tell_right(make_evidence(truth, answer(truth, 3, [1])))
    assert right is not None
    assert right.tolist() == [True, False, True, True, True, True]
    marks = np.array([[1, 0], [1, 1]])
    both = tell_right(make_evidence(marks, np.array([[0.6, 0.4], [0.6, 0.4]]), kind="multilabel"))
    assert both is not None
    assert both.tolist() == [True, False]
    values = tell_right(make_evidence(np.zeros(5), np.array([[1.0], [1.0], [1.0], [1.5], [9.0]]), kind="value"))
    assert values is not None
    assert values.tolist() == [True, True, True, True, False]
    assert tell_right(make_evidence(np.zeros((2, 4)), np.zeros((2, 8)), kind="points")) is None
