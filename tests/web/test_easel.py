"""The easel: addresses there and back, strengths as written, sheets drawn once, large inputs shown smaller."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from tests.tiny import write_competition

from tamesu.artifacts.loading import load_competition, load_recipe
from tamesu.augmentations import AUGMENTATIONS
from tamesu.errors import InputError
from tamesu.sheets import Seen
from tamesu.web import easel as easel_module
from tamesu.web.easel import LARGEST_PX, Asked, Easel, find_options, make_picture, read_address, with_part, with_strengths
from tamesu.web.memory import Memory


@pytest.mark.parametrize(
    "asked", [Asked(0, 0, (), 0, (3,)), Asked(12, 68, (0,), 100_000, (0, 5, 999)), Asked(1, 0, (1000, 350, 0), 7, (1, 2))]
)
def test_an_address_leads_back(asked: Asked) -> None:
    for place in range(len(asked.rows)):
        assert read_address(asked.address(place).removeprefix("/augmented/")) == (asked, place)


def test_a_column_is_drawn_once_and_anew_with_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_competition(tmp_path / "c")
    drawn = []

    def count(shown: Any, draw: int) -> list[Seen]:
        drawn.append(draw)
        return [Seen(np.full((16, 16, 3), draw, np.uint8)) for _ in shown.chosen]

    monkeypatch.setattr(easel_module, "see_recipe", count)
    easel, memory = Easel(), Memory()
    first = easel.draw(folder, memory, Asked(0, 0, (), 4, (0, 1)))
    assert easel.draw(folder, memory, Asked(0, 0, (), 4, (0, 1))) is first
    easel.draw(folder, memory, Asked(0, 0, (), 5, (0, 1)))
    assert drawn == [4, 5]
    assert (cv2.imdecode(np.frombuffer(first[1].content, np.uint8), cv2.IMREAD_COLOR) == 4).all()
    recipe = folder / "recipes" / "base.yaml"
    recipe.write_text(recipe.read_text() + "question: another\n")
    easel.draw(folder, memory, Asked(0, 0, (), 4, (0, 1)))
    assert drawn == [4, 5, 4]


def test_a_large_input_is_shown_smaller_and_a_small_one_whole() -> None:
    for side, expected in ((16, 160), (224, 224), (LARGEST_PX, LARGEST_PX), (2 * LARGEST_PX, LARGEST_PX)):
        content = make_picture(Seen(np.full((side, side, 3), 90, np.uint8)), None).content
        assert cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR).shape[:2] == (expected, expected)


def test_strengths_change_what_moved_and_nothing_else(tmp_path: Path) -> None:
    parts: list[Any] = [{"rotate": {"degrees": 10, "strength": 0.12345}}, "sepia", {"hue": {"strength": 0.5}}]
    recipe = load_recipe(write_competition(tmp_path / "c", augmentations=parts), "base")
    varied = with_strengths(recipe, [123, 1000, 250])
    assert [part.options for part in varied.augmentations] == [{"degrees": 10, "strength": 0.12345}, {}, {"strength": 0.25}]


def test_what_a_part_cannot_do_without_comes_from_the_recipe_or_the_card(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", augmentations=[{"rotate": {"degrees": 7}}])
    recipe, competition = load_recipe(folder, "base"), load_competition(folder)
    assert find_options(recipe, "rotate", competition) == {"degrees": 7}
    assert find_options(recipe, "sepia", competition) == {}
    assert set(find_options(recipe, "one_of", competition)) == {"of"}
    # Nothing says where an object is.
    assert find_options(recipe, "copy_paste", competition) == {}
    assert with_part(recipe, "sepia", competition) is recipe
    assert [part.name for part in with_part(recipe, "one_of", competition).augmentations] == ["rotate", "one_of"]


def test_numbers_that_nothing_has_are_refused(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    for asked in (
        Asked(1, 0, (), 1, (0,)),
        Asked(0, 1 + len(AUGMENTATIONS), (), 1, (0,)),
        Asked(0, 0, (500,), 1, (0,)),
        Asked(0, 0, (), 1, (36,)),
    ):
        with pytest.raises(InputError) as caught:
            Easel().draw(folder, Memory(), asked)
        assert caught.value.codes == ("PAGE_NO_AUGMENTED",)
