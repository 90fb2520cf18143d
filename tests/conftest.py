"""Fixtures for the whole suite."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

# Two test processes with two threads each would wait for each other on two cores; before torch is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Worker processes take seconds to import torch; the tests of them ask for them.
os.environ.setdefault("TAMESU_PARALLEL", "1")
# Messages in English, whatever the machine's locale; a test of Japanese sets it with monkeypatch, which puts this back.
os.environ["TAMESU_LANG"] = "en"

import pytest

# What 5,700 tests and torch consist of stays to the end; looking through it for garbage again and again is lost time.
gc.disable()

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    gc.unfreeze()


@pytest.fixture
def shared() -> Path:
    """The folder with real images and weights beside the repository; the test skips where it is not."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"needs the real images in {SHARED}, which are not part of the repository")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """No fsync in this process: it guards against a loss of power, which no test can cause, and 10,000 of them take a while.

    A test of the order of fsync and rename puts its own in place; processes that tests start have the real one.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _handle: None)
        yield
