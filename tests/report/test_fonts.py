from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tamesu.report import fonts


def test_the_font_file_is_found_without_importing_its_package() -> None:
    pytest.importorskip("matplotlib")
    path = fonts.find_japanese_font()
    if path is None:
        pytest.skip("needs the extra `cjk`")
    assert path.read_bytes()[:4] == b"\x00\x01\x00\x00"  # a TrueType file
    assert fonts.font_families() == ["DejaVu Sans", "IPAexGothic"]
    assert fonts.can_draw(["風景画 ＡＢＣ ひらがな", "naïve"])
    assert "matplotlib_fontja" not in sys.modules


def test_the_font_is_added_once() -> None:
    from matplotlib import font_manager

    fonts.font_families()
    before = len(font_manager.fontManager.ttflist)
    fonts.font_families()
    assert len(font_manager.fontManager.ttflist) == before


def test_without_the_package_japanese_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_japanese_font", lambda: None)
    assert fonts.font_families() == ["DejaVu Sans"]
    assert fonts.can_draw(["cat", "αβ"])
    assert not fonts.can_draw(["cat", "風景"])


def test_a_broken_package_is_no_font(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "matplotlib_fontja").mkdir()
    (tmp_path / "matplotlib_fontja" / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert fonts.find_japanese_font() is None


def test_a_letter_without_glyph_is_noticed() -> None:
    assert not fonts.can_draw(["\U0001f408"])
