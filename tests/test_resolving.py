"""A recipe, checked and spelled out, and remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tamesu import checking
from tamesu.artifacts.loading import load_competition
from tamesu.errors import InputError
from tamesu.resolving import choose_recipe, read_memory, remember
from tests.tiny import write_competition


def test_memory_survives_damage_and_stays_bounded(tmp_path: Path) -> None:
    path = tmp_path / ".cache" / "recipes.json"
    for number in range(8):
        remember(path, f"k{number}", {"n": number}, limit=3)
    assert len(read_memory(path)) == 4
    assert read_memory(path)["k7"] == {"n": 7}
    path.write_text("{")
    assert read_memory(path) == {}


def test_an_answer_is_remembered_for_each_way_to_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_competition(tmp_path / "c")
    path = folder / "competition.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "symmetries: {vertical_flip: forbidden}\n", encoding="utf-8")
    competition, flip = load_competition(folder), ["augmentations+=vertical_flip"]
    plain = choose_recipe(folder, "base", [], competition, "", ())
    forced = choose_recipe(folder, "base", flip, competition, "", (), force=True)
    assert [part.name for part in forced.augmentations] == [*(part.name for part in plain.augmentations), "vertical_flip"]
    # That it was forced once does not make it right.
    with pytest.raises(InputError, match="SYMMETRY_FORBIDDEN"):
        choose_recipe(folder, "base", flip, competition, "", ())
    monkeypatch.setattr(checking, "check_recipe", lambda *_words: pytest.fail("checked again"))
    assert choose_recipe(folder, "base", [], competition, "", ()) == plain
    assert choose_recipe(folder, "base", flip, competition, "", (), force=True) == forced
