from __future__ import annotations

from pathlib import Path

import pytest
from tests.results.journals import HEADS, lay_journals

from tamesu.artifacts.changes import parse_change
from tamesu.results.guard_steps import bring_to, suggest_for_head, suggest_for_main, suggest_for_term

LAWS = [{"conservation": {"expression": "(size - g)**2", "weight": 0.5}}, {"edge_smoothness": {"of": "輪郭"}}]


def lay(folder: Path, **more):
    return lay_journals(folder, lambda job, epoch: {}, epochs=0, **more)


@pytest.mark.parametrize(("share", "wanted"), [(0.99, 0.25), (0.5, 0.1), (0.001, 0.1)])
def test_the_weight_brings_the_gradient_to_the_wanted_share(share: float, wanted: float) -> None:
    own = share / (1 - share) * bring_to(1.0, share, wanted)
    # One digit of the weight is at most a third off.
    assert own / (1 + own) == pytest.approx(wanted, rel=0.34)


def test_dense_heads_have_no_branch_and_a_branch_is_not_offered_twice(tmp_path: Path) -> None:
    run = lay(tmp_path, heads=HEADS | {"size": {"loss": "mse", "branch": 1, "tap": -2}})
    for head in ("輪郭", "size"):
        commands = [step.command for step in suggest_for_head(run, head, "GUARD_PULLS", 0.5)]
        assert len(commands) == 2 and "--sweep" in commands[0] and "heads-=" in commands[1]


def test_a_head_is_left_out_with_the_laws_that_speak_of_it(tmp_path: Path) -> None:
    run = lay(tmp_path, penalties=LAWS)
    last = suggest_for_head(run, "size", "GUARD_IDLE", 0.0)[-1]
    assert last.command == "tamesu try base heads-=size penalties-=conservation"


def test_terms_of_poolings_and_laws_have_keys_of_their_own(tmp_path: Path) -> None:
    shared = {"multi_head_attention": {"heads": 2, "diversity": 0.2}}
    own = HEADS | {"size": {"loss": "mse", "pooling": {"multi_head_attention": {"heads": 3, "diversity": 0.5}}}}
    run = lay(tmp_path, heads=own, pooling=shared, penalties=LAWS)
    first, off = suggest_for_term(run, "size.pooling", "GUARD_RISES", 1.0)
    assert first.command == "tamesu try base heads.size.pooling.multi_head_attention.diversity=1.5,0.17"
    assert off.command == "tamesu try base heads.size.pooling.multi_head_attention.diversity=0.0"
    assert "base pooling.multi_head_attention" in suggest_for_term(run, "kind.pooling", "GUARD_RISES", 1.0)[0].command
    smooth = suggest_for_term(run, "edge_smoothness", "GUARD_TERM_OUTWEIGHS", 100.0)
    assert smooth[0].command == "tamesu try base penalties.edge_smoothness.weight=0.01,1e-3"


def test_every_command_is_a_change_that_the_recipe_takes(tmp_path: Path) -> None:
    run = lay(tmp_path, penalties=LAWS)
    steps = [*suggest_for_head(run, "size", "GUARD_OUTWEIGHS", 0.99), *suggest_for_main(run, "size")]
    words = [step.command.split()[3:] for step in steps if "--sweep" not in step.command and " lr " not in step.command]
    for changes in words:
        run.recipe.vary(dict(parse_change(word) for word in changes))
    assert len(words) == 6
