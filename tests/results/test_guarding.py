from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_1samp
from tests.results.journals import HEADS, guard, lay_journals, losses
from tests.results.runs import make_train

from tamesu.artifacts.dataset import TargetValues
from tamesu.artifacts.run import Run
from tamesu.results.guarding import find_level, find_reason, find_rise, judge_guards
from tamesu.results.term_curves import read_term_curves

QUIET = {"size": guard(0.2), "輪郭": guard(0.1)}


def say(run: Run) -> dict[str, str]:
    """What is said of each term."""
    return {advice.fault.where.key: advice.fault.code for advice in judge_guards(run)}


def lay(folder: Path, guards: dict | None = None, terms: dict | None = None, **more) -> Run:
    return lay_journals(
        folder, lambda job, epoch: {"train_loss": losses(epoch, **(terms or {})), "guards": guards or QUIET}, **more
    )


def test_a_level_has_the_interval_of_students_t() -> None:
    values = np.random.default_rng(0).normal(-0.3, 0.2, (5, 8))
    level = find_level(values)
    expected = ttest_1samp(values.mean(axis=1), 0).confidence_interval(0.95)
    assert level is not None and (level.low, level.high) == pytest.approx((expected.low, expected.high))
    assert level.spread == pytest.approx(np.std(values.mean(axis=1), ddof=1))
    assert find_level(np.full((2, 3), np.nan)) is None


def test_heads_that_help_are_not_spoken_of(tmp_path: Path) -> None:
    assert judge_guards(lay(tmp_path)) == []
    one = {"heads": {"kind": {"loss": "cross_entropy"}}}
    assert judge_guards(lay_journals(tmp_path, lambda job, epoch: {"train_loss": {"kind": 1.0}}, **one)) == []


def test_a_head_that_pulls_against_the_main_one_is_named_with_numbers(tmp_path: Path) -> None:
    def tell(job: int, epoch: int) -> dict:
        # It begins with the main task, and turns against it.
        cosine = 0.4 if epoch <= 3 else -0.3 + 0.02 * (job - 1)
        return {"train_loss": losses(epoch), "guards": QUIET | {"size": guard(0.4, cosine)}}

    (advice,) = judge_guards(lay_journals(tmp_path, tell))
    assert advice.fault.code == "GUARD_PULLS" and advice.fault.where.key == "size"
    text = advice.fault.text("en")
    assert "mean cosine between their gradients is -0.30" in text
    assert "spread over 3 jobs 0.02" in text and "40.0 % of the gradient" in text
    assert [step.command for step in advice.steps] == [
        "tamesu try base --sweep heads.size.weight",
        "tamesu try base heads.size.branch=1",
        "tamesu try base heads.size.tap=-2",
        "tamesu try base heads-=size",
    ]
    assert "3 ジョブ間のばらつき 0.02" in advice.fault.text("ja")


def test_a_cosine_that_jobs_do_not_agree_on_is_noise(tmp_path: Path) -> None:
    def tell(job: int, epoch: int) -> dict:
        return {"train_loss": losses(epoch), "guards": QUIET | {"size": guard(0.4, (-0.9, 0.3, -0.1)[job])}}

    assert judge_guards(lay_journals(tmp_path, tell)) == []


@pytest.mark.parametrize(("cosine", "share", "found"), [(-0.15, 0.4, False), (-0.3, 0.4, True), (-0.9, 0.01, False)])
def test_one_job_alone_needs_a_clearer_sign_and_a_weak_head_harms_nothing(
    tmp_path: Path, cosine: float, share: float, found: bool
) -> None:
    run = lay(tmp_path, QUIET | {"size": guard(share, cosine)}, jobs=1)
    advices = judge_guards(run)
    assert bool(advices) == found
    if found:
        assert "one job alone" in advices[0].fault.text("en")


def test_a_head_that_leaves_the_main_one_nothing_outweighs_it(tmp_path: Path) -> None:
    run = lay(tmp_path, QUIET | {"size": guard(0.99, -0.5)}, {"size": 4e6})
    (advice,) = judge_guards(run)
    # It pulls against it too, and is named once.
    assert advice.fault.code == "GUARD_OUTWEIGHS"
    text = advice.fault.text("en")
    # 0.3 × 4e6 beside a mean of 2 / epoch over six epochs.
    times = 0.3 * 4e6 / np.mean(2 / np.arange(1, 7))
    assert "99.0 % of the gradient" in text and f"{times:.3g} times the main one's" in text and "weight 0.3" in text
    assert advice.steps[0].command == "tamesu try base heads.size.weight=1e-3"
    commands = [step.command for step in advice.steps]
    assert "tamesu try base heads.size.loss=huber" in commands and "tamesu try base balance=uncertainty" in commands


def test_a_main_task_that_is_learnt_leaves_the_gradient_to_others(tmp_path: Path) -> None:
    def tell(job: int, epoch: int) -> dict:
        return {"train_loss": losses(epoch), "guards": QUIET | {"size": guard(0.5 if epoch < 4 else 0.999)}}

    assert judge_guards(lay_journals(tmp_path, tell)) == []


def test_the_likely_reason_is_named(tmp_path: Path) -> None:
    heads = HEADS | {"arc": {"target": "kind", "loss": {"arcface": {"scale": 30.0}}}}

    def tell(job: int, epoch: int) -> dict:
        names = ("kind", "size", "輪郭", "arc")
        return {"train_loss": losses(epoch, names), "balance": dict.fromkeys(names, 5.0), "guards": QUIET}

    run = lay_journals(tmp_path, tell, heads=heads)
    curves = read_term_curves(run, run.jobs([0]))
    assert "'arcface' multiplies what it reads by 30" in find_reason(run, curves, "arc", None).en
    assert "5 times its weight" in find_reason(run, curves, "輪郭", None).en


def test_a_target_in_its_own_unit_is_the_reason_and_its_scaling_the_first_step(tmp_path: Path) -> None:
    heads = HEADS | {"size": {"loss": "mse", "scaling": "none"}}
    run = lay(tmp_path, QUIET | {"size": guard(0.99)}, heads=heads)
    train = make_train(TargetValues("value", (), np.full(40, 2e4) + np.arange(40)))
    train = replace(train, targets={"size": train.targets["y"]})
    (advice,) = judge_guards(run, train)
    assert "`scaling: none`), in which its values are about 2e+04" in advice.fault.text("en")
    assert "spread over 3 jobs 0.0 %" in advice.fault.text("en")
    assert advice.steps[0].command == "tamesu try base heads.size.scaling=standard"
    assert "values are about ?" in judge_guards(run)[0].fault.text("en")


def test_a_law_many_times_the_main_loss_is_named_with_its_own_weight(tmp_path: Path) -> None:
    laws = [{"conservation": {"expression": "(size - g)**2", "weight": 0.5}}]
    run = lay(tmp_path, terms={"kind": 1.0, "conservation": 200.0, "輪郭.pooling": 0.5}, penalties=laws)
    (advice,) = judge_guards(run)
    assert advice.fault.code == "GUARD_TERM_OUTWEIGHS" and "100 times the main loss" in advice.fault.text("en")
    assert [step.command for step in advice.steps] == [
        "tamesu try base penalties.conservation.weight=5e-3,6e-4",
        "tamesu try base penalties-=conservation",
    ]


def test_a_head_without_any_gradient_does_nothing(tmp_path: Path) -> None:
    run = lay(tmp_path, QUIET | {"size": guard(0.0001)})
    (advice,) = judge_guards(run)
    assert advice.fault.code == "GUARD_IDLE" and "0.01 % of the gradient" in advice.fault.text("en")
    assert [step.command for step in advice.steps] == ["tamesu try base heads.size.weight=300.0", "tamesu try base heads-=size"]
    # One that is switched off by its weight is meant so.
    off = {"heads": HEADS | {"size": {"loss": "mse", "weight": 0.0}}}
    assert judge_guards(lay(tmp_path, QUIET | {"size": guard(0.0)}, **off)) == []


@pytest.mark.parametrize(
    ("curve", "epoch"),
    [
        ([3, 1, 1.2, 1.6, 2.0], 2),
        ([1, 1.1, 1.2, 1.3, 1.4], 1),
        ([3, 2, 1.5, 1, 1.4], None),
        ([3, 2, 1, 1.01, 1.02], None),
        ([1, 9], None),
    ],
)
def test_a_rise_is_large_and_lasts(curve: list[float], epoch: int | None) -> None:
    rise = find_rise(np.array([curve, curve], float) + np.array([[0.0], [0.01]]))
    assert (None if rise is None else rise.epoch) == epoch


def test_a_rise_in_some_jobs_only_is_none() -> None:
    assert find_rise(np.array([[3.0, 1.0, 2.0, 3.0], [3.0, 1.0, 1.0, 1.0], [3.0, 1.0, 1.0, 0.9]])) is None


def test_a_term_that_rises_while_the_main_one_falls_is_named(tmp_path: Path) -> None:
    def tell(job: int, epoch: int) -> dict:
        return {"train_loss": losses(epoch, size=1.0 + 0.1 * abs(epoch - 2)), "guards": QUIET}

    (advice,) = judge_guards(lay_journals(tmp_path, tell))
    assert advice.fault.code == "GUARD_RISES" and advice.fault.where.key == "size"
    assert "since epoch 2 (1 → 1.4) while that of 'kind', '輪郭' falls" in advice.fault.text("en")


def test_a_main_loss_that_rises_blames_the_strongest_head(tmp_path: Path) -> None:
    def tell(job: int, epoch: int) -> dict:
        return {"train_loss": losses(epoch, kind=1.0 + 0.1 * epoch), "guards": QUIET | {"輪郭": guard(0.6)}}

    (advice,) = judge_guards(lay_journals(tmp_path, tell))
    assert advice.fault.code == "GUARD_MAIN_RISES" and advice.fault.where.key == "kind"
    commands = [step.command for step in advice.steps]
    assert commands[0] == "tamesu try base --sweep heads.輪郭.weight".replace("heads.輪郭.weight", "'heads.輪郭.weight'")
    assert commands[-1] == "tamesu lr base"


def test_when_all_rise_the_heads_are_not_to_blame(tmp_path: Path) -> None:
    def tell(job: int, epoch: int) -> dict:
        return {"train_loss": {name: float(epoch) for name in HEADS}, "guards": QUIET}

    assert judge_guards(lay_journals(tmp_path, tell)) == []


def test_the_worst_comes_first(tmp_path: Path) -> None:
    guards = {"size": guard(0.3, -0.6), "輪郭": guard(0.97)}
    assert list(say(lay(tmp_path, guards)).items()) == [("輪郭", "GUARD_OUTWEIGHS"), ("size", "GUARD_PULLS")]
