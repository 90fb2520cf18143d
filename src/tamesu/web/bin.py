"""Deleting is moving: a run that is deleted on a page lies in `.bin/runs/` until its owner empties it."""

from __future__ import annotations

import os
from pathlib import Path

from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.run import find_runs
from tamesu.errors import BusyError, Fault, FolderGoneError, InputError, Where

BIN = Path(".bin", "runs")


def bin_run(folder: Path, name: str) -> str:
    """Move a run into the bin.

    Args:
        folder: the competition's folder.
        name: of the run, whole, as its folder is called.

    Returns:
        Where it is now, relative to the competition's folder.

    Raises:
        InputError: PAGE_NO_RUN; PAGE_RUN_BUSY, a process works on it.
        FolderGoneError: the folder cannot be written to.
    """
    known = {path.name: path for path in find_runs(folder)}
    if name not in known or known[name].is_symlink():
        raise InputError(Fault("PAGE_NO_RUN", "refuse", Where("runs"), {"name": name}))
    place = free_place(folder / BIN, name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with hold_lock(known[name] / "run.lock"):
            os.rename(known[name], place)
    except BusyError as error:
        raise InputError(Fault("PAGE_RUN_BUSY", "refuse", Where("runs"), {"name": name})) from error
    except OSError as error:
        raise FolderGoneError(f"cannot write in {folder}: {error.strerror}") from error
    return str(place.relative_to(folder))


def free_place(folder: Path, name: str) -> Path:
    """The first free place in a folder: the name, or the name and a number."""
    place, number = folder / name, 1
    while os.path.lexists(place):
        number += 1
        place = folder / f"{name}.{number}"
    return place
