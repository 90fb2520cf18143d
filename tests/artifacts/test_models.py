"""A model is read exactly as it was written; everything else is one kind of damage."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from tamesu.artifacts.files import write_sealed
from tamesu.artifacts.models import find_model, read_model
from tamesu.errors import DamagedError


class Fish(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    length_cm: float


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "fish.json"
    assert find_model(path, Fish) is None
    write_sealed(path, {"name": "鮎", "length_cm": 21.5})
    assert read_model(path, Fish) == find_model(path, Fish) == Fish(name="鮎", length_cm=21.5)


@pytest.mark.parametrize(
    "content", [{"name": "a"}, {"name": "a", "length_cm": "x"}, {"name": "a", "length_cm": 1.0, "age": 2}, []]
)
def test_another_version_is_told_with_its_file(tmp_path: Path, content: object) -> None:
    path = tmp_path / "fish.json"
    write_sealed(path, content)
    for read in (read_model, find_model):
        with pytest.raises(DamagedError, match=r"fish\.json: written by another version"):
            read(path, Fish)


def test_a_link_is_refused_even_one_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "fish.json").symlink_to("nowhere")
    with pytest.raises(DamagedError, match="link"):
        find_model(tmp_path / "fish.json", Fish)
    with pytest.raises(DamagedError):
        read_model(tmp_path / "gone.json", Fish)
