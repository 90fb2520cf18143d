from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.training.fold import LossMeter, divide_rows, finite, know_labels, predict_source, score_fold
from tamesu.training.job import Machine, make_network
from tamesu.training.objective import make_objective


def test_rows_of_a_fold_and_what_they_say(open_job) -> None:
    material, job = open_job()
    rows = divide_rows(material, job)
    assert sorted([*rows.train, *rows.val]) == list(range(36))
    sizes = material.train.rows.targets["size"].values[rows.train]
    mean, std = rows.scales["size"]
    assert mean == pytest.approx(sizes.mean())
    assert std == pytest.approx(np.sqrt(((sizes - sizes.mean()) ** 2).mean()))
    assert rows.priors["size"].tolist() == [mean]
    np.testing.assert_allclose(rows.priors["kind"], [1 / 3] * 3)


def test_values_are_standardised_and_classes_kept(open_job) -> None:
    material, job = open_job()
    rows = divide_rows(material, job)
    heads = make_objective(material, rows, make_network(material.run, job), torch.device("cpu")).terms.heads
    standard = heads["size"].values[torch.from_numpy(rows.train)].numpy()
    assert standard.mean() == pytest.approx(0, abs=1e-5)
    assert standard.std() == pytest.approx(1, abs=1e-5)
    np.testing.assert_array_equal(heads["kind"].values.numpy(), material.train.rows.targets["kind"].values)
    assert heads["size"].weight == 0.1


def test_validation_says_loss_and_score_of_the_readable_rows(open_job) -> None:
    material, job = open_job(broken=(0, 5))
    rows = divide_rows(material, job)
    network = make_network(material.run, job)
    cpu = Machine(torch.device("cpu"), "fp32")
    objective = make_objective(material, rows, network, cpu.device)
    meter = LossMeter(objective.terms, objective.labels, cpu.device)
    outputs = predict_source(
        material, rows, material.train, rows.val, network, cpu.device, cpu.autocast, material.views, meter.watch
    )
    readable = material.train.images.readable[rows.val]
    labels = material.train.rows.targets["kind"].values[rows.val][readable]
    probs = outputs["kind"][readable].astype(float)
    loss = meter.take()
    assert loss["kind"] == pytest.approx(-np.log(probs[np.arange(len(labels)), labels]).mean(), rel=1e-4)
    assert score_fold(material, rows, outputs) == pytest.approx((probs.argmax(1) == labels).mean())


def test_finite_and_known() -> None:
    assert finite(1.5) == 1.5
    assert finite(float("nan")) is None
    assert finite(float("-inf")) is None


def test_labels_that_are_missing_are_not_known(open_job) -> None:
    material, _ = open_job()
    dataset = material.train.rows
    dataset.targets["kind"].values[3] = -1
    dataset.targets["size"].values[4] = np.nan
    assert np.flatnonzero(~know_labels(dataset, "kind")).tolist() == [3]
    assert np.flatnonzero(~know_labels(dataset, "size")).tolist() == [4]
