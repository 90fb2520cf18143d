"""Where ideas stand, by hand-made ledgers."""

from __future__ import annotations

import pytest
from tests.ledger import verdict_of

from tamesu.artifacts.competition import Competition, Part, Rows, Target
from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.verdict import Verdict
from tamesu.results.standing import find_surprise, suggest_ideas, tell_standings

LONGER = Idea("longer", {"epochs": 30})
NET = Idea("net", {"backbone": "resnet50"}, "more room", "better")


def states(ideas: list[Idea], verdicts: list[Verdict]) -> list[tuple[str, str, bool]]:
    return [(one.idea.name, one.state, one.queued) for one in tell_standings(ideas, verdicts)]


def test_the_queue_first_then_what_else_the_ledger_knows() -> None:
    ledger = [
        verdict_of("lr", {"optimizer.adamw.lr": 1e-3}, "undecided", day=1),
        verdict_of("longer", LONGER.changes, "same", day=2),
    ]
    assert states([NET, LONGER], ledger) == [("net", "untried", True), ("longer", "same", True), ("lr", "undecided", False)]
    assert states([], []) == []


def test_the_newest_verdict_counts() -> None:
    ledger = [verdict_of("longer", LONGER.changes, "undecided", day=1), verdict_of("longer", LONGER.changes, "keep", day=2)]
    (standing,) = tell_standings([LONGER], ledger)
    assert standing.state == "keep" and standing.verdict == ledger[1]


def test_a_verdict_on_an_older_baseline_says_so_unless_a_newer_one_is_there() -> None:
    old = verdict_of("longer", LONGER.changes, "keep", day=1, baseline_digest="b0")
    new = verdict_of("net", NET.changes, "drop", day=2)
    assert states([LONGER, NET], [old, new])[0][1] == "elsewhere"
    (standing, _) = tell_standings([LONGER, NET], [old, new])
    assert standing.verdict == old
    again = verdict_of("longer", LONGER.changes, "same", day=3)
    assert states([LONGER, NET], [old, new, again])[0][1] == "same"
    assert tell_standings([LONGER], [old, new], {"base": "b0"})[0].state == "keep"


def test_recipes_have_baselines_of_their_own_and_hands_have_none() -> None:
    ledger = [
        verdict_of("longer", LONGER.changes, "keep", day=1),
        verdict_of("net", NET.changes, "drop", day=2, recipe="big", baseline_digest="b9"),
        verdict_of("old", {"ema": 0.9}, "drop", day=4, because="hand", baseline_digest="", pairs=[]),
    ]
    assert [state for _, state, _ in states([LONGER, NET], ledger)] == ["keep", "drop", "drop"]


def test_two_runs_that_were_compared_do_not_move_the_baseline() -> None:
    ledger = [
        verdict_of("longer", LONGER.changes, "keep", day=1),
        verdict_of("base-123", {"image.size": 64}, "drop", day=2, baseline_digest="old run"),
        verdict_of("base-123", {}, "same", day=3, baseline_digest="older run"),
    ]
    assert [state for _, state, _ in states([LONGER], ledger)] == ["keep", "elsewhere", "elsewhere"]
    assert [state for _, state, _ in states([], ledger[1:])] == ["drop", "same"]
    typed = verdict_of("ema=0.9", {"ema": 0.9}, "drop", day=4, baseline_digest="b2")
    assert [state for _, state, _ in states([LONGER], [*ledger, typed])] == ["elsewhere", "elsewhere", "elsewhere", "drop"]


def test_a_stack_is_judged_against_the_recipe_and_not_against_one_of_its_ideas() -> None:
    both = LONGER.changes | NET.changes
    ledger = [
        verdict_of("longer", LONGER.changes, "keep", day=1),
        verdict_of("longer+net", both, "keep", day=2),
        verdict_of("longer+net", both, "same", day=3, recipe="base+longer", baseline_digest="with longer"),
        verdict_of("longer", LONGER.changes, "undecided", day=4, recipe="base+net", baseline_digest="with net"),
    ]
    assert [state for _, state, _ in states([LONGER], ledger)] == ["keep", "keep"]


def test_a_renamed_idea_keeps_its_verdict_and_a_rewritten_one_loses_it() -> None:
    ledger = [verdict_of("longer", {"epochs": 30}, "keep")]
    (renamed,) = tell_standings([Idea("长", {"epochs": 30})], ledger)
    assert (renamed.state, renamed.twin, renamed.changed) == ("keep", "longer", False)
    rewritten, left = tell_standings([Idea("longer", {"epochs": 60})], ledger)
    assert (rewritten.state, rewritten.changed) == ("untried", True)
    assert (left.idea.name, left.state, left.queued) == ("longer", "keep", False)


def test_two_ideas_of_the_same_changes_share_their_verdict() -> None:
    twins = [LONGER, Idea("thirty", {"epochs": 30})]
    for ledger, state in (([], "untried"), ([verdict_of("longer", LONGER.changes, "keep")], "keep")):
        first, second = tell_standings(twins, ledger)
        assert (first.state, first.twin, second.state, second.twin) == (state, "", state, "longer")


def test_keys_are_counted_once_a_list() -> None:
    idea = Idea("swap", {"augmentations+": "rotate", "augmentations-": "flip", "epochs": 3})
    assert tell_standings([idea], [])[0].keys == 2


@pytest.mark.parametrize(
    ("word", "expected", "fields", "surprise"),
    [
        ("keep", "効かない", {}, "works"),
        ("keep", "worse: the ground is always down", {}, "works"),
        ("keep", "better", {}, None),
        ("keep", "accuracy 0.9", {}, None),
        ("drop", "上がる", {}, "hurts"),
        ("drop", "better", {"worse": 0.3, "same": 0.69}, None),
        ("drop", "better", {"because": "hopeless"}, None),
        ("drop", "better", {"because": "failed"}, None),
        ("drop", "better", {"because": "hand", "worse": 0.0}, None),
        ("drop", "worse", {}, None),
        ("same", "better", {}, None),
        ("undecided", "worse", {}, None),
    ],
)
def test_surprises(word: str, expected: str, fields: dict[str, object], surprise: str | None) -> None:
    assert find_surprise(verdict_of("a", {"epochs": 3}, word, expected=expected, **fields)) == surprise  # type: ignore[arg-type]


def test_what_was_expected_is_what_was_written_before_the_verdict() -> None:
    ledger = [verdict_of("longer", LONGER.changes, "keep", expected="better")]
    (standing,) = tell_standings([Idea("longer", LONGER.changes, "", "worse")], ledger)
    assert standing.surprise is None


def competition() -> Competition:
    targets = {
        "kind": Target(kind="class", column="kind"),
        "size": Target(kind="value", column="size", known_in="train"),
        "色": Target(kind="multilabel", column="色", known_in="train"),
    }
    rows = Rows(table="train.csv", image="{id}.png")
    return Competition(name="c", train=rows, targets=targets, main="kind", metric=Part(name="accuracy"))


def test_an_auxiliary_head_is_suggested_for_every_target_nobody_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    found = suggest_ideas(competition(), {"heads": {"kind": {"loss": "bce"}}})
    assert [(idea.name, idea.changes) for idea in found] == [
        ("aux_size", {"heads.size": {"loss": "smooth_l1", "weight": 0.3}}),
        ("aux_色", {"heads.色": {"loss": "bce", "weight": 0.3}}),
    ]
    assert "nobody learns it" in found[0].why
    monkeypatch.setenv("TAMESU_LANG", "ja")
    assert "補助ロス" in suggest_ideas(competition(), {})[0].why


def test_no_head_is_suggested_for_what_none_can_learn() -> None:
    more = {"頭": Target(kind="points", columns=["x", "y"]), "形": Target(kind="mask", mask="{id}.png")}
    facts = competition().model_copy(update={"targets": competition().targets | more})
    assert [idea.name for idea in suggest_ideas(facts, {"heads": {"kind": {}}})] == ["aux_size", "aux_色"]


def test_what_is_learnt_queued_or_tried_is_not_suggested() -> None:
    known = [Idea("mine", {"heads.色": {"loss": "bce"}}), Idea("weak", {"heads.size.weight": 0.1})]
    recipe = {"heads": {"kind": {"loss": "bce"}, "size": {"loss": "mse"}}}
    assert suggest_ideas(competition(), recipe, known) == []
    assert [idea.name for idea in suggest_ideas(competition(), {"heads": {"kind": {}}}, known)] == ["aux_size"]
