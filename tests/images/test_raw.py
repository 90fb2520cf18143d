"""Declared sizes are refused before decoding."""

from __future__ import annotations

import pytest

from tamesu.images.faults import UnreadableImageError
from tamesu.images.raw import as_buffer, check_size


@pytest.mark.parametrize(
    ("width", "height", "code"),
    [(0, 5, "IMG_BAD_SIZE"), (5, 0, "IMG_BAD_SIZE"), (-1, 5, "IMG_BAD_SIZE"), (11, 10, "IMG_TOO_LARGE")],
)
def test_refused(width: int, height: int, code: str) -> None:
    with pytest.raises(UnreadableImageError, match=f"{code}: {width} x {height}"):
        check_size(width, height, 100)


def test_accepted() -> None:
    check_size(10, 10, 100)
    assert as_buffer(b"\1\2").tolist() == [1, 2]
