"""The verbs `compare` and `history`, on runs that a pretending trainer left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tamesu import showing
from tamesu.artifacts.files import write_bytes
from tamesu.artifacts.predictions import Predictions
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Job, JobResult, Run
from tamesu.artifacts.verdict import read_ledger, write_verdict
from tamesu.errors import InputError
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import open_run
from tests.ledger import verdict_of
from tests.pretend import noisy, write_job
from tests.tiny import write_competition


class Heard(Silent):
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines += line.splitlines()


def train(folder: Path, changes: list[str], share: float, seeds: int = 1, recipe: str = "base") -> Run:
    prepared = prepare(folder, recipe, changes)
    run = open_run(prepared)
    for job in run.jobs(range(seeds)):
        write_job(run, job, prepared.train[0], share + noisy(run.recipe, job, 0.1))
    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_competition(tmp_path / "tiny")


def test_two_trained_runs_get_a_verdict_from_the_pairs_they_share(folder: Path) -> None:
    first, second = train(folder, [], 0.2, seeds=3), train(folder, ["epochs=5"], 0.9, seeds=2)
    heard = Heard()
    (verdict,) = showing.compare(first.name, [second.name], folder=folder, reporter=heard)
    assert len(verdict.pairs) == 6
    assert verdict.word == "keep"
    assert verdict.changes == {"epochs": 5}
    expected = []
    for pair in verdict.pairs:
        job = Job(str(folder), first.name, pair.repeat, pair.fold, pair.seed)
        rows = len(first.folds.val_rows(pair.repeat, pair.fold))
        shares = [
            round(min(1.0, level + noisy(run.recipe, job, 0.1)) * rows) / rows for level, run in ((0.2, first), (0.9, second))
        ]
        expected.append(max(0.0, shares[1]) - max(0.0, shares[0]))
    assert verdict.gain == pytest.approx(np.mean(expected))
    assert [found.idea for found in read_ledger(folder)[0]] == [verdict.idea]
    assert any(second.name[:8] in line or "epochs" in line for line in heard.lines)


def test_a_run_that_has_collapsed_is_named_beside_its_verdict(folder: Path) -> None:
    first, second = train(folder, [], 0.9, seeds=2), train(folder, ["epochs=5"], 0.9, seeds=2)
    for job in second.jobs([0, 1]):
        said = second.predictions(job, "oof")
        flat = np.tile(np.float32([0.5, 0.3, 0.2]), (len(said.ids), 1))
        sha256 = write_bytes(second.job_path(job) / "oof.npz", Predictions(said.ids, {"kind": flat}, said.flagged).to_bytes())
        second.write_result(job, JobResult(second.job_digest(job), {"oof.npz": sha256}, {}, 0.3))
    heard = Heard()
    showing.compare(first.name, [second.name], folder=folder, reporter=heard)
    (line,) = [line for line in heard.lines if "ADVICE_COLLAPSE" in line]
    assert line.startswith(f"{second.name} kind: collapse to the majority class") and "tamesu" in line


def test_two_runs_have_a_page_of_the_images_on_which_they_differ(folder: Path) -> None:
    first, second = train(folder, [], 0.2, seeds=2), train(folder, ["epochs=5"], 0.9, seeds=2)
    heard = Heard()
    showing.compare(first.name, [second.name], folder=folder, reporter=heard)
    page = folder / "reports" / f"compare-{first.name}-{second.name}.html"
    text = page.read_text(encoding="utf-8")
    counts = [0, 0]
    rows = prepare(folder, "base").train[0]
    known = dict(zip(rows.ids, rows.targets["kind"].values, strict=True))
    for repeat in range(first.spec.repeats):
        sides = [[run.oof(repeat, seed).outputs["kind"] for seed in (0, 1)] for run in (first, second)]
        truth = np.array([known[row] for row in first.oof(repeat, 0).ids])
        before, after = (np.mean(side, axis=0).argmax(axis=1) == truth for side in sides)
        counts = [counts[0] + int((~before & after).sum()), counts[1] + int((before & ~after).sum())]
    assert f"fixed {counts[0]} that" in " ".join(heard.lines) and f"broke {counts[1]} that" in " ".join(heard.lines)
    assert "data:image/jpeg" in text and "猫" in text
    assert page.stat().st_size < 4_000_000


def test_nothing_is_compared_that_is_not_paired(folder: Path) -> None:
    first = train(folder, [], 0.5)
    text = (folder / "competition.yaml").read_text(encoding="utf-8")
    (folder / "competition.yaml").write_text(text.replace("n_splits: 3", "n_splits: 4"), encoding="utf-8")
    second = train(folder, [], 0.5)
    with pytest.raises(InputError) as caught:
        showing.compare(first.name, [second.name], folder=folder)
    assert caught.value.codes == ("COMPARE_FOLDS",)
    with pytest.raises(InputError) as caught:
        showing.compare(first.name, [first.name], folder=folder)
    assert caught.value.codes == ("COMPARE_SELF",)
    assert not (folder / "verdicts").exists()


def test_one_fold_is_too_few(folder: Path) -> None:
    first = train(folder, [], 0.5)
    prepared = prepare(folder, "base", ["epochs=5"])
    second = open_run(prepared)
    write_job(second, second.jobs()[0], prepared.train[0], 0.5)
    with pytest.raises(InputError) as caught:
        showing.compare(first.name, [second.name], folder=folder)
    assert caught.value.codes == ("COMPARE_FEW",)


def test_recipes_differ_in_keys_however_deep() -> None:
    base = Recipe(backbone={"name": "resnet18"}, heads={"a": {"loss": {"name": "bce"}}})
    other = base.vary({"optimizer.adamw.lr": 0.1, "augmentations+": "rotate", "heads.b": {"loss": "mse"}})
    assert showing.differences(base, other) == {
        "augmentations": ["rotate"],
        "heads.b": {"loss": "mse", "weight": 1.0, "dropout": 0.0},
        "optimizer": {"adamw": {"lr": 0.1}},
    }
    assert showing.differences(base, base) == {}


def test_history_is_a_picture_and_a_page(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        showing.history(folder)
    assert caught.value.codes == ("TRY_NO_VERDICT",)
    for day, (name, word) in enumerate({"長く": "keep", "flip": "drop", "ema": "undecided"}.items(), 1):
        write_verdict(folder, verdict_of(name, {"epochs": day + 5}, word, day=day))  # type: ignore[arg-type]
    heard = Heard()
    path = showing.history(folder, reporter=heard)
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 400
    assert any("長く" in line and "0.8200" in line for line in heard.lines)
    page = (folder / "reports" / "verdicts.html").read_text(encoding="utf-8")
    assert all(name in page for name in ("長く", "flip", "ema"))
