from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tamesu import workflow
from tamesu.artifacts.latency import keep_latency, read_latencies
from tamesu.artifacts.run import Run, find_runs
from tamesu.cli import main
from tamesu.errors import InputError
from tamesu.progress import Silent
from tamesu.speeding import list_runs, measure_speed
from tamesu.training import latency as timing
from tests.tiny import write_competition


class Notes(Silent):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = write_competition(tmp_path_factory.mktemp("s") / "c", epochs=1)
    workflow.train("base", folder=path, device="cpu")
    return path


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that are measured."""
    found: list[str] = []
    true = timing.measure_latencies

    def measure(jobs, device):
        found.extend(run.name for run, _ in jobs)
        return true(jobs, device)

    monkeypatch.setattr(timing, "measure_latencies", measure)
    return found


def test_what_was_measured_here_is_not_measured_again(folder: Path, counted: list[str]) -> None:
    run = Run(find_runs(folder)[0])
    notes = Notes()
    page = measure_speed(folder=folder, device="cpu", price_per_hour=0.5, reporter=notes)
    assert counted == [run.name] and page == folder / "reports" / "speed.html"
    assert run.name in notes.said[0] and run.name in page.read_text(encoding="utf-8")
    measure_speed([run.name, run.name], folder=folder, device="cpu")
    assert counted == [run.name]
    measure_speed(folder=folder, device="cpu", again=True)
    assert counted == [run.name] * 2


def test_a_busy_machine_is_told(folder: Path) -> None:
    run = Run(find_runs(folder)[0])
    measure_speed(folder=folder, device="cpu")
    own = read_latencies(run.path)[0]
    for p90, told in ((own.median_ms * 1.1, False), (own.median_ms * 1.6, True)):
        keep_latency(run.path, replace(own, p90_ms=p90))
        notes = Notes()
        page = measure_speed(folder=folder, device="cpu", reporter=notes)
        assert ("--again" in " ".join(notes.said), "--again" in page.read_text(encoding="utf-8")) == (told, told)


def test_times_of_another_machine_are_shown_apart(folder: Path, counted: list[str]) -> None:
    run = Run(find_runs(folder)[0])
    measure_speed(folder=folder, device="cpu", again=True)
    own = read_latencies(run.path)[0]
    keep_latency(run.path, replace(own, place=replace(own.place, name="Another Processor"), median_ms=77.0))
    notes = Notes()
    text = measure_speed(folder=folder, device="cpu", reporter=notes).read_text(encoding="utf-8")
    assert text.count("<section>") == 2 and "77.00" in text.split("<section>")[2]
    assert "77.00" not in notes.said[0]


def test_runs_without_a_score_are_refused_by_name_and_else_left_out(folder: Path, tmp_path: Path) -> None:
    assert [run.name for run, _ in list_runs(folder, ())] == [path.name for path in find_runs(folder)]
    bare = write_competition(tmp_path / "c", epochs=1)
    with pytest.raises(InputError) as caught:
        measure_speed(folder=bare)
    assert caught.value.faults[0].code == "RUN_NONE"
    run = Run(find_runs(folder)[0])
    content = (run.path / "scores.json").read_bytes()
    (run.path / "scores.json").unlink()
    try:
        with pytest.raises(InputError) as caught:
            list_runs(folder, [run.name])
        assert caught.value.faults[0].code == "RUN_NOT_FINISHED"
        assert main(["speed", "--folder", str(folder)]) == 2
    finally:
        (run.path / "scores.json").write_bytes(content)
