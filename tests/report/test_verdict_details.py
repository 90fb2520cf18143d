from __future__ import annotations

import math
import re

import pytest
import yaml

from tamesu.artifacts.verdict import Bootstrap, verdict_name
from tamesu.report.verdict_details import describe, show_classes, show_details, show_folds, show_pairs, swing, write_changes
from tamesu.report.words import Words

EN = Words("en")


def cells(text: str) -> list[list[str]]:
    """The body of the first table, as text."""
    body = text.split("<tbody>")[1].split("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body)
    return [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<td.*?>(.*?)</td>", row)] for row in rows]


def test_every_pair_has_its_line(ledger) -> None:
    verdict = ledger[1]
    found = cells(show_pairs(verdict, 4, EN))
    assert [row[:3] for row in found] == [[str(p.repeat), str(p.fold), str(p.seed)] for p in verdict.pairs]
    for row, pair in zip(found, verdict.pairs, strict=True):
        assert [float(cell) for cell in row[3:]] == pytest.approx([pair.baseline, pair.idea, pair.gain], abs=5e-5)


def test_hundreds_of_pairs_are_cut_and_the_file_is_named(ledger) -> None:
    text = show_pairs(ledger[4], 4, EN)
    assert len(cells(text)) == 200
    assert f"verdicts/{verdict_name('hundreds', ledger[4].digest())}.json" in text and "of 300" in text


def test_a_fold_has_the_mean_over_its_seeds(make_verdict) -> None:
    gains = (0.01, 0.02, 0.03, 0.04, 0.05, 0.03, 0.0, -0.01, 0.02, 0.01)
    found = cells(show_folds(make_verdict("a", gains), 4, EN))
    assert [row[1:3] for row in found] == [[str(fold), "2"] for fold in range(5)]
    assert [float(row[3]) for row in found] == pytest.approx([0.02, 0.01, 0.01, 0.03, 0.03])
    assert show_folds(make_verdict("a", (0.1,)), 4, EN) is None


def test_classes_worst_first_and_only_the_ends_of_many(make_verdict) -> None:
    few = make_verdict(per_class={"猫": 0.02, "<b>": -0.03, "犬": None, "x": math.nan})
    text = show_classes(few, EN)
    assert [row[0] for row in cells(text)] == ["&lt;b&gt;", "猫"]
    assert "undefined for 2 classes" in text
    many = make_verdict(per_class={f"c{i}": i / 1000 - 0.02 for i in range(60)})
    worst, best = (cells("<tbody>" + part) for part in show_classes(many, EN).split("<tbody>")[1:])
    assert [row[0] for row in worst] == [f"c{i}" for i in range(10)]
    assert [row[0] for row in best] == [f"c{i}" for i in range(59, 49, -1)]
    assert show_classes(make_verdict(), EN) is None


def test_a_bar_leaves_the_middle_by_its_share() -> None:
    assert "--from:50.0%;--to:100.0%" in swing(0.2, 0.2, 4, EN)
    assert "--from:25.0%;--to:50.0%" in swing(-0.1, 0.2, 4, EN) and "worse" in swing(-0.1, 0.2, 4, EN)
    assert "--from:50.0%;--to:50.0%" in swing(0.0, 0.0, 4, EN)
    assert "undefined" in swing(math.nan, 0.2, 4, EN)


def test_changes_read_back_as_they_are(make_verdict) -> None:
    changes = {"augmentations+": {"sepia": {"p": 0.3}}, "epochs": 12, "名前": ["a", None, True], "optimizer.adamw.lr": 3e-4}
    assert yaml.safe_load(write_changes(make_verdict(changes=changes), EN)) == changes
    assert write_changes(make_verdict(changes={}), EN) == "# none"


def test_the_facts_are_those_of_the_verdict(make_verdict) -> None:
    other = Bootstrap(low=-0.001, high=0.02, better=0.93, draws=500, units=1200)
    verdict = make_verdict(why="<why>", expected="+0.01", note="later", bootstrap=other, clean=False, failed=["r0-f1-s0"])
    found = dict(describe(verdict, 4, EN))
    assert found["why"] == '<bdi class="name">&lt;why&gt;</bdi>' and found["score"] == "0.8000 → 0.8190"
    assert found["probabilities"] == "better 97.0 %, same 2.0 %, worse 1.0 %; a verdict needs 95 %"
    assert "1,200" in found["second opinion"] and "It disagrees" in found["second opinion"]
    assert "×1.20" in found["cost"] and "3 min 0 s beside 2 min 30 s" in found["cost"]
    assert "with changes not committed" in found["commit"] and found["reached"] == "2026-10-03 08:15 UTC"
    assert "r0-f1-s0" in found["diverged jobs"]
    bare = dict(describe(make_verdict("a", (), seconds=None, noise=None, commit="", because="hand"), 4, EN))
    assert not {"gain", "score", "probabilities", "cost", "commit", "seed noise", "why"} & set(bare)
    assert bare["verdict"] == "keep — Decided by hand."


def test_whatever_a_user_named_stays_text(make_verdict) -> None:
    bad = '"><script>alert(1)</script>'
    verdict = make_verdict(
        bad,
        why=bad,
        expected=bad,
        note=bad,
        twin=bad,
        recipe=bad,
        changes={bad: {bad: bad}},
        failed=[bad],
        per_class={bad: 0.1},
        baseline_run=bad,
        idea_run=bad,
        commit=bad,
        time=bad,
        metric={bad: {bad: 1}},
    )
    text = show_details(verdict, "verdict-0", [bad], EN)
    assert "<script" not in text and text.count("&lt;script&gt;") > 12
