from __future__ import annotations

import pytest
from tests.cards.facts import KIND, classes, learn

from tamesu.cards.head_rules import RULES
from tamesu.cards.learning import Judged, Learning

TWO = {"kind": list("aab"), "size": [1, 2, 3]}
SIZE = {"size": {"kind": "value", "column": "size", "known_in": "train"}}
SEG = {"seg": {"kind": "mask", "mask": "{id}.png", "labels": ["背景", "犬"]}}


def judge(name: str, facts: Learning) -> Judged:
    """A card's judgement, whose ideas the recipe takes."""
    judged = RULES[name](facts)
    for change in judged.ideas.values():
        facts.recipe.vary(change)
    return judged


def said(judged: Judged, language: str = "en") -> str:
    return "\n".join(getattr(reason, language) for reason in judged.reasons)


def value(name: str, *columns: str) -> dict:
    return {name: {"kind": "value", "columns": list(columns)} if len(columns) > 1 else {"kind": "value", "column": columns[0]}}


def test_every_target_without_a_head_is_the_first_idea() -> None:
    judged = judge("auxiliary_head", learn(KIND | SIZE | SEG, TWO | {"age": [1, 1, 2]}, test=["id"]))
    assert judged.suits and judged.ideas == {"with_size": {"heads.size": {"loss": "smooth_l1", "weight": 0.3}}}
    assert "'size' have no head yet: nothing to lose" in said(judged) and "test lacks and no target reads: 'age'" in said(
        judged
    )
    assert "失うものはない" in said(judged, "ja")
    done = judge("auxiliary_head", learn(KIND, {"kind": list("ab")}))
    assert done.suits is None and done.ideas == {} and "every target has a head" in said(done)


def test_what_says_where_is_richer() -> None:
    judged = judge("richer_labels", learn(KIND | SEG))
    assert judged.suits and judged.ideas["with_seg"]["heads.seg"]["loss"] == "cross_entropy"
    assert "'seg' (mask) says where" in said(judged)
    assert judge("richer_labels", learn(KIND)).suits is False


def test_what_follows_from_the_main_label_is_poorer_and_named() -> None:
    ears = {"ears": {"kind": "multilabel", "derive": {"attributes": {"of": "kind", "table": "a.csv", "columns": ["x"]}}}}
    family = {"family": {"kind": "class", "column": "family"}}
    cells = {"kind": list("aabb"), "family": list("xxyy")}
    heads = {"kind": {"loss": "cross_entropy"}, "family": {"loss": "cross_entropy"}}
    facts = learn(KIND | family | ears, cells, heads)
    judged = judge("poorer_labels", facts)
    assert judged.suits is False and judged.used and judged.ideas == {"without_family": {"heads-": "family"}}
    assert "'family' follows from 'kind'" in said(judged) and "'ears' is the same for every image of a class" in said(judged)
    # Nor is it offered as something to lose nothing by.
    assert judge("auxiliary_head", facts).ideas == {}


def test_above_an_individual_a_coarser_class_is_worth_it_all_the_same() -> None:
    targets = {"whale": {"kind": "identity", "column": "whale"}, "species": {"kind": "class", "column": "species"}}
    cells = {"whale": list("aabbccdd"), "species": list("xxxxyyyy")}
    judged = judge("coarser_class", learn(targets, cells))
    assert judged.suits and "'species' has 2 labels above the 4 of 'whale'" in said(judged)
    assert list(judged.ideas) == ["with_species"]
    assert judge("poorer_labels", learn(targets, cells)).ideas == {}
    assert judge("coarser_class", learn(KIND, {"kind": classes(a=3, b=3)})).suits is False
    assert "derive: attributes" in said(judge("coarser_class", learn({"whale": targets["whale"]}, cells)))


def test_a_value_along_frames_has_a_velocity_then_an_acceleration() -> None:
    cells = TWO | {"frame": [1, 2, 3]}
    judged = judge("difference", learn(KIND | SIZE, cells))
    assert "derive: {difference: {of: size, order: frame}}" in said(judged)
    assert judged.ideas == {"with_size_velocity": {"heads.size_velocity": {"loss": "smooth_l1", "weight": 0.3}}}
    velocity = {"v": {"kind": "value", "derive": {"difference": {"of": "size", "order": "frame"}}}}
    assert judge("difference", learn(KIND | SIZE | velocity, cells)).ideas == {
        "with_v": {"heads.v": {"loss": "smooth_l1", "weight": 0.3}}
    }
    heads = {"kind": {"loss": "cross_entropy"}, "v": {"loss": "mse"}}
    assert "times: 2" in said(judge("difference", learn(KIND | SIZE | velocity, cells, heads)))
    assert judge("difference", learn(KIND | SIZE, TWO)).suits is False
    assert judge("difference", learn(KIND, {"kind": list("ab"), "frame": [1, 2]})).suits is False


def test_a_number_may_be_asked_for_in_bins() -> None:
    judged = judge("bins", learn(SIZE | KIND, TWO))
    assert judged.suits and "derive: {bins: {of: size, count: 10}}" in said(judged)
    assert judge("bins", learn(KIND | SIZE, TWO)).suits is None
    assert judge("bins", learn(KIND, TWO)).suits is False


def test_several_heads_speak_for_a_neck_a_branch_and_a_balance() -> None:
    heads = {"kind": {"loss": "cross_entropy"}, "size": {"loss": "mse"}, "seg": {"loss": "dice"}}
    facts = learn(KIND | SIZE | SEG, TWO, heads)
    assert judge("neck", facts).suits and judge("uncertainty", facts).suits and judge("gradnorm", facts).suits
    branch = judge("branch", facts)
    assert branch.ideas == {"branch_size": {"heads.size.branch": 1}} and "of kind value" in said(branch)
    alone = learn(KIND, TWO)
    assert judge("branch", alone).suits is False and judge("uncertainty", alone).ideas == {}
    two = judge("gradnorm", learn(KIND | SIZE, TWO, {"kind": heads["kind"], "size": heads["size"]}))
    assert two.suits is False and "tamesu try base --sweep heads.size.weight" in said(two)


def test_what_the_recipe_has_is_tried_without() -> None:
    heads = {"kind": {"loss": "cross_entropy", "dropout": 0.2}, "size": {"loss": "mse", "branch": 1, "hidden": 8}}
    facts = learn(KIND | SIZE, TWO, heads, neck=64, pooling="gem", balance="uncertainty")
    for name in ("neck", "branch", "gem", "dropout", "hidden", "uncertainty"):
        assert judge(name, facts).used, name
    assert judge("neck", facts).ideas["without_neck"] == {"neck": 0}
    assert judge("dropout", facts).ideas == {"without_dropout": {"heads.kind.dropout": 0.0}}
    assert judge("gem", facts).ideas == {"without_gem": {"pooling": "average"}}


def test_fine_classes_and_masks_speak_for_attention() -> None:
    many = {"kind": [f"c{number}" for number in range(40)]}
    assert "40 classes: details decide" in said(judge("attention", learn(KIND, many)))
    assert "'seg' says where" in said(judge("multi_head_attention", learn(KIND | SEG, TWO)))
    assert judge("gem", learn(KIND | SEG, TWO)).suits is None
    assert "3 rows: over-fitting" in said(judge("dropout", learn(KIND, TWO)))


@pytest.mark.parametrize("name", RULES)
def test_every_rule_speaks_of_the_barest_competition(name: str) -> None:
    for facts in (learn(KIND), learn(value("y", "y")), learn(SEG | KIND, heads={"seg": {"loss": "dice"}})):
        judged = judge(name, facts)
        assert all(reason.en and reason.ja for reason in judged.reasons)
