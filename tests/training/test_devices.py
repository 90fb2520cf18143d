from __future__ import annotations

import pytest
import torch

from tamesu.errors import InputError
from tamesu.training import devices
from tamesu.training.devices import choose_device, choose_precision


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
