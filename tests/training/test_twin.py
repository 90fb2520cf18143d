"""A recipe that only looks more often takes the weights another run has trained."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.training import job as jobs
from tamesu.training.job import Machine, load_network, run_job
from tamesu.training.twin import find_twin

CPU = Machine(torch.device("cpu"), "fp32")


def vary(folder, changes):
    prepared = prepare(folder, "base", changes)
    run = open_run(prepared)
    return load_material(prepared, run, 1, 2**30, Silent()), run.jobs()[0]


def test_views_cost_predictions_alone(open_job, monkeypatch: pytest.MonkeyPatch) -> None:
    material, job = open_job()
    tried, same = vary(material.run.folder, {"tta": ["horizontal_flip"]})
    assert tried.run.name != material.run.name and find_twin(tried.run, same) is None
    run_job(material, job, CPU)
    assert find_twin(tried.run, same)[0].name == material.run.name
    monkeypatch.setattr(jobs, "train_network", lambda *_: pytest.fail("trained again"))
    run_job(tried, same, CPU)
    assert tried.run.read_file(same, "weights.safetensors") == material.run.read_file(job, "weights.safetensors")
    network, _ = load_network(tried.run, same)
    oof = tried.run.predictions(same, "oof")
    rows = [material.train.rows.ids.index(row) for row in oof.ids]
    images = material.train.pixels.make_batch(np.array(rows), material.fit, 0).images
    network.eval()
    with torch.inference_mode():
        both = [torch.softmax(network(seen)["kind"], dim=1) for seen in (images, images.flip(2))]
    assert np.allclose(oof.outputs["kind"], (both[0] + both[1]) / 2, atol=1e-5)
    assert not np.allclose(oof.outputs["kind"], both[0], atol=1e-5)


@pytest.mark.parametrize("change", [{"epochs": 2}, {"augmentations": ["horizontal_flip"]}, {"optimizer.adamw.lr": 0.1}])
def test_another_training_is_no_twin(open_job, change) -> None:
    material, job = open_job()
    run_job(material, job, CPU)
    tried, same = vary(material.run.folder, {"tta": ["horizontal_flip"]} | change)
    assert find_twin(tried.run, same) is None
