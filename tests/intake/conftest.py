"""Folders as a host hands them over."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.intake.hosts import Host


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host's folder `host/` beside which a competition can be made."""
    root = tmp_path / "host"
    root.mkdir()
    return Host(root)


@pytest.fixture
def here(tmp_path: Path) -> Host:
    """A competition's folder `comp/` that holds the host's files in `data/`."""
    root = tmp_path / "comp" / "data"
    root.mkdir(parents=True)
    return Host(root)
