"""What a trial shares: seeds, plan, and what the ledger has decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from tamesu import trial, trying
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.verdict import write_verdict
from tests.ledger import verdict_of
from tests.pretend import PretendTrainer, make_folder, noisy, use


def test_seeds_of_the_recipe_come_first() -> None:
    assert trial.choose_seeds([5, 9], 4) == (5, 9, 0, 1)
    assert trial.choose_seeds([0], 1) == (0,)


def test_only_what_was_tried_as_it_stands_now_is_decided(tmp_path: Path) -> None:
    for verdict in (
        verdict_of("longer", {"epochs": 9}, "keep", day=1),
        verdict_of("open", {"ema": 0.9}, "undecided", day=1),
        verdict_of("reopened", {"ema": 0.5}, "drop", day=1),
        verdict_of("reopened", {"ema": 0.5}, "undecided", day=2),
        verdict_of("elsewhere", {"epochs": 4}, "keep", day=1, baseline_digest="b2"),
        verdict_of("by hand", {"epochs": 99}, "drop", day=1, because="hand", baseline_digest="", pairs=[]),
        verdict_of("rewritten", {"epochs": 5}, "drop", day=1),
    ):
        write_verdict(tmp_path, verdict)
    queue = [
        Idea("longer", {"epochs": 9}),
        Idea("open", {"ema": 0.9}),
        Idea("reopened", {"ema": 0.5}),
        Idea("elsewhere", {"epochs": 4}),
        Idea("by hand", {"epochs": 99}),
        Idea("rewritten", {"epochs": 6}),
        Idea("new", {"epochs": 7}),
    ]
    assert sorted(trial.find_decided(tmp_path, "b1", queue)) == ["by hand", "longer"]


def test_noise_and_rope_of_the_plan_are_those_of_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_folder(tmp_path / "tiny")
    use(monkeypatch, PretendTrainer(lambda recipe, job: 0.6 + noisy(recipe, job, 0.05)))
    (verdict,) = trying.try_ideas("base", ["ema=0.9"], folder=folder, noise=5)
    assert verdict.noise is not None
    assert verdict.rope == pytest.approx(verdict.noise / 4)
    # Five seeds of four folds: a spread of 0.05 a job is 0.025 for the CV, within what 16 degrees of freedom allow.
    assert 0.012 < verdict.noise < 0.045
    (own,) = trying.try_ideas("base", ["ema=0.8"], folder=folder, rope=0.01)
    assert own.rope == 0.01
