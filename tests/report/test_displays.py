from __future__ import annotations

import copy
import pickle
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tamesu.artifacts.verdict import Verdict
from tamesu.messages.diagnosis import STEP_AUDIT
from tamesu.report.displays import Findings, ShownRun, Verdicts, find_scores, never_raise
from tamesu.report.notebook import MOST_BYTES
from tamesu.results.diagnosis.remedies import Remedy
from tamesu.results.finding import Finding
from tamesu.results.next_steps import Step

NASTY = '</style><script>alert(1)</script><img src=x onerror="alert(1)">猫'


class Reader(HTMLParser):
    """Tags, attributes and text of a fragment, and whether all its elements are closed in order."""

    def __init__(self, block: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(block)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def read(block: str | None) -> Reader:
    """A block, after what holds for every one: small, whole, no script, nothing fetched, ids that are there."""
    assert block is not None and len(block.encode("utf-8")) <= MOST_BYTES
    reader = Reader(block)
    assert reader.open == []
    assert not reader.tags & {"script", "iframe", "link", "object", "form", "body", "html"}
    assert [name for name, _ in reader.attributes if name.startswith("on")] == []
    fetched = [
        value for name, value in reader.attributes if name in ("src", "href", "data") and not value.startswith(("#", "data:"))
    ]
    assert fetched == []
    ids = [value for name, value in reader.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in reader.attributes if name == "href"} <= set(ids) | nav_targets(block)
    return reader


def nav_targets(block: str) -> set[str]:
    """What the hidden contents of a page's headline lead to."""
    return {name for nav in re.findall(r"<nav.*?</nav>", block) for name in re.findall(r'href="#([^"]+)"', nav)}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_run_shows_its_score_folds_and_curves(paintings: Any, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", language)
    monkeypatch.setattr("tamesu.report.displays.find_scores", lambda run: paintings.scores)
    reader = read(ShownRun(paintings.run.path)._repr_html_())
    assert f"{paintings.scores.cv:.4f}" in reader.text
    assert ("スコア" if language == "ja" else "whole OOF") in reader.text
    assert ("損失" if language == "ja" else "loss") in reader.text
    labels = [value for name, value in reader.attributes if name == "aria-label"]
    # Folds, the main loss, the metric; not the auxiliary loss.
    assert sum("theme" in one or "accuracy" in one for one in labels) >= 3
    assert not any("century" in one for one in labels)


def test_names_in_a_run_are_text(hostile: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tamesu.report.displays.find_scores", lambda run: hostile.scores)
    assert "<b>bold</b> & </p><script>1</script>" in read(ShownRun(hostile.run.path)._repr_html_()).text


def test_what_is_too_much_of_a_run_is_left_out(hostile: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tamesu.report import notebook

    monkeypatch.setattr("tamesu.report.displays.find_scores", lambda run: hostile.scores)
    whole = ShownRun(hostile.run.path)._repr_html_()
    assert whole is not None
    monkeypatch.setattr(notebook, "MOST_BYTES", len(whole.encode("utf-8")) - 1)
    less = ShownRun(hostile.run.path)._repr_html_()
    assert less is not None and "<svg" in less and len(less) < len(whole)
    monkeypatch.setattr(notebook, "MOST_BYTES", 10)
    assert ShownRun(hostile.run.path)._repr_html_() is None


def test_a_run_without_its_files_is_plain_text(hostile: Any, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(hostile.run.folder, tmp_path / "c"))
    run = ShownRun(folder / "runs" / hostile.run.name)
    # Neither scores nor a competition.yaml to count them anew.
    assert run._repr_html_() is None
    assert repr(run) == f"Run({str(run.path)!r})"
    shutil.rmtree(folder)
    assert run._repr_html_() is None


def test_scores_on_the_disk_count_while_they_are_of_every_seed(hostile: Any, tmp_path: Path) -> None:
    from tamesu.results.scores import write_scores

    folder = Path(shutil.copytree(hostile.run.folder, tmp_path / "c"))
    run = ShownRun(folder / "runs" / hostile.run.name)
    write_scores(run, hostile.train)
    assert find_scores(run).cv == hostile.scores.cv
    assert f"{hostile.scores.cv:.4f}" in read(run._repr_html_()).text


def test_verdicts_show_their_table_and_stay_a_list(ledger: list[Verdict]) -> None:
    verdicts = Verdicts(ledger, 0.3)
    assert verdicts == ledger and isinstance(verdicts, list)
    reader = read(verdicts._repr_html_())
    for verdict in ledger:
        assert verdict.idea in reader.text
    assert "svg" in reader.tags
    assert "No" in read(Verdicts()._repr_html_()).text


def test_of_many_verdicts_the_last_are_shown_and_the_others_counted(make_verdict: Callable[..., Verdict]) -> None:
    reader = read(Verdicts([make_verdict(f"idea-{place}-{NASTY}") for place in range(400)])._repr_html_())
    assert f"idea-399-{NASTY}" in reader.text and "idea-0-" not in reader.text
    shown = set(re.findall(r"idea-(\d+)-", reader.text))
    assert f"{400 - len(shown)} more" in reader.text


def test_findings_show_words_and_remedies_and_stay_a_tuple() -> None:
    plain = (
        Finding("RUN_CLASS_FAILS", "warning", {"classes": NASTY, "others": 0.9, "count": 1}, (0, 5)),
        Finding("CONFIG_EMPTY", "note"),
    )
    remedies = [Remedy({NASTY: {"epochs": 3}}, (), (Step(STEP_AUDIT, "tamesu audit"),)), Remedy({})]
    findings = Findings(plain, title=NASTY, page=Path("reports/x.html"), recipe="base", remedies=remedies)
    assert findings == plain and isinstance(findings, tuple)
    reader = read(findings._repr_html_())
    assert reader.text.count(NASTY) >= 2 and "epochs: 3" in reader.text and "tamesu audit" in reader.text
    assert "The file is empty" in reader.text and "reports/x.html" in reader.text
    for other in (copy.deepcopy(findings), pickle.loads(pickle.dumps(findings))):
        assert other == plain and other.title == NASTY and other._repr_html_() == findings._repr_html_()
    assert "Nothing" in read(Findings()._repr_html_()).text


def test_of_many_findings_the_first_are_shown_and_the_others_counted() -> None:
    many = [
        Finding("RUN_CLASS_FAILS", "note", {"classes": f"<{n}>" + "猫" * 300, "others": 0.9, "count": 1}) for n in range(200)
    ]
    text = read(Findings(many)._repr_html_()).text
    assert "<0>" in text and "<199>" not in text and re.search(r"1[79]\d more", text)


def test_findings_of_an_unknown_code_are_plain_text() -> None:
    assert Findings([Finding("NO_SUCH_CODE", "note")])._repr_html_() is None


def test_errors_become_none_but_an_interrupt_is_heard() -> None:
    def fail(error: BaseException) -> str:
        raise error

    assert never_raise(fail)(ValueError("x")) is None
    with pytest.raises(KeyboardInterrupt):
        never_raise(fail)(KeyboardInterrupt())
