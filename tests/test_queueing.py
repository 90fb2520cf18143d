"""The verb `ideas` on a folder with a queue and a ledger made by hand; nothing is trained."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

from tamesu.artifacts.notes import read_noted_ledger
from tamesu.artifacts.verdict import newest, write_verdict
from tamesu.errors import InputError
from tamesu.progress import Silent
from tamesu.queueing import (
    drop_ideas,
    expand_sweeps,
    first_recipe,
    list_ideas,
    note_idea,
    read_plain,
    say_markdown,
    write_verdicts_csv,
)
from tamesu.results.verdict import Circumstances
from tests.ledger import verdict_of
from tests.tiny import write_competition

IDEAS = """\
平滑化: {heads.kind.loss: {cross_entropy: {label_smoothing: 0.1}}, expected: 上がる}
長く: {epochs: 30, why: まだ伸びている}
turns: {augmentations+: {rotate: {degrees: 10}}}
"""
WHEN = Circumstances("2026-08-09T10:00:00+00:00", "abc123", True)


class Memo(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A competition with three ideas, one of them kept; the target `size` is learnt by nobody."""
    folder = write_competition(tmp_path / "コンペ", fresh=True, heads={"kind": {"loss": "cross_entropy"}})
    (folder / "ideas.yaml").write_text(IDEAS, encoding="utf-8")
    smoothing = {"heads.kind.loss": {"cross_entropy": {"label_smoothing": 0.1}}}
    write_verdict(folder, verdict_of("平滑化", smoothing, "keep", expected="上がる"))
    return folder


def states(folder: Path) -> dict[str, str]:
    return {standing.idea.name: standing.state for standing in list_ideas(folder)}


def test_the_list_says_what_is_known_what_waits_and_what_is_suggested(folder: Path) -> None:
    memo = Memo()
    standings = list_ideas(folder, reporter=memo)
    assert {one.idea.name: one.state for one in standings} == {"平滑化": "keep", "長く": "untried", "turns": "untried"}
    said = "\n".join(memo.lines)
    assert "kept (1)" in said and "not tried yet, in the order worth trying (2)" in said
    assert "aux_size: {heads.size: {loss: smooth_l1, weight: 0.3}}" in said
    assert not {path.name for path in folder.iterdir()} & {"runs", "folds", ".cache"}, "nothing is written"


def test_the_list_needs_no_torch(folder: Path) -> None:
    code = f"import sys\nfrom tamesu.cli import main\nassert main(['ideas', '--folder', {str(folder)!r}]) == 0\n"
    code += "assert not {'torch', 'timm', 'matplotlib', 'pandas'} & sys.modules.keys()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "kept (1)" in done.stdout


def test_advice_and_damage_stand_below_the_list(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMESU_LANG", "ja")
    head = {"heads.size": {"loss": "smooth_l1", "weight": 0.3}}
    write_verdict(folder, verdict_of("aux", head, "drop", day=2))
    (folder / "verdicts" / "broken.json").write_text("{")
    memo = Memo()
    list_ideas(folder, reporter=memo)
    said = "\n".join(memo.lines)
    assert "助言" in said and "ADVICE_AUX_DRAGS" in said
    assert "weight: 0.1},{loss" in said and "broken.json" in said


def test_an_idea_is_dropped_by_hand_before_it_was_ever_tried(folder: Path) -> None:
    memo = Memo()
    (path,) = drop_ideas("長く", "no time\n left", folder=folder, when=WHEN, reporter=memo)
    verdict = read_noted_ledger(folder)[0][-1]
    assert path.is_file() and "長く" in memo.lines[0]
    assert (verdict.word, verdict.because, verdict.note, verdict.why) == ("drop", "hand", "no time left", "まだ伸びている")
    assert (verdict.pairs, verdict.better, verdict.same, verdict.worse, verdict.baseline_digest) == ([], 0.0, 0.0, 0.0, "")
    assert (verdict.recipe, verdict.metric.name, verdict.greater_is_better) == ("base", "accuracy", True)
    assert (verdict.time, verdict.commit, verdict.clean) == (WHEN.time, "abc123", True)
    assert states(folder)["長く"] == "drop"


def test_a_drop_by_hand_takes_the_place_of_the_verdict_before_it(folder: Path) -> None:
    drop_ideas("平滑化", "the gain was the seed", folder=folder, when=WHEN)
    verdicts, _ = read_noted_ledger(folder)
    assert [verdict.word for verdict in verdicts] == ["keep", "drop"], "the ledger keeps both"
    assert [verdict.because for verdict in newest(verdicts)] == ["hand"]
    assert states(folder)["平滑化"] == "drop"


def test_changes_as_typed_are_dropped_each_and_those_of_the_ledger_by_their_name(folder: Path) -> None:
    drop_ideas("ema=0.9,0.99", "no", folder=folder, when=WHEN)
    typed = "epochs=9 ema=0.5"
    write_verdict(folder, verdict_of(typed, {"epochs": 9, "ema": 0.5}, "undecided", day=3))
    drop_ideas(typed, "no", folder=folder, when=WHEN)
    assert states(folder) | {"turns": ""} == {
        "平滑化": "keep",
        "長く": "untried",
        "turns": "",
        "ema=0.9": "drop",
        "ema=0.99": "drop",
        typed: "drop",
    }


def test_what_cannot_be_dropped_or_noted_is_told_and_nothing_is_written(folder: Path) -> None:
    before = sorted((folder / "verdicts").iterdir())
    for name, why, code in (
        ("平滑か", "x", "IDEA_UNKNOWN"),
        ("長く", "  ", "IDEA_NO_REASON"),
        ("ema=log:0:1:3", "x", "IDEA_RANGE"),
    ):
        with pytest.raises(InputError) as caught:
            drop_ideas(name, why, folder=folder, when=WHEN)
        assert caught.value.codes == (code,)
    for name, why, code in (("長く", "x", "IDEA_NO_VERDICT"), ("平滑化", "", "IDEA_NO_REASON")):
        with pytest.raises(InputError) as caught:
            note_idea(name, why, folder=folder, when=WHEN)
        assert caught.value.codes == (code,)
    with pytest.raises(InputError, match="did you mean '平滑化'"):
        note_idea("平滑", "x", folder=folder)
    assert sorted((folder / "verdicts").iterdir()) == before


def test_a_note_belongs_to_the_newest_verdict(folder: Path) -> None:
    again = verdict_of("平滑化", {"heads.kind.loss": {"cross_entropy": {"label_smoothing": 0.1}}}, "drop", day=5)
    write_verdict(folder, again)
    note_idea("平滑化", "夜の画像で悪化", folder=folder, when=WHEN)
    assert [verdict.note for verdict in read_noted_ledger(folder)[0]] == ["", "夜の画像で悪化"]


def test_the_ledger_as_a_spreadsheet_and_as_markdown(folder: Path) -> None:
    note_idea("平滑化", "=1+1", folder=folder, when=WHEN)
    path = write_verdicts_csv(folder)
    assert path == folder / "verdicts" / "verdicts.csv"
    (row,) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    assert (row["idea"], row["verdict"], row["note"]) == ("平滑化", "keep", "'=1+1")
    memo = Memo()
    assert say_markdown(folder, reporter=memo) == memo.lines[0]
    assert "平滑化" in memo.lines[0] and "|---" in memo.lines[0]
    assert read_noted_ledger(folder)[1] == [], "the spreadsheet is no damaged verdict"


def test_without_ideas_ledger_or_recipes(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    memo = Memo()
    assert list_ideas(folder, reporter=memo) == []
    assert memo.lines == ["No idea yet: write one into ideas.yaml."]
    (folder / "recipes" / "base.yaml").rename(folder / "recipes" / "alone.yaml")
    assert first_recipe(folder) == "alone" and "heads" in read_plain(folder)
    (folder / "recipes" / "alone.yaml").write_text("epochs: [\n")
    assert read_plain(folder) == {}
    (folder / "recipes" / "alone.yaml").unlink()
    assert first_recipe(folder) is None and read_plain(folder) == {}


def test_a_broken_queue_is_told_with_its_lines(folder: Path) -> None:
    (folder / "ideas.yaml").write_text("a/b: {epochs: 3}\n")
    with pytest.raises(InputError) as caught:
        list_ideas(folder)
    assert [(fault.code, str(fault.where)) for fault in caught.value.faults] == [("CONFIG_NAME", "ideas.yaml:1 a/b")]


def test_a_heads_ready_queue_is_made_from_the_recipe(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "tiny")
    names = [idea.name for idea in expand_sweeps(folder, "base", ["heads.size.weight"])]
    assert names == ["heads.size.weight=0.033", "heads.size.weight=0.3", "heads.size.branch=1", "heads-=size"]
    assert expand_sweeps(folder, "base", []) == [] == expand_sweeps(folder, "nosuch", ["heads.size.weight"])
    with pytest.raises(InputError) as caught:
        expand_sweeps(folder, "base", ["heads.sise.weight", "heads.kind.weight"])
    assert [fault.code for fault in caught.value.faults] == ["SWEEP_HEAD", "SWEEP_MAIN"]
    assert "did you mean 'size'?" in caught.value.faults[0].text("en")
