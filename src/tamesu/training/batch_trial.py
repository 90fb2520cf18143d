"""What a batch of a given size costs: steps of a recipe's own training at that size, their memory and their speed."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from tamesu.artifacts.run import Job
from tamesu.training.job import Machine
from tamesu.training.material import Material
from tamesu.training.probe import open_setup, train_briefly

# The first step finds its kernels and takes its memory; the others are timed.
STEPS = 3
# What torch and the libraries below it say when memory runs out, beside OutOfMemoryError.
OUT_OF_MEMORY = ("out of memory", "ALLOC_FAILED", "can't allocate memory", "bad_alloc")


@dataclass(frozen=True, slots=True)
class Cost:
    """What some steps at one batch size took.

    Attributes:
        images_per_s: trained on, their making included; None when memory ran out or it was stopped.
        peak_bytes: the most memory used: of the GPU by this process, or by this process altogether on the CPU; None when
            unknown.
        fits: whether the steps could be taken.
    """

    images_per_s: float | None
    peak_bytes: int | None
    fits: bool


def try_batch(material: Material, job: Job, machine: Machine, size: int) -> Cost:
    """Take a few optimizer steps of one batch each, from a fresh start.

    Args:
        material: of the run.
        job: which fold and seed.
        machine: where to compute; asked after each step whether to stop.
        size: images in a batch; rows are repeated where the fold has fewer.

    Raises:
        InputError: the recipe's weights cannot be had.
    """
    peak = PeakMemory(machine.device)
    try:
        times = time_steps(material, job, machine, size)
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        return Cost(None, peak.read(), fits=False)
    finally:
        # A network and its optimizer stand in circles of references; the next trial needs their memory.
        gc.collect()
        if machine.device.type == "cuda":
            torch.cuda.empty_cache()
    seconds = times[-1] - times[0]
    speed = size * (len(times) - 1) / seconds if len(times) > 1 and seconds > 0 else None
    return Cost(speed, peak.read(), fits=True)


def time_steps(material: Material, job: Job, machine: Machine, size: int) -> list[float]:
    """When each step was through, in seconds of the clock."""
    setup = open_setup(material, job, machine)
    setup = replace(
        setup,
        recipe=setup.recipe.vary({"batch_size": size, "accumulate": 1}),
        train_rows=np.resize(setup.train_rows, size * STEPS),
        rates=None,
    )
    times: list[float] = []

    def note(_loss: float) -> bool:
        # Reading the loss has waited for the device.
        times.append(time.perf_counter())
        return len(times) >= STEPS or machine.stop()

    train_briefly(setup, note)
    return times


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out.

    Examples:
        >>> is_out_of_memory(RuntimeError("MPS backend out of memory")), is_out_of_memory(RuntimeError("shapes differ"))
        (True, False)
    """
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(text in str(error) for text in OUT_OF_MEMORY)


class PeakMemory:
    """The most memory used since it was made.

    Args:
        device: of the memory; on others than CUDA it is this process's.
        process: the kernel's folder about this process.
    """

    def __init__(self, device: torch.device, process: Path = Path("/proc/self")) -> None:
        self.device = device
        self.process = process
        if device.type == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(device)
            return
        # Have the kernel forget the peak so far. Where it may not, peaks still grow with the size of the batch.
        with contextlib.suppress(OSError):
            (process / "clear_refs").write_text("5")

    def read(self) -> int | None:
        """In bytes; None where the system does not say."""
        if self.device.type == "cuda":
            return int(torch.cuda.max_memory_reserved(self.device))
        try:
            lines = dict(line.split(":", 1) for line in (self.process / "status").read_text().splitlines())
            return int(lines["VmHWM"].split()[0]) << 10
        except (OSError, ValueError, KeyError):
            pass
        try:
            import resource
        except ImportError:
            return None
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used if sys.platform == "darwin" else used << 10


def read_room(
    device: torch.device,
    available_bytes: int | None,
    process: Path = Path("/proc/self"),
    group: Path = Path("/sys/fs/cgroup"),
) -> int | None:
    """How much memory this process may have in all, its own included; None where the system does not say.

    Args:
        device: of the memory.
        available_bytes: that processes could still take on this machine; None when unknown.
        process: the kernel's folder about this process.
        group: the kernel's folder about this container.
    """
    if device.type == "cuda":
        torch.cuda.empty_cache()
        free, _ = torch.cuda.mem_get_info(device)
        return int(free + torch.cuda.memory_reserved(device))
    if device.type != "cpu" or available_bytes is None:
        return None
    if (left := read_left_bytes(group)) is not None:
        available_bytes = min(available_bytes, left)
    try:
        pages = int((process / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return available_bytes
    return available_bytes + pages * os.sysconf("SC_PAGE_SIZE")


def read_left_bytes(group: Path) -> int | None:
    """What a container may still take, what only files fill included; None where it has no bound.

    Args:
        group: the kernel's folder about it.
    """
    try:
        bound, used = (int((group / f"memory.{name}").read_text()) for name in ("max", "current"))
        told = dict(line.split(" ", 1) for line in (group / "memory.stat").read_text().splitlines())
        return max(0, bound - used + int(told["file"]))
    except (OSError, ValueError, KeyError):  # no such file, or "max": no bound was set
        return None
