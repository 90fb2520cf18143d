"""`tamesu batch` on the tiny competition, and on memories that are pretended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tamesu import sizing
from tamesu.errors import InputError, StoppedRunError
from tamesu.progress import Silent
from tamesu.results.batch_sizes import Trial
from tamesu.signals import StopRequest
from tamesu.sizing import find_batch_size, is_worth_trying, try_sizes, write_larger
from tamesu.training import batch_trial
from tamesu.training.batch_trial import Cost
from tests.test_probing import Heard
from tests.tiny import write_competition

MIB = 2**20


def pretend(monkeypatch, base: int, each: int, room: int | None, asked: list[int] | None = None) -> None:
    """A machine on which a batch takes `base + each * size` bytes of `room`; what does not fit runs out of memory."""

    def cost(_material, _job, _machine, size: int) -> Cost:
        if asked is not None:
            asked.append(size)
        peak = base + each * size
        return Cost(100.0, peak, fits=True) if room is None or peak <= room else Cost(None, room, fits=False)

    monkeypatch.setattr(batch_trial, "try_batch", cost)
    monkeypatch.setattr(batch_trial, "read_room", lambda *_words: room)


def test_on_the_cpu_it_is_reckoned_from_small_batches(tmp_path: Path) -> None:
    folder, heard = write_competition(tmp_path / "comp"), Heard()
    found = find_batch_size(folder=folder, reporter=heard)
    # 24 rows in a fold: nothing larger is named, and this machine holds that.
    assert found.largest == 24
    assert (found.batch_size, found.accumulate) == (8, 1)
    assert [trial.size for trial in found.trials] == [8, 16]
    assert all(trial.fits and trial.images_per_s for trial in found.trials)
    said = "\n".join(heard.lines)
    assert "    batch_size: 8\n    accumulate: 1" in said
    assert "images/s" in said and "reckoned" not in said
    # Three times the batch would fit: another training, with its rate.
    assert "tamesu try base --coupled batch_size=16 accumulate=1 optimizer.adamw.lr=0.0042" in said
    assert not (folder / "runs").exists() and not (folder / "reports").exists()


def test_what_does_not_fit_is_cut_and_the_effective_batch_kept(tmp_path: Path, monkeypatch) -> None:
    folder, heard = write_competition(tmp_path / "comp", batch_size=12, accumulate=2), Heard()
    # 20 % of 100 MiB stay free: (80 - 20) / 5 = 12 images.
    pretend(monkeypatch, base=20 * MIB, each=5 * MIB, room=100 * MIB)
    found = find_batch_size(folder=folder, reporter=heard)
    assert found.largest == 12
    assert (found.batch_size, found.accumulate) == (12, 2)
    said = "\n".join(heard.lines)
    assert "batch norm sees 12 at a time" in said
    assert "20% of 0.1 GiB are left free" in said and "5.0 MiB an image" in said


@pytest.mark.parametrize(
    ("each", "largest", "expected"),
    [
        # 10 % of 100 MiB stay free: 90 / 2 = 45, more than a fold has.
        (2, 24, (24, 1)),
        # 90 / 5 = 18: 8 and 16 fit, 24 runs into the margin.
        (5, 16, (12, 2)),
        # 90 / 40 = 2.
        (40, 2, (2, 12)),
    ],
)
def test_on_a_gpu_sizes_are_tried_until_memory_runs_out(
    tmp_path: Path, monkeypatch, each: int, largest: int, expected: tuple[int, int]
) -> None:
    folder, heard, asked = write_competition(tmp_path / "comp", batch_size=24), Heard(), []
    pretend(monkeypatch, base=0, each=each * MIB, room=100 * MIB, asked=asked)
    monkeypatch.setattr(sizing, "expect_sizes", try_sizes)
    found = find_batch_size(folder=folder, reporter=heard)
    assert found.largest == largest
    assert (found.batch_size, found.accumulate) == expected
    assert found.batch_size * found.accumulate == 24
    assert len(asked) == len(set(asked))
    assert "found by training steps at each size" in "\n".join(heard.lines)


def test_when_nothing_fits_it_says_what_to_do(tmp_path: Path, monkeypatch) -> None:
    folder, heard = write_competition(tmp_path / "comp"), Heard()
    pretend(monkeypatch, base=200 * MIB, each=1, room=100 * MIB)
    monkeypatch.setattr(sizing, "expect_sizes", try_sizes)
    with pytest.raises(InputError) as caught:
        find_batch_size(folder=folder, reporter=heard)
    assert caught.value.codes == ("BATCH_NONE",)
    assert "batch of 1 " in str(caught.value)
    # The table of what was tried is shown before.
    assert "out of memory" in heard.lines[-1]


def test_a_system_that_keeps_its_memory_to_itself(tmp_path: Path, monkeypatch) -> None:
    folder, heard = write_competition(tmp_path / "comp"), Heard()
    pretend(monkeypatch, base=MIB, each=MIB, room=None)
    found = find_batch_size(folder=folder, reporter=heard)
    assert found.largest == 16
    assert "does not say how much memory is free" in "\n".join(heard.lines)


def test_a_signal_ends_it(tmp_path: Path, monkeypatch) -> None:
    folder = write_competition(tmp_path / "comp")
    pretend(monkeypatch, base=MIB, each=MIB, room=100 * MIB)
    monkeypatch.setattr(StopRequest, "__call__", lambda _request: True)
    with pytest.raises(StoppedRunError):
        find_batch_size(folder=folder, reporter=Silent())


def test_slow_and_unsafe_sizes_are_not_tried() -> None:
    trials = [Trial(8, 10.0, 100 * MIB, True), Trial(16, 10.0, 180 * MIB, True)]
    # Three steps of 32 images at 10 images/s take 9.6 s, of 128 images 38 s; each image takes 10 MiB, and 20 % stay free.
    assert is_worth_trying(trials, 32, 500 * MIB)
    assert not is_worth_trying(trials, 128, 10**12)
    assert not is_worth_trying(trials, 32, 400 * MIB)
    assert is_worth_trying([replace(trial, peak_bytes=None) for trial in trials], 32, MIB)


def test_the_rate_grows_with_the_batch_as_the_optimizer_needs(tmp_path: Path) -> None:
    from tamesu.preparation import prepare

    folder = write_competition(tmp_path / "comp", optimizer={"sgd": {"lr": 0.1}})
    assert write_larger(prepare(folder, "base").recipe).endswith("batch_size=16 accumulate=1 optimizer.sgd.lr=0.2")
