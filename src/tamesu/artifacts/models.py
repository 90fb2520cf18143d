"""Sealed files whose content is a pydantic model of ours."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from tamesu.artifacts.files import read_sealed
from tamesu.errors import DamagedError

M = TypeVar("M", bound=BaseModel)


def read_model(path: Path, model: type[M]) -> M:
    """What `write_sealed` wrote of a model.

    Args:
        path: the file.
        model: of which version it must be.

    Raises:
        DamagedError: it is missing, a link, not what was written, not ours, or of another version.
    """
    found = read_sealed(path)
    try:
        return model.model_validate(found)
    except ValidationError as error:
        raise DamagedError(f"{path}: written by another version of tamesu, or damaged: {error}") from error


def find_model(path: Path, model: type[M]) -> M | None:
    """The same; None where there is no file, and no link either."""
    return read_model(path, model) if path.is_symlink() or path.exists() else None
