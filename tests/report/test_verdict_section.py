from __future__ import annotations

import re

import pytest

from tamesu.artifacts.verdict import Bootstrap
from tamesu.report.verdict_section import make_verdict_section
from tamesu.report.words import Words

EN = Words("en")


def tables(text: str) -> list[list[list[str]]]:
    """The tables of figures, as text."""
    found = re.findall(r'class="figures">.*?<tbody>(.*?)</tbody>', text)
    rows = [re.findall(r"<tr>(.*?)</tr>", body) for body in found]
    return [[[re.sub("<.*?>", "", c) for c in re.findall(r"<td.*?>(.*?)</td>", row)] for row in body] for body in rows]


def test_every_verdict_is_in_its_table_with_all_figures(ledger) -> None:
    section = make_verdict_section(ledger, EN)
    accuracy, loss = tables(section.body)
    assert len(accuracy) == 8 and len(loss) == 2
    by_name = {verdict.idea: verdict for verdict in ledger}
    for row in accuracy + loss:
        verdict = next(v for name, v in by_name.items() if row[0].startswith(name))
        assert row[1] == verdict.word and row[8] == str(len(verdict.pairs))
        if row[2] != "–":
            assert float(row[2].rstrip("*")) == pytest.approx(verdict.gain, abs=5e-5)
            assert [float(cell.rstrip(" %")) / 100 for cell in row[4:7]] == pytest.approx(
                [verdict.better, verdict.same, verdict.worse], abs=5e-4
            )
    assert [row[2] for row in accuracy].count("–") == 3


def test_each_name_leads_to_its_own_details(ledger) -> None:
    body = make_verdict_section([*ledger, ledger[0]], EN).body
    links = re.findall(r'<a href="#(verdict-\d+)"><bdi class="name">(.*?)</bdi>', body)
    details = re.findall(r'<summary>.*?<bdi class="name">(.*?)</bdi>.*?id="(verdict-\d+)"', body)
    assert sorted(links) == sorted((anchor, name) for name, anchor in details)
    assert len({anchor for anchor, _ in links}) == 11


def test_false_keeps_and_remarks_are_shown(ledger) -> None:
    section = make_verdict_section(ledger, EN, 0.2, {"sgd": ["A surprise: <it> hurts."], "other": ["never seen"]})
    assert "expected to be false: at most 0.2" in section.body
    assert '<p class="callout remark">A surprise: &lt;it&gt; hurts.</p>' in section.body and "never seen" not in section.body
    assert [notice.level for notice in section.notices if "surprise" in notice.text] == ["note"]


def test_what_is_kept_against_the_signs_is_a_warning(make_verdict) -> None:
    other = Bootstrap(low=-0.01, high=0.02, better=0.7, draws=500, units=600)
    verdicts = [make_verdict("doubted", bootstrap=other), make_verdict("small", (0.002, 0.003)), make_verdict("sure")]
    warning, note = make_verdict_section(verdicts, EN).notices
    assert warning.level == "warning" and warning.text.startswith("doubted: the second opinion disagrees")
    assert note.level == "note" and note.text.endswith("seed noise: small.")


def test_recipes_stand_in_the_table_when_there_are_several(make_verdict) -> None:
    (rows,) = tables(make_verdict_section([make_verdict("a"), make_verdict("b", recipe="big")], EN).body)
    assert [row[-1] for row in rows] == ["base", "big"]


def test_nothing_yet() -> None:
    assert "No verdict yet" in make_verdict_section([], EN).body


def test_hostile_names_stay_text(make_verdict) -> None:
    bad = "</p><img src=x onerror=alert(1)>"
    verdict = make_verdict(
        bad, (0.001, 0.002), metric=bad, twin=bad, recipe=bad, word="undecided", because="plan", more_pairs=3
    )
    section = make_verdict_section(
        [verdict, make_verdict("b", metric=bad, baseline_run=bad, noise=None)], EN, None, {bad: [bad]}
    )
    assert "<img" not in section.body and not any("<img" in notice.text for notice in section.notices)


def test_both_languages_have_the_same_numbers(ledger) -> None:
    english, japanese = (
        sorted(re.findall(r"[-+]?\d+\.\d+", re.sub("<.*?>", " ", make_verdict_section(ledger, Words(language), 0.2).body)))
        for language in ("en", "ja")
    )
    assert english == japanese
