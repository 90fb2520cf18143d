from __future__ import annotations

import re

import pytest

from tamesu.messages import CATALOGUE
from tamesu.messages.message import Message
from tamesu.report.audit_text import format_audit, name_first, split_code
from tamesu.report.plots import measure
from tamesu.results.finding import Finding

COMMAND = "tamesu folds --splitter stratified_group_kfold --groups tile --n-splits 5"


@pytest.fixture(autouse=True)
def messages(monkeypatch) -> None:
    leak = Message(
        "random folds leak: {rows} rows have a copy in another fold",
        f"write `groups: tile`, run `{COMMAND}`, and train again",
        "ランダムな fold はリークしています: {rows} 行に、別の fold にほぼ同じ画像があります",
        f"`groups: tile` と書き、`{COMMAND}` を実行してください",
    )
    monkeypatch.setitem(CATALOGUE, "AUDIT_LEAK", leak)
    monkeypatch.setitem(CATALOGUE, "AUDIT_NOTE", Message("{name} is there", "look", "{name} があります", "見てください"))


def findings(name: str = "猫") -> list[Finding]:
    return [
        Finding("AUDIT_NOTE", "note", {"name": name}),
        Finding("AUDIT_NOTE", "warning", {"name": name}, rows=(1,)),
        Finding("AUDIT_LEAK", "severe", {"rows": 1203}, rows=tuple(range(1203))),
    ]


def test_the_most_important_comes_first_with_its_ids_and_a_command_that_can_be_copied() -> None:
    ids = [f"tile_{row:05}.png" for row in range(5000)]
    lines = format_audit(findings(), ids).splitlines()
    assert lines[0].startswith("!! random folds leak: 1203 rows")
    assert "(tile_00000.png, tile_00001.png, tile_00002.png … 1,200 more) [AUDIT_LEAK]" in " ".join(map(str.strip, lines[:3]))
    assert COMMAND in [line.strip() for line in lines]
    marks = [line[:2] for line in lines if line[:2].strip()]
    assert marks == ["!!", " !", " ·", "se"]
    assert lines[-1] == "severe (!!): 1, to mend (!): 1, good to know (·): 1"


def test_japanese() -> None:
    text = format_audit(findings(), ["甲"] * 1203, "ja")
    assert text.startswith("!! ランダムな fold はリークしています")
    assert "甲、甲、甲 … 他 1,200 件" in re.sub(r"\n *", " ", text)
    assert text.splitlines()[-1] == "重大 (!!) 1 件、注意 (!) 1 件、参考 (·) 1 件"


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [40, 80, 100])
def test_no_line_is_wider_than_asked_but_commands(language, width: int) -> None:
    for line in format_audit(findings("長い名前" * 30), ["x" * 300] * 1203, language, width).splitlines():
        assert measure(line) <= width or line.strip() == COMMAND


def test_nothing_severe_is_said_so() -> None:
    assert "nothing was found that makes a score false" in format_audit(findings()[:2], ["a", "b"])
    assert format_audit([], []).splitlines() == [
        "nothing was found that makes a score false",
        "severe (!!): 0, to mend (!): 0, good to know (·): 0",
    ]
    assert "makes a score false" not in format_audit(findings(), ["a"] * 1203)


def test_a_terminal_obeys_no_id_and_no_name() -> None:
    bad = "\x1b]0;x\x07\x1b[31m\r\n\u202e[bold]{0}"
    text = format_audit(findings(bad), [bad] * 1203)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "[bold]{0}" in text


def test_a_short_command_is_not_broken() -> None:
    for width in range(30, 60):
        assert "`groups: tile`" in format_audit(findings(), ["a"] * 1203, width=width)


def test_few_ids_are_all_named() -> None:
    assert name_first(Finding("AUDIT_NOTE", "note", rows=(2, 0)), ["a", "b", "c"], "en") == "c, a"


def test_code_that_is_long_stands_alone() -> None:
    assert split_code(f"run `{COMMAND}`.") == [("run", False), (COMMAND, True)]
    assert split_code(f"`{COMMAND}` then train") == [("", False), (COMMAND, True), ("then train", False)]
