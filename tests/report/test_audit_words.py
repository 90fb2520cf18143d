from __future__ import annotations

import pytest

from tamesu.messages import CATALOGUE
from tamesu.messages.message import Message, Phrase
from tamesu.report.audit_words import say_finding, split_template, write_finding
from tamesu.results.finding import Finding

LEAK = Message(
    "folds leak ({how}: {share:.0%}): {rows} rows; {name} first",
    "write `groups: {name}` and run `tamesu folds --seed 1`, see `groups` and `tamesu folds --seed 1`",
    "fold がリークしています。{how}、{share:.0%}: {rows} 行（{name}）",
    "`groups: {name}` と書き、`tamesu folds --seed 1` を実行",
)
VALUES = {"how": Phrase("names: pixels", "名前。画素"), "share": 0.25, "rows": 3, "name": "a: b; c。d"}


@pytest.fixture(autouse=True)
def message(monkeypatch) -> None:
    monkeypatch.setitem(CATALOGUE, "AUDIT_X", LEAK)


def test_the_head_ends_at_our_stop_and_at_no_stop_of_a_name() -> None:
    said = say_finding(Finding("AUDIT_X", "severe", VALUES), "en")
    assert said.what == "folds leak (names: pixels: 25%): 3 rows; a: b; c。d first"
    assert (said.head, said.more) == ("folds leak (names: pixels: 25%)", "3 rows; a: b; c。d first")
    japanese = say_finding(Finding("AUDIT_X", "severe", VALUES), "ja")
    assert (japanese.head, japanese.more) == ("fold がリークしています", "名前。画素、25%: 3 行（a: b; c。d）")


def test_a_page_begins_sentences_with_a_capital() -> None:
    said = write_finding(Finding("AUDIT_X", "severe", VALUES), "en")
    assert (said.head, said.do[:7]) == ("Folds leak (names: pixels: 25%)", "Write `")


def test_a_phrase_of_ours_at_the_beginning_gets_a_capital_and_a_name_does_not(monkeypatch) -> None:
    monkeypatch.setitem(CATALOGUE, "AUDIT_Y", Message("it leaks: {how} of it", "{name} first", "リーク: {how}", "{name}"))
    said = write_finding(Finding("AUDIT_Y", "note", {"how": Phrase("all {0}", "全部"), "name": "dog house"}), "en")
    assert (said.head, said.more, said.do) == ("It leaks", "All {0} of it", "dog house first")


def test_only_commands_and_lines_of_yaml_are_for_the_clipboard_each_once() -> None:
    assert say_finding(Finding("AUDIT_X", "note", VALUES), "en").copied == ["groups: a: b; c。d", "tamesu folds --seed 1"]


def test_names_are_data_not_format_strings_and_cannot_move_the_cursor() -> None:
    said = say_finding(Finding("AUDIT_X", "note", VALUES | {"name": "{rows}\x1b[2J\n\u202e{0}%s"}), "en")
    assert "\x1b" not in said.what and "\n" not in said.what and "\u202e" not in said.what
    assert said.more == "3 rows; {rows}\N{REPLACEMENT CHARACTER}[2J {0}%s first"


@pytest.mark.parametrize("template", ["no stop at all", "{a:.2f}{b!r:>10}", "(a: b) [c; d]", "a:b"])
def test_templates_without_a_stop_are_heads(template: str) -> None:
    assert split_template(template) == (template, "")


def test_every_message_of_an_audit_can_be_cut() -> None:
    for code, message in CATALOGUE.items():
        if code.startswith("AUDIT_"):
            for what in (message.what, message.what_ja):
                head, more = split_template(what)
                assert head.count("{") == head.count("}") and more.count("{") == more.count("}"), code
                assert head and len(head) + len(more) >= len(what) - 3, code
