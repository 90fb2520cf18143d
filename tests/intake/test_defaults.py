from __future__ import annotations

import pytest

from tamesu.artifacts.recipe import Recipe
from tamesu.intake.defaults import FEW, FEW_ROWS, FINE_TUNING, SCRATCH, STARTS, family_defaults, family_of
from tamesu.messages.guesses import REASONS
from tamesu.schedules import SCHEDULES


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("resnet34", "batch_norm"),
        ("resnet50.a1_in1k", "batch_norm"),
        ("test_resnet", "batch_norm"),
        ("tf_efficientnetv2_s", "batch_norm"),
        ("mobilenetv2_100", "batch_norm"),
        ("convnextv2_nano", "convnext"),
        ("vit_tiny_patch16_224", "transformer"),
        ("swin_tiny_patch4_window7_224", "transformer"),
        ("deit3_small_patch16_224", "transformer"),
        ("brand_new_net", "unknown"),
    ],
)
def test_families(name: str, family: str) -> None:
    assert family_of(name) == family


def test_every_line_makes_a_valid_recipe_and_names_its_evidence() -> None:
    for line in (*FINE_TUNING.values(), *FEW_ROWS.values(), SCRATCH):
        assert line.evidence in REASONS
        found = family_defaults("resnet18", 1000, True) | {"optimizer": line.optimizer, "schedule": line.schedule}
        del found["evidence"]
        recipe = Recipe.model_validate({"backbone": "x", "heads": {"label": {"loss": "cross_entropy"}}, **found})
        assert SCHEDULES.check(recipe.schedule.name, recipe.schedule.options) == []
    assert set(STARTS) | {"unknown"} == set(FINE_TUNING)


def test_few_rows_make_small_batches() -> None:
    sizes = [family_defaults("vit_tiny", rows, True)["batch_size"] for rows in (10, 200, 320, 3000)]
    assert sizes == [8, 16, 32, 32]


def test_few_rows_get_the_line_that_was_measured_on_few() -> None:
    few, many = (family_defaults("mobilenetv2_100", rows, True) for rows in (FEW - 1, FEW))
    assert few["optimizer"]["adamw"]["lr"] < many["optimizer"]["adamw"]["lr"]
    assert few["epochs"] > many["epochs"]


def test_without_weights_training_is_longer() -> None:
    pretrained, scratch = (family_defaults("vit_tiny", 1000, value) for value in (True, False))
    assert scratch["epochs"] > pretrained["epochs"]


def test_the_table_itself_is_not_handed_out() -> None:
    family_defaults("resnet18", 1000, True)["optimizer"]["adamw"]["lr"] = 9.0
    assert family_defaults("resnet18", 1000, True)["optimizer"]["adamw"]["lr"] != 9.0
