"""The race on the disk: who gets pairs, what they cost, and what is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tamesu import trying
from tamesu.allowance import Budget
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Job, Run
from tamesu.artifacts.verdict import read_ledger
from tamesu.board import Board
from tamesu.errors import BusyError, DamagedError
from tamesu.preparation import prepare_recipe, survey
from tamesu.progress import Silent
from tamesu.racing import Race
from tamesu.results.noise import read_noise
from tamesu.results.pairs import ScoredRun
from tamesu.running import open_run
from tests.pretend import PretendTrainer, make_folder, noisy, rule, use, write_ideas


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "tiny")


def test_every_idea_gets_its_first_pairs_before_any_gets_more_and_then_the_promising_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ideas = {f"ema{number}": {"ema": 0.1 * number} for number in range(1, 7)}
    write_ideas(folder, ideas)

    def better_with_more(recipe: Recipe, job: Job) -> float:
        return 0.5 + 0.03 * recipe.ema + noisy(recipe, job, 0.03)

    monkeypatch.setattr("tamesu.racing.ROUNDS", 1)
    trainer = use(monkeypatch, PretendTrainer(better_with_more))
    trying.try_ideas(folder=folder, noise=2)
    baseline = next(path.parent.name for path in (folder / "runs").glob("*/noise.json"))
    own = [name for name in trainer.trained if not name.startswith(baseline)]
    runs = [name.split("/")[0] for name in own]
    assert len(set(runs[:12])) == 6, "two pairs for each of six ideas"
    assert all(name.endswith(("f0-s0", "f1-s0")) for name in own[:12])


def test_the_noise_floor_is_measured_once(folder: Path) -> None:
    found = survey(folder)
    prepared = prepare_recipe(found, "base")
    scored = ScoredRun(open_run(prepared), found.train[0])
    trainer = PretendTrainer(rule)
    race = Race((prepared, scored), [], trainer, Budget(), Board(Silent()), "base")
    noise = race.measure_noise([0, 1])
    assert noise is not None
    assert (noise.seeds, noise.df, len(trainer.trained)) == ([0, 1], 4, 8)
    assert race.measure_noise([0, 1]) == noise
    assert len(trainer.trained) == 8
    more = race.measure_noise([0, 1, 2])
    assert more is not None
    assert (more.seeds, len(trainer.trained)) == ([0, 1, 2], 12)
    assert read_noise(scored.run) == more


def test_a_damaged_job_stops_the_race_and_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, PretendTrainer(rule))
    (verdict,) = trying.try_ideas("base", ["longer"], folder=folder)
    result = Run(folder / "runs" / verdict.idea_run).path / "jobs" / "r0-f1-s0" / "result.json"
    result.write_bytes(result.read_bytes()[:-20])
    with pytest.raises(DamagedError, match="r0-f1-s0"):
        trying.try_ideas("base", ["longer"], folder=folder)
    assert len(read_ledger(folder)[0]) == 1


def test_a_run_that_somebody_works_on_is_busy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, PretendTrainer(rule))
    (verdict,) = trying.try_ideas("base", ["longer"], folder=folder)
    with hold_lock(folder / "runs" / verdict.idea_run / "run.lock"), pytest.raises(BusyError):
        trying.try_ideas("base", ["longer"], folder=folder)
