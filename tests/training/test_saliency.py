"""Where a trained network looks: against Grad-CAM written out by hand, and on a picture with one telling corner."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny import write_competition

from tamesu import workflow
from tamesu.artifacts.run import Run
from tamesu.frozen import find_looked_at
from tamesu.gathering import find_subject, gather_data, gather_facts
from tamesu.images.direct import DirectImages
from tamesu.training.job import load_network
from tamesu.training.roads import LAST
from tamesu.training.saliency import LEVEL, look, measure_saliency


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_competition(tmp_path_factory.mktemp("s") / "c", broken=(1,), epochs=1)
    workflow.train("base", folder=folder, device="cpu")
    return folder


def test_it_is_the_area_of_grad_cam(trained: Path) -> None:
    run = Run(next((trained / "runs").glob("base-*")))
    network = load_network(run, run.jobs()[0])[0].eval()
    images = torch.randint(0, 255, (3, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    sides = look(network, images, "kind")
    for place in range(3):
        seen = network.see(images[place : place + 1])
        last = seen.places[LAST]
        last.retain_grad()
        seen.logits["kind"].max().backward()
        maps, gradient = last.detach().numpy()[0], last.grad.numpy()[0]
        cam = np.maximum(np.einsum("k,khw->hw", gradient.mean((1, 2)), maps), 0)
        if cam.max() == 0:
            assert np.isnan(sides[place])
            continue
        fine = torch.nn.functional.interpolate(torch.tensor(cam)[None, None], size=(64, 64), mode="bilinear")[0, 0].numpy()
        assert sides[place] == pytest.approx(np.sqrt((fine >= LEVEL * fine.max()).mean()), abs=0.02)


def test_each_row_is_asked_of_the_network_that_has_not_seen_it(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = find_subject(trained, (), "en")
    data = gather_data(subject, gather_facts(subject, lambda _done, _note: None))
    run = subject.run
    assert run is not None
    asked: list[str] = []
    true_load = load_network
    monkeypatch.setattr("tamesu.training.saliency.load_network", lambda of, job: asked.append(job.name) or true_load(of, job))
    rows = np.flatnonzero(data.facts.readable[: data.train_rows])[:6]
    images = DirectImages(subject.root, data.paths, data.facts, run.recipe.image.size)
    names = [sha256 or "" for sha256 in data.sha256]
    sides = measure_saliency(run, images, names, rows, data.folds[0][rows], torch.device("cpu"), 0)
    assert asked == [f"r0-f{fold}-s0" for fold in sorted(set(data.folds[0][rows].tolist()))]
    assert sides.shape == (6,)
    # A row that was in no fold is asked of nobody.
    assert np.isnan(measure_saliency(run, images, names, rows[:1], np.array([-1]), torch.device("cpu"), 0)).all()


def test_the_audit_asks_the_newest_run(trained: Path) -> None:
    subject = find_subject(trained, (), "en")
    data = gather_data(subject, gather_facts(subject, lambda _done, _note: None))
    found = find_looked_at(subject, data, torch.device("cpu"))
    assert found is not None and subject.run is not None
    assert found[1] == subject.run.name
    assert len(found[0]) == data.facts.readable[: data.train_rows].sum()
