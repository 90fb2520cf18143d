from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from tamesu.training import overfit
from tamesu.training.overfit import PASS_LOSS, memorise


def test_one_image_is_memorised(open_job, tmp_path: Path) -> None:
    material, _ = open_job()
    outcome = memorise(material, 1, torch.device("cpu"))
    assert outcome.passed
    assert outcome.last < PASS_LOSS < outcome.first
    outcome.write_sheet(tmp_path / "sheet.png")
    sheet = cv2.imdecode(np.fromfile(tmp_path / "sheet.png", np.uint8), cv2.IMREAD_COLOR)
    assert sheet.shape == (16, 16, 3)


def test_a_network_that_cannot_learn_fails_and_names_its_rows(open_job, monkeypatch) -> None:
    monkeypatch.setattr(overfit, "STEPS", 10)
    material, _ = open_job(optimizer={"adamw": {"lr": 1e-9, "weight_decay": 0.0}})
    outcome = memorise(material, 2, torch.device("cpu"))
    assert not outcome.passed
    assert outcome.facts()["lr"] == 1e-9
    assert len(outcome.ids) == 2


def test_label_smoothing_and_small_weights_have_no_say(open_job) -> None:
    heads = {"kind": {"loss": {"cross_entropy": {"label_smoothing": 0.2}}, "weight": 0.5}}
    material, _ = open_job(heads=heads)
    assert memorise(material, 1, torch.device("cpu")).passed
