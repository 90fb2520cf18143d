from __future__ import annotations

from pathlib import Path

import pytest

from tamesu.demonstration import score_private


def test_private_score_is_the_share_of_true_labels_by_id(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("id,label\n001,3\n002,4\n010,5\n")
    (tmp_path / "t.csv").write_text("id,label\n010,5\n002,9\n001,3\n")
    assert score_private(tmp_path / "s.csv", tmp_path / "t.csv") == pytest.approx(2 / 3)
