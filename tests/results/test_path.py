"""The way of the score, by cases worked by hand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.ledger import verdict_of

from tamesu.artifacts.competition import Part
from tamesu.artifacts.verdict import Pair, Verdict, Word
from tamesu.results.path import trace_path


def reach(
    idea: str, day: int, gain: float, word: Word = "keep", *, on: str = "A", level: float = 0.8, pairs: int = 5, **fields: Any
) -> Verdict:
    """A verdict on an idea whose run is called by its name, beside the baseline `on`, whose pairs average `level`."""
    sign = 1 if fields.get("greater_is_better", True) else -1
    made = [
        Pair(repeat=0, fold=place % 5, seed=place // 5, baseline=level, idea=level + sign * gain, gain=gain)
        for place in range(pairs)
    ]
    about = {"baseline_digest": on, "idea_digest": idea, "cv_baseline": level, "cv_idea": level + sign * gain, "pairs": made}
    return verdict_of(idea, {"epochs": day}, word, day=day, gain=gain, **(about | fields))


def seen(verdicts: list[Verdict]) -> list[tuple[str, float | None, float | None, bool]]:
    return [(point.verdict.idea, point.score, point.baseline, point.is_step) for point in trace_path(verdicts)]


def test_kept_ideas_that_beat_all_before_are_the_steps() -> None:
    found = seen(
        [
            reach("a", 1, 0.01),
            reach("b", 2, 0.05, "undecided"),
            reach("c", 3, 0.03),
            reach("d", 4, 0.02),  # kept, and yet c was better
            reach("e", 5, -0.04, "drop"),
            reach("f", 6, 0.03),  # as good as c, and no better
            reach("g", 7, 0.04),
        ]
    )
    assert [name for name, _, _, is_step in found if is_step] == ["a", "c", "g"]
    assert [score for _, score, _, _ in found] == pytest.approx([0.81, 0.85, 0.83, 0.82, 0.76, 0.83, 0.84])
    assert {baseline for _, _, baseline, _ in found} == {0.8}


def test_a_smaller_loss_is_a_step_up() -> None:
    smaller: dict[str, Any] = {"greater_is_better": False, "metric": Part(name="log_loss"), "level": 0.5}
    found = seen(
        [
            reach("a", 1, 0.02, **smaller),
            reach("b", 2, -0.10, "drop", **smaller),
            reach("c", 3, 0.01, **smaller),
            reach("d", 4, 0.05, **smaller),
        ]
    )
    assert [score for _, score, _, _ in found] == pytest.approx([0.48, 0.60, 0.49, 0.45])
    assert [name for name, _, _, is_step in found if is_step] == ["a", "d"]


def test_a_baseline_has_one_level_that_of_its_most_pairs() -> None:
    """Two lucky folds at first, all of them later: the ideas stand above one line, by their gains."""
    found = seen(
        [
            reach("a", 1, 0.01, level=0.90, pairs=2),
            reach("b", 2, 0.02, level=0.80, pairs=10),
            reach("c", 3, 0.03, level=0.7, pairs=5),
        ]
    )
    assert [baseline for _, _, baseline, _ in found] == [0.8, 0.8, 0.8]
    assert [score for _, score, _, _ in found] == pytest.approx([0.81, 0.82, 0.83])
    assert [is_step for *_, is_step in found] == [True, True, True]


def test_an_idea_that_becomes_the_baseline_brings_its_level() -> None:
    """b's own pairs average 0.79 on other seeds; it was adopted at 0.82, and what follows stands on that."""
    found = seen(
        [
            reach("a", 1, 0.01),
            reach("b", 2, 0.02),
            reach("c", 3, 0.03, on="b", level=0.79),
            reach("d", 4, -0.01, "drop", on="b", level=0.79),
            reach("e", 5, 0.02, on="c", level=0.70),
        ]
    )
    assert [baseline for _, _, baseline, _ in found] == pytest.approx([0.80, 0.80, 0.82, 0.82, 0.85])
    assert [score for _, score, _, _ in found] == pytest.approx([0.81, 0.82, 0.85, 0.81, 0.87])
    assert [name for name, *_, is_step in found if is_step] == ["a", "b", "c", "e"]


def test_a_level_that_was_stood_on_is_not_moved_afterwards() -> None:
    """B was a baseline before it was tried as an idea: what was shown above it stays where it was."""
    found = seen([reach("x", 1, 0.01, on="B", level=0.8), reach("B", 2, 0.05, on="A", level=0.78), reach("y", 3, 0.04, on="B")])
    assert [baseline for _, _, baseline, _ in found] == pytest.approx([0.80, 0.78, 0.80])
    assert [score for _, score, _, _ in found] == pytest.approx([0.81, 0.83, 0.84])


def test_an_idea_that_is_no_step_brings_no_level() -> None:
    found = seen([reach("a", 1, 0.05), reach("b", 2, 0.01, "undecided"), reach("c", 3, 0.02, on="b", level=0.9)])
    assert found[-1][2] == pytest.approx(0.9)


def test_other_metrics_and_verdicts_without_pairs_are_left_out() -> None:
    other: dict[str, Any] = {"metric": Part(name="log_loss"), "greater_is_better": False}
    option, other_option = (Part(name="top_k_accuracy", options={"k": k}) for k in (3, 5))
    ledger = [
        reach("old", 1, 0.02, **other),
        reach("k", 2, 0.02, metric=option),
        reach("a", 3, 0.01),
        reach("twin", 4, 0.0, "same", because="identical", pairs=0, cv_baseline=None, cv_idea=None),
        reach("by hand", 5, 0.0, "drop", because="hand", pairs=0, cv_baseline=None, cv_idea=None),
        reach("b", 6, 0.02),
    ]
    assert [name for name, *_ in seen(ledger)] == ["a", "b"]
    # The latest verdict says which metric counts; its options are part of it.
    assert [name for name, *_ in seen(ledger[:1])] == ["old"]
    assert [name for name, *_ in seen([reach("five", 1, 0.02, metric=other_option), *ledger[:2]])] == ["k"]
    assert [name for name, *_ in seen([*ledger, reach("again", 7, 0.01, **other)])] == ["old", "again"]


def test_nothing_tried_is_no_way() -> None:
    assert trace_path([]) == []
    only_told = reach("twin", 1, 0.0, "same", because="identical", pairs=0, cv_baseline=None, cv_idea=None)
    assert trace_path([only_told]) == []
