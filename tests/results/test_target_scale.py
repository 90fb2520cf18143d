from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.results.runs import make_train

from tamesu.artifacts.dataset import Dataset, TargetValues
from tamesu.artifacts.recipe import Recipe
from tamesu.results.target_scale import judge_scales, measure_scale

RNG = np.random.default_rng(0)


def look(values: np.ndarray, head: dict[str, Any] | None = None, labels: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What is said of an auxiliary target with these values."""
    made = make_train(TargetValues("value", labels, values))
    train = Dataset(made.ids, made.paths, {"y": made.targets["y"]}, None, made.columns, made.lines)
    heads = {"kind": {"loss": "cross_entropy"}, "y": {"loss": "mse"} | (head or {})}
    recipe = Recipe.model_validate({"backbone": {"resnet18": {}}, "heads": heads})
    return [(fault.code, fault.text("en")) for fault in judge_scales(recipe, train, "kind")]


def test_a_scale_is_that_of_numpy() -> None:
    values = RNG.normal(5.0, 2.0, 4000)
    scale = measure_scale(np.append(values, np.nan))
    assert scale is not None
    assert scale.std == pytest.approx(np.std(values)) and scale.size == pytest.approx(np.sqrt(np.mean(values**2)))
    # For a normal distribution both ways of measuring spread agree.
    assert scale.spread == pytest.approx(2.0, rel=0.05) and scale.far == 0 and scale.negative


@pytest.mark.parametrize("size", [1e4, 1e-4])
def test_a_target_in_a_unit_of_its_own_is_named_and_scaled_it_is_not(size: float) -> None:
    values = RNG.normal(0.0, size, 50)
    ((code, text),) = look(values, {"scaling": "none"})
    assert code == "SCALE_RAW" and f"standard deviation {np.std(values):.3g}" in text
    assert "`heads.y.scaling: standard`" in text
    assert look(values) == []
    assert look(RNG.normal(0.0, 1.0, 50), {"scaling": "none"}) == []


def test_a_large_mean_counts_as_well_as_a_large_spread() -> None:
    assert look(RNG.normal(1850.0, 1.0, 50), {"scaling": "none"})[0][0] == "SCALE_RAW"


def test_a_few_rows_that_set_the_scale_are_named_with_a_remedy() -> None:
    values = np.append(RNG.uniform(1, 3, 98), [5e5, 9e5])
    ((code, text),) = look(values)
    assert code == "SCALE_TAILS" and "2 lie far out, up to 9e+05" in text
    assert "log1p" in text and "`heads.y.loss: huber`" in text
    # A logarithm of what is below 0 does not exist.
    assert "signed root" in look(np.append(values, -1.0))[0][1]


@pytest.mark.parametrize(
    "values",
    [
        RNG.normal(0, 1, 500),
        RNG.exponential(3.0, 500),
        np.exp(RNG.normal(0, 1, 500)),
        RNG.integers(0, 2, 500).astype(float),
        (RNG.random(500) < 0.05).astype(float),
        np.full(50, 3.0),
        np.array([1.0, 1e9]),
        np.full(50, np.nan),
    ],
    ids=["normal", "exponential", "lognormal", "coin", "rare", "constant", "two", "none"],
)
def test_ordinary_columns_and_those_without_numbers_are_left_alone(values: np.ndarray) -> None:
    assert look(values) == []


def test_many_zeros_and_one_giant_are_extreme() -> None:
    values = np.zeros(2000)
    values[:100], values[7] = 1.0, 1e6
    assert [code for code, _ in look(values)] == ["SCALE_TAILS"]


def test_one_column_of_several_is_named() -> None:
    columns = np.stack([RNG.normal(0, 1, 50), RNG.normal(0, 1e5, 50)], axis=1)
    ((_, text),) = look(columns, {"scaling": "none"}, ("x", "y"))
    assert "'y.y'" in text


def test_the_main_target_is_the_metrics_business() -> None:
    train = make_train(TargetValues("value", (), RNG.normal(0, 1e6, 50)))
    recipe = Recipe.model_validate({"backbone": {"resnet18": {}}, "heads": {"y": {"loss": "mse", "scaling": "none"}}})
    assert judge_scales(recipe, train, "y") == []
    assert [fault.code for fault in judge_scales(recipe, train, "kind")] == ["SCALE_RAW"]
