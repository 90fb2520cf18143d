"""Which flips and turns a recipe makes."""

from __future__ import annotations

from tamesu.artifacts.recipe import Recipe
from tamesu.symmetries import known_symmetries, used_symmetries


def make_recipe(*augmentations: object) -> Recipe:
    return Recipe.model_validate(
        {
            "name": "base",
            "backbone": "resnet18",
            "heads": {"y": {"loss": "cross_entropy"}},
            "augmentations": list(augmentations),
        }
    )


def test_flips_and_turns_are_found_and_other_parts_are_passed_over() -> None:
    recipe = make_recipe("horizontal_flip", "color_jitter", "no_such_part", {"rotate": {"degrees": 30}})
    used = used_symmetries(recipe)
    assert [(use.index, use.part, use.symmetry) for use in used] == [
        (0, "horizontal_flip", "horizontal_flip"),
        (3, "rotate", "rotate"),
    ]
    assert used[1].options == {"degrees": 30}


def test_the_names_come_from_the_table() -> None:
    assert {"horizontal_flip", "vertical_flip", "rotate"} <= set(known_symmetries())
    assert known_symmetries() == sorted(known_symmetries())
