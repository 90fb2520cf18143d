"""The list of ideas, read as a user would read it."""

from __future__ import annotations

import re
import shlex

import pytest
from tests.ledger import verdict_of
from tests.results.test_standing import competition

from tamesu.artifacts.ideas import Idea
from tamesu.artifacts.verdict import Verdict
from tamesu.errors import Fault, Where
from tamesu.messages import Language
from tamesu.report.plots import measure
from tamesu.report.standing_list import format_advice, format_standings
from tamesu.results.standing import suggest_ideas, tell_standings

FLIP = {"augmentations+": "vertical_flip"}
QUEUE = [
    Idea("平滑化", {"heads.kind.loss": {"cross_entropy": {"label_smoothing": 0.1}}}, "ラベルの誤りを見込み、" * 12, "上がる"),
    Idea("flip", FLIP, "the ground is down", "効かない"),
    Idea("lr", {"optimizer.adamw.lr": 1e-3}, "", "better"),
    Idea("net", {"backbone": "resnet50"}, "more room"),
    Idea("all", {"epochs": 9, "batch_size": 4, "ema": 0.9}),
]
LEDGER = [
    verdict_of("平滑化", QUEUE[0].changes, "drop", day=1, expected="上がる"),
    verdict_of("flip", FLIP, "keep", day=2, expected="効かない", note="look at the sky", noise=0.03),
    verdict_of("epochs=30", {"epochs": 30}, "undecided", day=3, more_pairs=12),
]


def listed(ideas: list[Idea], ledger: list[Verdict], language: Language = "en") -> list[str]:
    return format_standings(tell_standings(ideas, ledger), (), language).splitlines()


def section(lines: list[str], title: str) -> list[str]:
    """The lines under one title, down to the next blank one."""
    start = next(place for place, line in enumerate(lines) if line.startswith(title))
    rest = lines[start + 1 :]
    return rest[: rest.index("") if "" in rest else len(rest)]


def test_every_idea_stands_under_what_is_known_of_it() -> None:
    lines = listed(QUEUE, LEDGER)
    titles = [line for line in lines if line and not line.startswith(" ")]
    assert titles == [
        *("kept (1)", "undecided (1)", "dropped (1)", "surprising (2)"),
        "not tried yet, in the order worth trying (3)",
    ]
    kept = section(lines, "kept")
    assert re.fullmatch(r"  flip +\+0\.0200  \[\+0\.0100, \+0\.0300\]  98\.0 % +3  2026-08-02", kept[1])
    said = "\n".join(kept)
    for words in ("augmentations+=vertical_flip", "why: the ground is down", "expected: 効かない", "note: look at the sky"):
        assert words in said
    assert "the gain is smaller than the seed noise 0.0300" in said
    assert "about 12 more pairs would decide, not in ideas.yaml" in "\n".join(section(lines, "undecided"))


def test_what_goes_against_the_expectation_is_said_in_a_sentence() -> None:
    assert section(listed(QUEUE, LEDGER), "surprising") == [
        "  平滑化: dropped, although expected: 上がる",
        "  flip: kept, although expected: 効かない",
    ]


def test_changes_of_substance_wait_first() -> None:
    names = [line.strip() for line in section(listed(QUEUE, LEDGER), "not tried") if not line.startswith("   ")]
    assert names == ["net", "lr", "all"]
    assert "      changes 3 keys at once" in listed(QUEUE, LEDGER)


def test_a_change_on_the_spot_is_not_said_twice() -> None:
    lines = listed([], LEDGER)
    assert sum("epochs=30" in line for line in lines) == 1


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_line_is_wider_than_the_terminal_and_names_stay_whole_somewhere(language: Language) -> None:
    name = "heads.kind.loss={cross_entropy: {label_smoothing: 0.1}} augmentations+={rotate: {degrees: 10}} 画像を大きく"
    changes = {"heads.kind.loss": {"cross_entropy": {"label_smoothing": 0.1}}, "augmentations+": {"rotate": {"degrees": 10}}}
    text = "とても長い理由なので折り返す必要があります。" * 8
    ledger = [*LEDGER, verdict_of(name, changes, "keep", day=4, why=text, note=text, gain=-1.5e-7)]
    lines = listed([*QUEUE, Idea("長い名前" * 16, {"ema": 0.5}, text, text)], ledger, language)
    assert max(map(measure, lines)) <= 100
    assert "augmentations+={rotate: {degrees: 10}}" in "\n".join(lines)


def test_nothing_a_name_holds_moves_the_cursor() -> None:
    lines = listed([], [verdict_of("a\x1b[31m\nb", {"epochs": 3}, "keep", why="c\rd", note="e\x07")])
    assert all(letter.isprintable() for line in lines for letter in line)


def test_hands_twins_other_baselines_and_recipes() -> None:
    ledger = [
        verdict_of("old", {"ema": 0.5}, "keep", day=1, baseline_digest="b0"),
        verdict_of("hand", {"ema": 0.9}, "drop", day=2, because="hand", pairs=[], note="no faith"),
        verdict_of("big", {"ema": 0.7}, "same", day=3, recipe="big"),
        verdict_of("new", {"ema": 0.8}, "same", day=4),
    ]
    ideas = [Idea(name, {"ema": value}) for name, value in (("old", 0.5), ("hand", 0.9), ("big", 0.7), ("new", 0.8))]
    lines = listed([*ideas, Idea("again", {"ema": 0.8}), Idea("new2", {"ema": 0.1})], ledger)
    assert section(lines, "judged on another baseline only")[1].endswith("keep")
    dropped = "\n".join(section(lines, "dropped"))
    assert "dropped by hand" in dropped and "note: no faith" in dropped and "–" in dropped
    same = section(lines, "the same")
    assert "      on big" in same and "      the same change as new, on base" in same


def test_a_suggestion_is_a_line_to_paste_with_its_reason() -> None:
    text = format_standings([], suggest_ideas(competition(), {}), "en")
    assert text.splitlines()[:2] == [
        "suggested: paste the line into ideas.yaml (2)",
        "  aux_size: {heads.size: {loss: smooth_l1, weight: 0.3}}",
    ]
    assert "nobody learns it" in text.splitlines()[2]


def test_no_ideas_at_all() -> None:
    assert format_standings([]) == "No idea yet: write one into ideas.yaml."
    assert "ideas.yaml" in format_standings([], (), "ja")


def test_advice_keeps_a_long_command_whole() -> None:
    command = shlex.join(["tamesu", "try", "base", "heads.size={loss: smooth_l1, weight: 0.1},{loss: smooth_l1, weight: 0.03}"])
    values = {"target": "size", "main": "kind", "command": command}
    short = Fault("ADVICE_EDGE", "note", Where(key="ema"), {"value": 1, "values": "0 – 1", "command": "tamesu try base ema=1"})
    for language in ("en", "ja"):
        lines = format_advice([Fault("ADVICE_AUX_DRAGS", "note", Where(key="aux"), values), short], language).splitlines()
        assert f"      {command}" in lines
        assert sum("`tamesu try base ema=1`" in line for line in lines) == 1
        assert all(measure(line) <= 100 for line in lines if command not in line)
        assert lines[0].startswith("- aux: ")
    assert format_advice([]) == ""
