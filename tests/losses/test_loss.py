from __future__ import annotations

import pytest
import torch

from tamesu.losses import GIVEN_BY_US, LOSSES
from tamesu.losses.loss import Loss, right_log_probs, trait, widen


def test_float64_is_kept_and_everything_else_becomes_float32() -> None:
    for dtype in (torch.bfloat16, torch.float16, torch.float32):
        assert widen(torch.zeros(1, 1, dtype=dtype)).dtype == torch.float32
    assert widen(torch.zeros(1, 1, dtype=torch.float64)).dtype == torch.float64


def test_right_log_probs_by_hand() -> None:
    logits = torch.log(torch.tensor([[1.0, 3.0], [2.0, 2.0]]))
    assert right_log_probs(logits, torch.tensor([1, 0])).exp().tolist() == pytest.approx([0.75, 0.5])


def test_what_a_loss_says_of_itself() -> None:
    assert trait(LOSSES["arcface"], "reads") == "cosines" and trait(LOSSES["center"], "reads") == "features"
    assert {name for name, part in LOSSES.items() if trait(part, "whole_batch")} == {"triplet", "supcon", "contrastive"}
    assert {name for name, part in LOSSES.items() if trait(part, "regions")} == {"dice", "jaccard", "lovasz", "focal_tversky"}


def test_every_loss_fits_the_protocol() -> None:
    for name in LOSSES:
        loss = LOSSES.build(name, {}, class_counts=[3, 4], labels=2, width=5)
        assert isinstance(loss, Loss), name


@pytest.mark.parametrize(
    ("name", "options"),
    [("cross_entropy", {"class_counts": [1, 2]}), ("center", {"labels": 2}), ("center", {"width": 2}), ("mse", {"labels": 3})],
)
def test_what_tamesu_fills_in_is_not_the_users(name: str, options: dict[str, object]) -> None:
    faults = LOSSES.check(name, options, given_by_us=GIVEN_BY_US)
    assert [fault.code for fault in faults] == ["CONFIG_UNKNOWN_OPTION"]


def test_the_first_losses_have_the_options_they_had() -> None:
    # Another one, at its default too, would give every recipe that uses the loss another digest.
    had = {"cross_entropy": ["label_smoothing", "class_weights"], "bce": ["label_smoothing", "pos_weight"]}
    had |= {"mse": [], "smooth_l1": ["beta"]}
    assert {name: list(LOSSES.resolve(name, {}, GIVEN_BY_US)) for name in had} == had


def test_no_loss_misses_an_option() -> None:
    assert [fault for name in LOSSES for fault in LOSSES.check(name, {}, given_by_us=GIVEN_BY_US)] == []


@pytest.mark.parametrize(
    ("name", "options", "codes"),
    [
        ("cross_entropy", {"label_smoothing": 1.5}, ["CONFIG_RANGE"]),
        ("cross_entropy", {"class_weights": "ballanced"}, ["CONFIG_TYPE"]),
        ("cross_entropy", {"class_weights": [1.0, -2.0]}, ["CONFIG_RANGE"]),
        ("cross_entropy", {"class_weights": [1, 2.5]}, []),
        ("bce", {"pos_weight": 3}, []),
        ("bce", {"pos_weight": [1.0, 2.0]}, []),
        ("bce", {"pos_weight": 0}, ["CONFIG_RANGE"]),
        ("smooth_l1", {"beta": 0.0}, ["CONFIG_RANGE"]),
        ("smooth_l1", {"betta": 1.0}, ["CONFIG_UNKNOWN_OPTION"]),
        ("mse", {"beta": 1.0}, ["CONFIG_UNKNOWN_OPTION"]),
        ("cross_entropy", {"class_weights": "effective"}, []),
        ("class_balanced", {"beta": 1.0}, ["CONFIG_RANGE"]),
        ("focal", {"alpha": 0.25}, []),
        ("focal", {"alpha": "none"}, []),
        ("focal", {"alpha": [0.25, 1.5]}, ["CONFIG_RANGE"]),
        ("asymmetric", {"margin": 1.0}, ["CONFIG_RANGE"]),
        ("gce", {"q": 0.0}, ["CONFIG_RANGE"]),
        ("quantile", {"quantile": 1.0}, ["CONFIG_RANGE"]),
        ("arcface", {"margin": 28.6}, ["CONFIG_RANGE"]),
        ("triplet", {"mining": "easy"}, ["CONFIG_TYPE"]),
        ("dice", {"from_background": "no"}, ["CONFIG_TYPE"]),
        ("symmetric_cross_entropy", {"log_zero": 0.0}, ["CONFIG_RANGE"]),
    ],
)
def test_options_are_checked(name: str, options: dict[str, object], codes: list[str]) -> None:
    assert [fault.code for fault in LOSSES.check(name, options, given_by_us=GIVEN_BY_US)] == codes
