"""The verb `report` beyond one run, on runs that a pretending trainer left."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tamesu import reporting
from tamesu.artifacts.audit_file import write_audit
from tamesu.artifacts.competition import Part
from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import write_verdict
from tamesu.preparation import prepare
from tamesu.report.matrix import read_script
from tamesu.results.finding import Finding
from tamesu.results.scores import write_scores
from tamesu.running import open_run
from tests.ledger import verdict_of
from tests.pretend import Heard, write_job
from tests.report.checker import check
from tests.tiny import write_competition


def train(folder: Path, changes: list[str], shares: tuple[float, ...]) -> Run:
    prepared = prepare(folder, "base", changes)
    run = open_run(prepared)
    for seed, share in enumerate(shares):
        for job in run.jobs([seed]):
            write_job(run, job, prepared.train[0], share)
    write_scores(run, prepared.train[0])
    return run


def submit(folder: Path, name: str, run: str, public: float | None) -> None:
    (folder / "submissions").mkdir(exist_ok=True)
    (folder / "submissions" / f"{name}.csv").write_text("id\n", encoding="utf-8")
    about = {"run": run} | ({} if public is None else {"public": public})
    (folder / "submissions" / f"{name}.json").write_text(json.dumps(about), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TAMESU_LANG", "en")
    return write_competition(tmp_path / "tiny")


def test_the_whole_competition_stands_on_one_page(folder: Path) -> None:
    first, second = train(folder, [], (0.5, 0.75)), train(folder, ["epochs=5"], (0.9,))
    for day, word in enumerate(("keep", "drop"), 1):
        write_verdict(folder, verdict_of(f"猫{word}", {"epochs": day + 5}, word, day=day))  # type: ignore[arg-type]
    submit(folder, "one", first.name, 0.6)
    (folder / "submissions" / "broken.json").write_text("{", encoding="utf-8")
    write_audit(folder, [Finding("CONFIG_EMPTY", "warning")], [], data_digest="d", seconds=1.0, time="2026-11-02T00:00:00")
    heard = Heard()
    page = reporting.report_competition(folder, reporter=heard)
    assert page == folder / "reports" / "competition.html" and any(str(page) in line for line in heard.lines)
    text = page.read_text(encoding="utf-8")
    check(page, script=read_script() if "<script>" in text else "")
    for words in (first.name, second.name, "猫keep", "猫drop", "The file is empty", "2026-11-02", "0.6000"):
        assert words in text
    rows = {row["run"]: row for row in reporting.describe_runs(folder)}
    expected = [np.mean(first.spec.repeats * [row]) for row in reporting.read_scores(first).oof]
    assert rows[first.name]["seed_spread"] == pytest.approx(float(np.std(expected, ddof=1)))  # type: ignore[arg-type]
    assert rows[second.name]["seed_spread"] is None
    again = page.read_bytes()
    assert reporting.report_competition(folder).read_bytes() == again
    twin = reporting.write_twin(page).read_text(encoding="utf-8")
    assert f"`{first.name}`" in twin and "](history.png)" in twin
    with Image.open(folder / "reports" / "history.png") as picture:
        assert picture.format == "PNG"


def test_an_empty_competition_has_both_reports(folder: Path) -> None:
    assert "No run has a score yet" in reporting.report_competition(folder).read_text(encoding="utf-8")
    twin = reporting.write_up(folder).read_text(encoding="utf-8")
    assert "No run has a score yet" in twin and "history.png" not in twin
    assert not (folder / "reports" / "history.png").exists()


def test_damaged_files_are_left_out(folder: Path) -> None:
    run = train(folder, [], (0.9,))
    (folder / "audit.json").write_text("no audit", encoding="utf-8")
    other = train(folder, ["epochs=5"], (0.5,))
    (other.path / "scores.json").write_text("{}", encoding="utf-8")
    page = reporting.report_competition(folder).read_text(encoding="utf-8")
    assert run.name in page and other.name not in page and 'id="audit"' not in page


def test_the_final_model_is_what_was_submitted_last_else_the_best(folder: Path) -> None:
    first, second = train(folder, [], (0.5,)), train(folder, ["epochs=5"], (0.9,))
    (found, scores), submitted = reporting.find_final(folder, "accuracy", [])  # type: ignore[misc]
    assert (found.name, submitted) == (second.name, False) and scores.cv == reporting.read_scores(second).cv
    submit(folder, "a", first.name, None)
    submissions = [*reporting.list_submissions(folder), ("gone", "base-00000000", 0.5)]
    (found, _), submitted = reporting.find_final(folder, "accuracy", submissions)  # type: ignore[misc]
    assert (found.name, submitted) == (first.name, True)


def test_the_writeup_is_a_page_a_twin_and_a_picture(folder: Path) -> None:
    run = train(folder, [], (0.9,))
    write_verdict(folder, verdict_of("mixup", {"epochs": 9}))
    submit(folder, "a", run.name, 0.8)
    heard = Heard()
    twin = reporting.write_up(folder, reporter=heard)
    assert [Path(line.split()[-1]).name for line in heard.lines] == ["history.png", "writeup.html", "writeup.md"]
    text = twin.read_text(encoding="utf-8")
    for words in ("](history.png)", "`mixup`", "training images: 36", "test images: 12", "public score: 0.8000", run.name):
        assert words in text
    assert "stratified\\_kfold, 3 folds" in text
    check(twin.with_suffix(".html"))


def test_the_chart_is_on_the_metric_of_the_competition() -> None:
    other = verdict_of("b", {"epochs": 2}, day=2, metric=Part(name="f1_macro"))
    points = reporting.trace_points([verdict_of("a", {"epochs": 1}), other], "accuracy")
    assert [point.name for point in points] == ["a"]
