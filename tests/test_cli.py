from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tamesu.cli import main
from tests.tiny import write_competition


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_every_verb_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for verb in ("init", "check", "split", "train", "predict", "submit", "report", "doctor", "demo"):
        assert verb in out
        code, text, _ = run(capsys, verb, "--help")
        assert code == 0
        assert len(text.splitlines()) > 3


def test_wrong_words_exit_2_and_name_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "trian")
    assert code == 2
    assert "train" in err
    code, _, err = run(capsys, "train", "--overftt", "1")
    assert code == 2
    assert "--overfit" in err


def test_outside_a_competition_it_says_where_to_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["train"], ["split"], ["submit"], ["report"], ["predict"]):
        code, _, err = run(capsys, *words)
        assert code == 2
        assert "Traceback" not in err
        assert err.startswith("tamesu: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_road_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write_competition(tmp_path / "source")
    folder = tmp_path / "コンペ"
    code, out, err = run(
        capsys,
        "init",
        str(folder),
        "--data",
        str(source / "data"),
        *("--backbone", "test_resnet", "--weights", "none", "--size", "16", "--target", "kind"),
    )
    assert (code, err) == (0, "")
    assert "kind: class" in out
    code, out, _ = run(capsys, "init", str(folder), "--data", str(source / "data"), "--target", "kind")
    assert code == 2
    assert run(capsys, "check", str(folder))[0] == 0
    common = ("--folder", str(folder))
    code, out, _ = run(capsys, "train", "base", "epochs=2", "folds=3", *common)
    assert code == 2
    code, out, err = run(capsys, "train", "base", "epochs=2", "precision=fp32", *common)
    assert (code, err) == (0, "")
    assert "CV accuracy" in out
    code, out, _ = run(capsys, "train", "base", "epochs=2", "precision=fp32", *common)
    assert "nothing to do" in out
    for words in (["submit"], ["predict"], ["report"]):
        code, out, err = run(capsys, *words, *common)
        assert (code, err) == (0, "")
        assert "wrote" in out
    code, out, _ = run(capsys, "submit", "--check", str(next((folder / "submissions").glob("*.csv"))), *common)
    assert (code, "fits" in out) == (0, True)
    code, out, _ = run(capsys, "doctor", str(folder))
    assert code == 0
    assert "5 done" in out
    code, out, _ = run(capsys, "train", "base", "--overfit", "1", *common)
    assert (code, "pass" in out) == (0, True)
    code, out, _ = run(capsys, "train", "base", "--quick", "precision=fp32", *common)
    assert (code, "quick look" in out) == (0, True)
    victim = next(folder.glob("runs/*/jobs/r0-f0-s0/weights.safetensors"))
    victim.write_bytes(victim.read_bytes()[:-1])
    code, out, _ = run(capsys, "doctor", str(folder))
    assert (code, "JOB_DAMAGED" in out) == (4, True)


def test_japanese_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_competition(tmp_path / "c")
    monkeypatch.setenv("TAMESU_LANG", "ja")
    code, _, err = run(capsys, "train", "base", "epoch=3", "--force", "--folder", str(folder))
    assert code == 2
    assert "epochs" in err
    assert any("ぁ" <= letter <= "ん" for letter in err)


def wait_for_journal(folder: Path) -> None:
    deadline = time.monotonic() + 60
    while not any(folder.glob("runs/*/jobs/r0-f0-s0/journal.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.02)


def check_that_it_saved(folder: Path, out: str, err: str) -> None:
    assert "Traceback" not in err
    assert "same command" in err
    about = json.loads(next(folder.glob("runs/*/jobs/r0-f0-s0/checkpoint.json")).read_text())
    assert about["content"][0]["about"]["epoch"] + about["content"][0]["about"]["step"] >= 1
    assert out.startswith("run base-")


@pytest.mark.slow
def test_ctrl_c_saves_and_ends_the_process_with_its_code(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "c", epochs=100_000)
    words = [sys.executable, "-m", "tamesu", "train", "base", "--folder", str(folder)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for_journal(folder)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    check_that_it_saved(folder, out, err)


@pytest.mark.parametrize(("number", "expected"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_saves_and_ends_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], number: signal.Signals, expected: int
) -> None:
    """In this process, which has imported torch."""
    folder = write_competition(tmp_path / "c", epochs=100_000)

    def send() -> None:
        wait_for_journal(folder)
        os.kill(os.getpid(), number)

    heard: list[int] = []
    # Where `tamesu` is not listening the signal must not end the tests.
    before = signal.signal(number, lambda number, _frame: heard.append(number))
    sender = threading.Thread(target=send)
    sender.start()
    try:
        code, out, err = run(capsys, "train", "base", "--folder", str(folder))
    finally:
        sender.join()
        signal.signal(number, before)
    assert heard == []
    assert code == expected
    check_that_it_saved(folder, out, err)


def test_ideas_and_public_scores_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_competition(tmp_path / "c")
    (folder / "ideas.yaml").write_text("longer: {epochs: 30}\n")
    common = ("--folder", str(folder))
    assert run(capsys, "ideas", *common)[1].startswith("not tried yet, in the order worth trying (1)")
    code, _, err = run(capsys, "ideas", "--drop", "longer", *common)
    assert (code, "IDEA_NO_REASON" in err) == (2, True)
    assert run(capsys, "ideas", "--drop", "longer", "--why", "no time", *common)[0] == 0
    assert run(capsys, "ideas", "--note", "longer", "--why", "perhaps later", *common)[0] == 0
    code, out, _ = run(capsys, "ideas", *common)
    assert (code, "note: no time / perhaps later" in out) == (0, True)
    for words in (["--csv"], ["--markdown"]):
        code, out, err = run(capsys, "ideas", *words, *common)
        assert (code, err) == (0, "") and out
    code, _, err = run(capsys, "submit", "--public", "0.7", *common)
    assert (code, "SUBMISSION_NONE" in err) == (2, True)
    (folder / "submissions").mkdir()
    (folder / "submissions" / "base-1.json").write_text('{"run": "base-1", "sha256": "s"}')
    assert run(capsys, "submit", "base-1", "--public", "0.731", *common)[0] == 0
    assert json.loads((folder / "submissions" / "base-1.json").read_text())["public"] == 0.731
