from __future__ import annotations

from tamesu.report.explain_text import format_explanation
from tamesu.results.diagnosis.remedies import Remedy
from tamesu.results.finding import Finding

IDEAS = Remedy({"lower": {"optimizer.adamw.lr": 0.01}})


def test_ideas_of_equal_remedies_are_written_once() -> None:
    findings = [Finding("RUN_MEMORISES", "note", {"count": 4, "loss": 0.1})] * 2
    text = format_explanation(findings, [IDEAS, IDEAS], [], "base")
    assert text.count("lower: {optimizer.adamw.lr: 0.01}") == 1
    assert text.count("then: tamesu try base lower") == 1
    assert text.count("RUN_MEMORISES") == 2


def test_a_sound_run_is_told_as_such() -> None:
    assert "no fault was found" in format_explanation([], [], [], "base")
    assert "問題は見つかりません" in format_explanation([], [], [], "base", "ja")
