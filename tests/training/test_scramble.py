"""Weights drawn anew: other ones than any job begins with, and batch norms that fit them."""

from __future__ import annotations

import pytest
import torch
from tests.tiny import write_competition
from tests.training.heat_cases import draw_images, make_network
from torch import nn

from tamesu.artifacts.run import Run
from tamesu.preparation import prepare
from tamesu.running import open_run
from tamesu.training.job import make_network as make_first
from tamesu.training.scramble import scramble, settle


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return open_run(prepare(write_competition(tmp_path_factory.mktemp("s") / "c"), "base"))


def test_no_job_begins_with_these_weights_and_they_are_the_same_each_time(run: Run) -> None:
    jobs = run.jobs()
    made = [dict(scramble(run, job).named_parameters()) for job in [*jobs, jobs[0]]]
    name = next(name for name, values in made[0].items() if values.ndim == 4)
    first = [dict(make_first(run, job).named_parameters())[name] for job in jobs]
    assert torch.equal(made[0][name], made[-1][name])
    others = [*first, *(one[name] for one in made[1:-1])]
    assert not any(torch.equal(made[0][name], other) for other in others)


def test_batch_norms_get_the_statistics_of_the_images() -> None:
    network, images = make_network("test_resnet"), draw_images(8)
    inputs: list[torch.Tensor] = []
    norm = next(module for module in network.modules() if isinstance(module, nn.BatchNorm2d))
    hook = norm.register_forward_hook(lambda _m, given, _o: inputs.append(given[0]))
    settle(network, images)
    hook.remove()
    torch.testing.assert_close(norm.running_mean, inputs[0].mean((0, 2, 3)), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(norm.running_var, inputs[0].var((0, 2, 3)), rtol=1e-3, atol=1e-5)
    assert not any(module.training for module in network.modules())


def test_a_network_without_batch_norms_stays() -> None:
    network = make_network("test_vit")
    before = {name: values.clone() for name, values in network.state_dict().items()}
    settle(network, draw_images())
    assert all(torch.equal(values, before[name]) for name, values in network.state_dict().items())


def test_one_picture_and_maps_of_one_cell_are_enough() -> None:
    network = make_network("test_resnet")
    settle(network, draw_images(1)[:, :16, :16])
    assert all(torch.isfinite(value).all() for value in network.state_dict().values())
