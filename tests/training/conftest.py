"""Jobs of the tiny competition, opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.tiny import write_competition

from tamesu.artifacts.run import Job
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.training.material import Material

Open = Callable[..., tuple[Material, Job]]


@pytest.fixture
def open_job(tmp_path: Path) -> Open:
    """`open_job(workers=1, **recipe)` gives the material of a fresh run and its first job."""

    def open_one(workers: int = 1, name: str = "comp", broken: tuple[int, ...] = (), **changes: Any) -> tuple[Material, Job]:
        prepared = prepare(write_competition(tmp_path / name, broken, **changes), "base")
        run = open_run(prepared)
        return load_material(prepared, run, workers, 2**30, Silent()), run.jobs()[0]

    return open_one
