"""Stacks and climbing, with a trainer that pretends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tamesu import trying
from tamesu.artifacts.loading import load_recipe
from tamesu.artifacts.recipe import Recipe
from tamesu.artifacts.run import Job
from tamesu.errors import StoppedRunError
from tests.pretend import PretendTrainer, evidence, make_folder, noisy, rule, use, write_ideas


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "tiny")


def test_kept_ideas_are_stacked_and_the_stack_is_compared_with_each(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_ideas(folder, {"longer": {"epochs": 9}, "ema": {"ema": 0.9}})
    trainer = use(monkeypatch, PretendTrainer(lambda recipe, job: rule(recipe, job)))
    verdicts = trying.try_ideas(folder=folder, seeds=4)
    stacks = [verdict for verdict in verdicts if verdict.idea == "longer+ema"]
    assert [verdict.recipe for verdict in stacks] == ["base", "base+longer", "base+ema"]
    assert stacks[0].changes == {"epochs": 9, "ema": 0.9}
    assert stacks[0].word == "keep"
    alone = {verdict.idea: verdict for verdict in verdicts if verdict.recipe == "base"}
    assert stacks[1].baseline_digest == alone["longer"].idea_digest
    assert stacks[1].gain == pytest.approx(0.1, abs=0.08)
    assert len(trainer.trained) == len(set(trainer.trained))


def test_climbing_adopts_and_tries_the_rest_on_top(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_ideas(folder, {"longer": {"epochs": 9}, "hot": {"optimizer.adamw.lr": 0.5}, "ema": {"ema": 0.9}})

    def only_together(recipe: Recipe, job: Job) -> float:
        """The average helps only a long training."""
        share = 0.5 + (0.2 if recipe.epochs == 9 else 0.0) + (0.2 if recipe.ema and recipe.epochs == 9 else 0.0)
        return min(1.0, share - (0.3 if recipe.optimizer.options.get("lr") == 0.5 else 0.0) + noisy(recipe, job, 0.03))

    use(monkeypatch, PretendTrainer(only_together))
    verdicts = trying.try_ideas(folder=folder, climb=True)
    by = {(verdict.recipe, verdict.idea): verdict.word for verdict in verdicts}
    assert by["base", "longer"] == "keep"
    assert by["base", "ema"] != "keep"
    assert by["base+longer", "ema"] == "keep"
    assert ("base+longer", "hot") not in by, "what is surely worse is not tried again"
    written = folder / "recipes" / "base-climbed.yaml"
    assert written.is_file()
    found = load_recipe(folder, "base-climbed")
    assert (found.epochs, found.ema) == (9, 0.9)


@pytest.mark.slow
@pytest.mark.parametrize("step", [5])
def test_a_climb_that_was_stopped_goes_on_to_the_same_ledger(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    write_ideas(folder, {"longer": {"epochs": 9}, "ema": {"ema": 0.9}, "hot": {"optimizer.adamw.lr": 0.5}})
    other = make_folder(tmp_path / "other")
    write_ideas(other, {"longer": {"epochs": 9}, "ema": {"ema": 0.9}, "hot": {"optimizer.adamw.lr": 0.5}})
    use(monkeypatch, PretendTrainer(rule))
    trying.try_ideas(folder=folder, climb=True)
    for _ in range(100):
        use(monkeypatch, PretendTrainer(rule, left=step))
        try:
            trying.try_ideas(folder=other, climb=True)
        except StoppedRunError:
            continue
        break
    else:
        raise AssertionError("it never ended")
    assert evidence(other) == evidence(folder)
    written = [path.read_text(encoding="utf-8") for path in (folder / "recipes").glob("base-climbed*")]
    assert written == [path.read_text(encoding="utf-8") for path in (other / "recipes").glob("base-climbed*")]
    assert len(written) == 1


def test_a_stack_that_is_worse_than_its_best_part_is_not_adopted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gains need not add up: here the two spoil each other."""
    write_ideas(folder, {"longer": {"epochs": 9}, "ema": {"ema": 0.9}})

    def spoil(recipe: Recipe, job: Job) -> float:
        share = 0.5 + 0.3 * (recipe.epochs == 9) + 0.25 * bool(recipe.ema) - 0.4 * (recipe.epochs == 9 and bool(recipe.ema))
        return share + noisy(recipe, job, 0.02)

    use(monkeypatch, PretendTrainer(spoil))
    verdicts = trying.try_ideas(folder=folder, climb=True)
    against = {verdict.recipe: verdict.word for verdict in verdicts if verdict.idea == "longer+ema"}
    assert against["base+longer"] == "drop"
    assert load_recipe(folder, "base-climbed").ema == 0.0
    assert load_recipe(folder, "base-climbed").epochs == 9
