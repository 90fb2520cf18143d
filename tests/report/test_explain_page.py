from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.checker import check

from tamesu.messages.diagnosis import FACTS, STEP_AUDIT
from tamesu.report.explain_page import ExplainView, make_explain_page
from tamesu.results.audit.view import AuditView
from tamesu.results.diagnosis.remedies import Remedy
from tamesu.results.finding import Finding
from tamesu.results.next_steps import Step

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202egpj.tac", "猫" * 80)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_names_are_text_and_remedies_stand_under_their_finding(tmp_path: Path, language: str) -> None:
    findings = tuple(
        Finding("RUN_CLASS_FAILS", "note", {"classes": name, "others": 0.9, "count": 1}, (place,))
        for place, name in enumerate(HOSTILE)
    )
    values = {"fact": FACTS["brightness"], "low": 0.0, "high": 9.0, "share": 0.1, "others": 0.9, "rows": 20}
    findings = (Finding("RUN_RANGE_FAILS", "warning", values), *findings)
    audit = AuditView("run", findings, HOSTILE, len(HOSTILE), lambda _row: None, labels=HOSTILE)
    remedies = [Remedy({name: {"epochs": 3}}, (), (Step(STEP_AUDIT, "tamesu audit"),)) for name in ("first", *HOSTILE)]
    view = ExplainView(HOSTILE[0], HOSTILE[1], audit, remedies, {"accuracy": "0.5"})
    page = tmp_path / "page.html"
    page.write_text(make_explain_page(view, "ja" if language == "ja" else "en"), encoding="utf-8")
    checker = check(page)
    assert "first: {epochs: 3}" in checker.text
    assert checker.text.count("tamesu audit") >= len(remedies)
    assert HOSTILE[0] in checker.text


def test_a_sound_run_has_a_page_too(tmp_path: Path) -> None:
    audit = AuditView("run", (), (), 0, lambda _row: None)
    page = tmp_path / "page.html"
    page.write_text(make_explain_page(ExplainView("run", "base", audit, ()), "en"), encoding="utf-8")
    assert "Nothing is evidently wrong" in check(page).text
