from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import torch
from scipy.special import expit, softmax

from tamesu.artifacts.run import TargetSpec
from tamesu.training.inference import Teller, fill_unreadable, logits_to_outputs, predict_logits
from tamesu.training.job import make_network

SPECS = {
    "a": TargetSpec(kind="class", labels=["x", "y", "z"]),
    "b": TargetSpec(kind="multilabel", labels=["p", "q"]),
    "c": TargetSpec(kind="value", labels=[]),
}


def test_logits_become_probs_and_values() -> None:
    draws = np.random.default_rng(0)
    logits = {name: draws.normal(0, 30, (7, n)).astype(np.float32) for name, n in (("a", 3), ("b", 2), ("c", 1))}
    outputs = logits_to_outputs(logits, SPECS, {"c": (100.0, 8.0)}, {name: Teller(name, None) for name in SPECS})
    np.testing.assert_allclose(outputs["a"], softmax(logits["a"].astype(float), axis=1), rtol=1e-5, atol=1e-30)
    np.testing.assert_allclose(outputs["b"], expit(logits["b"].astype(float)), rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(outputs["c"], logits["c"] * 8 + 100, rtol=1e-6)
    assert all(values.dtype == np.float32 for values in outputs.values())


def test_unreadable_rows_get_the_prior_in_place() -> None:
    outputs = {"a": np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)}
    filled = fill_unreadable(outputs, {"a": np.array([0.3, 0.7])}, np.array([True, False, True]))
    np.testing.assert_allclose(filled["a"], [[1, 0], [0.3, 0.7], [0, 1]], rtol=1e-6)
    none = fill_unreadable({}, {"a": np.array([0.3, 0.7])}, np.array([False]))
    np.testing.assert_allclose(none["a"], [[0.3, 0.7]], rtol=1e-6)


def test_batch_size_changes_nothing_beyond_rounding_and_order_is_kept(open_job) -> None:
    material, job = open_job()
    network = make_network(material.run, job)
    network.train()
    rows = np.array([9, 3, 30, 12, 5])
    found = [
        predict_logits(
            network,
            material.train.pixels,
            rows,
            material.fit,
            heads=["kind"],
            batch_size=size,
            device=torch.device("cpu"),
            autocast=nullcontext,
        )["kind"]
        for size in (1, 2, 5)
    ]
    np.testing.assert_allclose(found[0], found[2], atol=1e-5)
    np.testing.assert_allclose(found[1], found[2], atol=1e-5)
    assert network.training
    empty = predict_logits(
        network,
        material.train.pixels,
        rows[:0],
        material.fit,
        heads=["kind"],
        batch_size=2,
        device=torch.device("cpu"),
        autocast=nullcontext,
    )
    assert empty == {}
