"""Advice: given where it applies, and silent everywhere else."""

from __future__ import annotations

import shlex

import pytest
from tests.ledger import verdict_of

from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.queue import expand_words
from tamesu.artifacts.verdict import Verdict
from tamesu.errors import Fault
from tamesu.results.advice import (
    advise_auxiliary,
    advise_budget,
    advise_edges,
    advise_leaderboard,
    advise_looks,
    advise_order,
    advise_small_data,
    advise_surprises,
    find_value,
    go_beyond,
)
from tamesu.results.standing import tell_standings


def codes(faults: list[Fault]) -> list[str]:
    for fault in faults:
        assert fault.outcome == "note"
        assert "{" not in fault.text("en").replace("={", "").replace(",{", "") and fault.text("ja") != fault.text("en")
    return [fault.code for fault in faults]


def words_of(fault: Fault) -> list[str]:
    """The words that a pasted command of an advice asks for, read back as ideas."""
    command = str(fault.values["command"])
    tamesu, verb, recipe, *words = shlex.split(command)
    assert (tamesu, verb, recipe) == ("tamesu", "try", "base")
    return words


def head(weight: float, word: str = "drop", **fields: object) -> Verdict:
    changes = {"heads.size": {"loss": "smooth_l1", "weight": weight}}
    return verdict_of(f"aux {weight}", changes, word, **fields)  # type: ignore[arg-type]


# auxiliary heads


def test_a_dropped_auxiliary_head_is_tried_weaker_with_its_loss() -> None:
    (advice,) = advise_auxiliary([head(0.3)], "kind")
    assert codes([advice]) == ["ADVICE_AUX_DRAGS"]
    assert [idea.changes for idea in expand_words(words_of(advice), {}, coupled=False)] == [
        {"heads.size": {"loss": "smooth_l1", "weight": 0.1}},
        {"heads.size": {"loss": "smooth_l1", "weight": 0.03}},
    ]


def test_a_head_that_the_recipe_has_is_weakened_by_its_weight() -> None:
    for changes in ({"heads.size.loss": "mse"}, {"heads.size.weight": 0.3}):
        (advice,) = advise_auxiliary([verdict_of("a", changes, "drop")], "kind")
        assert words_of(advice) == ["heads.size.weight=0.1,0.03"]


def test_weaker_is_tried_until_it_does_not_help() -> None:
    assert codes(advise_auxiliary([head(0.3, day=1), head(0.1, day=2)], "kind")) == ["ADVICE_AUX_GIVE_UP"]
    assert codes(advise_auxiliary([head(0.3, day=1), head(0.03, "same", day=2)], "kind")) == ["ADVICE_AUX_GIVE_UP"]
    (advice,) = advise_auxiliary([head(0.3, day=1), head(0.2, day=2)], "kind")
    assert advice.code == "ADVICE_AUX_DRAGS" and "weight: 0.07" in words_of(advice)[0]
    assert advise_auxiliary([head(0.3, day=1), head(0.1, "undecided", day=2)], "kind") == []


def test_no_advice_where_it_helps_where_the_user_gave_up_and_about_the_main_head() -> None:
    assert advise_auxiliary([head(0.3, day=1), head(0.1, "keep", day=2)], "kind") == []
    assert advise_auxiliary([head(0.3, day=1), head(0.1, because="hand", day=2)], "kind") == []
    assert advise_auxiliary([head(0.3, "same")], "kind") == []
    assert advise_auxiliary([head(0.3)], "size") == []
    both = verdict_of("a", {"heads.size": {"loss": "mse"}, "epochs": 3}, "drop")
    assert advise_auxiliary([both, verdict_of("b", {"epochs": 3}, "drop"), verdict_of("c", {}, "drop")], "kind") == []
    assert advise_auxiliary([head(0.3, recipe="base+net")], "kind") == []


# augmentations


def test_an_unexpected_augmentation_is_looked_at() -> None:
    flip = verdict_of("flip", {"augmentations+": "vertical_flip"}, "keep", expected="効かない", day=1)
    blur = verdict_of("blur", {"augmentations+": "blur"}, "drop", expected="better", day=2)
    other = verdict_of("net", {"backbone": "x"}, "keep", expected="worse", day=3)
    found = advise_surprises(tell_standings([], [flip, blur, other]))
    assert codes(found) == ["ADVICE_UNEXPECTED_CUES"] * 2
    assert "works although" in found[0].text("en") and "hurts although" in found[1].text("en")
    assert "予想に反して" in found[0].text("ja") and flip.idea_run in found[0].text("en")


# the queue


def test_essential_changes_first() -> None:
    parameters = [Idea("lr", {"optimizer.adamw.lr": 1e-3}), Idea("ema", {"ema": 0.9})]
    net, augmentation = Idea("net", {"backbone": "x"}), Idea("rotate", {"augmentations+": "rotate"})
    assert codes(advise_order(parameters, [])) == ["ADVICE_ESSENTIAL_FIRST"]
    assert codes(advise_order(parameters, [Idea("batch", {"batch_size": 8})])) == ["ADVICE_ESSENTIAL_FIRST"]
    assert advise_order([*parameters, net], []) == []
    assert advise_order(parameters, [augmentation]) == []
    assert advise_order(parameters[:1], []) == []


def test_many_looks_at_the_same_folds() -> None:
    ideas = [verdict_of(f"i{n}", {"epochs": n + 1}, "same") for n in range(20)]
    assert codes(advise_looks(ideas)) == ["ADVICE_MANY_LOOKS"]
    assert "20 ideas" in advise_looks(ideas)[0].text("en")
    assert advise_looks(ideas[:19]) == []
    assert advise_looks(ideas[:19] * 2) == []
    other_folds = verdict_of("i", {"epochs": 99}, folds="f2")
    by_hand = verdict_of("j", {"epochs": 98}, "drop", because="hand", pairs=[])
    assert advise_looks([*ideas[:19], other_folds, by_hand]) == []


def test_small_data() -> None:
    (advice,) = advise_small_data(370, 0.01234)
    assert codes([advice]) == ["ADVICE_SMALL_DATA"] and "370 rows" in advice.text("en") and "0.012" in advice.text("en")
    assert advise_small_data(370, None) == advise_small_data(5000, 0.01) == []


@pytest.mark.parametrize(
    ("greater", "idea", "advised"), [(True, 0.79, True), (True, 0.81, False), (False, 0.81, True), (False, 0.79, False)]
)
def test_kept_on_cv_and_worse_on_the_leaderboard(greater: bool, idea: float, advised: bool) -> None:
    kept = verdict_of("a", {"epochs": 3}, "keep", greater_is_better=greater)
    public = {kept.idea_run: idea, kept.baseline_run: 0.8}
    assert codes(advise_leaderboard([kept], public)) == ["ADVICE_LB_LOWER"] * advised
    assert advise_leaderboard([kept], {kept.idea_run: idea}) == []
    assert advise_leaderboard([verdict_of("a", {"epochs": 3}, "drop", greater_is_better=greater)], public) == []


# sweeps


def sweep(key: str, gains: dict[float, float]) -> list[Verdict]:
    return [verdict_of(f"{key}={value}", {key: value}, gain=gain) for value, gain in gains.items()]


def test_a_best_value_at_the_edge_is_followed() -> None:
    key = "optimizer.adamw.lr"
    (advice,) = advise_edges(sweep(key, {1e-4: -0.01, 1e-3: 0.01, 1e-2: 0.02}), {})
    assert codes([advice]) == ["ADVICE_EDGE"] and words_of(advice) == [f"{key}=0.1"]
    assert advise_edges(sweep(key, {1e-4: -0.01, 1e-3: 0.02, 1e-2: 0.01}), {}) == []
    assert advise_edges(sweep(key, {1e-4: -0.03, 1e-3: -0.02, 1e-2: -0.01}), {}) == []
    assert advise_edges(sweep(key, {1e-4: 0.01, 1e-3: 0.02}), {}) == []


def test_the_value_of_the_baseline_counts_as_tried() -> None:
    ledger = sweep("optimizer.adamw.lr", {1e-4: 0.01, 1e-3: 0.02})
    for start, advised in ((1e-2, False), (3e-4, True)):
        recipes = {"base-00000001": {"optimizer": {"adamw": {"lr": start}}}}
        assert bool(advise_edges(ledger, recipes)) is advised


def test_whole_numbers_stay_whole_and_shares_stay_below_one() -> None:
    (advice,) = advise_edges(sweep("epochs", {10: -0.01, 20: 0.01, 30: 0.02}), {})
    assert words_of(advice) == ["epochs=40"]
    assert advise_edges(sweep("heads.a.dropout", {0.1: 0.0, 0.5: 0.01, 0.9: 0.02}), {}) == []
    assert advise_edges(sweep("heads.a.dropout", {0.0: 0.02, 0.5: 0.01, 0.9: 0.0}), {}) == []
    assert advise_edges([verdict_of(f"b={n}", {"backbone": n}) for n in "abc"] + [verdict_of("none", {})], {}) == []


def test_going_beyond() -> None:
    assert go_beyond([1.0, 2.0, 4.0, 8.0], 8.0, whole=False) == "16.0"
    assert go_beyond([1.0, 2.0, 3.0], 1.0, whole=False) == "0.5"
    assert go_beyond([1, 2, 3], 1, whole=True) is None
    assert go_beyond([-3.0, -2.0, -1.0], -3.0, whole=False) == "-4.0"


def test_values_are_found_through_parts_lists_and_dotted_names() -> None:
    plain = {"backbone": {"resnet50.a1_in1k": {"weights": "none"}}, "augmentations": ["flip"]}
    assert find_value(plain, "backbone.resnet50.a1_in1k.weights") == "none"
    assert find_value(plain, "augmentations.flip.p") is None and find_value(plain, "backbone.resnet50") is None


def test_a_budget_that_ended() -> None:
    (advice,) = advise_budget([f"i{n}" for n in range(9)], "tamesu try base --budget 3h")
    assert codes([advice]) == ["ADVICE_BUDGET"]
    assert (
        "9 ideas" in advice.text("en") and "i7, …" in advice.text("en") and "`tamesu try base --budget 3h`" in advice.text("ja")
    )
    assert advise_budget([], "x") == []
