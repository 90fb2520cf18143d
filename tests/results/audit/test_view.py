from __future__ import annotations

from tamesu.results.audit.view import AuditView


def test_texts_of_rows_may_end_early() -> None:
    view = AuditView("x", (), ("a", "b", "c"), 2, lambda row: None, labels=("cat", ""), folds=("0",))
    assert [view.label(row) for row in range(3)] == ["cat", "", ""]
    assert [view.fold(row) for row in range(3)] == ["0", "", ""]
    assert [view.is_test(row) for row in range(3)] == [False, False, True]
