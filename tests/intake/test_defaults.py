from __future__ import annotations

from tamesu.artifacts.families import STARTS
from tamesu.artifacts.recipe import Recipe
from tamesu.intake.defaults import FEW, FEW_ROWS, FINE_TUNING, SCRATCH, SCRATCH_ATTENTION, family_defaults
from tamesu.messages.guesses import REASONS
from tamesu.schedules import SCHEDULES


def test_every_line_makes_a_valid_recipe_and_names_its_evidence() -> None:
    for line in (*FINE_TUNING.values(), *FEW_ROWS.values(), SCRATCH, SCRATCH_ATTENTION):
        assert line.evidence in REASONS
        found = family_defaults("resnet18", 1000, True) | {"optimizer": line.optimizer, "schedule": line.schedule}
        found["layer_decay"] = line.layer_decay
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


def test_transformers_warm_up_and_their_lower_stages_learn_slower() -> None:
    found = family_defaults("swin_tiny_patch4_window7_224", 3000, True)
    assert found["schedule"]["cosine"]["warmup_epochs"] >= 1
    assert 0.5 < found["layer_decay"] < 1
    # A CNN with batch norm was measured with one rate for all, and its recipe says nothing of it.
    assert "layer_decay" not in family_defaults("resnet34", 3000, True)
    assert "layer_decay" not in family_defaults("maxvit_tiny_tf_224", 3000, True)


def test_attention_from_scratch_takes_smaller_steps_for_longer() -> None:
    attention, convolutions = (family_defaults(name, 3000, False) for name in ("vit_tiny_patch16_224", "resnet18"))
    assert attention["optimizer"]["adamw"]["lr"] < convolutions["optimizer"]["adamw"]["lr"]
    assert attention["epochs"] > convolutions["epochs"]
