from __future__ import annotations

from dataclasses import replace

from tamesu.report.headline import judge_scores, make_headline, show_score, show_tiles
from tamesu.report.html import join
from tamesu.report.section import Notice, Section
from tamesu.report.words import Words
from tamesu.results.scores import FoldScore

EN = Words("en")


def test_the_score_stands_with_its_error_and_direction(paintings) -> None:
    text = show_score(paintings.scores, EN)
    assert f"{paintings.scores.cv:.4f}" in text and "± </small>" not in text
    assert f"± {paintings.scores.standard_error:.4f}" in text.replace("<small> ", "").replace("</small>", "")
    assert "higher is better" in text
    assert "lower is better" in show_score(replace(paintings.scores, greater_is_better=False), EN)
    assert "undefined" in show_score(replace(paintings.scores, cv=None), EN)


def test_the_tiles_count(paintings) -> None:
    text = show_tiles(paintings.run, paintings.scores, EN)
    assert "598" in text and "of 600" in text
    assert "1 <small>(0)</small>" in text
    assert "none" in show_tiles(paintings.run, replace(paintings.scores, seeds=[]), EN)


def test_question_and_notices_are_told_warnings_first(hostile) -> None:
    notices = (Notice("note", join("later")), Notice("warning", join("first <")))
    text = make_headline(hostile.run, hostile.scores, [Section("a", join("A"), join("b"), notices)], EN)
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;/p&gt;&lt;script&gt;1&lt;/script&gt;" in text
    assert text.index("first &lt;") < text.index("later")
    assert '<a href="#a">A</a>' in text
    assert "Nothing unusual" in make_headline(hostile.run, hostile.scores, [], EN)


def test_what_the_scores_say_themselves(paintings) -> None:
    odd = replace(paintings.scores, seeds=[], diverged=["r0-f1-s0"], folds=[FoldScore(0, 2, 0, 9, None)])
    said = " ".join(notice.text for notice in judge_scores(paintings.run, odd, EN))
    for words in ("no CV score", "r0-f1-s0", "r0-f2-s0 is undefined", "2 images could not be read"):
        assert words in said


def test_an_accepted_leak_is_told(paintings, monkeypatch) -> None:
    monkeypatch.setattr(type(paintings.run), "accepted_leaks", ["leak:groups"])
    said = [notice for notice in judge_scores(paintings.run, paintings.scores, EN) if "leak:groups" in notice.text]
    assert [notice.level for notice in said] == ["warning"]
