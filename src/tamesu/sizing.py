"""The verb `batch`: the largest batch that fits into the memory at hand, with the recipe's effective batch kept.

On a GPU sizes are tried until its memory runs out. On a CPU that would end other processes too, so a few small sizes are
tried, and how many images fit is reckoned from their peaks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tamesu.artifacts.recipe import Recipe
from tamesu.errors import Fault, InputError, Where
from tamesu.execution.capacity import read_available_bytes
from tamesu.messages.probing import tell
from tamesu.probing import Changes, Probe, open_probe
from tamesu.progress import Reporter, Silent
from tamesu.report.batch_table import format_trials
from tamesu.results.batch_sizes import (
    Memory,
    Trial,
    divide_batch,
    fastest_enough,
    fit_memory,
    largest_named,
    list_sizes,
    search_largest,
)
from tamesu.results.rate_test import round_rate, write_rate

# Validation takes more than training now and then, and memory falls into pieces.
GPU_MARGIN = 0.1
# A guess from two sizes, and other processes grow.
CPU_MARGIN = 0.2
# On a CPU no size is tried that would take longer than this.
TRIAL_S = 20.0
LEAST_TRIALS = 2
# Optimizers whose step is the gradient times the rate.
PLAIN_STEPS = frozenset({"sgd", "asgd", "nesterov", "momentum", "sgdp"})
GIB, MIB = 2**30, 2**20


@dataclass(frozen=True, slots=True)
class BatchFinding:
    """What `find_batch_size` found.

    Attributes:
        trials: the sizes tried, ascending.
        largest: the largest size that fits, no larger than a fold; 0 when none does.
        room: bytes there are; None when unknown. `margin`: the share of them that is left free.
        memory: how memory grows with the batch; None where every size was tried.
        batch_size, accumulate: the recipe's effective batch in a form that fits; 0 until it is known.
    """

    trials: tuple[Trial, ...]
    largest: int
    room: int | None
    margin: float
    memory: Memory | None = None
    batch_size: int = 0
    accumulate: int = 0


def find_batch_size(
    recipe: str = "base",
    changes: Changes = (),
    *,
    folder: str | Path = ".",
    accept: Sequence[str] = (),
    force: bool = False,
    device: str = "auto",
    reporter: Reporter | None = None,
) -> BatchFinding:
    """The largest batch that fits into the memory at hand, how fast each size is, and the recipe's batch in a form that fits.

    Args:
        recipe: a recipe in `recipes/`, or a path to one.
        changes: to the recipe, as on the command line of `train`.
        folder: the competition's folder.
        accept: codes of questions answered with "use it as it is".
        force: use flips and turns that competition.yaml forbids or does not speak of.
        device: as for `train`.
        reporter: told a table, and the lines to paste.

    Returns:
        What was tried and what fits; `batch_size` × `accumulate` is the recipe's effective batch.

    Raises:
        InputError: any fault in the user's files; BATCH_NONE, not even the smallest batch fits.
        StoppedRunError: somebody asked us to stop; nothing was written.
    """
    reporter, folder = reporter or Silent(), Path(folder)
    with open_probe(folder, recipe, changes, accept, force, device, reporter) as probe:
        wanted = probe.recipe
        probe.say("batch_head", px=wanted.image.size, batch=wanted.batch_size, accumulate=wanted.accumulate)
        finding = expect_sizes(probe) if probe.machine.device.type == "cpu" else try_sizes(probe)
    size, parts = say_batches(finding, probe)
    return replace(finding, batch_size=size, accumulate=parts)


def try_sizes(probe: Probe) -> BatchFinding:
    """Take steps of larger and larger batches until the memory of the device runs out."""
    from tamesu.training.batch_trial import read_room

    room = read_room(probe.machine.device, None)
    trials: dict[int, Trial] = {}
    with probe.reporter.track(tell("batch_running"), 1.0) as move:

        def attempt(size: int) -> bool:
            move(0.5, str(size))
            trials[size] = take_trial(probe, size)
            return trials[size].fits and not is_over(trials[size], room, GPU_MARGIN)

        largest = search_largest(attempt, probe.most)
        if largest < probe.needed and probe.needed not in trials and largest and attempt(probe.needed):
            largest = probe.needed
    return BatchFinding(tuple(trials[size] for size in sorted(trials)), largest, room, GPU_MARGIN)


def expect_sizes(probe: Probe) -> BatchFinding:
    """Take steps of a few small batches, and reckon from their peaks how many images fit into the memory that is free."""
    from tamesu.training.batch_trial import read_room

    room = read_room(probe.machine.device, read_available_bytes())
    trials: list[Trial] = []
    with probe.reporter.track(tell("batch_running"), 1.0) as move:
        for size in (size for size in list_sizes(probe.most) if is_power(size)):
            if len(trials) >= LEAST_TRIALS and not is_worth_trying(trials, size, room):
                break
            move(0.5, str(size))
            trials.append(take_trial(probe, size))
            if not trials[-1].fits:
                break
    peaks = {trial.size: trial.peak_bytes for trial in trials if trial.fits and trial.peak_bytes is not None}
    largest = max((trial.size for trial in trials if trial.fits), default=0)
    memory = fit_memory(list(peaks), list(peaks.values())) if len(peaks) > 1 else None
    if room is not None and memory is not None and trials[-1].fits:
        fitting = min(probe.most, memory.largest(room * (1 - CPU_MARGIN)))
        largest = max(largest_named(fitting), min(fitting, probe.needed))
    return BatchFinding(tuple(trials), largest, room, CPU_MARGIN, memory)


def take_trial(probe: Probe, size: int) -> Trial:
    """Some steps at one batch size.

    Raises:
        StoppedRunError: somebody asked us to stop.
    """
    from tamesu.training.batch_trial import try_batch

    cost = try_batch(probe.material, probe.job, probe.machine, size)
    probe.raise_stopped()
    return Trial(size, cost.images_per_s, cost.peak_bytes, cost.fits)


def is_power(size: int) -> bool:
    """Whether a size is a power of two.

    Examples:
        >>> [size for size in (8, 12, 16) if is_power(size)]
        [8, 16]
    """
    return size & (size - 1) == 0


def is_over(trial: Trial, room: int | None, margin: float) -> bool:
    """Whether a trial's peak takes of the margin that is to stay free."""
    return room is not None and trial.peak_bytes is not None and trial.peak_bytes > room * (1 - margin)


def is_worth_trying(trials: Sequence[Trial], size: int, room: int | None) -> bool:
    """Whether a size is quick enough to be tried on a CPU, and safe by what the sizes before it took.

    Args:
        trials: of smaller sizes, at least two.
        size: the one in question.
        room: bytes this process may have; None when unknown.
    """
    from tamesu.training.batch_trial import STEPS

    speed = trials[-1].images_per_s
    if speed is not None and size * STEPS / speed > TRIAL_S:
        return False
    peaks = [(trial.size, trial.peak_bytes) for trial in trials if trial.peak_bytes is not None]
    if room is None or len(peaks) < LEAST_TRIALS:
        return True
    sizes, bytes_ = zip(*peaks, strict=True)
    return fit_memory(sizes, bytes_).of(size) <= room * (1 - CPU_MARGIN)


def say_batches(finding: BatchFinding, probe: Probe) -> tuple[int, int]:
    """The table, how it was found, and the lines to paste; returns the effective batch as it fits.

    Raises:
        InputError: BATCH_NONE, not even the smallest batch fits.
    """
    probe.reporter.say(format_trials(finding.trials, finding.room, finding.margin))
    if finding.largest < 1:
        values = {"size": min(trial.size for trial in finding.trials), "device": probe.device}
        raise InputError(Fault("BATCH_NONE", "refuse", Where(key="batch_size"), values))
    if finding.room is None:
        probe.say("batch_unsaid")
    elif finding.memory is None:
        probe.say("batch_tried", margin=finding.margin, room=finding.room / GIB)
    else:
        probe.say("batch_expected_how", each=finding.memory.each / MIB, margin=finding.margin, room=finding.room / GIB)
    probe.say("batch_largest", size=finding.largest, rows=probe.most)
    if (enough := fastest_enough((trial.size, trial.images_per_s) for trial in finding.trials)) is not None:
        probe.say("batch_speed", size=enough)
    at_once = probe.needed <= finding.largest
    size, parts = (probe.effective, 1) if at_once else divide_batch(probe.effective, finding.largest)
    probe.say("batch_keep" if at_once else "batch_divide", effective=probe.effective)
    probe.reporter.say(f"    batch_size: {size}\n    accumulate: {parts}")
    if parts > 1:
        probe.say("batch_norm", effective=size * parts, size=size)
    if finding.largest >= 2 * probe.effective:
        probe.say("batch_larger", command=write_larger(probe.recipe))
    return size, parts


def write_larger(recipe: Recipe) -> str:
    """The command that tries twice the effective batch with the rate that goes with it.

    Source: twice for plain gradients: Goyal et al., Accurate, Large Minibatch SGD, 2017, section 2.1; the root of two for
        adaptive steps: Malladi et al., On the SDEs and Scaling Rules for Adaptive Gradient Algorithms, NeurIPS 2022.
    """
    name = recipe.optimizer.name
    changes = [f"batch_size={2 * recipe.batch_size * recipe.accumulate}", "accumulate=1"]
    grows = 2.0 if name in PLAIN_STEPS else math.sqrt(2.0)
    rate = write_rate(round_rate(float(recipe.optimizer.options["lr"]) * grows))
    return f"tamesu try {recipe.name} --coupled {' '.join(changes)} optimizer.{name}.lr={rate}"
