"""What an audit looks at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.results.audit.made import make_data


@pytest.mark.parametrize(
    ("kind", "labels", "has"),
    [
        ("class", ("a", "b"), True),
        ("ordinal", ("a", "b"), True),
        ("identity", ("a",), True),
        ("multilabel", ("a", "b"), False),
        ("value", (), False),
        ("class", (), False),
    ],
)
def test_which_kinds_have_one_label_a_row(kind: str, labels: tuple[str, ...], has: bool) -> None:
    data = replace(make_data(10, 6), kind=kind, labels=labels)
    assert data.has_classes is has
    assert (len(data), data.train_rows) == (10, 6)
