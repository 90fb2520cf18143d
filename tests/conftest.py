"""Fixtures for the whole suite."""

from __future__ import annotations

import os
from pathlib import Path

# Two test processes with two threads each would wait for each other on two cores; before torch is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Worker processes take seconds to import torch; the tests of them ask for them.
os.environ.setdefault("TAMESU_PARALLEL", "1")

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
