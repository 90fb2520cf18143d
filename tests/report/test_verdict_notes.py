from __future__ import annotations

import math

import pytest

from tamesu.artifacts.verdict import Bootstrap
from tamesu.report.verdict_notes import (
    disagrees,
    group_by_metric,
    has_interval,
    is_measured,
    order_verdicts,
    say_false_keeps,
    say_gain,
    say_interval,
    say_notes,
    say_own_interval,
    say_scales,
    share_decimals,
)
from tamesu.report.words import Words

EN, JA = Words("en"), Words("ja")


def test_kept_first_then_undecided_same_dropped_and_the_largest_gain_first(ledger) -> None:
    names = [verdict.idea for verdict in order_verdicts(ledger[:8])]
    assert names == ["resnext", "smoothing", "手作業", "セピア調の拡張", "hundreds", "epochs=12", "lr=1e-2", "sgd"]


def test_only_gains_on_one_metric_stand_together(ledger, make_verdict) -> None:
    assert [len(group) for group in group_by_metric(ledger)] == [8, 2]
    other = make_verdict("k", metric={"top_k_accuracy": {"k": 3}}), make_verdict("k", metric={"top_k_accuracy": {"k": 5}})
    assert len(group_by_metric(other)) == 2


def test_without_a_posterior_there_is_no_gain(make_verdict) -> None:
    none = make_verdict("a", ()), make_verdict("a", (0.1,), better=0.0, same=0.0, worse=0.0)
    broken = make_verdict("a", gain=math.nan, low=math.nan, high=math.nan)
    for verdict in (*none, broken):
        assert not is_measured(verdict) and not has_interval(verdict)
        assert say_gain(verdict, 4) == say_own_interval(verdict, 4) == ""
    endless = make_verdict("a", (0.1, 0.2), low=-math.inf, high=math.inf)
    assert is_measured(endless) and not has_interval(endless)
    assert say_interval(math.nan, 0.1, 4) == ""


def test_a_table_shares_its_decimals_but_for_what_needs_powers_of_ten(make_verdict) -> None:
    wide, narrow, tiny = (make_verdict("a", low=0.01 - w, high=0.01 + w) for w in (0.02, 0.0004, 3e-8))
    assert share_decimals([wide, narrow, tiny]) == {0: 5, 1: 5, 2: 9}
    assert share_decimals([make_verdict("a", ())]) == {0: 4}


@pytest.mark.parametrize(
    ("word", "because", "low", "high", "expected"),
    [
        ("keep", "decided", -0.001, 0.02, True),
        ("keep", "decided", 0.001, 0.02, False),
        ("drop", "decided", -0.02, 0.001, False),
        ("drop", "hopeless", 0.002, 0.02, True),
        ("same", "decided", 0.002, 0.02, True),
        ("same", "decided", -0.002, 0.002, False),
        ("same", "identical", 0.002, 0.02, False),
        ("undecided", "plan", 0.01, 0.02, False),
        ("keep", "hand", -0.001, 0.02, False),
        ("keep", "hand", -0.02, -0.001, True),
    ],
)
def test_when_the_second_opinion_disagrees(make_verdict, word, because, low, high, expected) -> None:
    other = Bootstrap(low=low, high=high, better=0.5, draws=500, units=600)
    verdict = make_verdict(word=word, because=because, bootstrap=other)
    assert disagrees(verdict) == expected
    assert any("disagrees" in note for note in say_notes(verdict, EN)) == expected
    assert not disagrees(make_verdict(word=word, because=because))


def test_the_direction_is_said_once_and_scales_with_their_origin(ledger, make_verdict) -> None:
    said = say_scales(ledger[:3], EN)
    assert said[0].startswith("accuracy: larger is better")
    assert said[1] == "Gains within ±0.0012 count as the same (a quarter of the seed noise)." and "0.0048" in said[2]
    loss = say_scales(ledger[8:], EN)
    assert "+ means a smaller log_loss" in loss[0] and loss[1:] == ["Gains within ±0.0020 count as the same."]
    assert say_scales([make_verdict(rope=0.0, noise=None)], EN) == said[:1]
    two = [make_verdict(), make_verdict(baseline_run="other-12345678", noise=0.01, rope=0.0025)]
    assert sum(one.startswith("other-12345678: ") for one in say_scales(two, EN)) == 2
    assert all("nan" not in one for one in (*said, *loss))


def test_each_ending_has_its_sentence(ledger, make_verdict) -> None:
    by_name = {verdict.idea: " ".join(say_notes(verdict, EN)) for verdict in ledger}
    assert by_name["smoothing"] == ""
    assert "about 35 more pairs would decide" in by_name["セピア調の拡張"]
    assert "stopped by the race" in by_name["lr=1e-2"] and "1.3 %" in by_name["lr=1e-2"]
    assert "the very run of the baseline" in by_name["epochs=12"]
    assert "by hand" in by_name["手作業"]
    assert "diverged in r0-f1-s0" in by_name["sgd"]
    forced = make_verdict(forced=["horizontal_flip", "rotate"])
    assert say_notes(forced, EN)[0].startswith("smoothing: tried with --force") and "--force" in say_notes(forced, JA)[0]
    assert "horizontal_flip" in say_notes(forced, EN)[0] and "rotate" in say_notes(forced, JA)[0]
    assert "the same run as mixup" in say_notes(make_verdict(twin="mixup"), EN)[0]
    budget = make_verdict("a", (0.1,), word="undecided", because="budget", better=0.0, same=0.0, worse=0.0)
    assert "budget ended" in say_notes(budget, EN)[0]
    assert "no number of further seeds" in say_notes(make_verdict(word="undecided", because="plan"), EN)[0]
    assert say_notes(make_verdict(word="drop", because="hopeless", chance=None), EN) == ["smoothing: stopped by the race."]
    for verdict in ledger:
        assert len(say_notes(verdict, JA)) == len(say_notes(verdict, EN))


def test_false_keeps_are_counted_over_what_the_pairs_kept(ledger) -> None:
    assert say_false_keeps(ledger, 0.21, EN) == "Of 3 kept by their pairs, expected to be false: at most 0.21."
    assert "最大 0.21 件" in say_false_keeps(ledger, 0.21, JA)
    assert say_false_keeps(ledger, None, EN) == say_false_keeps(ledger, math.nan, EN) == ""
    assert say_false_keeps([verdict for verdict in ledger if verdict.word != "keep"], 0.0, EN) == ""


def test_an_idea_that_was_stopped_and_not_dropped_says_what_would_decide(make_verdict) -> None:
    fields = {"word": "undecided", "because": "hopeless", "better": 0.8, "chance": 0.15}
    said = say_notes(make_verdict("open", (0.02, -0.01, 0.02), more_pairs=20, **fields), Words("en"))
    assert any("15" in line for line in said)
    assert any("20 more pairs" in line for line in said)
    assert not any("more pairs" in line for line in say_notes(make_verdict("no", (0.02, -0.01), **fields), Words("en")))
