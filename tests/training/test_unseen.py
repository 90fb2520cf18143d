from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import yaml
from tests.tiny import write_competition

from tamesu.augmentations.planning import make_plan
from tamesu.gathering import find_subject, gather_data, gather_facts
from tamesu.images.direct import DirectImages
from tamesu.preparation import prepare
from tamesu.running import open_run
from tamesu.training.batches import Pixels
from tamesu.training.unseen import BATCH, list_unseen, open_pixels, stream_batches


def test_every_image_of_a_fold_is_shown_once_and_those_in_none_never(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    run = open_run(prepare(folder, "base"))
    folds = np.array([0, 1, -1, 0, 1, 0])
    found = list_unseen(run, 0, folds)
    assert [(job.fold, own.tolist()) for job, own in found] == [(0, [0, 3, 5]), (1, [1, 4])]
    assert all((job.repeat, job.seed) == (0, 0) for job, _ in found)


def test_pictures_are_those_of_their_rows(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    run = open_run(prepare(folder, "base"))
    subject = find_subject(folder, (), "en")
    data = gather_data(subject, gather_facts(subject, lambda _position, _note: None))
    names, size = [sha256 or "" for sha256 in data.sha256], run.recipe.image.size
    images = DirectImages(subject.root, data.paths, data.facts, size)
    rows = np.arange(36)[::-1].copy()
    own = np.arange(36)
    alone = Pixels(images, np.arange(len(names), dtype=np.uint64), size, 0)
    plain = make_plan([], size_px=size, fit=run.recipe.image.fit)
    with open_pixels(run, images, names, 1) as pixels:
        shown = list(stream_batches(run, pixels, rows, own, torch.device("cpu")))
    assert np.concatenate([places for places, _ in shown]).tolist() == own.tolist()
    assert max(len(places) for places, _ in shown) <= BATCH
    for places, batch in shown:
        for place, picture in zip(places, batch.images, strict=True):
            assert torch.equal(picture, alone.make_batch(rows[place : place + 1], plain, 0).images[0])
    alone.close()


def test_only_the_first_repeat_is_asked(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    plain = yaml.safe_load((folder / "competition.yaml").read_text(encoding="utf-8"))
    plain["folds"] = {**plain.get("folds", {}), "repeats": 2}
    (folder / "competition.yaml").write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    run = open_run(prepare(folder, "base"))
    assert run.spec.repeats == 2
    assert [(job.repeat, job.fold) for job, _ in list_unseen(run, 0, np.array([0, 1]))] == [(0, 0), (0, 1)]
