"""The verb `lr`: which learning rate a recipe can take; and what probes before a training share.

A probe takes a few steps of the very training that `train` would do: the same rows of the first fold, start, augmentations,
heads, balance and precision. No run is made, and none that is there is touched.
"""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Job
from tamesu.errors import Fault, InputError, StoppedRunError, Where
from tamesu.messages import choose_language
from tamesu.messages.probing import tell
from tamesu.preparation import prepare
from tamesu.progress import Reporter, Silent
from tamesu.report.rate_chart import write_rate_png
from tamesu.results.rate_test import FIRST_RATE, LAST_RATE, RateCurve, Sweep, make_rates, read_curve, round_rate, write_rate
from tamesu.running import load_material, say_notes
from tamesu.signals import StopRequest, catch_signals

if TYPE_CHECKING:
    from tamesu.training import Machine, Material

CACHE_BYTES = 20 * 2**30
STEPS, LEAST_STEPS = 100, 20
Changes = Sequence[str] | Mapping[str, Any]
# Rates this near each other are one.
SAME_RATE = 1.3


@dataclass(frozen=True, slots=True)
class RateFinding:
    """What `find_lr` found.

    Attributes:
        curve: of the range test.
        own: the recipe's own rate.
        picture: the PNG.
    """

    curve: RateCurve
    own: float
    picture: Path


def find_lr(
    recipe: str = "base",
    changes: Changes = (),
    *,
    folder: str | Path = ".",
    steps: int = STEPS,
    first: float = FIRST_RATE,
    last: float = LAST_RATE,
    accept: Sequence[str] = (),
    force: bool = False,
    device: str = "auto",
    reporter: Reporter | None = None,
) -> RateFinding:
    """The learning-rate range test: a short training whose rate grows from step to step until the loss runs away.

    Args:
        recipe: a recipe in `recipes/`, or a path to one.
        changes: to the recipe, as on the command line of `train`.
        folder: the competition's folder.
        steps: optimizer steps at most.
        first: the rate of the first step.
        last: the rate of the last step.
        accept: codes of questions answered with "use it as it is".
        force: use flips and turns that competition.yaml forbids or does not speak of.
        device: as for `train`.
        reporter: told what the curve says of the recipe's own rate, and what to try.

    Returns:
        The curve, the recipe's rate, and the picture `reports/lr-<recipe>.png`.

    Raises:
        InputError: any fault in the user's files; LR_RANGE, LR_STEPS, LR_NO_CURVE.
        StoppedRunError: somebody asked us to stop; nothing was written.
    """
    if not 0 < first < last:
        raise InputError(Fault("LR_RANGE", "refuse", Where(key="--from"), {"first": first, "last": last}))
    if steps < LEAST_STEPS:
        raise InputError(Fault("LR_STEPS", "refuse", Where(key="--steps"), {"steps": steps, "least": LEAST_STEPS}))
    reporter, folder = reporter or Silent(), Path(folder)
    with open_probe(folder, recipe, changes, accept, force, device, reporter) as probe:
        optimizer = probe.recipe.optimizer
        own = float(optimizer.options["lr"])
        probe.say(
            "lr_head",
            steps=steps,
            batch=probe.effective,
            first=write_rate(first),
            last=write_rate(last),
            optimizer=optimizer.name,
        )
        sweep = run_sweep(probe, steps, first, last)
    try:
        curve = read_curve(sweep.rates, sweep.losses)
    except ValueError as error:
        values = {"steps": len(sweep.losses), "rate": sweep.rates[len(sweep.losses) - 1], "recipe": probe.recipe.name}
        raise InputError(Fault("LR_NO_CURVE", "refuse", Where(key="--from"), values)) from error
    picture = folder / "reports" / f"lr-{probe.recipe.name}.png"
    write_rate_png(curve, picture, own=own, recipe=probe.recipe.name, language=choose_language())
    say_curve(curve, own, probe, sweep)
    reporter.say(tell("wrote", path=picture))
    return RateFinding(curve, own, picture)


@dataclass(frozen=True, slots=True)
class Probe:
    """A recipe opened for a probe.

    Attributes:
        recipe: with every default spelled out.
        changed: whether it is the recipe of the file with changes.
        material: what its jobs would read.
        job: the first.
        machine: where to compute.
        stop: whether somebody asked us to stop.
        reporter: who is told.
    """

    recipe: Recipe
    changed: tuple[str, ...]
    material: Material
    job: Job
    machine: Machine
    stop: StopRequest
    reporter: Reporter

    def say(self, key: str, **values: Any) -> None:
        """Say a phrase; it may name the recipe, the device and the precision."""
        always = {"recipe": self.recipe.name, "device": self.device, "precision": self.machine.precision}
        self.reporter.say(tell(key, **always | values))

    @property
    def device(self) -> str:
        """The device's name."""
        return str(self.machine.device)

    @property
    def most(self) -> int:
        """The rows of the job's fold: no batch is larger."""
        return len(self.material.folds.train_rows(self.job.repeat, self.job.fold))

    @property
    def effective(self) -> int:
        """Images in an optimizer step of the recipe."""
        return self.recipe.batch_size * self.recipe.accumulate

    @property
    def needed(self) -> int:
        """The largest batch that the recipe's effective batch can come to."""
        return min(self.effective, self.most)

    def raise_stopped(self) -> None:
        """End the verb where somebody asked us to.

        Raises:
            StoppedRunError: somebody did.
        """
        if self.stop():
            number = self.stop.number or signal.SIGINT
            raise StoppedRunError(tell("stopped", signal=signal.Signals(number).name), number)


@contextmanager
def open_probe(
    folder: Path, recipe: str, changes: Changes, accept: Sequence[str], force: bool, device: str, reporter: Reporter
) -> Iterator[Probe]:
    """Everything the first job of a recipe would train with; no run is made for it."""
    prepared = prepare(folder, recipe, changes, accept=accept, force=force)
    say_notes(prepared.notes, reporter)
    from tamesu.training import Machine, choose_device
    from tamesu.training.devices import find_precision
    from tamesu.training.probe import UnmadeRun

    place = choose_device(device)
    run = UnmadeRun(folder, prepared.spec, prepared.recipe)
    with catch_signals() as stop:
        # Test rows are for predictions.
        material = load_material(replace(prepared, test=None), run, None, CACHE_BYTES, reporter, stop)
        try:
            machine = Machine(place, find_precision(run, place, lambda: None), stop)
            changed = tuple(changes) if not isinstance(changes, Mapping) else tuple(f"{k}={v}" for k, v in changes.items())
            yield Probe(prepared.recipe, changed, material, run.jobs()[0], machine, stop, reporter)
        finally:
            material.close()


def run_sweep(probe: Probe, steps: int, first: float, last: float) -> Sweep:
    """Train with a growing rate until the loss has run away.

    Raises:
        StoppedRunError: somebody asked us to stop.
    """
    from tamesu.training.probe import open_setup, train_briefly

    sweep = Sweep(make_rates(steps, first, last))
    # Its average of weights has no say in the loss.
    setup = replace(open_setup(probe.material, probe.job, probe.machine), average=None)
    with probe.reporter.track(tell("lr_running"), steps) as move:

        def note(loss: float) -> bool:
            over = sweep.note(loss)
            move(len(sweep.losses), write_rate(round_rate(sweep.rate)))
            return over or probe.stop()

        train_briefly(setup, note, lambda: sweep.rate)
    probe.raise_stopped()
    return sweep


def say_curve(curve: RateCurve, own: float, probe: Probe, sweep: Sweep) -> None:
    """What the curve says of the recipe's rate, and the command that tries another."""
    word = curve.judge(own)
    if word == "flat":
        probe.say("lr_flat", steps=len(sweep.losses))
        return
    said = {name: write_rate(round_rate(getattr(curve, name))) for name in ("suggested", "lower", "upper", "least")}
    said |= {"own": write_rate(own), "last": write_rate(float(sweep.rates[-1]))}
    probe.say("lr_found", **said)
    if curve.breaks is None:
        probe.say("lr_stayed", **said)
    else:
        probe.say("lr_breaks", breaks=write_rate(round_rate(curve.breaks)))
    probe.say(f"lr_{word}", below=curve.lower / own, above=own / curve.upper, **said)
    if (command := write_try(probe, curve, own)) is not None:
        probe.say("lr_try", command=command)


def write_try(probe: Probe, curve: RateCurve, own: float) -> str | None:
    """The command that tries the suggestion and the ends of the range; None where the recipe's own rate is all of them."""
    key = f"optimizer.{probe.recipe.optimizer.name}.lr"
    rates = sorted({curve.suggested, curve.lower, curve.upper})
    new = [write_rate(rate) for rate in rates if max(rate / own, own / rate) > SAME_RATE]
    if not new:
        return None
    others = [change for change in probe.changed if not change.startswith(f"{key}=")]
    if others:
        rate = curve.suggested if write_rate(curve.suggested) in new else float(new[0])
        return shlex.join(["tamesu", "train", probe.recipe.name, *others, f"{key}={write_rate(rate)}"])
    return f"tamesu try {probe.recipe.name} {key}={','.join(new)}"
