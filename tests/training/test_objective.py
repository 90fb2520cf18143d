"""What a job trains for, of heads of every sort."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tests.road.test_heads import HEADS, open_everything

from tamesu.artifacts.run import Job
from tamesu.poolings import POOLINGS
from tamesu.training.fold import FoldRows, LossMeter, divide_rows, find_rates, know_labels, measure_values
from tamesu.training.job import make_network
from tamesu.training.material import Material
from tamesu.training.network import Seen
from tamesu.training.objective import Objective, has_penalty, make_objective
from tamesu.training.roads import LAST

CPU = torch.device("cpu")
CHOSEN = ("seg", "kind", "size", "xy", "xy_too", "share", "grade", "velocity", "attr", "area", "seen", "near", "centre")
MORE = {
    "own_area": {"target": "area", "loss": "mse", "constraint": "positive"},
    "raw": {"target": "size", "loss": "mse", "scaling": "none"},
    "rare": {"target": "kind", "loss": {"cross_entropy": {"class_weights": "balanced"}}, "tap": 2},
}
LAWS = [
    {"conservation": {"expression": "(size - g)**2", "weight": 0.5}},
    {"conservation": {"expression": "(xy[0] - velocity)**2"}},
]
Made = tuple[Material, Job, FoldRows, Objective]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    heads: dict[str, Any] = {name: HEADS[name] for name in CHOSEN} | MORE
    material, job = open_everything(tmp_path_factory.mktemp("c") / "c", heads=heads, penalties=LAWS, image={"size": 16})
    rows = divide_rows(material, job)
    network = make_network(material.run, job)
    return material, job, rows, make_objective(material, rows, network, CPU)


def test_terms_are_heads_poolings_and_laws(made: Made) -> None:
    _, _, _, objective = made
    names = objective.terms.names
    assert set(names[: len(CHOSEN) + len(MORE)]) == {*CHOSEN, *MORE}
    # Heads stand sorted: `area` is the first that reads the shared pooling; a mask's head reads none.
    pooled = {name for name in names if name.endswith(".pooling")}
    assert pooled == {"area.pooling", "attr.pooling", "size.pooling", "grade.pooling", "rare.pooling"}
    assert names[-2:] == ("conservation", "conservation 2")
    weights = dict(zip(names, objective.terms.weights, strict=True))
    assert (weights["kind"], weights["size"], weights["area.pooling"], weights["conservation"]) == (1.0, 0.1, 1.0, 0.5)


def test_values_are_standardised_on_the_training_fold_alone(made: Made) -> None:
    material, _, rows, objective = made
    for name in ("size", "velocity", "xy_too"):
        term = objective.terms.heads[name]
        learned = term.values.numpy()[rows.train]
        known = term.known.numpy()[rows.train]
        np.testing.assert_allclose(np.nanmean(learned[known], axis=0), 0, atol=1e-5)
        np.testing.assert_allclose(np.nanstd(learned[known], axis=0), 1, atol=1e-5)
        assert term.unit is None
    assert not set(rows.train) & set(rows.val)
    table = material.train.rows.targets["xy"].values[rows.train]
    np.testing.assert_allclose(rows.scales["xy"][0], np.nanmean(table, axis=0))


def test_constrained_and_unscaled_values_stand_as_in_the_table(made: Made) -> None:
    material, _, rows, objective = made
    heads, table = objective.terms.heads, material.train.rows.targets
    known = heads["xy"].known.numpy()
    np.testing.assert_allclose(heads["xy"].values.numpy()[known], table["xy"].values[known], rtol=1e-6)
    np.testing.assert_allclose(heads["xy"].unit.numpy(), rows.scales["xy"][1], rtol=1e-6)
    np.testing.assert_allclose(heads["raw"].values.numpy()[:, 0], table["size"].values)
    assert heads["raw"].unit is None
    # What is made of the picture has its unit too, and its spread is that of the whole pictures.
    assert heads["own_area"].unit is not None and heads["own_area"].values is None and heads["area"].unit is None
    known = know_labels(material.train.rows, "area")[rows.train]
    areas = table["area"].values[rows.train[known]]
    assert heads["own_area"].unit.item() == pytest.approx(areas.std(), rel=1e-6)


def test_gaps_and_unknown_rows(made: Made) -> None:
    material, _, _, objective = made
    heads = objective.terms.heads
    assert heads["xy"].gaps and heads["xy_too"].gaps and not heads["size"].gaps
    y = material.train.rows.targets["xy"].values[:, 1]
    assert np.isnan(heads["xy_too"].values.numpy()[:, 1]).tolist() == np.isnan(y).tolist()
    assert heads["xy"].known.all(), "one of two numbers is known"
    assert heads["grade"].known.numpy().tolist() == (material.train.rows.targets["grade"].values >= 0).tolist()
    assert not heads["grade"].known[5] and heads["grade"].values[5] == 0
    assert heads["share"].values.shape == (36, 3) and heads["attr"].values.shape == (36, 2)


def test_losses_know_the_numbers_of_their_labels(made: Made) -> None:
    material, _, rows, objective = made
    loss = objective.terms.heads["rare"].loss
    counts = np.bincount(material.train.rows.targets["kind"].values[rows.train], minlength=3)
    logits, codes = torch.zeros(3, 3), torch.arange(3)
    told = loss(logits, codes).numpy()
    np.testing.assert_allclose(told / told.sum(), (1 / counts) / (1 / counts).sum(), rtol=1e-5)
    assert objective.terms.heads["centre"].loss.centers.shape == (3, 8)


def test_guards_compare_with_the_main_head(made: Made) -> None:
    _, _, _, objective = made
    assert objective.guards is not None
    names = list(objective.terms.heads)
    assert names[objective.guards.main] == "kind"
    places = {names[index]: place for index, place in objective.guards.places.items()}
    assert (places["kind"], places["size"], places["grade"], places["rare"]) == (LAST, 3, 3, 2)


def test_laws_read_outputs_and_columns_in_their_own_unit(made: Made) -> None:
    material, _, rows, objective = made
    laws = objective.terms.laws
    # The column `size` is there too; a head of its name comes before it.
    assert laws is not None and set(laws.columns) == {"g", "size"}
    np.testing.assert_allclose(laws.columns["g"], [float(cell) for cell in material.train.rows.columns["g"]], rtol=1e-6)
    assert "xy" not in laws.scales and "raw" not in laws.scales and set(laws.scales) >= {"size", "velocity"}
    mean, _ = rows.scales["size"]
    seen = Seen({name: torch.zeros(2, 2 if name == "xy" else 1) for name in objective.terms.heads}, {})
    told = laws.measure(seen, torch.tensor([4, 9]), torch.zeros(2, 4, 4, 3, dtype=torch.uint8))
    g = laws.columns["g"][[4, 9]].double().numpy()
    assert told[0].item() == pytest.approx(np.mean((mean - g) ** 2), rel=1e-4)
    assert told[1].item() == pytest.approx(float(rows.scales["velocity"][0]) ** 2, rel=1e-3, abs=1e-6)


def test_what_is_moved_beside_the_network(made: Made) -> None:
    state = made[3].modules().state_dict()
    assert any(name.endswith("centers") for name in state) and "balance.weights" in state


def test_a_penalty_inside_a_pooling_of_several_is_found() -> None:
    part = {"multi_head_attention": {"heads": 2, "diversity": 0.5}}
    assert has_penalty(POOLINGS.build("concat", {"parts": ["average", part]}, channels=4))
    assert not has_penalty(POOLINGS.build("concat", {"parts": ["average", "multi_head_attention"]}, channels=4))
    assert not has_penalty(POOLINGS.build("gem", {}, channels=4))


def test_rates_follow_the_labels_of_the_main_target(made: Made) -> None:
    material, _, rows, _ = made
    rates = find_rates(material, rows)
    codes = material.train.rows.targets["kind"].values[rows.train]
    assert rates is not None and rates.shape == codes.shape
    sums = np.array([rates[codes == code].sum() for code in range(3)])
    np.testing.assert_allclose(sums, sums[0])


def test_mean_and_spread_with_gaps() -> None:
    mean, spread = measure_values(np.array([[1.0, np.nan], [3.0, 5.0], [np.nan, 5.0]]))
    assert mean.tolist() == [2.0, 5.0] and spread.tolist() == [1.0, 1.0]
    assert measure_values(np.empty(0)) == (0.0, 1.0)
    mean, spread = measure_values(np.empty((0, 2)))
    assert mean.tolist() == [0.0, 0.0] and spread.tolist() == [1.0, 1.0]
    # A column of which this fold knows nothing.
    mean, spread = measure_values(np.array([[1.0, np.nan], [3.0, np.nan]]))
    assert mean.tolist() == [2.0, 0.0] and spread.tolist() == [1.0, 1.0]


def test_validation_losses_of_batches_are_joined_by_what_is_known(made: Made) -> None:
    material, _, rows, objective = made
    meter = LossMeter(objective.terms, objective.labels, CPU)
    generator = torch.Generator().manual_seed(0)
    widths = {"kind": 3, "rare": 3, "share": 3, "grade": 2, "attr": 2, "xy": 2, "xy_too": 2, "near": 8, "centre": 8}
    shapes = {name: (widths.get(name, 1),) for name in objective.terms.heads} | {"seg": (2, 1, 1)}
    logits = {name: torch.randn(len(rows.val), *shape, generator=generator) for name, shape in shapes.items()}
    drawn = material.train.pixels.draw(rows.val, material.fit, 0)
    for part in np.array_split(np.arange(len(rows.val)), 3):
        piece = material.train.pixels.draw(rows.val[part], material.fit, 0)
        meter.watch(rows.val[part], piece, {name: values[part] for name, values in logits.items()})
    found = meter.take()
    targets = objective.labels.follow(rows.val, drawn, (), CPU)
    assert targets is not None
    for name, term in objective.terms.heads.items():
        if name == "near":
            continue
        expected = term.mean_of(logits[name], targets[name]).item()
        assert found[name] == pytest.approx(expected, rel=1e-4), name
    assert found["near"] is not None
