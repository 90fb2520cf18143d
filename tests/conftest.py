"""Fixtures for the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder with real images and weights beside the repository; the test skips where it is not."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"needs the real images in {SHARED}, which are not part of the repository")
    return SHARED


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English, whatever the machine's locale; a test of Japanese sets TAMESU_LANG itself."""
    monkeypatch.setenv("TAMESU_LANG", "en")
