"""One job from its name to its files: set up, train, predict, write; or go on where a killed one stood."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from safetensors.torch import load, save
from torch import nn

from tamesu.artifacts.files import write_bytes
from tamesu.artifacts.journal import Journal
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.run import Job, JobResult, Run
from tamesu.augmentations.random import make_key
from tamesu.errors import FolderGoneError
from tamesu.optimizers import build_optimizer, make_groups
from tamesu.schedules import SCHEDULES
from tamesu.training.batches import choose_rows, order_rows
from tamesu.training.checkpoint import (
    Checkpoints,
    flatten_optimizer,
    load_named_state,
    named_state,
    restore_optimizer,
    separate,
)
from tamesu.training.columns import FittedColumns, read_fitted
from tamesu.training.fold import FoldRows, LossMeter, Scales, divide_rows, find_rates, finite, predict_source, score_fold
from tamesu.training.loop import DivergedError, Progress, Setup, make_average, train_network
from tamesu.training.material import Material, Source
from tamesu.training.network import Network, build_network
from tamesu.training.objective import Objective, make_objective
from tamesu.training.precision import Precision, make_autocast
from tamesu.training.twin import find_twin


@dataclass(frozen=True, slots=True)
class Machine:
    """What a job computes on, and whom it tells.

    Attributes:
        device: where the network is.
        precision: fp32 or bf16, one for the whole run.
        stop: whether somebody asked us to stop.
        tick: takes (position in epochs, a few words or "") after each step.
    """

    device: torch.device
    precision: Precision
    stop: Callable[[], bool] = lambda: False
    tick: Callable[[float, str], None] = lambda _done, _note: None

    @property
    def autocast(self) -> Callable[[], Any]:
        """The context in which the network runs."""
        return make_autocast(self.precision, self.device)


def run_job(material: Material, job: Job, machine: Machine) -> JobResult:
    """Train one fold with one seed and write its files; return its result at once when it is done already.

    Args:
        material: what the run's jobs read.
        job: which fold and seed.
        machine: where to compute.

    Raises:
        BusyError: another process works on this very job.
        StoppedError: somebody asked us to stop; a checkpoint has been written.
        FolderGoneError: the run's folder was removed while we worked.
        InputError: the recipe's weights cannot be had.
    """
    run = material.run
    path = run.job_path(job)
    if not run.path.is_dir():
        # A folder that was removed while we worked is not made again behind the user's back.
        raise FolderGoneError(f"{run.path} is gone")
    path.mkdir(parents=True, exist_ok=True)
    with hold_lock(path / "job.lock"):
        done = run.result(job)
        if done is not None:
            return done
        opened = open_job(material, job, machine.device)
        rows, network = opened.rows, opened.network
        checkpoints = Checkpoints(path)
        setup = make_setup(material, job, machine, opened, checkpoints)
        progress = restore(checkpoints, setup, opened.objective)
        twin = find_twin(run, job) if run.recipe.tta and progress.epoch + progress.step == 0 else None
        files: dict[str, str] = {}
        score, diverged = None, None
        try:
            if twin is None:
                train_network(setup, progress)
            else:
                take_weights(network if setup.average is None else setup.average.module, path, *twin)
        except DivergedError as error:
            diverged = {"epoch": error.epoch + 1, "step": error.step + 1}
        else:
            trained = network if setup.average is None else setup.average.module
            files, score = write_outputs(material, job, machine, rows, trained, progress)
        unreadable = int((~material.train.images.readable[rows.val]).sum())
        counts = {"train": len(rows.train), "val": len(rows.val), "left_out": len(rows.left_out), "val_unreadable": unreadable}
        result = JobResult(run.job_digest(job), files, counts, score, diverged)
        run.write_result(job, result)
        checkpoints.clear()
        return result


@dataclass(frozen=True, slots=True)
class Opened:
    """What a job begins with, on its device.

    Attributes:
        rows: of its fold.
        network: with its first weights.
        objective: what it trains for.
    """

    rows: FoldRows
    network: Network
    objective: Objective


def open_job(material: Material, job: Job, device: torch.device) -> Opened:
    """Rows, fresh network and objective of a job; nothing is read from its folder or written there.

    Raises:
        InputError: the recipe's weights cannot be had.
    """
    rows = divide_rows(material, job)
    network = make_network(material.run, job, columns=rows.columns).to(device)
    return Opened(rows, network, make_objective(material, rows, network, device))


def take_weights(network: nn.Module, path: Path, twin: Run, job: Job) -> None:
    """Load what the same job of a twin run trained, and keep its journal as one's own."""
    weights = load(twin.read_file(job, "weights.safetensors"))
    load_named_state(network, {f"network.{name}": tensor for name, tensor in weights.items()}, "network")
    journal = twin.job_path(job) / "journal.jsonl"
    if journal.exists():
        write_bytes(path / "journal.jsonl", journal.read_bytes())


def make_network(run: Run, job: Job, pretrained: bool = True, columns: FittedColumns | None = None) -> Network:
    """The run's network with the job's own first weights: a function of (seed, repeat, fold)."""
    torch.manual_seed(make_key("network", job.seed, job.repeat, job.fold))
    return build_network(run.recipe, run.spec.targets, folder=run.folder, pretrained=pretrained, columns=columns)


def make_setup(material: Material, job: Job, machine: Machine, opened: Opened, checkpoints: Checkpoints) -> Setup:
    """Everything the loop needs, built from the recipe."""
    recipe = material.run.recipe
    rows, network, objective = opened.rows, opened.network, opened.objective
    schedule = SCHEDULES.build(recipe.schedule.name, recipe.schedule.options)
    weight_decay = float(recipe.optimizer.options.get("weight_decay") or 0.0)
    groups = make_groups(
        # One stage, where all learn alike: a fused step costs per group.
        network.stages() if recipe.layer_decay < 1 else [list(network.parameters())],
        weight_decay=weight_decay,
        layer_decay=recipe.layer_decay,
        never_decayed=network.undecayed_parameters(),
    )
    beside = objective.modules()
    if own := [parameter for parameter in beside.parameters() if parameter.requires_grad]:
        groups += make_groups([own], never_decayed=own)
    optimizer = build_optimizer(recipe.optimizer.name, recipe.optimizer.options, groups)
    average = make_average(network, recipe.ema)
    journal = Journal(checkpoints.folder / "journal.jsonl")
    written = {record["epoch"] for record in journal.records}

    def save_progress(progress: Progress) -> None:
        tensors, scalars = flatten_optimizer(optimizer)
        tensors |= dict(named_state(network, "network")) | dict(named_state(beside, "beside"))
        if average is not None:
            tensors |= dict(named_state(average, "average"))
        tensors["losses"] = progress.losses
        about = {"epoch": progress.epoch, "step": progress.step, "history": progress.history, "optimizer": scalars}
        checkpoints.write(tensors, about)

    def validate(model: nn.Module) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        meter = LossMeter(objective.terms, objective.labels, machine.device)
        outputs = predict_source(
            material, rows, material.train, rows.val, model, machine.device, machine.autocast, material.views[:1], meter.watch
        )
        score = finite(score_fold(material, rows, outputs))
        return outputs, {"val_loss": meter.take(), "val_score": score, "peak_memory_mib": peak_memory_mib(machine.device)}

    def report(record: dict[str, Any]) -> None:
        # An epoch done before a kill and once more after it says the same; it is written once.
        if record["epoch"] not in written:
            journal.append(record)
        machine.tick(record["epoch"], describe_epoch(record, material.run.spec.metric.name))

    return Setup(
        identity=(job.seed, job.repeat, job.fold),
        recipe=recipe,
        network=network,
        average=average,
        optimizer=optimizer,
        pixels=material.train.pixels,
        plan=material.plan,
        train_rows=rows.train,
        terms=objective.terms,
        balance=objective.balance,
        guards=objective.guards,
        labels=objective.labels,
        numbers=None if rows.numbers is None else torch.from_numpy(rows.numbers).to(machine.device),
        rates=find_rates(material, rows),
        factor=schedule.factor,
        autocast=machine.autocast,
        device=machine.device,
        save=save_progress,
        due=checkpoints.due,
        stop=machine.stop,
        validate=validate,
        report=report,
        tick=lambda position: machine.tick(position, ""),
    )


def restore(checkpoints: Checkpoints, setup: Setup, objective: Objective) -> Progress:
    """Where the job stands: at its newest whole checkpoint, loaded into the setup, or at the start."""
    found = checkpoints.read()
    if found is None:
        return Progress()
    tensors, about = found
    load_named_state(setup.network, tensors, "network")
    load_named_state(objective.modules(), tensors, "beside")
    if setup.average is not None:
        load_named_state(setup.average, tensors, "average")
    restore_optimizer(setup.optimizer, tensors, about["optimizer"])
    return Progress(about["epoch"], about["step"], about["history"], tensors["losses"].to(setup.device))


def write_outputs(
    material: Material, job: Job, machine: Machine, rows: FoldRows, network: nn.Module, progress: Progress
) -> tuple[dict[str, str], float | None]:
    """Predict, and write a finished job's files.

    Returns:
        SHA-256 by file name, and the fold's score (None when undefined).
    """
    path = material.run.job_path(job)

    def predict(source: Source, indices: np.ndarray) -> dict[str, np.ndarray]:
        return predict_source(material, rows, source, indices, network, machine.device, machine.autocast, material.views)

    # The last validation looked at the plain view alone.
    told = progress.outputs if len(material.views) == 1 else None
    oof = told if told is not None else predict(material.train, rows.val)
    files = {"oof.npz": write_predictions(path / "oof.npz", material.train, rows.val, oof)}
    if material.test is not None:
        everything = np.arange(len(material.test.rows.ids))
        outputs = predict(material.test, everything)
        files["test.npz"] = write_predictions(path / "test.npz", material.test, everything, outputs)
    weights = separate(network.state_dict())
    files["weights.safetensors"] = write_bytes(path / "weights.safetensors", save(weights, describe_inputs(rows)))
    files["inputs.png"] = write_bytes(path / "inputs.png", draw_inputs(material, job, rows))
    return files, finite(score_fold(material, rows, oof))


def describe_inputs(rows: FoldRows) -> dict[str, str]:
    """What stands beside the weights: the scales of values, and how columns become numbers."""
    said = {"scales": json.dumps(plain_scales(rows.scales))}
    return said if rows.columns is None else said | {"columns": json.dumps(rows.columns.plain(), ensure_ascii=False)}


def plain_scales(scales: Scales) -> dict[str, list[Any]]:
    """Scales as JSON holds them: numbers, or lists of one number per column."""
    return {name: [np.asarray(one).tolist() for one in scale] for name, scale in scales.items()}


def write_predictions(path: Any, source: Source, indices: np.ndarray, outputs: dict[str, np.ndarray]) -> str:
    """Write predictions of some rows; returns the SHA-256."""
    ids = tuple(source.rows.ids[index] for index in indices)
    return write_bytes(path, Predictions(ids, outputs, ~source.images.readable[indices]).to_bytes())


def load_network(run: Run, job: Job) -> tuple[Network, dict[str, tuple[Any, Any]]]:
    """A finished job's network, and the scales of its value targets.

    Raises:
        DamagedError: the job is not finished or its weights are not what was written.
    """
    content = run.read_file(job, "weights.safetensors")
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")]).get("__metadata__", {})
    columns = read_fitted(json.loads(header.get("columns", "null")))
    network = make_network(run, job, pretrained=False, columns=columns)
    weights = {f"network.{name}": tensor for name, tensor in load(content).items()}
    load_named_state(network, weights, "network")
    scales = json.loads(header.get("scales", "{}"))
    return network, {name: (np.asarray(mean), np.asarray(std)) for name, (mean, std) in scales.items()}


def draw_inputs(material: Material, job: Job, rows: FoldRows, count: int = 16) -> bytes:
    """A contact sheet of the first training images exactly as the network saw them in the first epoch, as PNG."""
    key = make_key("epoch", job.seed, job.repeat, job.fold, 0)
    pixels = material.train.pixels
    shown = order_rows(choose_rows(rows.train, find_rates(material, rows), pixels, key), pixels, key)[:count]
    images = pixels.make_batch(shown, material.plan, key).images.numpy()
    columns = max(1, min(8, len(images)))
    lines = -(-len(images) // columns)
    size = material.run.recipe.image.size
    sheet = np.zeros((lines * size, columns * size, 3), dtype=np.uint8)
    for place, image in enumerate(images):
        y, x = place // columns * size, place % columns * size
        sheet[y : y + size, x : x + size] = image
    return bytes(cv2.imencode(".png", sheet[:, :, ::-1])[1])


def describe_epoch(record: dict[str, Any], metric: str) -> str:
    """A finished epoch in a few words."""
    score = "undefined" if record["val_score"] is None else f"{record['val_score']:.4f}"
    return f"loss {sum(record['train_loss'].values()):.3f}, val {metric} {score}"


def peak_memory_mib(device: torch.device) -> int:
    """The most memory used so far: of the GPU, or of this process on the CPU; MiB."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) // 2**20
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used // 2**20 if sys.platform == "darwin" else used // 2**10
