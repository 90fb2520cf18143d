from __future__ import annotations

import pytest
import torch

from tamesu.artifacts.files import read_sealed, write_sealed
from tamesu.errors import InputError
from tamesu.training import devices
from tamesu.training.devices import choose_device, choose_precision, choose_threads, use_threads


def test_unknown_device_is_refused_with_those_there_are() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    for name in ("gpu", "cuda:77"):
        with pytest.raises(InputError, match="DEVICE_UNKNOWN") as caught:
            choose_device(name)
        assert "cpu" in str(caught.value)


def test_precision_is_decided_once_per_run_and_shared_by_runs_of_the_same_network(open_job, monkeypatch) -> None:
    material, _ = open_job(precision="auto")
    run, cpu, asked = material.run, torch.device("cpu"), []
    monkeypatch.setattr(devices, "measure_precision", lambda *_words, **_options: "bf16")
    assert choose_precision(run, cpu, lambda: asked.append(1)) == "bf16"
    monkeypatch.setattr(devices, "measure_precision", lambda *_words, **_options: pytest.fail("measured twice"))
    assert choose_precision(run, cpu, lambda: asked.append(1)) == "bf16"
    (run.path / "precision.json").unlink()
    assert choose_precision(run, cpu, lambda: asked.append(1)) == "bf16"
    assert asked == [1]


def test_what_the_recipe_asks_for_is_not_measured(open_job, monkeypatch) -> None:
    monkeypatch.setattr(devices, "measure_precision", lambda *_words, **_options: pytest.fail("measured"))
    material, _ = open_job(precision="bf16")
    assert choose_precision(material.run, torch.device("cpu"), lambda: None) == "bf16"


@pytest.mark.parametrize(
    ("jobs", "cores", "most", "expected"),
    [
        # Every core has a job of its own.
        (5, 2, 2, 1),
        (8, 8, 8, 1),
        # Three jobs on eight cores: two each.
        (3, 8, 8, 2),
        (1, 8, 8, 8),
        # What the user allows torch is enough.
        (1, 8, 4, 4),
        (0, 4, 4, 4),
    ],
)
def test_threads_share_the_cores_among_the_jobs(open_job, jobs: int, cores: int, most: int, expected: int) -> None:
    material, _ = open_job()
    assert choose_threads(material.run, torch.device("cpu"), jobs, cores, most) == expected
    assert choose_threads(material.run, torch.device("meta"), jobs, cores, most) == most


def test_threads_belong_to_the_run_from_its_beginning(open_job) -> None:
    material, _ = open_job()
    run, cpu = material.run, torch.device("cpu")
    before = use_threads(3)
    try:
        choose_precision(run, cpu, lambda: None)
    finally:
        assert use_threads(before) == 3
    assert torch.get_num_threads() == before
    assert read_sealed(run.path / "precision.json") == {"precision": "fp32", "device": "cpu", "threads": 3}
    assert choose_threads(run, cpu, 5, 2, 2) == 3
    # A run of a version that kept no number was computed with torch's own.
    write_sealed(run.path / "precision.json", {"precision": "fp32", "device": "cpu"})
    assert choose_threads(run, cpu, 5, 2, 16) == 16
    assert choose_precision(run, cpu, lambda: None) == "fp32"


def test_precision_is_measured_with_the_runs_threads(open_job, monkeypatch) -> None:
    material, _ = open_job(precision="auto")
    seen = []
    monkeypatch.setattr(devices, "measure_precision", lambda *_w, **_o: seen.append(torch.get_num_threads()) or "fp32")
    before = use_threads(2)
    try:
        choose_precision(material.run, torch.device("cpu"), lambda: None)
        (material.run.path / "precision.json").unlink()
        use_threads(1)
        choose_precision(material.run, torch.device("cpu"), lambda: None)
    finally:
        use_threads(before)
    assert seen == [2, 1]
