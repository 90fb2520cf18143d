"""`tamesu lr` on the tiny competition."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from tamesu import probing
from tamesu.errors import InputError, StoppedRunError
from tamesu.preparation import prepare
from tamesu.probing import find_lr
from tamesu.progress import Silent
from tamesu.results.rate_test import Sweep, make_rates
from tamesu.running import open_run
from tests.tiny import write_competition


class Heard(Silent):
    """Keeps every line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


def see(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def bowl(*_words: object) -> Sweep:
    """A loss of 2 that falls to 1 around a rate of 1e-3 and comes back above 0.1."""
    rates = make_rates(100)
    sweep = Sweep(rates)
    sweep.losses = (2.0 - 1.0 / (1 + np.exp(-4 * (np.log10(rates) + 3))) + np.exp(6 * (np.log10(rates) + 1))).tolist()
    return sweep


def test_the_range_test_suggests_draws_and_touches_no_run(tmp_path: Path) -> None:
    folder, heard = write_competition(tmp_path / "comp"), Heard()
    found = find_lr(folder=folder, steps=40, reporter=heard)
    assert not (folder / "runs").exists()
    assert found.picture == folder / "reports" / "lr-base.png"
    assert found.picture.read_bytes().startswith(b"\x89PNG")
    assert found.own == 3e-3
    assert found.curve.falls and 1e-5 < found.curve.lower <= found.curve.suggested <= found.curve.upper < 1
    said = "\n".join(heard.lines)
    assert "base: 40 steps of 8 images" in said
    assert "the recipe's 0.003" in said and str(found.picture) in said


def test_the_same_call_finds_the_same_and_a_run_that_is_there_is_left_alone(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "comp")
    run = open_run(prepare(folder, "base"))
    path = run.job_path(run.jobs()[0])
    path.mkdir()
    # A journal with a torn end is mended by whoever trains, not by whoever looks.
    (path / "journal.jsonl").write_bytes(b"torn")
    before = see(run.path)
    first, second = (find_lr(folder=folder, steps=20).curve.losses.tolist() for _ in range(2))
    assert first == second
    assert see(run.path) == before


@pytest.mark.parametrize(
    ("rate", "english", "japanese"),
    [
        ("1e-7", "FAR TOO SMALL: 7900 times below 0.00079", "小さすぎます"),
        ("1e-4", "rather small", "小さめ"),
        ("1e-3", "fits", "妥当"),
        ("0.05", "rather large", "大きめ"),
        ("10.0", "FAR TOO LARGE", "大きすぎます"),
    ],
)
def test_what_the_curve_says_of_the_recipes_rate(tmp_path: Path, monkeypatch, rate: str, english: str, japanese: str) -> None:
    monkeypatch.setattr(probing, "run_sweep", bowl)
    monkeypatch.setattr(probing, "write_rate_png", lambda *_words, **_options: None)
    folder, heard = write_competition(tmp_path / "comp"), Heard()
    find_lr("base", [f"optimizer.adamw.lr={rate}"], folder=folder, reporter=heard)
    assert english in "\n".join(heard.lines)
    # Rates within a factor of 1.3 of the recipe's own are not worth another training.
    assert any("tamesu try base optimizer.adamw.lr=" in line for line in heard.lines) == (rate != "1e-3")
    monkeypatch.setenv("TAMESU_LANG", "ja")
    changes = [f"optimizer.adamw.lr={rate}", "batch_size=6", "schedule={step: {every_epochs: 2}}"]
    find_lr("base", changes, folder=folder, reporter=heard)
    assert japanese in "\n".join(heard.lines)
    # What a shell would take apart stands in quotes.
    command = "tamesu train base batch_size=6 'schedule={step: {every_epochs: 2}}' optimizer.adamw.lr=0.00079"
    assert any(command in line for line in heard.lines) == (rate != "1e-3")


def test_a_loss_that_falls_nowhere_is_told(tmp_path: Path, monkeypatch) -> None:
    flat = Sweep(make_rates(40))
    flat.losses = [1.0] * 40
    monkeypatch.setattr(probing, "run_sweep", lambda *_words: flat)
    monkeypatch.setattr(probing, "write_rate_png", lambda *_words, **_options: None)
    heard = Heard()
    find_lr(folder=write_competition(tmp_path / "comp"), reporter=heard)
    assert "the loss falls at no rate within 40 steps" in "\n".join(heard.lines)


def test_what_cannot_be_tested_is_refused(tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "comp")
    for wishes, code in (
        ({"first": 1.0, "last": 0.1}, "LR_RANGE"),
        ({"first": 0.0}, "LR_RANGE"),
        ({"steps": 5}, "LR_STEPS"),
        ({"recipe": "bsae"}, "CONFIG_NO_FILE"),
        # So large that the first steps break the network.
        ({"first": 1e30, "last": 1e33}, "LR_NO_CURVE"),
    ):
        with pytest.raises(InputError) as caught:
            find_lr(folder=folder, **wishes)  # type: ignore[arg-type]
        assert caught.value.codes == (code,)
    assert not (folder / "reports").exists()


def test_a_signal_ends_it_and_nothing_is_written(tmp_path: Path, monkeypatch) -> None:
    folder = write_competition(tmp_path / "comp")
    note = probing.Sweep.note

    def interrupted(sweep, loss: float) -> bool:
        if len(sweep.losses) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return note(sweep, loss)

    monkeypatch.setattr(probing.Sweep, "note", interrupted)
    with pytest.raises(StoppedRunError, match="nothing was written") as caught:
        find_lr(folder=folder, steps=40)
    assert caught.value.exit_code == 130
    assert not (folder / "reports").exists() and not (folder / "runs").exists()
