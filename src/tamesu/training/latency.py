"""How long a trained network takes for one image: the median over passes at batch 1, after some that warm up."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn

from tamesu.artifacts.environment import read_processor
from tamesu.artifacts.latency import Latency, Place
from tamesu.artifacts.run import Job, Run
from tamesu.training.devices import find_precision
from tamesu.training.job import load_network
from tamesu.training.loop import evaluating
from tamesu.training.precision import Precision, make_autocast
from tamesu.training.views import make_views

# The first passes find kernels and memory. Many passes while they are cheap, never fewer than a median needs.
WARM, LEAST, MOST, ENOUGH_S = 3, 4, 40, 0.4
# Networks take turns, so that a machine that is busy for a while is so for all of them; so many are in memory at once.
ROUNDS, AT_ONCE = 5, 6


def find_place(device: torch.device) -> Place:
    """This machine, as far as a time depends on it."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else read_processor()
    return Place(device.type, name, torch.get_num_threads(), torch.__version__.partition("+")[0])


def measure_latencies(jobs: Sequence[tuple[Run, Job]], device: torch.device) -> Iterator[tuple[Run, Latency]]:
    """One image through one network of each run, as inference feeds it: uint8 in, logits out, already on the device.

    Args:
        jobs: runs, and of each a job that is done.
        device: where to compute.

    Yields:
        Each run with its time, in the order of `jobs`; nothing is written.

    Raises:
        DamagedError: a job is not done or its weights are not what was written.
    """
    for first in range(0, len(jobs), AT_ONCE):
        part = jobs[first : first + AT_ONCE]
        networks = [load_network(run, job)[0].to(device) for run, job in part]
        precisions = [find_precision(run, device, lambda: None) for run, _ in part]
        seconds: list[list[float]] = [[] for _ in part]
        for _ in range(ROUNDS):
            for (run, _), network, precision, found in zip(part, networks, precisions, seconds, strict=True):
                found += time_passes(network, run.recipe.image.size, precision, device)
        for (run, job), network, precision, found in zip(part, networks, precisions, seconds, strict=True):
            yield run, describe(run, job, network, precision, found, device)


def describe(
    run: Run, job: Job, network: nn.Module, precision: Precision, seconds: Sequence[float], device: torch.device
) -> Latency:
    """What the passes of a network say, with what it is."""
    size = run.recipe.image.size
    states = [*network.parameters(), *network.buffers()]
    return Latency(
        place=find_place(device),
        job=run.job_digest(job),
        median_ms=round(1000 * float(np.median(seconds)), 4),
        p90_ms=round(1000 * float(np.quantile(seconds, 0.9)), 4),
        passes=len(seconds),
        precision=precision,
        size_px=size,
        views=len(make_views(run.recipe.tta, size_px=size, fit=run.recipe.image.fit)),
        networks=len(run.jobs(run.complete_seeds())),
        parameters=sum(one.numel() for one in network.parameters()),
        weights_mib=round(sum(one.numel() * one.element_size() for one in states) / 2**20, 3),
    )


def time_passes(network: nn.Module, size_px: int, precision: Precision, device: torch.device) -> list[float]:
    """Seconds of each pass of a round.

    Args:
        network: images, uint8 (1, size, size, 3), → logits by head.
        size_px: side of the image.
        precision: `fp32` or `bf16`.
        device: where the network is.
    """
    image = torch.randint(0, 256, (1, size_px, size_px, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    columns = getattr(network, "columns", None)
    beside = () if columns is None else (torch.zeros(1, columns.width, device=device),)
    image, autocast, seconds = image.to(device), make_autocast(precision, device), []
    with evaluating(network), autocast():
        for step in range(WARM + MOST):
            wait(device)
            started = time.perf_counter()
            network(image, *beside)
            wait(device)
            if step >= WARM:
                seconds.append(time.perf_counter() - started)
            if len(seconds) >= LEAST and sum(seconds) > ENOUGH_S:
                break
    return seconds


def wait(device: torch.device) -> None:
    """Until what was asked of an accelerator is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
