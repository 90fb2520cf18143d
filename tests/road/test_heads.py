"""Heads of every sort over targets of every sort: trained, stopped and resumed, it ends in the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
import yaml
from tests.tiny import RECIPE, write_competition

from tamesu.artifacts.journal import read_journal
from tamesu.artifacts.run import Job
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.training.checkpoint import Checkpoints
from tamesu.training.job import Machine, run_job
from tamesu.training.loop import StoppedError
from tamesu.training.material import Material

CPU = Machine(torch.device("cpu"), "fp32")
RESULTS = ("oof.npz", "test.npz", "weights.safetensors", "inputs.png", "result.json")

TARGETS: dict[str, Any] = {
    "seg": {"kind": "mask", "mask": "data/mask/{id}.png", "labels": ["地", "体"], "values": [1, 2], "unknown": [255]},
    "depth": {"kind": "map", "mask": "data/depth/{id}.png", "scale": 0.001, "unknown": [0]},
    "nose": {"kind": "points", "columns": ["x", "y"]},
    "xy": {"kind": "value", "columns": ["x", "y"]},
    "share": {"kind": "soft", "columns": ["s1", "s2", "s3"]},
    "grade": {"kind": "ordinal", "column": "grade", "labels": ["low", "mid", "high"]},
    "velocity": {"kind": "value", "derive": {"difference": {"of": "g", "order": "frame", "within": "video"}}},
    "g": {"kind": "value", "column": "g"},
    "bin": {"kind": "ordinal", "derive": {"bins": {"of": "velocity", "count": 3}}},
    "attr": {
        "kind": "multilabel",
        "derive": {"attributes": {"of": "kind", "table": "data/attr.csv", "columns": ["耳", "tail"]}},
    },
    "area": {"kind": "value", "derive": {"area": {"of": "seg"}}},
    "seen": {"kind": "multilabel", "derive": {"presence": {"of": "seg", "least": 0.2}}},
    "heat": {"kind": "map", "derive": {"heat_map": {"of": "nose"}}},
}

HEADS: dict[str, Any] = {
    "seg": {"loss": "cross_entropy", "weight": 0.2},
    "kind": {"loss": "cross_entropy"},
    "again": {"target": "seg", "loss": "dice", "weight": 0.1, "tap": 3, "decoder": {"linear": {"dropout": 0.1}}},
    "depth": {"loss": "smooth_l1", "weight": 0.1, "tap": 2},
    "size": {"loss": "smooth_l1", "weight": 0.1, "tap": 3},
    "nose": {"loss": "wing", "weight": 0.1, "hidden": 16, "activation": "gelu"},
    "xy": {"loss": "mse", "weight": 0.1, "constraint": {"box": {"low": 0, "high": 24}}},
    "xy_too": {"target": "xy", "loss": "quantile", "weight": 0.1},
    "share": {"loss": "kl_divergence", "weight": 0.1, "pooling": "gem"},
    "grade": {"loss": "coral", "weight": 0.1, "branch": 1},
    "bin": {"loss": "mse", "weight": 0.1},
    "velocity": {"loss": "mse", "weight": 0.1},
    "attr": {"loss": "bce", "weight": 0.1, "pooling": {"multi_head_attention": {"heads": 2, "diversity": 0.1}}},
    "area": {"loss": "mse", "weight": 0.1},
    "seen": {"loss": "bce", "weight": 0.1},
    "heat": {"loss": "mse", "weight": 0.1, "tap": 2},
    "near": {"target": "kind", "loss": "triplet", "weight": 0.1},
    "centre": {"target": "kind", "loss": "center", "weight": 0.01, "hidden": 8},
    "arc": {"target": "kind", "loss": "subcenter_arcface", "weight": 0.1},
}


def write_everything(folder: Path, **changes: Any) -> Path:
    """The tiny competition with a mask, a map, points, shares, grades and sequences beside its classes."""
    write_competition(folder)
    rng = np.random.default_rng(0)
    for part in ("mask", "depth"):
        (folder / "data" / part).mkdir()
    lines = (folder / "data/train.csv").read_text(encoding="utf-8").splitlines()
    rows = [lines[0] + ",x,y,frame,video,g,s1,s2,s3,grade"]
    for row, line in enumerate(lines[1:]):
        mask = np.full((20, 24), 1, np.uint8)
        mask[5:12, 3 : 12 + row % 5] = 2
        mask[0, 0] = 255
        depth = rng.integers(100, 4000, (20, 24)).astype(np.uint16)
        depth[:3] = 0
        if row != 7:
            cv2.imwrite(str(folder / f"data/mask/{row:03d}.png"), mask)
        cv2.imwrite(str(folder / f"data/depth/{row:03d}.png"), depth)
        y = "" if row % 7 == 0 else 4 + row % 11
        shares = [round(float(share), 3) for share in rng.dirichlet([1, 1, 1])[:2]]
        third = round(1 - sum(shares), 3)
        grade = "" if row == 5 else ["low", "mid", "high"][row % 3]
        sequence = f"{row % 12},{row // 12},{rng.normal():.3f}"
        rows.append(f"{line},{3 + row % 9},{y},{sequence},{shares[0]},{shares[1]},{third},{grade}")
    (folder / "data/train.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "data/attr.csv").write_text("種類,耳,tail\n猫,1,0\n犬,0,1\n鳥,0,0\n", encoding="cp932")
    competition = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    competition["targets"] |= {name: target | {"known_in": "train"} for name, target in TARGETS.items()}
    competition["accept"] = ["TABLE_LABEL_MISSING"]
    competition["symmetries"] = {"horizontal_flip": "allowed"}
    (folder / "competition.yaml").write_text(yaml.safe_dump(competition, allow_unicode=True, sort_keys=False), encoding="utf-8")
    recipe = RECIPE | {
        "image": {"size": 32},
        "heads": HEADS,
        "augmentations": [*RECIPE["augmentations"], "horizontal_flip"],
        "pooling": {"multi_head_attention": {"heads": 2, "join": "mean", "diversity": 0.1}},
        "penalties": [
            {"conservation": {"expression": "(size - velocity - g)**2", "weight": 0.0001}},
            {"edge_smoothness": {"of": "depth"}},
        ],
        "balance": "gradnorm",
        "sampler": "balanced",
        "neck": 24,
        "epochs": 2,
    }
    text = yaml.safe_dump(recipe | changes, sort_keys=False, allow_unicode=True)
    (folder / "recipes/base.yaml").write_text(text, encoding="utf-8")
    return folder


def open_everything(folder: Path, **changes: Any) -> tuple[Material, Job]:
    prepared = prepare(write_everything(folder, **changes), "base")
    run = open_run(prepared)
    return load_material(prepared, run, 0, 2**30, Silent()), run.jobs()[0]


def digests(material: Material, job: Job) -> dict[str, str]:
    path = material.run.job_path(job)
    return {name: hashlib.sha256((path / name).read_bytes()).hexdigest() for name in RESULTS}


def stop_after(steps: int) -> Any:
    asked = [0]

    def stop() -> bool:
        asked[0] += 1
        return asked[0] == steps

    return stop


CHANGES = [{}, {"balance": "uncertainty", "ema": 0.9, "accumulate": 2, "augmentations": ["mixup", "horizontal_flip"]}]


@pytest.mark.slow
@pytest.mark.parametrize("changes", CHANGES, ids=["gradnorm", "uncertainty"])
def test_stopped_at_several_steps_every_head_ends_in_the_same_bytes(tmp_path: Path, changes: dict[str, Any]) -> None:
    material, job = open_everything(tmp_path / "whole", **changes)
    result = run_job(material, job, CPU)
    assert result.diverged is None
    whole = digests(material, job)
    records = read_journal(material.run.job_path(job) / "journal.jsonl").records
    # Heads stand sorted, so `arc` is the first of those that share a pooling; size and grade read elsewhere, attr has its own.
    pooled = {"arc.pooling", "size.pooling", "grade.pooling", "attr.pooling"}
    for record in records:
        assert set(record["train_loss"]) == {*HEADS, *pooled, "conservation", "edge_smoothness"}
        assert all(np.isfinite(list(record["train_loss"].values())))
        assert set(record["guards"]) == set(HEADS) - {"kind"}
        assert set(record["val_loss"]) == set(HEADS) and None not in record["val_loss"].values()
        assert set(record["balance"]) == set(record["train_loss"])
    # What balances the terms has moved.
    assert len(set(records[-1]["balance"].values())) > 4
    for steps in (1, 4):
        broken, same = open_everything(tmp_path / f"stopped-{steps}", **changes)
        with pytest.raises(StoppedError):
            run_job(broken, same, replace(CPU, stop=stop_after(steps)))
        run_job(broken, same, CPU)
        assert digests(broken, same) == whole, steps


def test_a_few_heads_stopped_in_the_second_epoch(tmp_path: Path) -> None:
    """The short form of the test above: a mask, gaps, centres and GradNorm, whose buffers are in the checkpoint."""
    names = ("kind", "seg", "xy", "xy_too", "centre")
    kept = {"heads": {name: HEADS[name] for name in names}, "penalties": [], "pooling": "average", "image": {"size": 16}}
    material, job = open_everything(tmp_path / "whole", **kept)
    run_job(material, job, CPU)
    broken, same = open_everything(tmp_path / "stopped", **kept)
    with pytest.raises(StoppedError):
        run_job(broken, same, replace(CPU, stop=stop_after(5)))
    saved = [name for name in load_newest(broken.run.job_path(same)) if name.startswith("beside.")]
    assert {"beside.balance.weights", "beside.balance.first_losses"} <= set(saved)
    assert any(name.endswith(".centers") for name in saved)
    run_job(broken, same, CPU)
    assert digests(broken, same) == digests(material, job)


def load_newest(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a job's newest checkpoint."""
    found = Checkpoints(path).read()
    assert found is not None
    return found[0]


@pytest.mark.slow
def test_decoders_of_the_library_go_the_whole_road(tmp_path: Path) -> None:
    pytest.importorskip("segmentation_models_pytorch")
    heads = {
        "kind": {"loss": "cross_entropy"},
        "seg": {"loss": "lovasz", "weight": 0.2, "decoder": {"unet": {"stride": 4, "widths": [16, 8]}}},
        "heat": {"loss": "mse", "weight": 0.1, "decoder": {"fpn": {"pyramid": 16, "width": 32}}},
    }
    kept = {"heads": heads, "penalties": [], "epochs": 1, "pooling": "average"}
    material, job = open_everything(tmp_path / "whole", **kept)
    assert run_job(material, job, CPU).diverged is None
    broken, same = open_everything(tmp_path / "stopped", **kept)
    with pytest.raises(StoppedError):
        run_job(broken, same, replace(CPU, stop=stop_after(2)))
    run_job(broken, same, CPU)
    assert digests(broken, same) == digests(material, job)
