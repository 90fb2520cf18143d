from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tamesu import workflow
from tamesu.artifacts.audit_file import write_audit
from tamesu.artifacts.folds import read_folds
from tamesu.artifacts.run import JobResult
from tamesu.errors import Fault, InputError, QuestionError, StoppedRunError, Where
from tamesu.lookup import load_rows
from tamesu.preparation import prepare
from tamesu.progress import Silent
from tamesu.running import load_material, open_run, raise_stopped, say_notes, say_result, say_scores
from tamesu.signals import StopRequest
from tests.tiny import LABELS, write_competition


class Memo(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


def test_unreadable_images_are_named_and_counted_before_the_first_epoch(tmp_path: Path) -> None:
    prepared = prepare(write_competition(tmp_path / "c", broken=(0, 7, 41)), "base")
    memo = Memo()
    load_material(prepared, open_run(prepared), 1, 2**30, memo)
    text = "\n".join(memo.lines)
    assert "2 of 36 train images cannot be read and are left out: 000, 007" in text
    assert "1 of 12 test images cannot be read; their rows keep the class prior and are flagged: 041" in text
    assert "IMG_" in text


def test_no_readable_image_at_all_is_refused(tmp_path: Path) -> None:
    prepared = prepare(write_competition(tmp_path / "c", broken=tuple(range(36)), fresh=True), "base")
    with pytest.raises(InputError, match="IMAGES_UNREADABLE"):
        load_material(prepared, open_run(prepared), 1, 2**30, Silent())


def test_git_commit_and_diff_are_kept(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    for words in (["init", "-q"], ["add", "competition.yaml", "recipes"], [*identity, "commit", "-qm", "start"]):
        subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)
    path = folder / "recipes" / "base.yaml"
    path.write_text(path.read_text().replace("epochs: 3", "epochs: 2"))
    run = open_run(prepare(folder, "base"))
    git = json.loads((run.path / "environment.json").read_text())["git"]
    head = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    assert git == {"commit": head.stdout.strip(), "clean": False}
    assert "+epochs: 2" in (run.path / "git.diff").read_text()


def test_what_was_forced_is_kept_with_the_run(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    path = folder / "competition.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "symmetries: {rotate: forbidden}\n", encoding="utf-8")
    assert open_run(prepare(folder, "base", force=True)).forced == []
    run = open_run(prepare(folder, "base", ["augmentations+=rotate"], force=True))
    assert run.forced == ["rotate"]


def test_results_in_a_line(tmp_path: Path) -> None:
    run = open_run(prepare(write_competition(tmp_path / "c"), "base"))
    memo = Memo()
    say_result(run, "r0-f0-s0", JobResult("d", {}, {"val": 12}, 0.5), 61.0, memo)
    say_result(run, "r0-f1-s0", JobResult("d", {}, {"val": 12}, None), 1.0, memo)
    say_result(run, "r0-f2-s0", JobResult("d", {}, {}, None, {"epoch": 3, "step": 9}), 1.0, memo)
    assert memo.lines[0] == "r0-f0-s0: accuracy 0.5000 on 12 rows (1 min 1 s)"
    assert "undefined" in memo.lines[1]
    assert "diverged at epoch 3, step 9" in memo.lines[2]


def test_notes_and_stop() -> None:
    memo = Memo()
    say_notes([Fault("CONFIG_EMPTY", "note", Where("a.yaml"))], memo)
    assert memo.lines[0].startswith("a.yaml: the file is empty")
    with pytest.raises(StoppedRunError) as caught:
        raise_stopped(StopRequest())
    assert caught.value.exit_code == 130


def test_changed_images_are_noticed_since_the_earlier_run(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    first = open_run(prepare(folder, "base"))
    image = folder / "data" / "train" / "005.png"
    image.write_bytes((folder / "data" / "train" / "008.png").read_bytes())
    memo = Memo()
    second = open_run(prepare(folder, "base"), memo)
    assert second.name != first.name
    assert memo.lines == [f"data changed since run {first.name}: 1 file(s), first 005; this is a new run"]
    again = Memo()
    open_run(prepare(folder, "base"), again)
    assert again.lines == []


def hide_labels(folder: Path) -> None:
    """Two of three rows are of one class, and no image shows of which."""
    import cv2

    table = folder / "data" / "train.csv"
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    labels = [LABELS[0] if number % 3 else LABELS[2] for number in range(len(rows))]
    lines = [f"{row.split(',')[0]},{label},{row.split(',')[2]}" for row, label in zip(rows, labels, strict=True)]
    table.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    for path in (folder / "data" / "train").glob("*.png"):
        cv2.imwrite(str(path), np.full((20, 24, 3), 128, dtype=np.uint8))


def test_a_network_from_scratch_that_calls_everything_the_majority_is_told_so_with_what_to_try(tmp_path: Path) -> None:
    one_head = {"kind": {"loss": "cross_entropy"}}
    rate = {"adamw": {"lr": 0.03}}
    folder = write_competition(tmp_path / "c", heads=one_head, augmentations=[], optimizer=rate, epochs=2)
    hide_labels(folder)
    memo = Memo()
    run = workflow.train("base", folder=folder, device="cpu", parallel=1, reporter=memo)
    text = "\n".join(memo.lines)
    said = " ".join(text.split())
    assert f"kind: collapse to the majority class: 100.0 % of the out-of-fold rows are called {LABELS[0]!r}" in said
    assert "which 66.7 % of them are; 1 of 2 classes are never predicted; balanced accuracy 0.500 (chance 0.500)" in said
    commands = [line.strip() for line in text.splitlines() if line.startswith("     tamesu ")]
    assert commands[0] == "tamesu try base backbone.test_resnet.weights=imagenet"
    assert "tamesu try base sampler=balanced" in commands
    assert commands.index("tamesu lr base") < commands.index("tamesu try base sampler=balanced")
    page = workflow.report(run.name, folder=folder).read_text(encoding="utf-8")
    assert page.count("collapse to the majority class") == 2  # in the headline's list, and where the target is shown
    # Scored again, it is said again.
    again = Memo()
    say_scores(run, load_rows(run)[0], again)
    assert "collapse to the majority class" in "\n".join(again.lines)


def test_a_leak_of_the_audit_is_asked_about_once_the_folds_have_it(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c")
    prepared = prepare(folder, "base")
    table = read_folds(folder / "folds" / prepared.folds)
    first, second = (next(row for row, fold in zip(table.ids, table.folds[:, 0], strict=True) if fold == k) for k in (0, 1))
    together = [row for row, fold in zip(table.ids, table.folds[:, 0], strict=True) if fold == 0][:2]
    write_audit(folder, [], [], data_digest="x", seconds=1.0, time="", leaks={"copies": [together]})
    assert open_run(prepared).accepted_leaks == []
    shutil.rmtree(folder / "runs")
    write_audit(folder, [], [], data_digest="x", seconds=1.0, time="", leaks={"copies": [[first, second], together]})
    with pytest.raises(QuestionError, match="LEAK_COPIES") as caught:
        open_run(prepared)
    assert [fault.values["count"] for fault in caught.value.faults] == [1]
    assert not (folder / "runs").exists()
    # A quick look scores nothing that could be false.
    open_run(prepare(folder, "base", quick=True))
    assert open_run(prepare(folder, "base", accept=["leak:copies"])).accepted_leaks == ["leak:copies"]
    with pytest.raises(InputError, match="ACCEPT_LEAK_UNKNOWN"):
        open_run(prepare(folder, "base", accept=["leak:copy"]))
