from __future__ import annotations

import pytest

from tamesu.intake.guesses import Guess


def test_a_reason_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    guess = Guess("folds.n_splits", "3", "FOLDS_FEW_ROWS", {"count": 3})
    assert guess.why == "there are 3 rows only"
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert guess.why == "行が 3 行しかない"
    assert Guess("x", "y", "FOLDS_FIVE", language="en").why == "the usual number"
