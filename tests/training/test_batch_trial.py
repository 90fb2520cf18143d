"""Steps at one batch size: what they are told to cost, and what happens when memory runs out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tamesu.training import batch_trial
from tamesu.training.batch_trial import STEPS, PeakMemory, is_out_of_memory, read_room, try_batch
from tamesu.training.job import Machine
from tamesu.training.loop import train_network

CPU = Machine(torch.device("cpu"), "fp32")


@pytest.mark.parametrize("size", [8, 40])
def test_every_batch_has_the_size_asked_for(open_job, monkeypatch, size: int) -> None:
    material, job = open_job()
    sizes: list[int] = []
    stream = material.train.pixels.stream

    def watched(batches, *rest):
        sizes.extend(len(batch) for batch in batches[:STEPS])
        return stream(batches, *rest)

    monkeypatch.setattr(material.train.pixels, "stream", watched)
    cost = try_batch(material, job, CPU, size)
    assert cost.fits and cost.images_per_s is not None and cost.images_per_s > 0
    # 24 rows stand in the fold; the larger batch repeats them.
    assert sizes == [size] * STEPS


def test_speed_is_images_over_the_time_between_steps(open_job, monkeypatch) -> None:
    material, job = open_job()
    clock = iter([100.0, 101.0, 104.0])
    monkeypatch.setattr(batch_trial.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(batch_trial, "train_briefly", lambda _setup, note: [note(1.0) for _ in range(STEPS)])
    # Two batches of 8 in 4 seconds.
    assert try_batch(material, job, CPU, 8).images_per_s == pytest.approx(4.0)


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("CUBLAS_STATUS_ALLOC_FAILED"), MemoryError()]
)
def test_when_memory_runs_out_it_does_not_fit(open_job, monkeypatch, error: Exception) -> None:
    material, job = open_job()

    def fail(*_words):
        raise error

    monkeypatch.setattr("tamesu.training.probe.train_network", fail)
    cost = try_batch(material, job, CPU, 8)
    assert not cost.fits and cost.images_per_s is None
    monkeypatch.setattr("tamesu.training.probe.train_network", train_network)
    assert try_batch(material, job, CPU, 8).fits


def test_other_errors_are_not_hidden(open_job, monkeypatch) -> None:
    material, job = open_job()

    def fail(*_words):
        raise RuntimeError("shapes differ")

    monkeypatch.setattr("tamesu.training.probe.train_network", fail)
    with pytest.raises(RuntimeError, match="shapes differ"):
        try_batch(material, job, CPU, 8)
    assert not is_out_of_memory(ValueError("no memory of it"))


def test_a_peak_is_at_least_what_was_taken() -> None:
    device = torch.device("cpu")
    quiet = PeakMemory(device).read()
    peak = PeakMemory(device)
    taken = np.ones(64 << 20, np.uint8)
    del taken
    loud = peak.read()
    assert quiet is not None and loud is not None
    assert loud >= quiet + (32 << 20) or loud >= (64 << 20)


def test_peaks_and_room_are_read_from_the_kernels_files(tmp_path: Path, monkeypatch) -> None:
    device = torch.device("cpu")
    (tmp_path / "status").write_text("Name:\tpython\nVmHWM:\t    2048 kB\n")
    peak = PeakMemory(device, tmp_path)
    assert (tmp_path / "clear_refs").read_text() == "5"
    assert peak.read() == 2 << 20
    (tmp_path / "statm").write_text("900 300 20 1 0 250 0\n")
    monkeypatch.setattr(batch_trial.os, "sysconf", lambda _name: 4096)
    nowhere = tmp_path / "nowhere"
    assert read_room(device, 10**9, tmp_path, nowhere) == 10**9 + 300 * 4096
    assert read_room(device, 10**9, nowhere, nowhere) == 10**9
    # A container that may have 500 MB, has 300 MB, and 100 MB of them are files that can be read again.
    for name, text in (("max", "500000000\n"), ("current", "300000000\n"), ("stat", "anon 200000000\nfile 100000000\n")):
        (tmp_path / f"memory.{name}").write_text(text)
    assert read_room(device, 10**9, nowhere, tmp_path) == 300 * 10**6
    (tmp_path / "memory.max").write_text("max\n")
    assert read_room(device, 10**9, nowhere, tmp_path) == 10**9
    assert read_room(device, None) is None
    # Elsewhere the kernel says nothing: the process's own account is asked, or nobody.
    assert PeakMemory(device, tmp_path / "nowhere").read() is not None


def test_on_a_gpu_its_own_account_is_asked(monkeypatch) -> None:
    cuda, said = torch.device("cuda"), []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: said.append("empty"))
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda _device: said.append("reset"))
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", lambda _device: 7)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (100, 1000))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _device: 5)
    assert PeakMemory(cuda).read() == 7
    assert said == ["empty", "reset"]
    assert read_room(cuda, None) == 105
