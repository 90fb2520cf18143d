from __future__ import annotations

from pathlib import Path

import numpy as np

from tamesu.embedding import choose_rows, embed_rows
from tamesu.gathering import find_subject, gather_data, gather_facts
from tamesu.results.nearest import find_nearest
from tests.tiny import write_competition


def silent(_position: float, _note: str) -> None:
    return None


def test_what_is_asked_about_is_always_among_the_rows(tmp_path: Path) -> None:
    subject = find_subject(write_competition(tmp_path / "c"), (), "en")
    data = gather_data(subject, gather_facts(subject, silent))
    chosen = choose_rows(data, np.array([35, 3]), 6)
    assert len(chosen) == 6
    assert {3, 35} <= set(chosen.tolist())
    assert np.array_equal(chosen, choose_rows(data, np.array([3, 35]), 6))


def test_without_weights_grey_pictures_tell_which_are_alike(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    images = sorted((folder / "data").rglob("*.png"))
    subject = find_subject(folder, (), "en")
    twin = next(path for path in images if path.name == Path(subject.paths[7]).name)
    twin.write_bytes((subject.root / subject.paths[0]).read_bytes())
    subject = find_subject(folder, (), "en")
    data = gather_data(subject, gather_facts(subject, silent))
    assert subject.recipe is not None
    found = embed_rows(subject.recipe, folder, data, subject.root, np.array([0]), "cpu", silent)
    assert found.shape == (36, 1024)
    folds = np.arange(36)
    assert find_nearest(found, folds, np.array([0]), 1).rows.tolist() == [[7]]
