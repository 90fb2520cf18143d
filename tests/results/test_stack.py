"""Stacks: changes put together are the changes made one after the other."""

from __future__ import annotations

from tests.ledger import verdict_of

from tamesu.results.stack import contradict, stack_ideas


def test_the_better_of_two_that_contradict_stays() -> None:
    kept = [
        verdict_of("longer", {"epochs": 20}, "keep", gain=0.01),
        verdict_of("sepia", {"augmentations+": "sepia"}, "keep", gain=0.02),
        verdict_of("longest", {"epochs": 40}, "keep", gain=0.03),
    ]
    stacked, left_out = stack_ideas(kept)
    assert [verdict.idea for verdict in stacked] == ["sepia", "longest"]
    assert left_out == ["longer"]


def test_a_key_inside_what_the_other_replaces_contradicts_it() -> None:
    assert contradict({"heads.a.loss": {"cross_entropy": {"label_smoothing": 0.1}}}, {"heads.a.loss": "bce"})
    assert contradict({"optimizer": "sgd"}, {"optimizer.adamw.lr": 1e-3})
    assert not contradict({"optimizer.adamw.lr": 1e-3}, {"optimizer.adamw.weight_decay": 0.1})
    assert contradict({"augmentations": []}, {"augmentations+": "sepia"})
