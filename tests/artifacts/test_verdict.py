"""The ledger of verdicts, by cases worked by hand and by damage done to its files."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.ledger import verdict_of

from tamesu.artifacts.competition import Part
from tamesu.artifacts.verdict import (
    Bootstrap,
    Pair,
    Verdict,
    count_keys,
    newest,
    read_ledger,
    read_verdict,
    verdict_name,
    write_verdict,
)
from tamesu.errors import DamagedError

CHANGES: dict[str, Any] = {"optimizer.adamw.lr": 1e-3, "augmentations+": {"rotate": {"degrees": 15}}, "ema": 0.9}


def full() -> Verdict:
    """A verdict in which no field is left at its default."""
    return verdict_of(
        "平滑化",
        CHANGES,
        "undecided",
        why="ラベルに誤りがある",
        expected="+0.01",
        metric=Part(name="top_k_accuracy", options={"k": 3}),
        failed=["r0-f2-s0"],
        chance=0.17,
        more_pairs=35,
        bootstrap=Bootstrap(low=-0.01, high=0.02, better=0.75, draws=500, units=36),
        per_class={"猫": 0.1, "犬": None},
        seconds=30.0,
        baseline_seconds=20.0,
        twin="smoothing",
        note="夜の画像に効いた",
        commit="3c0ffee5",
        clean=False,
    )


def test_what_was_written_is_read(tmp_path: Path) -> None:
    verdict = full()
    empty = [
        name for name, field in Verdict.model_fields.items() if getattr(verdict, name) == field.default and name != "format"
    ]
    assert empty == []
    path = write_verdict(tmp_path, verdict)
    assert path.parent == tmp_path / "verdicts"
    assert read_verdict(path) == verdict
    assert read_ledger(tmp_path) == ([verdict], [])
    # What a person sees who opens the file.
    assert json.loads(path.read_text(encoding="utf-8"))["content"]["why"] == "ラベルに誤りがある"


def test_equal_evidence_is_one_file_that_is_never_rewritten(tmp_path: Path) -> None:
    first = write_verdict(tmp_path, verdict_of("a", CHANGES, day=1, seconds=9.0))
    before = first.read_bytes(), first.stat().st_mtime_ns, first.stat().st_ino
    circumstances: list[dict[str, Any]] = [
        {"day": 2},
        {"commit": "3c0ffee5"},
        {"clean": True},
        {"seconds": 77.0},
        {"baseline_seconds": 5.0},
        {"note": "later"},
        {"forced": ["horizontal_flip"]},
    ]
    for fields in circumstances:
        assert write_verdict(tmp_path, verdict_of("a", CHANGES, **fields)) == first
    assert (first.read_bytes(), first.stat().st_mtime_ns, first.stat().st_ino) == before
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_other_evidence_is_another_line(tmp_path: Path) -> None:
    pair = Pair(repeat=0, fold=3, seed=0, baseline=0.8, idea=0.82, gain=0.02)
    first = verdict_of("a", CHANGES)
    others: list[dict[str, Any]] = [
        {"pairs": [*first.pairs, pair]},
        {"pairs": first.pairs[:2]},
        {"rope": 0.002},
        {"baseline_digest": "b2"},
        {"idea_digest": "i2"},
        {"failed": ["r0-f0-s0"]},
        {"because": "hopeless"},
    ]
    paths = {write_verdict(tmp_path, verdict) for verdict in [first, *(verdict_of("a", CHANGES, **other) for other in others)]}
    assert len(paths) == len(others) + 1
    assert len(read_ledger(tmp_path)[0]) == len(others) + 1


@pytest.mark.parametrize("kind", ["cut", "flipped", "empty", "other version", "link", "dangling link", "folder"])
def test_a_damaged_line_is_listed_and_never_lost(tmp_path: Path, kind: str) -> None:
    good = verdict_of("good", {"epochs": 3})
    write_verdict(tmp_path, good)
    verdict = verdict_of("bad", CHANGES)
    path = write_verdict(tmp_path, verdict)
    content = path.read_bytes()
    broken = {
        "cut": content[: len(content) // 2],
        "flipped": content.replace(b'"rows": 36', b'"rows": 37'),
        "empty": b"",
        "other version": b'{"content": {}, "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}',
    }
    if kind in broken:
        path.write_bytes(broken[kind])
    else:
        path.unlink()
        if kind == "folder":
            path.mkdir()
            (path / "mine.txt").write_text("kept")
        else:
            (tmp_path / "elsewhere").write_bytes(content)
            path.symlink_to(tmp_path / ("elsewhere" if kind == "link" else "nowhere"))
    with pytest.raises(DamagedError):
        read_verdict(path)
    assert read_ledger(tmp_path) == ([good], [path])
    # The same verdict again: the broken bytes are still there, beside it.
    assert write_verdict(tmp_path, verdict) == path
    assert read_verdict(path) == verdict
    aside = path.with_name(f"{path.name}.damaged-1")
    if kind in broken:
        assert aside.read_bytes() == broken[kind]
    elif kind == "folder":
        assert (aside / "mine.txt").read_text() == "kept"
    else:
        assert aside.is_symlink()
        assert (tmp_path / "elsewhere").read_bytes() == content
    verdicts, damaged = read_ledger(tmp_path)
    assert damaged == [] and {found.idea for found in verdicts} == {"good", "bad"}


def test_damage_upon_damage_is_kept_too(tmp_path: Path) -> None:
    verdict = verdict_of("a", CHANGES)
    path = write_verdict(tmp_path, verdict)
    for content in (b"one", b"two", b"three"):
        path.write_bytes(content)
        write_verdict(tmp_path, verdict)
    assert [path.with_name(f"{path.name}.damaged-{n}").read_bytes() for n in (1, 2, 3)] == [b"one", b"two", b"three"]


@pytest.mark.parametrize(
    "idea",
    [
        "../../evil",
        "..",
        ".",
        "/etc/passwd",
        "a/b\\c",
        "平滑化",
        "",
        "\x00\n",
        "optimizer.adamw.lr=1e-3",
        "a+b",
        "x" * 300,
        ".hidden",
        "-rf",
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, idea: str) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    path = write_verdict(folder, verdict_of(idea, CHANGES))
    assert path.resolve().parent == (folder / "verdicts").resolve()
    assert [found.name for found in tmp_path.rglob("*") if found.is_file()] == [path.name]
    assert path.name.isascii() and path.name[0] not in ".-" and len(path.name) < 100
    # Whatever the file is called, the idea keeps its name.
    assert [verdict.idea for verdict in read_ledger(folder)[0]] == [idea]


def test_names_that_look_alike_are_told_apart_by_their_digests(tmp_path: Path) -> None:
    ideas = ["平滑化", "回転", "a/b", "a_b", "a b"]
    assert len({write_verdict(tmp_path, verdict_of(idea, CHANGES)) for idea in ideas}) == len(ideas)
    assert verdict_name("a/b", "0123456789") == "a_b-01234567"


def test_the_ledger_is_in_the_order_reached_whatever_the_files_are_called(tmp_path: Path) -> None:
    written = [verdict_of(name, {"epochs": day}, day=day) for name, day in (("z", 3), ("a", 9), ("m", 1), ("b", 3))]
    for verdict in written:
        write_verdict(tmp_path, verdict)
    assert [verdict.idea for verdict in read_ledger(tmp_path)[0]] == ["m", "b", "z", "a"]


def test_no_ledger_is_an_empty_one(tmp_path: Path) -> None:
    assert read_ledger(tmp_path) == ([], [])


def test_two_ledgers_merge_by_copying_their_files(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    shared = verdict_of("shared", {"epochs": 3}, day=2)
    for folder in (mine, theirs):
        folder.mkdir()
    write_verdict(mine, shared)
    write_verdict(mine, verdict_of("only mine", {"ema": 0.9}, day=3))
    write_verdict(theirs, verdict_of("shared", {"epochs": 3}, day=5, commit="another machine", seconds=3.0))
    write_verdict(theirs, verdict_of("only theirs", {"ema": 0.99}, day=1))
    shutil.copytree(theirs / "verdicts", mine / "verdicts", dirs_exist_ok=True)
    verdicts, damaged = read_ledger(mine)
    assert damaged == []
    assert sorted(verdict.idea for verdict in verdicts) == ["only mine", "only theirs", "shared"]
    assert shared.digest() in {verdict.digest() for verdict in verdicts}


def test_the_newest_is_the_last_on_each_baseline_and_idea() -> None:
    ledger = [
        verdict_of("a", {"epochs": 3}, "undecided", day=1),
        verdict_of("b", {"epochs": 4}, day=2),
        verdict_of("a", {"epochs": 3}, "keep", day=3),
        # The same idea on another baseline, and another idea under a name used before: lines of their own.
        verdict_of("a", {"epochs": 3}, "drop", day=4, baseline_digest="b2"),
        verdict_of("a", {"epochs": 9}, "same", day=5),
    ]
    found = [(verdict.idea, verdict.word, verdict.time[8:10]) for verdict in newest(ledger)]
    assert found == [("b", "keep", "02"), ("a", "keep", "03"), ("a", "drop", "04"), ("a", "same", "05")]
    assert newest([]) == []


def test_keys_of_an_idea() -> None:
    assert count_keys({}) == 0
    assert count_keys({"epochs": 3, "epochs+": 1}) == 1
    assert count_keys(CHANGES) == 3
    assert count_keys(["augmentations-", "augmentations+", "augmentations", "a", "b"]) == 3


def test_cost_is_the_ratio_of_training_times() -> None:
    assert verdict_of("a", CHANGES, seconds=30.0, baseline_seconds=20.0).cost == 1.5
    for seconds, baseline in ((None, 20.0), (30.0, None), (30.0, 0.0), (0.0, 20.0)):
        assert verdict_of("a", CHANGES, seconds=seconds, baseline_seconds=baseline).cost is None


@pytest.mark.parametrize(
    ("gain", "noise", "drowned"), [(0.003, 0.004, True), (-0.003, 0.004, True), (-0.005, 0.004, False), (0.004, 0.004, False)]
)
def test_a_gain_below_the_noise_is_drowned(gain: float, noise: float, drowned: bool) -> None:
    assert verdict_of("a", CHANGES, gain=gain, noise=noise).drowned is drowned
    assert not verdict_of("a", CHANGES, gain=gain, noise=None).drowned


def test_what_is_no_number_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        write_verdict(tmp_path, verdict_of("a", CHANGES, low=math.nan))
    assert read_ledger(tmp_path) == ([], [])
