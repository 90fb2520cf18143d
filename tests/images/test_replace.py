"""Atomic replacement."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tamesu.images import replace
from tamesu.images.replace import replace_file


def test_replaced_whole(tmp_path: Path) -> None:
    replace_file(tmp_path / "index", b"one")
    replace_file(tmp_path / "index", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("index", b"two")]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    replace_file(tmp_path / "index", b"one")

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replace.os, call, fail)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "index", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("index", b"one")]
    assert os.path.exists(tmp_path)
