"""Losses of held-out images: against the networks asked one by one, and scikit-learn's log loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from tamesu.training.held_out import open_held_out
from tamesu.training.job import Machine, load_network, run_job

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    from tests.tiny import write_competition

    from tamesu.preparation import prepare
    from tamesu.progress import Silent
    from tamesu.running import load_material, open_run

    folder = write_competition(tmp_path_factory.mktemp("held") / "comp", broken=(4,))
    prepared = prepare(folder, "base")
    run = open_run(prepared)
    material = load_material(prepared, run, 1, 2**30, Silent())
    for job in run.jobs():
        run_job(material, job, Machine(CPU, "fp32"))
    yield material
    material.close()


def test_every_image_is_judged_by_the_network_that_did_not_see_it(trained):
    held_out = open_held_out(trained, CPU, "fp32", 1000)
    assert len(held_out.places) == 35
    assert 4 not in [row for _, row in held_out.places]
    for number, row in held_out.places:
        assert row in trained.folds.val_rows(0, held_out.networks[number][0].fold)
    assert [number for number, _ in held_out.places[:6]] == [0, 1, 2, 0, 1, 2]
    losses = held_out.losses([], 0, 35)
    targets = trained.train.rows.targets["kind"].values
    for number, (job, *_) in enumerate(held_out.networks):
        rows = np.array([row for of, row in held_out.places if of == number])
        network, _ = load_network(trained.run, job)
        network.eval()
        with torch.inference_mode():
            logits = network(trained.train.pixels.make_batch(rows, trained.fit, 0).images)["kind"]
        expected = log_loss(targets[rows], torch.softmax(logits, 1).numpy(), labels=[0, 1, 2])
        found = np.mean([loss for loss, (of, _) in zip(losses, held_out.places, strict=True) if of == number])
        assert found == pytest.approx(expected, rel=1e-4)


def test_a_change_that_hides_the_colour_costs_and_none_costs_nothing(trained):
    held_out = open_held_out(trained, CPU, "fp32", 24)
    plain = held_out.losses([], 0, 24)
    assert (held_out.losses([("horizontal_flip", {"p": 0.0})], 0, 24) == plain).all()
    grey = held_out.losses([("grayscale", {"p": 1.0})], 0, 24)
    assert grey.mean() > plain.mean()


def test_a_part_of_the_images_is_the_part_of_the_whole(trained):
    held_out = open_held_out(trained, CPU, "fp32", 24)
    assert np.allclose(held_out.losses([], 6, 18), held_out.losses([], 0, 24)[6:18], atol=1e-5)
