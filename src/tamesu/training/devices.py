"""Where to compute, in which number format and with how many threads; decided once per run and remembered."""

from __future__ import annotations

from collections.abc import Callable

import torch

from tamesu.artifacts.environment import read_processor
from tamesu.artifacts.files import digest_of, read_sealed, write_sealed
from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError, Fault, InputError, Where
from tamesu.training.network import build_network
from tamesu.training.precision import Precision, measure_precision


def choose_device(name: str = "auto") -> torch.device:
    """The device to compute on.

    Args:
        name: `auto` takes a CUDA GPU, Apple's GPU or the CPU, in this order; or any name torch knows.

    Raises:
        InputError: no device of this name is here.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        here = "cpu" + (", cuda" if torch.cuda.is_available() else "") + (", mps" if torch.backends.mps.is_available() else "")
        raise InputError(Fault("DEVICE_UNKNOWN", "refuse", Where(key="--device"), {"name": name, "known": here})) from error
    return device


def choose_threads(run: Run, device: torch.device, jobs: int, cores: int, most: int) -> int:
    """How many threads torch uses for each job of a run: as decided when the run began, or few enough for many at once.

    Sums that are shared out to threads round differently, so the number belongs to the run as its precision does.

    Args:
        run: the run to train.
        device: where.
        jobs: how many jobs the run has.
        cores: that may be used.
        most: torch's own number, which the user may have bounded; what runs used that were begun before it was kept.

    Returns:
        On a CPU one thread where every core can have a job of its own, otherwise each job's share of the cores.
    """
    try:
        return int(read_sealed(run.path / "precision.json").get("threads", most))
    except DamagedError:
        pass
    return max(1, min(cores // max(jobs, 1), most)) if device.type == "cpu" else most


def use_threads(count: int) -> int:
    """Have torch compute with `count` threads from now on; returns how many it used before."""
    before = torch.get_num_threads()
    if count != before:
        torch.set_num_threads(count)
    return before


def choose_precision(run: Run, device: torch.device, measuring: Callable[[], None]) -> Precision:
    """The run's precision: as it was decided when it began, as asked for, or as measured.

    The measurement is remembered in `.cache/precision.json` by network, size, batch, threads and machine, so that a baseline
    and its ideas compute alike. The threads torch has been told to use are measured with, and kept beside the answer.

    Args:
        run: the run to train.
        device: where.
        measuring: called before a measurement, which takes a few steps.
    """
    if (decided := read_decided(run)) is not None:
        return decided
    precision = find_precision(run, device, measuring)
    write_sealed(
        run.path / "precision.json", {"precision": precision, "device": device.type, "threads": torch.get_num_threads()}
    )
    return precision


def read_decided(run: Run) -> Precision | None:
    """The precision that was decided when the run began; None before that."""
    try:
        decided: Precision = read_sealed(run.path / "precision.json")["precision"]
    except DamagedError:
        # Missing or damaged: what was decided for this network on this machine is remembered elsewhere.
        return None
    return decided


def find_precision(run: Run, device: torch.device, measuring: Callable[[], None]) -> Precision:
    """The precision of a run, begun or not: as decided, as asked for, or as measured; nothing is written into its folder.

    Args:
        run: the run; it need not have a folder.
        device: where.
        measuring: called before a measurement, which takes a few steps.
    """
    if (decided := read_decided(run)) is not None:
        return decided
    recipe = run.recipe
    if recipe.precision != "auto":
        return recipe.precision
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else read_processor()
    network = [recipe.backbone.name, recipe.image.model_dump(mode="json"), recipe.batch_size, recipe.freeze]
    key = digest_of([network, device.type, name, torch.get_num_threads(), torch.__version__])
    memory = run.folder / ".cache" / "precision.json"
    try:
        known = read_sealed(memory)
    except DamagedError:
        known = {}
    if key not in known:
        measuring()
        built = build_network(recipe, run.spec.targets, folder=run.folder, pretrained=False).to(device)
        known |= {key: measure_precision(built, size_px=recipe.image.size, batch_size=recipe.batch_size, device=device)}
        memory.parent.mkdir(parents=True, exist_ok=True)
        write_sealed(memory, known)
    precision: Precision = known[key]
    return precision
