from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
import torch
from safetensors.numpy import load
from tests.tiny import write_competition
from torch import nn

from tamesu import workflow
from tamesu.artifacts.run import Run
from tamesu.training import latency
from tamesu.training.latency import LEAST, MOST, ROUNDS, WARM, find_place, measure_latencies, time_passes

CPU = torch.device("cpu")


class Counts(nn.Module):
    """Remembers what it is shown, and in which mode."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[tuple[int, ...], torch.dtype, bool, bool]] = []

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.seen.append((tuple(images.shape), images.dtype, self.training, torch.is_inference_mode_enabled()))
        return images


def test_passes_are_timed_after_some_that_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr(latency.time, "perf_counter", lambda: next(clock) * 0.001)
    network = Counts()
    seconds = time_passes(network, 24, "fp32", CPU)
    # At a millisecond a pass there is time for all of them.
    assert len(seconds) == MOST and len(network.seen) == WARM + MOST
    assert set(network.seen) == {((1, 24, 24, 3), torch.uint8, False, True)}
    assert seconds == pytest.approx([0.001] * MOST) and network.training


def test_slow_networks_are_passed_fewer_times_but_often_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr(latency.time, "perf_counter", lambda: float(next(clock)))
    assert len(time_passes(Counts(), 8, "fp32", CPU)) == LEAST


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = write_competition(tmp_path_factory.mktemp("l") / "c", epochs=1, tta=["horizontal_flip"])
    return workflow.train("base", folder=folder, device="cpu")


def test_a_runs_network_is_described_by_its_own_file(trained: Run) -> None:
    before = {path.name: path.read_bytes() for path in trained.path.iterdir() if path.is_file()}
    job = trained.jobs()[0]
    [(run, found)] = measure_latencies([(trained, job)], CPU)
    assert run is trained
    content = trained.read_file(job, "weights.safetensors")
    weights = load(content)
    assert found.weights_mib == pytest.approx(sum(one.nbytes for one in weights.values()) / 2**20, rel=0.02, abs=0.002)
    learned = sum(one.size for name, one in weights.items() if "running_" not in name and "num_batches" not in name)
    assert found.parameters <= learned and found.parameters >= 0.98 * learned
    assert found.size_px == 16 and found.views == 2 and found.precision == "fp32"
    assert found.networks == len(trained.jobs()) and found.job == trained.job_digest(job)
    assert 0 < found.median_ms <= found.p90_ms and ROUNDS * LEAST <= found.passes <= ROUNDS * MOST
    assert found.place == find_place(CPU) and found.place.threads == torch.get_num_threads()
    assert before == {path.name: path.read_bytes() for path in trained.path.iterdir() if path.is_file()}


def test_networks_take_turns_and_keep_their_order(trained: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(latency, "time_passes", lambda network, *_: asked.append(id(network)) or [0.001 * len(asked)])
    jobs = trained.jobs()[:2]
    found = list(measure_latencies([(trained, job) for job in jobs], CPU))
    assert [one.job for _, one in found] == [trained.job_digest(job) for job in jobs]
    assert len(set(asked)) == 2 and asked == asked[:2] * ROUNDS
    # The first has the odd milliseconds from 1 to 9, the second the even ones.
    assert [one.median_ms for _, one in found] == [5.0, 6.0] and found[0][1].p90_ms == pytest.approx(8.2)


def test_the_place_is_told_without_the_machines_name(trained: Run) -> None:
    import platform

    assert platform.node() not in json.dumps([find_place(CPU).name]) or not platform.node()
    assert np.all([part not in find_place(CPU).torch for part in "+ "])
