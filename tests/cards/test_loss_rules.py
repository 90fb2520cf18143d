from __future__ import annotations

import pytest
from tests.cards.facts import KIND, classes, learn
from tests.cards.test_head_rules import said

from tamesu.cards.learning import Judged, Learning
from tamesu.cards.loss_rules import RULES
from tamesu.losses import LOSSES

UNEVEN = {"kind": classes(正常=90, 軽度=40, 希少=9)}
EVEN = {"kind": classes(a=30, b=25)}
BALANCING = ("focal", "class_weights", "balanced", "square_root", "repeat_factor", "logit_adjustment", "ldam")
ORDER = {"grade": {"kind": "ordinal", "column": "grade", "labels": ["low", "mid", "high"]}}
SIZE = {"size": {"kind": "value", "column": "size"}}
SHARE = {"share": {"kind": "soft", "columns": ["a", "b"]}}


def judge(name: str, facts: Learning) -> Judged:
    """A card's judgement, whose ideas the recipe takes, with losses for the kinds of their targets."""
    judged = RULES[name](facts)
    for change in judged.ideas.values():
        varied = facts.recipe.vary(change)
        for head, spec in varied.heads.items():
            assert facts.targets[spec.target or head].kind in LOSSES[spec.loss.name].kinds  # type: ignore[attr-defined]
    return judged


@pytest.mark.parametrize("name", BALANCING)
def test_uneven_classes_speak_for_balance_as_far_as_the_metric_counts_classes(name: str) -> None:
    judged = judge(name, learn(KIND, UNEVEN, metric="f1_macro"))
    assert judged.suits and judged.ideas
    assert "'希少' has 9 rows, the commonest class 90" in said(judged) and "f1_macro counts every class the same" in said(
        judged
    )
    rows = judge(name, learn(KIND, UNEVEN, metric="accuracy"))
    assert rows.suits is None and "accuracy counts rows" in said(rows)
    even = judge(name, learn(KIND, EVEN, metric="f1_macro"))
    assert even.suits is False and "25 to 30 rows" in said(even)
    assert judge(name, learn(SIZE, {"size": [1, 2]})).suits is False


def test_what_is_used_is_said() -> None:
    focal = learn(KIND, UNEVEN, {"kind": {"loss": "focal"}}, sampler="balanced")
    assert judge("focal", focal).used and judge("focal", focal).ideas == {}
    assert judge("balanced", focal).ideas == {"without_balanced": {"sampler": "all"}}
    weighted = learn(KIND, UNEVEN, {"kind": {"loss": {"cross_entropy": {"class_weights": "balanced"}}}})
    assert judge("class_weights", weighted).used
    smoothed = learn(KIND, EVEN, {"kind": {"loss": {"cross_entropy": {"label_smoothing": 0.1}}}})
    key = "heads.kind.loss.cross_entropy.label_smoothing"
    assert judge("label_smoothing", smoothed).ideas == {"smoothing_more": {key: 0.2}, "without_smoothing": {key: 0.0}}


def test_smoothing_is_tried_at_two_strengths() -> None:
    judged = judge("label_smoothing", learn(KIND, EVEN))
    assert [next(iter(change.values())) for change in judged.ideas.values()] == [0.1, 0.2]


def test_shares_are_for_divergence_and_single_labels_for_neither() -> None:
    facts = learn(KIND | SHARE, EVEN, {"kind": {"loss": "cross_entropy"}, "share": {"loss": "cross_entropy"}})
    assert judge("kl_divergence", facts).ideas == {"kl_divergence_share": {"heads.share.loss": "kl_divergence"}}
    assert "'share' holds shares" in said(judge("kl_divergence", facts))
    assert judge("bce", facts).ideas == {"bce_share": {"heads.share.loss": "bce"}}
    plain = learn(KIND, EVEN)
    assert judge("kl_divergence", plain).suits is False and judge("bce", plain).suits is None
    several = learn({"tags": {"kind": "multilabel", "columns": ["a", "b"]}}, heads={"tags": {"loss": "bce"}})
    assert judge("bce", several).used and "several labels in a row" in said(judge("bce", several))


def test_doubt_is_for_classes() -> None:
    for name in ("symmetric_cross_entropy", "gce"):
        assert judge(name, learn(KIND, EVEN)).ideas and judge(name, learn(SIZE)).suits is False


@pytest.mark.parametrize(("name", "head"), [("triplet", "near"), ("center", "centre"), ("arcface", "angles")])
def test_distances_stand_beside_the_main_loss(name: str, head: str) -> None:
    many = {"kind": [f"c{row % 50}" for row in range(200)]}
    judged = judge(name, learn(KIND, many))
    assert judged.suits and "50 classes with about 4 rows each" in said(judged)
    assert judged.ideas[name][f"heads.{head}"]["target"] == "kind"
    assert judge(name, learn(KIND, EVEN)).suits is None
    assert judge(name, learn(ORDER)).suits is False
    # A name that is taken is passed over.
    taken = learn(KIND | {head: {"kind": "value", "column": "v"}}, many)
    assert list(judge(name, taken).ideas[name]) == [f"heads.{head}_kind"]
    used = learn(KIND, many, {"kind": {"loss": "cross_entropy"}, "d": {"target": "kind", "loss": name, "weight": 0.3}})
    assert judge(name, used).ideas == {f"{name}_weaker": {"heads.d.weight": 0.1}, f"without_{name}": {"heads-": "d"}}


def test_an_angle_that_tells_the_main_target_is_not_taken_out() -> None:
    judged = judge("arcface", learn(KIND, EVEN, {"kind": {"loss": "arcface"}}))
    assert judged.used and judged.ideas == {}


def test_grades_are_learnt_as_thresholds_and_as_numbers() -> None:
    assert judge("coral", learn(ORDER)).ideas == {"coral_grade": {"heads.grade.loss": "coral"}}
    assert judge("as_number", learn(ORDER)).ideas == {"as_number_grade": {"heads.grade.loss": "mse"}}
    assert judge("coral", learn(KIND, EVEN)).suits is False


def test_outliers_speak_for_huber_and_a_metric_that_squares_against_it() -> None:
    far = learn(SIZE, {"size": [1, 2, 3, 4, 5, 6, 900]}, metric="rmse")
    judged = judge("huber", far)
    assert judged.suits and "1 rows of 'size' lie far outside" in said(judged) and "rmse squares errors" in said(judged)
    calm = judge("huber", learn(SIZE, {"size": [1, 2, 3, 4, 5]}, metric="mae"))
    assert calm.suits is None and "no outliers" in said(calm)
    assert judge("huber", learn(KIND, EVEN)).suits is False


def test_wing_is_for_places_first() -> None:
    points = {"nose": {"kind": "points", "columns": ["x", "y"]}}
    heads = {"kind": {"loss": "cross_entropy"}, "nose": {"loss": "smooth_l1"}}
    assert judge("wing", learn(KIND | points, EVEN, heads)).suits
    assert judge("wing", learn(SIZE, {"size": [1, 2]})).suits is None
    assert judge("wing", learn(KIND, EVEN)).suits is False


@pytest.mark.parametrize("name", RULES)
def test_every_rule_speaks_of_the_barest_competition(name: str) -> None:
    for facts in (learn(KIND), learn(SIZE), learn(ORDER)):
        assert all(reason.en and reason.ja for reason in judge(name, facts).reasons)
