"""The loop: one epoch reads top to bottom in `train_network`. No callbacks, no inheritance.

Nothing random is kept as state. Each epoch's order and augmentation, and each step's dropout, are seeded from
(seed, repeat, fold, epoch, step), so a job that is resumed at any step ends in the same bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from tamesu.artifacts.recipe import Recipe
from tamesu.augmentations.plan import Plan
from tamesu.augmentations.random import make_key
from tamesu.training.batches import Pixels, choose_rows, order_rows, split_evenly
from tamesu.training.gradients import GradientNorms
from tamesu.training.guards import Guards, is_watched, measure_norms
from tamesu.training.labels import Labels
from tamesu.training.network import Network
from tamesu.training.terms import Terms


class DivergedError(Exception):
    """The loss is no longer a number."""

    def __init__(self, epoch: int, step: int) -> None:
        super().__init__(f"the loss is not a number at epoch {epoch + 1}, step {step + 1}")
        self.epoch = epoch
        self.step = step


class StoppedError(Exception):
    """Somebody asked us to stop; the state is saved."""


@dataclass(slots=True)
class Progress:
    """Where a job stands; saved with every checkpoint.

    Attributes:
        epoch: epochs finished.
        step: batches done in the epoch that has begun.
        history: mean training loss of each finished epoch.
        losses: float32 (steps, terms), the terms of the epoch that has begun; empty between epochs.
        outputs: what validation said after the last epoch finished in this process.
    """

    epoch: int = 0
    step: int = 0
    history: list[float] = field(default_factory=list)
    losses: Tensor = field(default_factory=lambda: torch.empty(0))
    outputs: dict[str, np.ndarray] | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """What one job trains with; made in `tamesu.training.job`.

    Attributes:
        identity: (seed, repeat, fold): what every random key of the job is made from.
        train_rows: indices of images trained on.
        terms: all terms of the loss.
        balance: makes one total of them.
        guards: measures what auxiliary heads pull at; None where there is one head.
        labels: how labels follow their images.
        numbers: the columns of every training image, on the device; None where the network sees none.
        rates: how often each of `train_rows` is used in an epoch; None for once.
        factor: (position in epochs, epochs, history) → factor on the learning rate.
        autocast: context in which the network runs, chosen precision included.
        save: writes a checkpoint. `due`: whether it is time for one.
        stop: whether somebody asked us to stop.
        validate: scores the network on the validation rows: outputs and a record for the journal.
        report: takes each finished epoch's record. `tick`: takes the position in epochs after each step.
    """

    identity: tuple[int, int, int]
    recipe: Recipe
    network: nn.Module
    average: AveragedModel | None
    optimizer: torch.optim.Optimizer
    pixels: Pixels
    plan: Plan
    train_rows: np.ndarray
    terms: Terms
    balance: Any
    guards: Guards | None
    labels: Labels
    numbers: Tensor | None
    rates: np.ndarray | None
    factor: Callable[[float, int, list[float]], float]
    autocast: Callable[[], Any]
    device: torch.device
    save: Callable[[Progress], None]
    due: Callable[[], bool]
    stop: Callable[[], bool]
    validate: Callable[[nn.Module], tuple[dict[str, np.ndarray], dict[str, Any]]]
    report: Callable[[dict[str, Any]], None]
    tick: Callable[[float], None]


def train_network(setup: Setup, progress: Progress) -> None:
    """Train from where `progress` stands to the recipe's last epoch.

    Raises:
        DivergedError: the loss became NaN or infinite; noticed at the end of the epoch, with the step.
        StoppedError: `setup.stop()` said so; a checkpoint has been written.
    """
    recipe, network, device, terms = setup.recipe, setup.network, setup.device, setup.terms
    weights = torch.tensor(terms.weights, device=device)
    see, norms = cast(Network, network).see, GradientNorms(recipe.clip_grad_norm)
    while progress.epoch < recipe.epochs:
        epoch, started = progress.epoch, time.perf_counter()
        key = make_key("epoch", *setup.identity, epoch)
        chosen = choose_rows(setup.train_rows, setup.rates, setup.pixels, key)
        batches = split_evenly(order_rows(chosen, setup.pixels, key), recipe.batch_size)
        if progress.step == 0:
            progress.losses = torch.zeros((len(batches), len(weights)), device=device)
        network.train()
        for batch in setup.pixels.stream(batches[progress.step :], setup.plan, key, device):
            step, used = progress.step, setup.pixels.rows_of(batches[progress.step])
            rows = torch.from_numpy(used).to(device, non_blocking=True)
            group = step - step % recipe.accumulate
            position = epoch + group / len(batches)
            set_learning_rate(setup.optimizer, setup.factor(position, recipe.epochs, progress.history))
            torch.manual_seed(make_key("step", *setup.identity, epoch, step))
            moved = setup.labels.follow(used, batch.drawn, batch.owns, device)
            with setup.autocast():
                seen = see(batch.images, None if setup.numbers is None else setup.numbers[rows])
            losses = terms.measure(seen, rows, moved, batch.images)
            total = setup.balance(losses, weights)
            if setup.guards is not None and is_watched(step, len(batches)):
                setup.guards.measure(losses, weights * setup.balance.factors(), seen)
            if setup.balance.needs_gradients:
                setup.balance.step(measure_norms(losses, weights, seen.shared), losses.detach())
            torch.autograd.backward(total / min(recipe.accumulate, len(batches) - group))
            progress.losses[step] = losses.detach()
            progress.step += 1
            if progress.step % recipe.accumulate == 0 or progress.step == len(batches):
                norms.clip(network.parameters(), step // recipe.accumulate, -(-len(batches) // recipe.accumulate))
                setup.optimizer.step()
                setup.optimizer.zero_grad(set_to_none=True)
                terms.step(seen, rows, moved)
                if setup.average is not None:
                    setup.average.update_parameters(network)
                if setup.stop():
                    setup.save(progress)
                    raise StoppedError
                if setup.due():
                    setup.save(progress)
            setup.tick(epoch + progress.step / len(batches))
        train_seconds = time.perf_counter() - started
        means = check_finite(progress.losses, epoch)
        progress.outputs, record = setup.validate(network if setup.average is None else setup.average.module)
        progress.epoch, progress.step, progress.losses = epoch + 1, 0, torch.empty(0)
        progress.history.append(float(means @ weights.cpu()))
        setup.report(
            {
                "epoch": epoch + 1,
                "train_loss": {name: float(mean) for name, mean in zip(terms.names, means, strict=True)},
                "learning_rate": max(group["lr"] for group in setup.optimizer.param_groups),
                "grad_norm": norms.take(),
                "train_seconds": round(train_seconds, 4),
                "seconds": round(time.perf_counter() - started, 4),
                **({"guards": setup.guards.take(terms.names)} if setup.guards is not None else {}),
                **describe_balance(setup.balance, terms.names),
                **record,
            }
        )


def describe_balance(balance: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The factor that each term has beside its weight, for the journal; nothing where all stay 1."""
    if not (balance.needs_gradients or any(True for _ in balance.parameters())):
        return {}
    return {"balance": {name: round(float(factor), 5) for name, factor in zip(names, balance.factors().cpu(), strict=True)}}


def set_learning_rate(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Each group's learning rate: its base × its layer's scale × the schedule's factor."""
    for group in optimizer.param_groups:
        group["lr"] = group["base_lr"] * group.get("lr_scale", 1.0) * factor


def check_finite(losses: Float[Tensor, "steps terms"], epoch: int) -> Float[Tensor, " terms"]:
    """The mean of each term over the epoch, on the CPU.

    Raises:
        DivergedError: a term of some step is NaN or infinite.
    """
    losses = losses.cpu()
    bad = (~torch.isfinite(losses)).any(dim=1).nonzero()
    if len(bad):
        raise DivergedError(epoch, int(bad[0]))
    return losses.double().mean(dim=0).float()


def make_average(network: nn.Module, decay: float) -> AveragedModel | None:
    """The exponential moving average of the weights (buffers included), or None when `decay` is 0."""
    if decay == 0.0:
        return None
    average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return AveragedModel(network, multi_avg_fn=average, use_buffers=True)


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """The network in evaluation mode, without gradients, while the block runs."""
    was_training = network.training
    network.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        network.train(was_training)
