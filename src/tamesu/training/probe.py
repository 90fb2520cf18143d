"""A few steps of a recipe's own training, by the training's own loop, that leave nothing behind: what probes measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Job, Run, RunSpec, run_name
from tamesu.training.checkpoint import Checkpoints
from tamesu.training.job import Machine, make_setup, open_job
from tamesu.training.loop import Progress, Setup, StoppedError, train_network
from tamesu.training.material import Material

# More than any probe takes; it ends by its steps.
EPOCHS = 100_000


class UnmadeRun(Run):
    """A run that has no folder and gets none.

    Args:
        folder: the competition's folder.
        spec: what would decide its results.
        recipe: with every default spelled out.
    """

    def __init__(self, folder: Path, spec: RunSpec, recipe: Recipe) -> None:
        self.path = folder / "runs" / run_name(recipe.name, spec.digest())
        self.spec = spec
        self.recipe = recipe


def open_setup(material: Material, job: Job, machine: Machine) -> Setup:
    """What a job would train with, its network fresh; nothing is read from the job's folder or written there.

    Args:
        material: of the run.
        job: which fold and seed.
        machine: where to compute.

    Raises:
        InputError: the recipe's weights cannot be had.
    """
    nowhere = Checkpoints(material.run.path / "no-job")
    setup = make_setup(material, job, machine, open_job(material, job, machine.device), nowhere)
    return replace(
        setup,
        recipe=setup.recipe.vary({"epochs": EPOCHS}),
        # Guards only watch; a probe has nobody to tell.
        guards=None,
        save=lambda _progress: None,
        due=lambda: False,
        validate=lambda _network: ({}, {}),
        report=lambda _record: None,
        tick=lambda _position: None,
    )


def train_briefly(setup: Setup, note: Callable[[float], bool], rate: Callable[[], float] | None = None) -> None:
    """Train until the loss of a step says that it is enough.

    Args:
        setup: from `open_setup`.
        note: is told each optimizer step's loss, the weighted sum of its terms before balance, measured before the step;
            returns whether to end. It is told of the first loss that is no number, too.
        rate: the learning rate of the step to come; the recipe's own when None.
    """
    progress = Progress()
    weights = torch.tensor(setup.terms.weights, device=setup.device)
    base = float(setup.optimizer.param_groups[0]["base_lr"])
    accumulate = setup.recipe.accumulate

    def stop() -> bool:
        first = progress.step - 1 - (progress.step - 1) % accumulate
        return note(float((progress.losses[first : progress.step] @ weights).mean()))

    def factor(_position: float, _epochs: int, _history: list[float]) -> float:
        return 1.0 if rate is None else rate() / base

    try:
        train_network(replace(setup, stop=stop, factor=factor), progress)
    except StoppedError:
        return
