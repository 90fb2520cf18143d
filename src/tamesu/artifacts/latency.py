"""Latency: how long a run's network takes for one image, on the machines where that was measured; `runs/<run>/latency.json`.

Times of different machines do not compare, so each stands with the facts of its machine, and is read back for that one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tamesu.artifacts.files import read_sealed, write_sealed
from tamesu.errors import DamagedError

FILE = "latency.json"
# Passes of one network on an idle machine differ by a few per cent.
WANDERS = 1.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a time was measured; times of one place compare.

    Attributes:
        device: `cpu`, `cuda`, `mps`.
        name: of the processor or the GPU.
        threads: torch computed with on a CPU.
        torch: its version.
    """

    device: str
    name: str
    threads: int
    torch: str


@dataclass(frozen=True, slots=True)
class Latency:
    """One image through one network of a run, as it is fed in inference, again and again.

    Attributes:
        place: where.
        job: digest of the job whose network it was.
        median_ms, p90_ms: of the passes timed, milliseconds.
        passes: timed, after those that warm up.
        precision: `fp32` or `bf16`, as in training.
        size_px: side of the image.
        views: how often each image is looked at (test-time augmentation).
        networks: of the run: folds × repeats × seeds.
        parameters: numbers learned.
        weights_mib: of all parameters and buffers, MiB.
    """

    place: Place
    job: str
    median_ms: float
    p90_ms: float
    passes: int
    precision: str
    size_px: int
    views: int
    networks: int
    parameters: int
    weights_mib: float

    @property
    def image_ms(self) -> float:
        """Of one image with all its views, by one network: what the CV score was reached with."""
        return self.median_ms * self.views

    @property
    def wanders(self) -> bool:
        """Whether passes differ so much that the machine was busy with something else."""
        return self.p90_ms > WANDERS * self.median_ms


def read_latencies(run: Path) -> list[Latency]:
    """What was measured of a run, one a place; nothing where the file is missing or not ours.

    Args:
        run: its folder.
    """
    try:
        found = read_sealed(run / FILE)
        return [Latency(**(one | {"place": Place(**one["place"])})) for one in found["latencies"]]
    except (DamagedError, TypeError, KeyError):
        return []


def keep_latency(run: Path, latency: Latency) -> None:
    """Keep a measurement beside those of other places, in the stead of an older one of its own."""
    others = [one for one in read_latencies(run) if one.place != latency.place]
    write_sealed(run / FILE, {"latencies": [asdict(one) for one in sort_places([*others, latency])]})


def sort_places(latencies: Sequence[Latency]) -> list[Latency]:
    """In the order of their places, so that equal files are equal bytes."""
    return sorted(latencies, key=lambda one: (one.place.device, one.place.name, one.place.threads, one.place.torch))
