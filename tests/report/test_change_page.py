"""The page of two runs is one whole file."""

from __future__ import annotations

from pathlib import Path

from tests.report.checker import check
from tests.report.test_change_section import IDS, changes
from tests.report.test_picture_card import picture

from tamesu.report.change_page import write_change_page


def test_the_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    shown = picture()
    path = write_change_page(changes(), ("<b>a", "日本"), IDS, lambda row: shown, tmp_path / "reports" / "c.html", "ja")
    checker = check(path)
    assert "<b>a" in checker.text and "日本" in checker.text and "直した" in checker.text
    again = write_change_page(changes(), ("<b>a", "日本"), IDS, lambda row: shown, tmp_path / "d.html", "ja")
    assert again.read_bytes() == path.read_bytes()
