"""A probe trains exactly as a job does, and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from tamesu.artifacts.journal import read_journal
from tamesu.training.job import Machine, run_job
from tamesu.training.probe import UnmadeRun, open_setup, train_briefly

CPU = Machine(torch.device("cpu"), "fp32")


def see(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


@pytest.mark.parametrize("accumulate", [1, 2])
def test_the_steps_of_a_probe_are_those_of_the_training(open_job, accumulate: int) -> None:
    material, job = open_job(schedule="constant", epochs=2, accumulate=accumulate)
    before = see(material.run.path)
    losses: list[float] = []
    # 24 rows in batches of 8: three steps an epoch, or two with two batches to a step.
    steps = 2 * (3 if accumulate == 1 else 2)

    def note(loss: float) -> bool:
        losses.append(loss)
        return len(losses) == steps

    train_briefly(open_setup(material, job, CPU), note)
    assert see(material.run.path) == before
    run_job(material, job, CPU)
    records = read_journal(material.run.job_path(job) / "journal.jsonl").records
    trained = [record["train_loss"]["kind"] + 0.1 * record["train_loss"]["size"] for record in records]
    half = steps // 2
    # With two batches to a step the second step of an epoch has one batch alone.
    shares = [1 / 3] * 3 if accumulate == 1 else [2 / 3, 1 / 3]
    told = [sum(share * loss for share, loss in zip(shares, losses[i : i + half], strict=True)) for i in (0, half)]
    assert told == pytest.approx(trained, rel=1e-5)


def test_the_rate_of_a_step_is_the_one_that_is_given(open_job) -> None:
    material, job = open_job(layer_decay=0.5)
    setup = open_setup(material, job, CPU)
    seen, rates = [], iter([1e-5, 1e-3, 0.1])

    def note(_loss: float) -> bool:
        groups = setup.optimizer.param_groups
        seen.append((max(group["lr"] for group in groups), min(group["lr"] / group["lr_scale"] for group in groups)))
        return len(seen) == 3

    train_briefly(setup, note, lambda: next(rates))
    assert [pair[0] for pair in seen] == pytest.approx([1e-5, 1e-3, 0.1])
    assert [pair[1] for pair in seen] == pytest.approx([1e-5, 1e-3, 0.1])


def test_a_loss_that_is_no_number_is_told(open_job) -> None:
    material, job = open_job()
    losses: list[float] = []

    def note(loss: float) -> bool:
        losses.append(loss)
        return loss != loss or len(losses) > 30

    train_briefly(open_setup(material, job, CPU), note, lambda: 1e30)
    assert losses[0] == losses[0]
    assert losses[-1] != losses[-1] or losses[-1] > 1e6


def test_an_unmade_run_has_the_name_of_the_run_and_no_folder(open_job) -> None:
    material, _ = open_job()
    run = material.run
    unmade = UnmadeRun(run.folder, run.spec, run.recipe)
    assert unmade.path == run.path
    assert unmade.folder == run.folder
    assert [job.name for job in unmade.jobs()] == [job.name for job in run.jobs()]
    assert json.dumps(unmade.folds.ids) == json.dumps(run.folds.ids)
