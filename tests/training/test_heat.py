"""Heat maps of a run: each picture by the network that has not seen it; a mark that gives the label away is in them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.training.discs import CLASSES, ROWS, SIZE, write_discs

from tamesu import workflow
from tamesu.artifacts.heat import Heat
from tamesu.artifacts.recipe import ColumnInput
from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError, InputError
from tamesu.gathering import Subject, find_subject, gather_data, gather_facts
from tamesu.images.direct import DirectImages
from tamesu.results.audit.data import AuditData
from tamesu.results.heat_findings import judge_heat
from tamesu.results.heat_numbers import measure_heat
from tamesu.training.heat import explain_images
from tamesu.training.heat_objects import find_marked
from tamesu.training.job import load_network


@dataclass(frozen=True)
class Trained:
    """A finished run and what is asked of it."""

    subject: Subject
    data: AuditData
    images: DirectImages

    @property
    def run(self) -> Run:
        """Opened anew, so that a test may change it."""
        assert self.subject.run is not None
        return Run(self.subject.run.path)

    def explain(self, run: Run | None = None, rows: Any = None, **more: Any) -> Heat:
        """Maps of all rows, or of some."""
        rows = np.arange(ROWS) if rows is None else np.asarray(rows, np.int64)
        names = [sha256 or "" for sha256 in self.data.sha256]
        folds = more.pop("folds", self.data.folds[0][rows])
        more = {"methods": ("grad_cam", "attention")} | more
        return explain_images(run or self.run, self.images, names, rows, folds, torch.device("cpu"), 0, **more)


def train(folder: Path, *, marked: bool) -> Trained:
    write_discs(folder, marked=marked)
    workflow.train("base", folder=folder, device="cpu")
    subject = find_subject(folder, (), "en")
    data = gather_data(subject, gather_facts(subject, lambda _done, _note: None))
    return Trained(subject, data, DirectImages(subject.root, data.paths, data.facts, SIZE))


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return train(tmp_path_factory.mktemp("m") / "c", marked=True)


def find_boxes(trained: Trained) -> Callable[..., Any]:
    found = find_marked(trained.subject.train, trained.subject.found.competition.targets, trained.subject.root, trained.images)
    assert found is not None
    return found


def test_a_corner_mark_that_gives_the_label_away_is_in_the_maps_and_the_numbers(marked: Trained) -> None:
    heat = marked.explain(truth=marked.data.codes, find_objects=find_boxes(marked))
    numbers = measure_heat(heat)
    (found,) = [finding for finding in judge_heat(heat, numbers, marked.data.labels) if finding.code == "RUN_HEAT_PLACE"]
    assert found.values["label"] == CLASSES[1]
    assert "top right corner" in found.text("en") and "右上の隅" in found.text("ja")
    code = marked.data.labels.index(CLASSES[1])
    assert set(found.rows) == set(np.flatnonzero(heat.told == code).tolist()) and len(found.rows) >= 14
    # The average map of the class is hottest in that corner, and its network hardly looks at the disc.
    average = next(one for one in numbers.classes if one.code == code).heat
    assert average[: SIZE // 4, -SIZE // 4 :].mean() > 4 * average.mean()
    of_class = heat.told == code
    assert np.nanmedian(numbers.inside["grad_cam"].ratio[of_class]) < 0.5


@pytest.mark.slow
def test_on_clean_data_nothing_is_found(tmp_path: Path) -> None:
    clean = train(tmp_path / "c", marked=False)
    heat = clean.explain(truth=clean.data.codes, find_objects=find_boxes(clean))
    numbers = measure_heat(heat)
    assert judge_heat(heat, numbers, clean.data.labels) == []
    assert np.nanmedian(numbers.inside["grad_cam"].ratio) > 2
    assert (numbers.corners.mean(0) < numbers.corner_area).all()


def test_what_is_told_is_what_the_run_had_told_out_of_fold(marked: Trained) -> None:
    heat = marked.explain()
    oof = marked.run.oof(0, 0).take(list(marked.data.ids[:ROWS])).outputs["kind"]
    assert heat.told.tolist() == oof.argmax(1).tolist()
    np.testing.assert_allclose(heat.probs, oof.max(1), rtol=1e-4)
    pixels = np.stack([marked.images.pixels(row) for row in range(ROWS)])
    np.testing.assert_array_equal(heat.images, pixels)


def test_each_picture_is_asked_of_the_network_that_has_not_seen_it(marked: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    true_load = load_network
    monkeypatch.setattr("tamesu.training.heat.load_network", lambda of, job: asked.append(job.name) or true_load(of, job))
    rows = np.flatnonzero(marked.data.folds[0] == 1)[:3]
    told: list[tuple[int, int]] = []
    heat = marked.explain(rows=[*rows, 0], folds=np.array([1, 1, 1, -1]), progress=lambda done, of: told.append((done, of)))
    assert asked == ["r0-f1-s0"] and told == [(3, 4)]
    assert heat.told[3] == -1 and np.isnan(heat.probs[3])
    assert np.isnan(heat.main[3]).all() and np.isfinite(heat.main[:3]).all()
    assert heat.main[:3].max((1, 2)).tolist() == [1.0] * 3 and heat.main[:3].min() >= 0


def test_objects_lie_where_the_boxes_are(marked: Trained) -> None:
    heat = marked.explain(rows=[4, 9], find_objects=find_boxes(marked))
    with (marked.subject.root / "train.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert heat.objects is not None
    for place, row in enumerate((4, 9)):
        x0, y0, x1, y1 = (int(table[row][name]) for name in ("x0", "y0", "x1", "y1"))
        expected = np.zeros((SIZE, SIZE), bool)
        expected[y0:y1, x0:x1] = True
        np.testing.assert_array_equal(heat.objects[place], expected)
    assert marked.explain(rows=[4]).objects is None


def test_the_truth_has_a_map_where_another_class_was_told(marked: Trained) -> None:
    right = marked.explain(rows=[0, 1])
    truth = np.array([1 - right.told[0], right.told[1]])
    heat = marked.explain(rows=[0, 1], truth=truth)
    assert heat.truth is not None and np.isnan(heat.truth[1]).all()
    assert right.truth is None
    unknown = marked.explain(rows=[0, 1], truth=np.array([-1, -1]))
    assert unknown.truth is not None and np.isnan(unknown.truth).all()


def test_slow_methods_are_for_the_first_and_other_weights_make_other_maps(
    marked: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tamesu.training.heat.SCRAMBLED", 6)
    heat = marked.explain(rows=np.arange(8), methods=("occlusion", "grad_cam"), few=1)
    assert list(heat.maps) == ["grad_cam", "occlusion"] and heat.maps["occlusion"].shape == (8, SIZE, SIZE)
    assert np.isfinite(heat.maps["occlusion"][:, 0, 0]).tolist() == [True] + [False] * 7
    assert [(name, maps.shape) for name, maps in heat.scrambled.items()] == [
        ("grad_cam", (6, SIZE, SIZE)),
        ("occlusion", (6, SIZE, SIZE)),
    ]
    known = heat.scrambled["grad_cam"]
    assert np.isfinite(known[:, 0, 0]).sum() > 3
    assert abs(np.nanmean(measure_heat(heat).scrambled["grad_cam"])) < 0.5
    again = marked.explain(rows=np.arange(8), methods=("grad_cam",))
    np.testing.assert_array_equal(again.scrambled["grad_cam"], known)


def test_what_cannot_be_explained_is_refused(marked: Trained) -> None:
    run = marked.run
    run.spec = run.spec.model_copy(update={"main": "disc"})
    with pytest.raises(InputError) as caught:
        marked.explain(run)
    assert list(caught.value.codes) == ["EXPLAIN_NO_HEAD"]
    run = marked.run
    run.recipe = run.recipe.model_copy(update={"columns": ColumnInput(numeric=["x0"])})
    with pytest.raises(InputError) as caught:
        marked.explain(run)
    assert list(caught.value.codes) == ["EXPLAIN_COLUMNS"]
    run = marked.run
    run.complete_seeds = list  # type: ignore[method-assign]
    with pytest.raises(DamagedError, match="no seed"):
        marked.explain(run)
