from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from tamesu.artifacts.journal import read_journal
from tamesu.artifacts.locks import hold_lock
from tamesu.errors import BusyError
from tamesu.training.checkpoint import Checkpoints
from tamesu.training.job import Machine, load_network, make_network, run_job
from tamesu.training.loop import StoppedError

CPU = Machine(torch.device("cpu"), "fp32")
RESULTS = ("oof.npz", "test.npz", "weights.safetensors", "inputs.png", "result.json")


def digests(path: Path) -> dict[str, str]:
    return {name: hashlib.sha256((path / name).read_bytes()).hexdigest() for name in RESULTS}


PLAIN = pytest.param({}, marks=pytest.mark.slow, id="plain")


@pytest.mark.parametrize("changes", [PLAIN, {"ema": 0.9, "accumulate": 2, "clip_grad_norm": 1.0, "schedule": "plateau"}])
def test_stopped_at_any_step_it_ends_in_the_same_bytes(open_job, monkeypatch: pytest.MonkeyPatch, changes) -> None:
    material, job = open_job(name="whole", **changes)
    run_job(material, job, CPU)
    whole = digests(material.run.job_path(job))
    for workers, stop_after in ((0, 1), (2, 3), (1, 5)):
        broken, same = open_job(name=f"stopped-{stop_after}", workers=workers, **changes)
        asked = [0]

        def stop(asked=asked, stop_after=stop_after) -> bool:
            asked[0] += 1
            return asked[0] == stop_after

        with pytest.raises(StoppedError):
            run_job(broken, same, replace(CPU, stop=stop))
        path = broken.run.job_path(same)
        assert not (path / "result.json").exists()
        assert broken.run.state(same) == "stopped"
        run_job(broken, same, CPU)
        assert digests(path) == whole
        assert not list(path.glob("checkpoint*"))
        epochs = [record["epoch"] for record in read_journal(path / "journal.jsonl").records]
        assert epochs == [1, 2, 3]


def test_a_lost_newest_checkpoint_costs_steps_and_no_byte(open_job) -> None:
    material, job = open_job(name="whole")
    run_job(material, job, CPU)
    broken, same = open_job(name="broken")
    path = broken.run.job_path(same)
    count = [0]

    def stop() -> bool:
        count[0] += 1
        return count[0] == 7

    original = Checkpoints.due
    try:
        Checkpoints.due = lambda self: True
        with pytest.raises(StoppedError):
            run_job(broken, same, replace(CPU, stop=stop))
    finally:
        Checkpoints.due = original
    newest = max(path.glob("checkpoint-*.safetensors"))
    newest.write_bytes(newest.read_bytes()[:100])
    run_job(broken, same, CPU)
    assert digests(path) == digests(material.run.job_path(job))


def test_a_finished_job_is_not_touched(open_job) -> None:
    material, job = open_job()
    first = run_job(material, job, CPU)
    before = {path: path.stat().st_mtime_ns for path in material.run.job_path(job).iterdir()}
    assert run_job(material, job, CPU) == first
    after = {path: path.stat().st_mtime_ns for path in material.run.job_path(job).iterdir()}
    assert {p: t for p, t in before.items() if p.name != "job.lock"} == {p: t for p, t in after.items() if p.name != "job.lock"}


def test_the_same_job_twice_at_once_is_refused(open_job) -> None:
    material, job = open_job()
    path = material.run.job_path(job)
    path.mkdir(parents=True)
    with hold_lock(path / "job.lock"), pytest.raises(BusyError):
        run_job(material, job, CPU)


def test_unreadable_rows_are_left_out_of_training_and_kept_flagged_with_the_prior(open_job) -> None:
    material, _ = open_job(broken=(0, 1, 2, 40))
    for job in material.run.jobs():
        result = run_job(material, job, CPU)
        folds = material.folds
        bad_train = [i for i in folds.train_rows(0, job.fold) if i in (0, 1, 2)]
        assert result.rows["left_out"] == len(bad_train)
        assert result.rows["train"] == len(folds.train_rows(0, job.fold)) - len(bad_train)
        oof = material.run.predictions(job, "oof")
        labels = material.train.rows.targets["kind"].values
        used = [i for i in folds.train_rows(0, job.fold) if i not in bad_train]
        shares = np.bincount(labels[used], minlength=3) / len(used)
        for index, row in enumerate(oof.ids):
            assert oof.flagged[index] == (row in ("000", "001", "002"))
            if oof.flagged[index]:
                np.testing.assert_allclose(oof.outputs["kind"][index], shares, rtol=1e-6)
        test = material.run.predictions(job, "test")
        assert test.ids == tuple(f"{i:03d}" for i in range(36, 48))
        assert [row for row, flagged in zip(test.ids, test.flagged, strict=True) if flagged] == ["040"]
        assert all(np.isfinite(values).all() for values in test.outputs.values())


def test_divergence_is_recorded_with_its_step_and_nothing_is_called_a_result(open_job) -> None:
    material, job = open_job(optimizer={"sgd": {"lr": 1e30}}, schedule="constant")
    result = run_job(material, job, CPU)
    assert result.diverged is not None
    assert result.diverged["epoch"] == 1
    assert result.diverged["step"] >= 2
    assert (result.files, result.score) == ({}, None)
    assert material.run.state(job) == "diverged"
    text = (material.run.job_path(job) / "result.json").read_text()
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def test_a_loaded_network_says_what_the_trained_one_said(open_job) -> None:
    material, job = open_job()
    run_job(material, job, CPU)
    network, scales = load_network(material.run, job)
    network.eval()
    test = material.run.predictions(job, "test")
    pixels = material.test.pixels.make_batch(np.arange(12), material.fit, 0).images
    with torch.inference_mode():
        logits = network(pixels)
    np.testing.assert_allclose(torch.softmax(logits["kind"], 1).numpy(), test.outputs["kind"], atol=1e-5)
    mean, std = scales["size"]
    np.testing.assert_allclose(logits["size"].numpy() * std + mean, test.outputs["size"], rtol=1e-5)


def test_first_weights_are_a_function_of_seed_and_fold(open_job) -> None:
    material, job = open_job()
    other = replace(job, seed=1)
    same = make_network(material.run, job).state_dict()
    for name, value in make_network(material.run, job).state_dict().items():
        torch.testing.assert_close(value, same[name], rtol=0, atol=0)
    different = make_network(material.run, other).state_dict()
    assert any(not torch.equal(value, different[name]) for name, value in same.items())


def test_input_sheet_shows_the_first_batch_as_the_network_got_it(open_job) -> None:
    material, job = open_job()
    run_job(material, job, CPU)
    sheet = cv2.imdecode(np.fromfile(material.run.job_path(job) / "inputs.png", np.uint8), cv2.IMREAD_COLOR)
    assert sheet.shape == (32, 128, 3)
    # Each class is one bright channel, so a tile's mean colour tells its class: RGB and not BGR.
    brightest = {int(np.argmax(sheet[:16, x : x + 16, ::-1].reshape(-1, 3).mean(0))) for x in range(0, 128, 16)}
    assert brightest == {0, 1, 2}
